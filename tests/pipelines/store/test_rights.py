"""Rights are data: what a page and its robots.txt say stands beside each capture, what a source decides beside the source."""

from __future__ import annotations

from typing import Any

import pytest

from pipelines.items import Rights
from pipelines.store import PlannedSource

HOST = "herald.example"


def test_what_the_page_says_is_kept_with_its_capture(newsroom: Any) -> None:
    rights = Rights("noarchive, noai", noarchive=True, noai=True, tdm_reservation=True, licence="CC BY 4.0")
    newsroom.commit(capture=newsroom.capture(), reading=newsroom.reading(rights=rights, paywalled=True))
    assert newsroom.row(
        "SELECT capture, robots, noarchive, nosnippet, noai, tdm_reservation, licence, paywalled FROM rights"
    ) == (1, "noarchive, noai", 1, 0, 1, 1, "CC BY 4.0", 1)


@pytest.mark.parametrize(
    ("asked", "allowed"), [(True, 1), (False, None)], ids=["robots.txt was asked", "it was not"]
)
def test_the_verdict_of_robots_txt_is_kept_with_the_capture(
    newsroom: Any, asked: bool, allowed: int | None
) -> None:
    if asked:
        newsroom.wait(
            newsroom.archive.remember_robots(HOST, 200, "User-agent: *\nAllow: /", None, newsroom.clock.now)
        )
    newsroom.commit(capture=newsroom.capture())
    assert newsroom.row("SELECT robots_allowed FROM rights") == (allowed,)


def test_what_a_source_decides_stands_with_it_and_follows_the_file(newsroom: Any) -> None:
    for noarchive, retain in (("skip", 30 * 86400.0), ("keep", None)):
        newsroom.plan(
            PlannedSource("herald", "The Herald", publish="excerpt", noarchive=noarchive, retain=retain)
        )
        assert newsroom.row("SELECT store, publish, noarchive, retain_days FROM sources") == (
            "full", "excerpt", noarchive, 30.0 if retain else None,
        )  # fmt: skip
