"""A small archive, made by the store itself: two sources, three articles, one run."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from newsbot.clock import utc_now
from pipelines import dedupe
from pipelines.store import Archive, fulltext

ROWS = """
insert into sources (id, name, first_seen_at) values
    ('gulf', 'Gulf Courier', '2026-01-01T00:00:00Z'), ('nord', 'Nordhafen Zeitung', '2026-01-01T00:00:00Z');
insert into runs (id, started_at, ended_at, state, exit_code, version, reading, command, stored)
    values (1, '2026-01-01T03:00:00Z', '2026-01-01T03:05:00Z', 'finished', 0, '0.1.0', 'r1', 'newsbot crawl', 3);
insert into articles (id, public_id, url, source, headline, published_day, published_year, published_sort, country,
                      first_seen_at) values
    (1, 'aaa', 'http://gulf.example/1', 'gulf', 'Bridge opens', '2014-06-22', 2014, '2014-06-22T18:00:00Z', 'IQ',
     '2026-01-01T03:01:00Z'),
    (2, 'bbb', 'http://gulf.example/2', 'gulf', '=HYPERLINK("x")', '2026-01-01', 2026, '2026-01-01T01:00:00Z', 'KW',
     '2026-01-01T03:02:00Z'),
    (3, 'ccc', 'http://nord.example/3', 'nord', 'Zürich und Öl', null, null, '2026-01-01T03:03:00Z', null,
     '2026-01-01T03:03:00Z');
insert into article_text (article, text) values (1, 'One.'), (2, 'Two.'), (3, 'Drei.');
insert into article_authors (article, author, position) values (1, 'Ann Lee', 0), (1, 'Bo Rask', 1);
insert into urls (key, url, source, article, outcome, first_seen_at) values
    ('https://gulf.example/1', 'http://gulf.example/1', 'gulf', 1, 'stored', '2026-01-01T03:00:30Z'),
    ('https://gulf.example/2', 'http://gulf.example/2', 'gulf', 2, 'stored', '2026-01-01T03:00:30Z'),
    ('https://nord.example/3', 'http://nord.example/3', 'nord', 3, 'stored', '2026-01-01T03:00:30Z');
"""


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    file = tmp_path / "archive.db"
    Archive.open(file, judgement=dedupe, now=utc_now).close()
    with closing(sqlite3.connect(file)) as db:
        db.executescript(ROWS)
        fulltext.rebuild(db)
        db.commit()
    return file
