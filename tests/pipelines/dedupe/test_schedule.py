"""When a listing is looked at again: `every` first, slower where that is waste, at once again when something comes."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.decisions import Standing
from pipelines.dedupe.schedule import REST, next_look, period_end, spoken
from pipelines.items import Kind

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
FEED = "https://herald.example/feed/"
HOUR = 3600.0


def quiet(visits: int, **more: object) -> Standing:
    """A listing whose last so many visits brought nothing new, as did this one."""
    return Standing(quiet=visits, fresh=False, **more)  # type: ignore[arg-type]


FOUND = {"named": False}


@pytest.mark.parametrize(
    ("url", "kind", "every", "fresh_for", "standing", "wait", "why", "count"),
    [
        pytest.param(FEED, Kind.FEED, 2 * HOUR, None, Standing(), "2h", "every 2h", 0, id="news comes: exactly every"),
        pytest.param(FEED, Kind.FEED, 2 * HOUR, None, quiet(0), "2h", "every 2h", 1, id="one quiet visit is nothing"),
        pytest.param(FEED, Kind.FEED, 2 * HOUR, None, quiet(1), "2h", "every 2h", 2, id="two are nothing yet"),
        pytest.param(FEED, Kind.FEED, 2 * HOUR, None, quiet(2), "4h",
                     "4h instead of every 2h, as the last 3 visits brought nothing new", 3, id="three: half as often"),
        pytest.param(FEED, Kind.FEED, 2 * HOUR, None, quiet(4), "16h", "16h instead", 5, id="five: an eighth"),
        pytest.param(FEED, Kind.FEED, 2 * HOUR, None, quiet(400), "16h", "16h instead", 401, id="and never slower"),
        pytest.param(FEED, Kind.FEED, 12 * HOUR, None, quiet(9), "1d", "1d instead", 10, id="at least once a day"),
        pytest.param(FEED, Kind.FEED, 72 * HOUR, None, quiet(9), "3d", "every 3d", 10, id="unless every is longer"),
        pytest.param(FEED, Kind.FEED, 2 * HOUR, None, Standing(quiet=50), "2h", "every 2h", 0,
                     id="something new: back to every at once"),
        pytest.param(FEED, Kind.FEED, 900.0, 3600.0, Standing(), "1h", "stays as it is for 1h", 0, id="a ttl of an hour"),
        pytest.param(FEED, Kind.FEED, 900.0, 31_536_000.0, Standing(), "6h", "for 6h", 0, id="a max-age of a year is capped"),
        pytest.param(FEED, Kind.FEED, 2 * HOUR, 60.0, Standing(), "2h", "every 2h", 0, id="a ttl makes nothing faster"),
        pytest.param("https://h.example/map-2019-03.xml", Kind.SITEMAP, HOUR, None, quiet(0, **FOUND), "30d",
                     "a map of a time that ended on 2019-03-31", 1, id="a map of a past month rests"),
        pytest.param("https://h.example/map-2019-03.xml", Kind.SITEMAP, HOUR, None, Standing(named=False), "1h",
                     "every 1h", 0, id="not while it brings news"),
        pytest.param("https://h.example/map-2019-03.xml", Kind.SITEMAP, HOUR, None, quiet(0), "1h", "every 1h", 1,
                     id="not where sources.toml names it"),
        pytest.param("https://h.example/map-2026-11.xml", Kind.SITEMAP, HOUR, None, quiet(0, **FOUND), "1h", "every 1h", 1,
                     id="this month's map does not rest"),
        pytest.param("https://h.example/map-2026-10-31.xml", Kind.SITEMAP, HOUR, None, quiet(0, **FOUND), "30d",
                     "2026-10-31", 1, id="a map of a day"),
        pytest.param("https://h.example/map-2026-11-21.xml", Kind.SITEMAP, HOUR, None, quiet(0, **FOUND), "1h",
                     "every 1h", 1, id="yesterday's map may gain something yet"),
        pytest.param("https://h.example/map-7.xml", Kind.SITEMAP, HOUR, None, quiet(0, lastmod="2026-01-02", **FOUND),
                     "30d", "has not changed since 2026-01-02", 1, id="its index says: old"),
        pytest.param("https://h.example/map-7.xml", Kind.SITEMAP, HOUR, None, quiet(0, lastmod="last week", **FOUND),
                     "1h", "every 1h", 1, id="a lastmod that is none"),
        pytest.param("https://h.example/news/page/2/", Kind.SECTION, HOUR, None, Standing(named=False), "30d",
                     "a further page of a section", 0, id="a further page rests, whatever it brought"),
        pytest.param("https://h.example/news/", Kind.SECTION, HOUR, None, quiet(3), "4h", "4h instead", 4,
                     id="a section of sources.toml is looked at as a feed is"),
    ],
)  # fmt: skip
def test_when_a_listing_is_looked_at_again(
    url: str,
    kind: Kind,
    every: float,
    fresh_for: float | None,
    standing: Standing,
    wait: str,
    why: str,
    count: int,
) -> None:
    look = next_look(url, kind, every, fresh_for, standing, NOW)
    assert (spoken(look.at - NOW), look.quiet) == (wait, count)
    assert why in look.why


@given(
    every=st.floats(1, 10**7),
    quiet=st.integers(0, 10**6),
    fresh=st.booleans(),
    fresh_for=st.none() | st.floats(0, 1e12),
    named=st.booleans(),
    kind=st.sampled_from([Kind.FEED, Kind.SITEMAP, Kind.HOMEPAGE, Kind.SECTION]),
)
def test_never_faster_than_every_and_never_slower_than_a_month_or_every(
    every: float, quiet: int, fresh: bool, fresh_for: float | None, named: bool, kind: Kind
) -> None:
    standing = Standing(quiet=quiet, fresh=fresh, named=named)
    look = next_look("https://h.example/2019/03/map.xml", kind, every, fresh_for, standing, NOW)
    exactly = timedelta(seconds=every)
    assert min(exactly, REST) <= look.at - NOW <= max(exactly, REST)
    if named:
        assert exactly <= look.at - NOW <= max(exactly, timedelta(days=1))


@pytest.mark.parametrize(
    ("url", "end"),
    [
        ("https://h.example/sitemap-2019-03.xml", date(2019, 3, 31)),
        ("https://h.example/sitemaps/2019/02/14.xml", date(2019, 2, 14)),
        ("https://h.example/post-sitemap-201912.xml.gz", date(2019, 12, 31)),
        ("https://h.example/sitemap.xml?yyyy=2021&from=2021-06", date(2021, 6, 30)),
        ("https://h.example/sitemap_2019.xml", date(2019, 12, 31)),
        ("https://h.example/sitemap-2019-02-31.xml", None),
        ("https://h.example/sitemap-12019.xml", None),
        ("https://2019.example/sitemap.xml", None),
        ("https://h.example/sitemap.xml", None),
    ],
)
def test_the_time_that_an_address_names(url: str, end: date | None) -> None:
    assert period_end(url) == end


@pytest.mark.parametrize(
    ("seconds", "said"), [(90, "90s"), (900, "15m"), (7200, "2h"), (5400, "90m"), (604_800, "7d")]
)
def test_a_wait_is_spoken_as_sources_toml_would(seconds: int, said: str) -> None:
    assert spoken(timedelta(seconds=seconds)) == said
