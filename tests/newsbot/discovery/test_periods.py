"""Which time a sitemap or an article belongs to."""

from __future__ import annotations

from datetime import date

import pytest

from newsbot.discovery.periods import Period, day_of, lies_in, period_of, speaks_of
from pipelines.items import Found, Kind, Via

JUNE = Period(date(2014, 6, 1), date(2014, 6, 30))


@pytest.mark.parametrize(
    ("path", "period"),
    [
        pytest.param("sitemap-2014-06.xml", JUNE, id="a month"),
        pytest.param("post-sitemap-201406.xml.gz", JUNE, id="a month without separators"),
        pytest.param("sitemap.xml?yyyy=2014&mm=06", JUNE, id="a month in the query"),
        pytest.param("sitemap-2014-6.xml", JUNE, id="a month of one digit"),
        pytest.param("sitemaps/2014/06/22.xml", Period(date(2014, 6, 22), date(2014, 6, 22)), id="a day"),
        pytest.param("2011/sitemap-2014.xml", Period(date(2014, 1, 1), date(2014, 12, 31)), id="the last year named"),
        pytest.param("sitemap-2014-06-31.xml", None, id="a day that is none"),
        pytest.param("sitemap-12.xml", None, id="a number"),
        pytest.param("sitemap-201406221.xml", None, id="a longer number"),
    ],
)  # fmt: skip
def test_the_time_of_a_map(path: str, period: Period | None) -> None:
    assert period_of(f"https://2015.paper.example/{path}") == period


def found(path: str, **said: str) -> Found:
    url = f"https://paper.example/{path}"
    return Found(url, url, Kind.ARTICLE, Via.SITEMAP, "https://paper.example/sitemap.xml", **said)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("link", "day"),
    [
        pytest.param(found("2014/06/22/story", lastmod="2020-01-01"), date(2014, 6, 22), id="its address before its last change"),
        pytest.param(found("2014/06/story"), date(2014, 6, 1), id="a month counts as its first day"),
        pytest.param(found("story", date="Sun, 22 Jun 2014 10:00:00 GMT", lastmod="2020-01-01"), date(2014, 6, 22), id="its listing before its last change"),
        pytest.param(found("story", lastmod="2014-06-22T10:00:00+03:00"), date(2014, 6, 22), id="its last change"),
        pytest.param(found("story", lastmod="yesterday"), None, id="a date that is none"),
    ],
)  # fmt: skip
def test_the_day_of_an_article(link: Found, day: date | None) -> None:
    assert day_of(link) == day


def test_maps_and_articles_of_other_days_are_told_from_those_asked_for() -> None:
    first, last = date(2014, 6, 10), date(2014, 6, 20)
    assert speaks_of(found("sitemap-2014-06.xml"), first, last)
    assert not speaks_of(found("sitemap-2014-05.xml"), first, last)
    assert not speaks_of(found("sitemap7.xml", lastmod="2014-06-09"), first, last)  # nothing newer is in it
    assert speaks_of(found("sitemap7.xml", lastmod="2020-01-01"), first, last)
    assert lies_in(None, first, last)
    assert not lies_in(date(2014, 6, 21), first, last)
    assert lies_in(date(1999, 1, 1), None, last)
