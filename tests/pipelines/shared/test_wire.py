"""What travels through the shared frontier comes back as it was, and nothing else is taken for it."""

from __future__ import annotations

import zlib
from dataclasses import replace
from datetime import UTC, date, datetime

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.decisions import KnownArticle
from pipelines.items import (
    CaptureRef,
    DateCandidate,
    Dateline,
    Doubt,
    Found,
    Kind,
    LiveEntry,
    Note,
    Precision,
    Published,
    Reading,
    Signature,
    Via,
    Visit,
)
from pipelines.reasons import Reason
from pipelines.shared import wire
from pipelines.shared.faults import Undecodable
from pipelines.store import PlannedSource

AT = datetime(2026, 11, 22, 13, 15, 7, 250_000, tzinfo=UTC)
LINK = Found(
    "https://a.example/1", "a.example/1", Kind.ARTICLE, Via.FEED, "https://a.example/feed", "Rain", seen_at=AT
)
READING = Reading(
    version="7",
    url="https://a.example/1",
    is_article=True,
    headline="Rain",
    authors=("Ann Lee", "Bo"),
    dateline=Dateline("MILLFORD, June 22", date=date(2014, 6, 22), latitude=1.5, agencies=("AP",)),
    published=Published(AT, date(2026, 11, 22), Precision.MINUTE, local=datetime(2026, 11, 22, 14, 15)),
    candidates=(DateCandidate("meta", "date", "published", "x", AT, None, Precision.SECOND, 0.9, True),),
    doubts=(Doubt("zone_conflict", "two"),),
    notes=(Note("correction", "It was Tuesday."),),
    entries=(LiveEntry(AT, "14:15", None, "Bo", "It rains."),),
    signature=Signature("m1", 40, b"\x00\xff\x10", (1, 2**63)),
)
VISIT = Visit(
    url="https://a.example/1",
    key="a.example/1",
    source="a",
    kind=Kind.ARTICLE,
    visited_at=AT,
    status=200,
    capture=CaptureRef("x.warc.gz", 10, 20, "sha1:AA", AT, 200, "text/html", 99, place="file://one/captures/"),
    found=(LINK, replace(LINK, refused=Reason.OFF_SITE, tags=("a", "b"))),
    reading=READING,
    reread=READING,
    revisit=(3600.0, 86400.0),
    every=7200.0,
)  # fmt: skip


def test_a_visit_comes_back_as_it_was() -> None:
    assert wire.decode_visit(wire.encode_visit(VISIT)) == VISIT


@given(st.text(st.characters(codec=None)), st.binary(max_size=60), st.datetimes(timezones=st.just(UTC)))
def test_any_text_travels_and_what_utf8_cannot_hold_is_replaced(text: str, raw: bytes, at: datetime) -> None:
    visit = replace(
        VISIT, visited_at=at, detail=text, reading=replace(READING, signature=Signature("m", 1, raw, ()))
    )
    back = wire.decode_visit(wire.encode_visit(visit))
    try:
        text.encode()
    except UnicodeEncodeError:
        assert replace(back, detail="") == replace(visit, detail="")
        back.detail.encode()
    else:
        assert back == visit


def packed(value: object) -> bytes:
    return zlib.compress(msgspec.json.encode(value))


GOOD = {
    "wire": 1,
    "visit": {"url": "u", "key": "k", "source": "s", "kind": "article", "visited_at": "2026-11-22T00:00:00Z"},
}


@pytest.mark.parametrize(
    ("letter", "says"),
    [
        pytest.param(b"", "cut off", id="nothing"),
        pytest.param(b"\x00\x01junk", "damaged", id="no zlib"),
        pytest.param(wire.encode_visit(VISIT)[:-9], "cut off", id="cut short"),
        pytest.param(packed([]), "none that newsbot wrote", id="no letter"),
        pytest.param(packed({"wire": 99, "visit": {}}), "newer newsbot", id="of a newer newsbot"),
        pytest.param(packed({"wire": 1, "visit": {}}), "missing required field `url`", id="without its fields"),
        pytest.param(packed({**GOOD, "visit": {**GOOD["visit"], "status": "200"}}), "Expected `int | null`", id="a number as text"),  # type: ignore[dict-item]
        pytest.param(packed({**GOOD, "visit": {**GOOD["visit"], "kind": "advert"}}), "Invalid enum value", id="an unknown kind"),  # type: ignore[dict-item]
        pytest.param(zlib.compress(b"[" * 100_000), "none that newsbot wrote", id="deeply nested"),
        pytest.param(zlib.compress(b" " * (wire.LARGEST + 1)), "more than", id="a bomb"),
    ],
)  # fmt: skip
def test_what_is_no_visit_is_refused_with_a_sentence(letter: bytes, says: str) -> None:
    with pytest.raises(Undecodable, match=says):
        wire.decode_visit(letter)


def test_a_newer_newsbot_may_have_added_fields() -> None:
    assert wire.decode_visit(packed({**GOOD, "visit": {**GOOD["visit"], "mood": "fine"}})).key == "k"  # type: ignore[dict-item]


def test_what_is_too_large_is_not_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wire, "LARGEST", 500)
    with pytest.raises(ValueError, match="may travel"):
        wire.encode_visit(VISIT)


def test_an_article_travels_without_its_texts() -> None:
    article = KnownArticle(3, "p", "s", "published", AT, "7", "h", "Rain\x00", text="long", notes=("n",))
    back = wire.decode_known(wire.encode_known(article))
    assert back == replace(article, text=None, notes=None, headline="Rain")


def test_links_and_sources_come_back_as_they_were() -> None:
    source = PlannedSource("a", "A", listings=(("https://a.example/feed", Kind.FEED),), revisit=(1.0,))
    assert wire.decode_found(wire.encode_found([LINK]), LINK.key, LINK.url) == (LINK,)
    assert wire.decode_source(wire.encode_source(source)) == source
