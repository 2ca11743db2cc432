"""A shared frontier as its crawlers leave it: runs, URLs and an outbox, written by hand; and the archive that collects it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest

from newsbot.collect import CollectOrder, CollectReport, collect
from pipelines import dedupe
from pipelines.items import CaptureRef, Found, Kind, Precision, Published, Reading, Via, Visit
from pipelines.shared import wire
from pipelines.shared.schema import prepare
from pipelines.store import PlannedSource

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
FEED = "https://herald.example/feed"
HERALD = PlannedSource(
    "herald", "The Herald", listings=((FEED, Kind.FEED),), every=7200.0, revisit=(3600.0, 86400.0)
)


class Frontier:
    """Both ends: what crawlers leave, and what the archive and the frontier then have."""

    def __init__(self, dsn: str, folder: Path) -> None:
        self.dsn = dsn
        self.archive = folder / "archive.db"
        self.pg = self._connected()
        self.id = prepare(self.pg)
        self.pg.execute(
            "INSERT INTO newsbot.sources VALUES ('herald', %s, 'active', %s, %s)",
            (wire.encode_source(HERALD), NOW, NOW),
        )
        self.run = self.begin_run("crawler-a")

    def connect(self) -> None:
        """Anew, where the server was away."""
        self.pg.close()
        self.pg = self._connected()

    def _connected(self) -> psycopg.Connection[Any]:
        connection = psycopg.connect(self.dsn, autocommit=True)
        connection.execute("SET synchronous_commit = on")
        return connection

    def begin_run(self, crawler: str) -> int:
        row = self.pg.execute(
            """INSERT INTO newsbot.runs (crawler, machine, started_at, seen_at, lease, state, version, reading, command)
            VALUES (%s, 'm1', %s, now(), 60, 'running', '0.3.0', '1', 'newsbot crawl') RETURNING id""",
            (crawler, NOW),
        ).fetchone()
        assert row is not None
        return int(row[0])

    def end_run(self, run: int, state: str = "finished", **more: Any) -> None:
        row = {"exit_code": 0, "requests": 7, "ended_by": None, **more}
        self.pg.execute(
            "UPDATE newsbot.runs SET state = %s, ended_at = %s, exit_code = %s, requests = %s, ended_by = %s WHERE id = %s",
            (state, NOW + timedelta(minutes=5), row["exit_code"], row["requests"], row["ended_by"], run),
        )

    def reading(self, name: str, **changes: Any) -> Reading:
        text = changes.pop(
            "text", f"{name.title()}: the harbour master spoke on Sunday of ships and cranes. " * 12
        )
        headline = changes.pop("headline", f"News of {name}")
        one = Reading(version="1", url="", is_article=True, headline=headline, lede="It happened.", text=text,
                      published=Published(NOW - timedelta(hours=1), date(2026, 11, 22), Precision.MINUTE, "jsonld", 0.9))  # fmt: skip
        one = replace(one, **changes)
        return replace(
            one,
            word_count=len(one.text.split()),
            content_hash=dedupe.content_hash(one.headline, one.lede, one.byline, one.text),
            text_hash=dedupe.text_hash(one.text),
        )

    def visit(self, name: str, **changes: Any) -> Visit:
        url = changes.pop("url", f"https://herald.example/{name}")
        one = Visit(url=url, key=dedupe.url_key(url), source="herald", kind=Kind.ARTICLE, visited_at=NOW, status=200,
                    reading=self.reading(name), revisit=HERALD.revisit, every=HERALD.every, etag=f'"{name}"')  # fmt: skip
        return replace(one, **changes)

    def listing(self, *names: str, **changes: Any) -> Visit:
        links = tuple(
            Found(url, dedupe.url_key(url), Kind.ARTICLE, Via.FEED, FEED, title=name)
            for name in names
            for url in (f"https://herald.example/{name}",)
        )
        return self.visit("feed", url=FEED, kind=Kind.FEED, reading=None, found=links, etag=None, **changes)

    def capture(self, offset: int = 0, **changes: Any) -> CaptureRef:
        one = CaptureRef(
            "a.warc.gz", offset, 100, "sha1:X", NOW, 200, "text/html", 90, place="file://m1/var/captures/"
        )
        return replace(one, **changes)

    def put(self, visit: Visit, *, run: int | None = None, packed: bytes | None = None) -> int:
        """A crawler's commit: the frontier's row acked, the visit in the outbox; gives the row's number."""
        with self.pg.transaction():
            (visits,) = self.pg.execute(
                """INSERT INTO newsbot.frontier AS f (key, url, source, kind, host, state, due_at, visits, first_due_at)
                VALUES (%s, %s, %s, %s, %s, 'parked', %s, 1, %s)
                ON CONFLICT (key) DO UPDATE SET visits = f.visits + 1 RETURNING visits""",
                (visit.key, visit.url, visit.source, visit.kind.value, dedupe.host_of(visit.url), NOW, NOW),
            ).fetchone() or (0,)
            (row,) = self.pg.execute(
                """INSERT INTO newsbot.outbox (run, key, visits, visit, made_at) VALUES (%s, %s, %s, %s, now())
                RETURNING id""",
                (run or self.run, visit.key, visits, packed or wire.encode_visit(visit)),
            ).fetchone() or (0,)
        return int(row)

    def collect(self, **order: Any) -> CollectReport:
        return collect(CollectOrder(self.dsn, order.pop("archive", self.archive), **order))

    def ask(self, sql: Any, *values: Any) -> list[tuple[Any, ...]]:
        """Rows of the frontier."""
        return self.pg.execute(sql, values).fetchall()

    def rows(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        """Rows of the archive."""
        with closing(sqlite3.connect(self.archive)) as db:
            return db.execute(sql, values).fetchall()

    def headlines(self) -> list[str]:
        return [headline for (headline,) in self.rows("SELECT headline FROM articles ORDER BY id")]

    def state(self) -> dict[str, list[tuple[Any, ...]]]:
        """All that must be the same whatever stopped a collection in between."""
        return {
            "articles": self.rows("SELECT public_id, headline, revisions, changed_at, state FROM articles ORDER BY id"),
            "fetches": self.rows("SELECT run, key, outcome, reason FROM fetches ORDER BY id"),
            "frontier": self.rows("SELECT key, state, due_at, visits, etag FROM frontier ORDER BY key"),
            "collected": self.rows("SELECT * FROM collected"),
            "runs": self.rows("SELECT crawler, state, stored, revised, requests FROM runs ORDER BY id"),
            "outbox": self.ask("SELECT id FROM newsbot.outbox"),
            "shared": self.ask("SELECT key, state, due_at, visits, etag, known FROM newsbot.frontier ORDER BY key"),
        }  # fmt: skip


def collected_later(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever collects here does so two hours after the visits."""
    monkeypatch.setattr("newsbot.collect.collecting.utc_now", lambda: NOW + timedelta(hours=2))


@pytest.fixture
def frontier(dsn: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Frontier]:
    """A frontier of one source and one run, and no archive yet; it is collected two hours after the visits."""
    collected_later(monkeypatch)
    one = Frontier(dsn, tmp_path)
    yield one
    one.pg.close()
