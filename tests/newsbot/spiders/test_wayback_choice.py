"""Which captures are asked for: the first of each page, and those that differ."""

from __future__ import annotations

import re
from collections import Counter
from datetime import UTC, datetime

import pytest

from newsbot.discovery.cdx import Capture
from newsbot.sources import Source
from newsbot.spiders.wayback_choice import choose, pages_of
from pipelines.store.mementos import KnownCaptures

SOURCE = Source("p", "Paper", "http://www.paper.example/", exclude=(re.compile("/sport/"),))
STORY = "http://paper.example/2014/06/22/river-rises/"
WINDOW = ("20140101000000", "20141231235959")


def capture(
    timestamp: str = "20140622101500",
    original: str = STORY,
    digest: str = "A",
    status: str = "200",
    media: str = "text/html",
) -> Capture:
    return Capture("k", timestamp, original, media, status, digest)


@pytest.mark.parametrize(
    ("one", "reason"),
    [
        pytest.param(capture(original="https://www.paper.example/2014/06/22/river-rises/?utm_source=x"), None, id="another form of the address"),
        pytest.param(capture(original="http://news.paper.example:80/2014/06/22/river-rises/"), None, id="another host of the site"),
        pytest.param(capture(media="unk"), None, id="a type that the archive did not know"),
        pytest.param(capture(status="-", media="warc/revisit"), "revisit", id="a revisit: the page is captured already"),
        pytest.param(capture(status="404"), "http_error", id="an error page"),
        pytest.param(capture(media="image/jpeg"), "not_html", id="a picture"),
        pytest.param(capture(original="http://other.example/2014/06/22/river-rises/"), "off_site", id="another site"),
        pytest.param(capture(original="http://paper.example/sport/2014/06/22/river-rises/"), "excluded", id="exclude of the source"),
        pytest.param(capture(original="http://paper.example/tag/river/"), "not_article", id="a list"),
        pytest.param(capture("20130101000000"), "too_old", id="before the window: not every server keeps to it"),
        pytest.param(capture("20150101000000"), "too_new", id="behind the window"),
        pytest.param(capture(original="http://paper.example/2014/06/22/river/?a=1&a=1&a=1&a=1&a=1"), "trap", id="an endless address"),
    ],
)  # fmt: skip
def test_what_is_a_page_of_the_source(one: Capture, reason: str | None) -> None:
    pages, left_out = pages_of([one], SOURCE, WINDOW)
    assert (len(pages), left_out) == ((1, Counter()) if reason is None else (0, Counter({reason: 1})))


JUNE, JULY, AUGUST = (f"20140{month}01000000" for month in (6, 7, 8))
AT = datetime(2014, 6, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("captures", "known", "versions", "wanted", "left"),
    [
        pytest.param([capture(JUNE), capture(JULY)], None, 3, [JUNE], (1, {}), id="the same payload once"),
        pytest.param([capture(JULY, digest="B"), capture(JUNE)], None, 3, [JUNE, JULY], (0, {}), id="another payload too, oldest first"),
        pytest.param([capture(JUNE), capture(JULY, original=STORY.replace("http", "https"))], None, 3, [JUNE], (1, {}), id="two forms of one address are one page"),
        pytest.param([capture(JUNE), capture(JULY, digest="B"), capture(AUGUST, digest="C")], None, 2, [JUNE, JULY], (0, {"versions": 1}), id="no more than asked for"),
        pytest.param([capture(JUNE, digest=""), capture(JULY, digest="")], None, 3, [JUNE, JULY], (0, {}), id="without a digest nothing is the same"),
        pytest.param([capture(JUNE), capture(JULY, digest="B")], KnownCaptures(taken={AT}), 3, [JULY], (1, {}), id="what was taken before is not asked for"),
        pytest.param([capture(JUNE), capture(JULY, digest="B")], KnownCaptures(taken={AT}), 1, [], (1, {"versions": 1}), id="and counts among the versions"),
        pytest.param([capture(JUNE)], KnownCaptures(digests={"A"}), 3, [], (1, {}), id="the archive has that page from the site itself"),
        pytest.param([capture(JUNE)], KnownCaptures(failed=Counter({AT: 2})), 3, [JUNE], (0, {}), id="what failed twice is tried again"),
        pytest.param([capture(JUNE)], KnownCaptures(failed=Counter({AT: 3})), 3, [], (0, {"no_memento": 1}), id="what failed three times is given up"),
    ],
)  # fmt: skip
def test_which_captures_are_asked_for(
    captures: list[Capture], known: KnownCaptures | None, versions: int, wanted: list[str], left: tuple[int, dict[str, int]]
) -> None:  # fmt: skip
    pages, _ = pages_of(captures, SOURCE, WINDOW)
    chosen = choose(pages, {pages[0].key: known} if known else {}, versions)
    assert [one.capture.timestamp for one in chosen.wanted] == wanted
    assert (chosen.known, dict(chosen.left_out)) == left
