"""The export over HTTP: exactly what is shown, whole or visibly broken off."""

from __future__ import annotations

import asyncio
import csv
import io
import json
import re
import resource
import sqlite3
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pyarrow.parquet as pq
import pytest
import uvicorn

from newsbot.publish import build
from newsbot.publish.server import listen
from pipelines.store.export import EXPORT_COLUMNS

csv.field_size_limit(4_000_000)  # one headline of the archive is a megabyte


def rows_of(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline=""), strict=True))


@contextmanager
def served(path, lines=None) -> Iterator[str]:
    """A real server in a thread; its address."""
    room = build(path, say=(lines if lines is not None else []).append)
    listening = listen("127.0.0.1", 0)
    server = uvicorn.Server(uvicorn.Config(room.app(), log_level="critical"))
    thread = threading.Thread(target=lambda: asyncio.run(server.serve(sockets=[listening])))
    thread.start()
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(10)
        listening.close()
        room.room.connections.close()


@pytest.mark.parametrize(
    "query",
    ["", "?source=morning&tag=t1", "?section=Local&section=Sport", "?_search=council", "?published_year=2013",
     "?_search=zxqvwnonsense", "?author=Cara+O'Neill&published_day__gte=2020-03-06"],
)  # fmt: skip
def test_the_file_has_exactly_the_rows_that_are_shown(get, query) -> None:
    shown, path = [], f"/archive/articles{query}"
    while path:
        html = get(path).text
        shown += re.findall(r'<h3 class="headline"[^>]*><a href="/a/([^"]+)"', html)
        older = re.search(r'rel="next" href="([^"]+)"', html)
        path = older.group(1).replace("&amp;", "&") if older else ""
    answer = get(f"/export/articles.csv{query}")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"] == 'attachment; filename="archive-articles.csv"'
    assert [row["public_id"] for row in rows_of(answer.text)] == shown
    lines = [json.loads(line) for line in get(f"/export/articles.jsonl{query}").text.split("\n") if line]
    assert [line["public_id"] for line in lines] == shown


def test_the_columns_are_stable_and_labels_joined(get) -> None:
    text = get("/export/articles.csv?place=Baghdad&language=en&text=1").text
    assert text.split("\r\n")[0] == ",".join((*EXPORT_COLUMNS, "text"))
    (row,) = rows_of(text)
    assert row["authors"] == "Ann Example; Ben Example"
    assert row["tags"] == "Iraq; borders"
    assert row["agencies"] == "AFP; Reuters"
    assert row["source_name"] == "The Morning Post"
    assert row["text"].startswith("BAGHDAD, June 22, (Agencies):")
    assert row["text"].count("\n\n") == 2


def test_formulas_are_text_unless_switched_off(get) -> None:
    guarded = {row["public_id"]: row for row in rows_of(get("/export/articles.csv?published_year=2013").text)}
    assert guarded["p000014"]["headline"].startswith("'=HYPERLINK")
    assert guarded["p000014"]["byline"] == "'@SUM(1)"
    raw = {
        row["public_id"]: row for row in rows_of(get("/export/articles.csv?published_year=2013&guard=0").text)
    }
    assert raw["p000014"]["headline"] == '=HYPERLINK("http://evil.example","x")'
    assert len(raw["p000015"]["headline"]) == 1_000_000


def test_the_mark_for_excel_is_there_when_asked_for(get) -> None:
    assert get("/export/articles.csv?bom=1").content.startswith(b"\xef\xbb\xbfpublic_id,")
    assert get("/export/articles.csv").content.startswith(b"public_id,")


def test_the_page_of_the_listing_plays_no_part(get) -> None:
    html = get("/archive/articles").text
    link = re.search(r'rel="next" href="/archive/articles(\?[^"]+)"', html).group(1)
    assert get(f"/export/articles.csv{link}").text == get("/export/articles.csv").text


@pytest.fixture
def large(scribe):
    """3,000 articles with texts."""
    scribe.source("morning")
    for number in range(1, 3001):
        scribe.article(number, published_day="2020-01-01", text="word " * 300)
    return scribe.finish()


def test_a_fault_in_the_middle_ends_the_transfer_visibly(large, monkeypatch) -> None:
    import newsbot.publish.csv_route as route

    def breaking(columns, rows, **options):
        yield "half of it\r\n" * 100_000  # what comes within the first half megabyte is an error page yet
        raise sqlite3.OperationalError("disk I/O error")

    monkeypatch.setattr(route, "csv_pieces", breaking)
    lines: list[str] = []
    with served(large, lines) as address:
        for encoding in ("identity", "gzip"):
            with pytest.raises(httpx.RemoteProtocolError):
                httpx.get(f"{address}/export/articles.csv", headers={"accept-encoding": encoding})
        assert httpx.get(f"{address}/sources").status_code == 200
    assert "disk I/O error" in lines[0]


