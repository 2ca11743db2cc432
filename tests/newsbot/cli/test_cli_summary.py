"""The table at the end of a crawl, and what a crawl changed."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace

from newsbot.cli.changes import changes
from newsbot.cli.summary import closing as last_lines
from newsbot.cli.summary import summary


def line(name: str, **counts: object) -> SimpleNamespace:
    nothing = {"found": 0, "stored": 0, "revised": 0, "unchanged": 0, "gone": 0, "skipped": {}, "failed": {}}
    return SimpleNamespace(source=name, name=name, **{**nothing, **counts})


def report(*rows: SimpleNamespace) -> SimpleNamespace:
    return SimpleNamespace(
        run=1,
        rows=list(rows),
        seconds=3.21,
        requests=1200,
        received_bytes=1_500_000,
        archive=Path("archive.db"),
        state="finished",
        ended_by=None,
        shared=None,
    )


def test_each_source_has_a_line_and_all_of_them_a_sum() -> None:
    lines = list(
        summary(
            report(
                line("Gulf Courier", found=14, stored=12, skipped={"noarchive": 1, "robots": 2}),
                line("Nordhafen Zeitung", found=3, stored=3, failed={"timeout": 1}),
            )
        )
    )
    assert [" ".join(row.split()) for row in lines[:4]] == [
        "source found stored revised unchanged gone skipped failed",
        "Gulf Courier 14 12 0 0 0 3: 2 robots, 1 noarchive 0",
        "Nordhafen Zeitung 3 3 0 0 0 0 1 timeout",
        "all 17 15 0 0 0 3: 2 robots, 1 noarchive 1 timeout",
    ]


def test_every_reason_that_occurs_is_explained_once() -> None:
    lines = list(summary(report(line("a", skipped={"robots": 2}), line("b", skipped={"robots": 1}))))
    assert lines[-1] == "robots (3): robots.txt of the site forbids this URL."
    assert sum(one.startswith("robots (") for one in lines) == 1


def test_a_source_that_fails_in_many_ways_does_not_widen_the_table() -> None:
    failed = {"timeout": 9, "dns": 7, "tls": 5, "connection": 3, "empty": 1}
    lines = list(summary(report(line("a", failed=failed))))
    assert lines[1].endswith("25: 9 timeout, 7 dns, 5 tls, …")
    assert [one.split(":")[0] for one in lines[3:]] == [
        "connection (3)", "dns (7)", "empty (1)", "timeout (9)", "tls (5)",
    ]  # fmt: skip


def test_one_source_needs_no_sum() -> None:
    assert len(list(summary(report(line("a"))))) == 2


def test_the_last_line_says_how_to_browse() -> None:
    assert list(last_lines(report()))[-1].endswith("Browse it: newsbot serve")
    assert "make serve" in list(last_lines(report(), sample=True))[-1]
    other = report()
    other.archive = Path("old/archive.db")
    assert list(last_lines(other))[-1].endswith("Browse it: newsbot serve --db old/archive.db")


def changed(archive: Path) -> Path:
    """Run 1 stored two articles, run 2 found one changed, one removed and one new."""
    with closing(sqlite3.connect(archive)) as db:
        db.executescript("""
            update runs set started_at = '2026-01-01T03', ended_at = '2026-01-01T04' where id = 1;
            insert into runs (id, started_at, state, version, reading, command)
                values (2, '2026-01-02T03', 'finished', '0', '0', 'newsbot crawl');
            insert into articles (id, public_id, url, source, headline, published_sort, first_seen_at) values
                (11, 'k', 'http://a.example/11', 'gulf', '43 schools damaged', '2026-01-01', '2026-01-01T03:30'),
                (12, 'l', 'http://a.example/12', 'gulf', 'A hoax', '2026-01-01', '2026-01-01T03:30'),
                (13, 'm', 'http://a.example/13', 'gulf', null, '2026-01-02', '2026-01-02T03:30');
            insert into revisions (article, kind, changed, seen_at, headline) values
                (11, 'publisher', 'headline, text', '2026-01-02T03:30', '41 schools damaged'),
                (12, 'publisher', 'removed', '2026-01-02T03:30', 'A hoax'),
                (11, 'reading', 'text', '2026-01-02T03:30', '43 schools damaged');
        """)
    return archive


def test_the_first_crawl_of_an_archive_changes_nothing(archive: Path) -> None:
    assert list(changes(changed(archive), 1)) == []


def test_revised_removed_and_new_articles_are_named(archive: Path) -> None:
    assert list(changes(changed(archive), 2)) == [
        "",
        "What changed since the last crawl:",
        "  revised  41 schools damaged → 43 schools damaged",
        "  removed  A hoax",
        "  new      http://a.example/13",
    ]


def test_a_crawl_with_nothing_to_do_says_so_and_how_to_look_all_the_same() -> None:
    (told,) = summary(report())
    assert told.startswith("Nothing was due") and "--all" in told


def test_a_stopped_crawl_says_that_the_next_one_goes_on() -> None:
    stopped = report()
    stopped.state = "stopped"
    assert list(summary(stopped)) == []
    assert "the next one goes on" in " ".join(last_lines(stopped))


def test_the_line_to_browse_can_be_pasted_into_a_shell() -> None:
    elsewhere = report()
    elsewhere.archive = Path("my papers/archive.db")
    assert list(last_lines(elsewhere))[-1].endswith("newsbot serve --db 'my papers/archive.db'")
