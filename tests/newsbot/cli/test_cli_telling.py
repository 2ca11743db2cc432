"""The story of one URL in sentences: one sentence for each thing that may have happened."""

from __future__ import annotations

from typing import Any

import pytest

from newsbot.cli.telling import telling
from pipelines.store.story import Story

URL = {"url": "https://gulf.example/1", "outcome": "stored", "alias_of": None}
ARTICLE = {
    "public_id": "aaa",
    "source": "gulf",
    "state": "published",
    "headline": "Bridge opens",
    "published_precision": None,
    "first_seen_at": "2026-01-01T03:01:00Z",
}
VISIT = {
    "visited_at": "2026-01-01T03:01:00Z",
    "run": 1,
    "status": 200,
    "outcome": "stored",
    "reason": None,
    "detail": None,
    "new_links": None,
    "url": "https://gulf.example/1",
    "final_url": None,
}
FOUND = {
    "seen_at": "2026-01-01T03:00:00Z",
    "origin": "sitemap",
    "seen_in": "https://gulf.example/map.xml",
    "title": None,
    "printed": None,
    "lastmod": None,
    "author": None,
}
REVISION = {
    "seen_at": "2026-01-02T03:00:00Z",
    "kind": "publisher",
    "changed": "text",
    "headline": "Bridge to open",
}


def story(**known: Any) -> Story:
    nothing: dict[str, Any] = {
        "key": "https://gulf.example/1",
        "url": URL,
        "waiting": None,
        "sighting": None,
        "found": (),
        "dates": (),
        "fetches": (),
        "visits": 0,
        "article": None,
        "addresses": (),
        "revisions": (),
        "captures": (),
        "doubts": (),
        "tombstone": None,
    }
    return Story(**{**nothing, **known})


