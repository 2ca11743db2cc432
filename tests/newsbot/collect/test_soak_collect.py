"""The whole way, in real processes: crawlers and collectors are killed, and every article is in the archive once."""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import subprocess
import threading
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

import psycopg
import pytest

from ..press import NEWSBOT, Edition, crawled, printing, rows, sources, started, until

PAPERS, ARTICLES = 3, 60


class Collecting:
    """`newsbot collect` again and again, each killed after a while that dice tell, until it is told to stop."""

    def __init__(self, folder: Path, dsn: str) -> None:
        self._environment = {**os.environ, "NEWSBOT_FRONTIER": dsn}
        self._folder = folder
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._kill_again_and_again)
        self.killed = 0

    def __enter__(self) -> Collecting:
        self._thread.start()
        return self

    def __exit__(self, *raised: object) -> None:
        self._over.set()
        self._thread.join()

    def begin(self) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [NEWSBOT, "collect", "-q"],
            cwd=self._folder,
            env=self._environment,
            stderr=subprocess.PIPE,
            text=True,
        )

    def _kill_again_and_again(self) -> None:
        dice = random.Random(7)  # noqa: S311  the same moments each time
        while not self._over.is_set():
            process = self.begin()
            try:
                process.wait(0.5 + dice.random())
            except subprocess.TimeoutExpired:
                process.send_signal(signal.SIGKILL)
                self.killed += 1
            process.communicate()


def ask(dsn: str, statement: Any) -> list[tuple[Any, ...]]:
    with psycopg.connect(dsn, autocommit=True) as connection:
        return connection.execute(statement).fetchall()


@pytest.mark.soak
@pytest.mark.timeout(600)
def test_crawlers_and_collectors_are_killed_and_every_article_is_in_the_archive_once(
    tmp_path: Path, dsn: str
) -> None:
    shared = {"NEWSBOT_FRONTIER": dsn, "NEWSBOT_LEASE_SECONDS": "3"}
    desk = tmp_path / "desk"
    desk.mkdir()
    with ExitStack() as opened:
        presses = [
            opened.enter_context(printing(Edition(articles=ARTICLES, in_feed=ARTICLES, latency=0.01)))
            for _ in range(PAPERS)
        ]
        places = [tmp_path / name for name in ("one", "two")]
        for place in places:
            place.mkdir()
            sources(place, *presses, delay=0.05)
        printed = lambda: sum(len(press.asked("/2026/")) for press in presses)  # noqa: E731
        with Collecting(desk, dsn) as collecting:
            running = [started(place, **shared) for place in places]
            for number, place in enumerate(places):
                before = printed()
                until(lambda: printed() > before + 20, 120)  # noqa: B023  at once
                os.killpg(running[number].pid, signal.SIGKILL)
                running[number].communicate()
                running[number] = started(place, **shared)
            ends = [(process.communicate()[1], process.returncode)[1] for process in running]
            assert ends == [0, 0]
            until(lambda: collecting.killed > 3, 120)
        last = collecting.begin()
        assert (last.communicate()[1], last.returncode) == ("", 0)
        alone = tmp_path / "alone"
        alone.mkdir()
        sources(alone, *presses, delay=0.0)
        assert crawled(alone, "-q").returncode == 0
    assert ask(dsn, "SELECT count(*) FROM newsbot.outbox") == [(0,)]
    assert rows(desk, "SELECT count(*) FROM collected") == [(0,)]
    total = PAPERS * ARTICLES
    assert rows(desk, "SELECT count(*), count(DISTINCT url), sum(revisions) FROM articles") == [
        (total, total, 0)
    ]
    assert rows(desk, "SELECT count(*) FROM fetches WHERE outcome = 'stored'") == [(total,)]
    assert rows(desk, "SELECT sum(stored), sum(failed) FROM runs") == [(total, 0)]
    assert rows(desk, "SELECT count(*) FROM runs WHERE state = 'finished'") == [(2,)]
    assert rows(desk, "SELECT count(*) FROM runs WHERE state IN ('killed', 'running')") == [(2,)]
    for table, columns in SAME.items():
        statement = f"SELECT {columns} FROM {table} ORDER BY 1, 2"  # noqa: S608
        assert rows(desk, statement) == rows(alone, statement), table
    with closing(sqlite3.connect(desk / "archive.db")) as db:
        archived = db.execute(
            "SELECT key, state, due_at, visits FROM frontier WHERE kind = 'article' ORDER BY key"
        ).fetchall()
    told = ask(
        dsn,
        """SELECT key, state, to_char(due_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'), visits
        FROM newsbot.frontier WHERE kind = 'article' AND known IS NOT NULL ORDER BY key""",
    )
    assert told == archived


# What does not depend on the moment of the visit is as one crawl alone would have written it.
SAME = {
    "articles": "public_id, url, source, headline, byline, published_at, content_hash, word_count, state",
    "article_text": "text, text_hash",
    "evidence": "key, origin, name, printed, at, title, chosen",
    "urls": "key, url, source, outcome, reason",
    "sources": "id, name, homepage, state",
}