def test_a_fault_before_the_first_row_is_an_error_page(get, monkeypatch) -> None:
    import newsbot.publish.csv_route as route

    monkeypatch.setattr(route, "articles_sql", lambda *_, **__: "SELECT nothing FROM nowhere")
    answer = get("/export/articles.csv")
    assert answer.status_code == 503
    assert "could not be read just now" in answer.text


def test_one_state_of_the_archive_from_the_first_row_to_the_last(large) -> None:
    with served(large) as address, httpx.stream("GET", f"{address}/export/articles.csv?text=1") as answer:
        pieces = answer.iter_text()
        text = next(pieces)
        connection = sqlite3.connect(large)
        with connection:
            connection.execute("UPDATE articles SET headline = 'Changed meanwhile'")
            connection.execute("DELETE FROM articles WHERE id < 100")
        connection.close()
        text += "".join(pieces)
    rows = rows_of(text)
    assert len(rows) == 3000
    assert not any(row["headline"] == "Changed meanwhile" for row in rows)


def test_text_that_is_not_utf8_is_replaced_and_costs_no_row(scribe, publish) -> None:
    scribe.source("morning")
    for number in range(1, 301):
        scribe.article(number, published_day="2020-01-01", lede="Grüße, 5")
    for number in (150, 151, 300):
        scribe.connection.execute(
            "UPDATE articles SET byline = CAST(x'61ff62' AS TEXT) WHERE id = ?", (number,)
        )
    rows = rows_of(publish(scribe.finish())("/export/articles.csv").text)
    assert [row["public_id"] for row in rows] == [f"p{number:06d}" for number in range(300, 0, -1)]
    assert [at for at, row in enumerate(rows) if row["byline"] == "a\ufffdb"] == [0, 149, 150]
    assert {row["lede"] for row in rows} == {"Grüße, 5"}


def test_who_hangs_up_holds_no_export_open(large) -> None:
    with served(large) as address:
        for _ in range(6):
            with httpx.stream("GET", f"{address}/export/articles.csv?text=1") as answer:
                next(answer.iter_raw())
        started = time.monotonic()
        assert len(rows_of(httpx.get(f"{address}/export/articles.csv").text)) == 3000
        assert time.monotonic() - started < 10


@pytest.mark.soak
def test_a_hundred_thousand_articles_come_whole_in_flat_memory(scribe) -> None:
    scribe.source("morning")
    scribe.connection.executescript("""
        WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000)
        INSERT INTO articles (id, public_id, url, source, headline, published_sort, first_seen_at)
        SELECT i, printf('p%06d', i), 'https://morning.example/' || i, 'morning', 'Headline ' || i,
          date('2000-01-01', (i % 9000) || ' days'), '2026-01-01T00:00:00Z' FROM n;
        INSERT INTO article_text (article, text) SELECT id, printf('%.*c', 2000, 'x') FROM articles;
        INSERT INTO article_tags (article, tag) SELECT id, 'tag ' || (id % 50) FROM articles;
    """)
    path = scribe.finish()
    with served(path) as address:
        httpx.get(f"{address}/export/articles.csv?tag=tag+1")
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        count = size = 0
        with httpx.stream("GET", f"{address}/export/articles.csv?text=1", timeout=120) as answer:
            for piece in answer.iter_bytes():
                count += piece.count(b"\r\n")
                size += len(piece)
        grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert count == 100_001
    assert size > 200_000_000
    assert grown < 40_000, f"{grown} KiB more"


def test_parquet_holds_the_same_rows(get) -> None:
    answer = get("/export/articles.parquet?section=Local&text=1")
    assert answer.headers["content-type"] == "application/vnd.apache.parquet"
    table = pq.read_table(io.BytesIO(answer.content))
    assert table.column_names == [*EXPORT_COLUMNS, "text"]
    shown = [row["public_id"] for row in rows_of(get("/export/articles.csv?section=Local").text)]
    assert table.column("public_id").to_pylist() == shown


def test_without_pyarrow_a_sentence_and_no_file(get, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    answer = get("/export/articles.parquet")
    assert answer.status_code == 501
    assert "Parquet needs pyarrow" in answer.text


def test_a_listing_offers_parquet_where_it_can_be_made(get) -> None:
    html = get("/archive/articles?section=Local").text
    assert 'href="/export/articles.parquet?section=Local&text=1"' in html.replace("&amp;", "&")