@pytest.mark.parametrize(
    ("known", "sentence"),
    [
        pytest.param(
            {"url": {**URL, "outcome": "skipped", "reason": "excluded"}},
            "It was never visited. `include` or `exclude` of the source leaves this URL out.",
            id="refused before any visit",
        ),
        pytest.param(
            {"tombstone": {"made_at": "2026-01-05T03:00:00Z", "reason": "asked.", "mode": "erased"}},
            "It was erased at 2026-01-05 03:00 and stays out: asked.",
            id="erased",
        ),
        pytest.param(
            {
                "tombstone": {
                    "made_at": "2026-01-05T03:00:00Z",
                    "reason": "retain: kept for 30 days",
                    "mode": "expired",
                }
            },
            "It was erased at 2026-01-05 03:00 because its time was over (retain: kept for 30 days).",
            id="expired",
        ),
        pytest.param(
            {
                "takedowns": (
                    {"made_at": "2026-01-05", "action": "undo", "author": "ann", "reason": "lifted"},
                )
            },
            "2026-01-05  ann lifted that: lifted.",
            id="a takedown that was lifted",
        ),
        pytest.param(
            {"url": {**URL, "outcome": None}},
            "It was found, but not visited yet.",
            id="found and not visited",
        ),
        pytest.param(
            {"url": {**URL, "alias_of": "https://gulf.example/0"}},
            "It is another address of https://gulf.example/0.",
            id="an alias",
        ),
        pytest.param(
            {"addresses": ("https://gulf.example/a",)},
            "Other addresses of the article: https://gulf.example/a.",
            id="other addresses",
        ),
        pytest.param(
            {"tombstone": {"made_at": "2026-01-03T00:00:00Z", "reason": "asked by its author"}},
            "It is kept out since 2026-01-03 00:00: asked by its author.",
            id="taken down",
        ),
        pytest.param(
            {"article": ARTICLE},
            "Its date is not known; it is ordered by its first visit, 2026-01-01 03:01.",
            id="an article without a date",
        ),
        pytest.param(
            {
                "article": {
                    **ARTICLE,
                    "published_precision": "second",
                    "published_at": "2014-06-22T15:30:00Z",
                    "published_day": "2014-06-22",
                    "published_from": "jsonld NewsArticle.datePublished",
                    "published_confidence": 0.97,
                }
            },
            "Published 2014-06-22 15:30 (from jsonld NewsArticle.datePublished, confidence 0.97).",
            id="an article with a date",
        ),
        pytest.param(
            {"found": ({**FOUND, "lastmod": "2026-01-01", "author": "Ann Lee"},)},
            "2026-01-01 03:00  The sitemap https://gulf.example/map.xml named it last changed “2026-01-01”, by Ann Lee.",
            id="a sitemap named it",
        ),
        pytest.param(
            {"fetches": ({**VISIT, "outcome": "listed", "new_links": 3},)},
            "2026-01-01 03:01  Visited in run 1, status 200: its links were read, 3 of them new.",
            id="a listing with new links",
        ),
        pytest.param(
            {"fetches": ({**VISIT, "final_url": "https://gulf.example/2"},)},
            "2026-01-01 03:01  Visited in run 1, status 200: stored as a new article. It led to https://gulf.example/2.",
            id="a redirect",
        ),
        pytest.param(
            {
                "fetches": (
                    {
                        **VISIT,
                        "status": None,
                        "outcome": "failed",
                        "reason": "dns",
                        "detail": "no such host.",
                    },
                )
            },
            "2026-01-01 03:01  Visited in run 1: failed. The host name could not be resolved. (no such host)",
            id="a failure with its detail",
        ),
        pytest.param(
            {"fetches": ({**VISIT, "outcome": "skipped", "reason": "from_the_future"},)},
            "2026-01-01 03:01  Visited in run 1, status 200: skipped. Reason: from_the_future.",
            id="a reason of another version",
        ),
        pytest.param(
            {"fetches": (VISIT,), "visits": 1201},
            "1,200 earlier visits are left out here.",
            id="more visits than are shown",
        ),
        pytest.param(
            {"revisions": (REVISION,)}, "2026-01-02 03:00  The publisher changed text.", id="a revised text"
        ),
        pytest.param(
            {"revisions": ({**REVISION, "changed": "removed"},)},
            "2026-01-02 03:00  The publisher removed it; what it said is kept.",
            id="removed",
        ),
        pytest.param(
            {"revisions": ({**REVISION, "changed": "restored"},)},
            "2026-01-02 03:00  The publisher put it back.",
            id="restored",
        ),
        pytest.param(
            {"revisions": ({**REVISION, "kind": "reading"},)},
            "2026-01-02 03:00  newsbot reads it differently now: text. The publisher changed nothing.",
            id="read anew",
        ),
        pytest.param(
            {
                "doubts": (
                    {"seen_at": "2026-01-02T03:00:00Z", "doubt": "zone_conflict", "detail": "Two zones."},
                )
            },
            "2026-01-02 03:00  In doubt (zone conflict): Two zones.",
            id="a doubt",
        ),
        pytest.param(
            {"waiting": {"state": "due", "due_at": "2026-01-03T03:00:00Z", "visits": 4, "why": "every 2h"}},
            "It is due again at 2026-01-03 03:00: every 2h.",
            id="due, and why then",
        ),
        pytest.param(
            {"waiting": {"state": "due", "due_at": "2026-01-03T03:00:00Z", "visits": 0, "why": None}},
            "It is due at 2026-01-03 03:00.",
            id="due for the first time",
        ),
        pytest.param(
            {"waiting": {"state": "parked"}}, "It will not be visited again by itself.", id="parked"
        ),
        pytest.param(
            {"waiting": {"state": "leased", "run": 7}},
            "Run 7 has taken it and is on its way, or was killed.",
            id="on its way",
        ),
    ],
)
def test_each_thing_that_may_have_happened_has_its_sentence(known: dict[str, Any], sentence: str) -> None:
    assert sentence in list(telling(story(**known)))


def test_the_page_is_captured_before_it_is_read() -> None:
    capture = {"captured_at": VISIT["visited_at"], "file": "a.warc.gz", "offset": 5, "length": 9}
    lines = list(telling(story(fetches=(VISIT,), captures=(capture,))))
    assert lines[2] == "2026-01-01 03:01  The page as received lies in captures/a.warc.gz at 5 (9 bytes)."
    assert "stored" in lines[3]
