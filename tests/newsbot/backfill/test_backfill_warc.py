"""newsbot backfill warc: pages out of WARC files, with their records, their times and their history."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from newsbot.backfill import files
from newsbot.backfill.files import Part
from newsbot.backfill.owners import Owners
from newsbot.backfill.terms import Terms
from newsbot.backfill.warc import read_warc
from newsbot.bulk.unit import Spoiled, Unit
from newsbot.cli import main
from newsbot.sources import Source, load
from pipelines.capture import read_capture
from pipelines.errors import NoRoom
from pipelines.reasons import Reason

from .warc_files import SOURCES, Inline, member, page, paper, written


class Desk:
    """A folder with sources.toml, in which commands are run."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder = folder
        self.engine = Inline()
        self.archive = folder / "archive.db"
        (folder / "sources.toml").write_text(SOURCES)
        monkeypatch.setattr("newsbot.backfill.taking.engine_of", lambda *_: self.engine)

    def run(self, *arguments: str | Path) -> Result:
        where = ["--db", str(self.archive), "--sources", str(self.folder / "sources.toml")]
        return CliRunner().invoke(main, ["backfill", *map(str, arguments), *where])

    def told(self, *arguments: str | Path, code: int = 0) -> dict[str, Any]:
        result = self.run(*arguments, "--json")
        assert result.exit_code == code, result.output
        told: dict[str, Any] = json.loads(result.stdout)
        return told

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        with closing(sqlite3.connect(self.archive)) as db:
            return db.execute(sql).fetchall()

    def paths(self) -> list[str]:
        """Of the articles, without their hosts."""
        return [url.rpartition("/")[2] for (url,) in self.rows("SELECT url FROM articles ORDER BY id")]


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    return Desk(tmp_path, monkeypatch)


def test_articles_come_with_their_time_their_source_and_their_record(desk: Desk) -> None:
    members = [
        member("https://www.paper.example/one", b"", kind="request"),
        *paper("one", "two"),
        *paper("stranger", host="elsewhere.example"),
        member("https://www.paper.example/gone", b"Gone.", status="404 Not Found"),
        member("https://www.paper.example/one", b"", kind="revisit"),
        *paper("three", host="sport.herald.example", at="2019-02-12T00:00:00Z"),
    ]
    file = written(desk.folder / "crawl.warc.gz", *members)
    told = desk.told("warc", file)
    assert told["left_out"] == {"request": 1, "no_source": 1, "status_404": 1, "revisit": 1}
    assert told["hosts_without_source"] == {"elsewhere.example": 1}
    assert told["records"] == 7
    assert desk.rows("SELECT source, first_seen_at, url FROM articles ORDER BY id") == [
        ("paper", "2019-02-11T11:11:10Z", "https://www.paper.example/one"),
        ("paper", "2019-02-11T11:11:10Z", "https://www.paper.example/two"),
        ("herald", "2019-02-12T00:00:00Z", "https://sport.herald.example/three"),
    ]
    kept = desk.rows("SELECT file, offset, length, place FROM captures ORDER BY id")
    for (name, offset, length, place), original in zip(
        kept, (members[1], members[2], members[6]), strict=True
    ):
        assert place is None
        raw = (desk.folder / "captures" / name).read_bytes()
        assert raw[offset : offset + length] == original  # byte for byte
        assert read_capture(desk.folder / "captures", name, offset, length).status == 200
    assert desk.rows("SELECT work, state, exit_code, stored, requests FROM runs") == [
        ("backfill warc", "finished", 0, 3, 0)
    ]
    assert len(desk.rows("SELECT * FROM fetches")) == 3
    assert desk.rows("SELECT * FROM frontier") == []
    assert desk.rows("SELECT state, records, stored, skipped FROM bulk_units") == [("done", 7, 3, 4)]


def test_what_was_done_is_not_read_again_and_a_file_that_changed_brings_only_what_is_new(desk: Desk) -> None:
    file = written(desk.folder / "crawl.warc.gz", *paper("one", "two"))
    desk.told("warc", file)
    told = desk.told("warc", file)
    assert (told["units_done_before"], told["records"], len(desk.engine.read)) == (1, 0, 1)
    written(file, *paper("one", "two", "three"))
    told = desk.told("warc", file)
    assert (told["units_done_before"], told["known"]) == (0, 2)
    assert desk.paths() == ["one", "two", "three"]
    assert desk.rows("SELECT count(*), count(DISTINCT key) FROM captures") == [(3, 3)]
    assert desk.rows("SELECT count(*) FROM fetches") == [(3,)]


def test_other_filters_are_other_work_and_store_nothing_twice(desk: Desk) -> None:
    file = written(desk.folder / "crawl.warc.gz", *paper("one", "two"))
    desk.told("warc", file, "--host", "paper.example")
    assert desk.told("warc", file)["known"] == 2
    assert desk.rows("SELECT count(*) FROM captures") == [(2,)]


FILTERS: list[tuple[str, list[str], list[str], dict[str, int]]] = [
    ("nothing asked for", [], ["a", "c"], {"no_source": 1, "excluded": 1}),
    ("a source", ["--source", "herald"], ["c"], {"other_source": 2, "no_source": 1}),
    ("a host", ["--host", "sport.herald.example"], ["c"], {"other_host": 3}),
    ("any host", ["--any-host"], ["a", "b", "c"], {"excluded": 1}),
    ("everything to one", ["--as", "herald"], ["a", "b", "c", "d"], {}),
    ("from a day on", ["--from", "2019-02-12", "--any-host"], ["b", "c"], {"outside_dates": 2}),
    ("up to a day", ["--to", "2019-02-11"], ["a"], {"outside_dates": 2, "excluded": 1}),
    ("a language", ["--language", "ar"], [], {"other_language": 2, "no_source": 1, "excluded": 1}),
]


@pytest.mark.parametrize(
    ("asked", "stored", "left"), [one[1:] for one in FILTERS], ids=[one[0] for one in FILTERS]
)
def test_filters(desk: Desk, asked: list[str], stored: list[str], left: dict[str, int]) -> None:
    file = written(
        desk.folder / "crawl.warc.gz",
        *paper("a"),
        *paper("video/d"),
        *paper("b", host="elsewhere.example", at="2019-02-12T00:00:00Z"),
        *paper("c", host="sport.herald.example", at="2019-02-12T23:59:59Z"),
    )
    told = desk.told("warc", file, *asked)
    assert sorted(desk.paths()) == stored
    assert told["left_out"] == left


def test_any_host_makes_sources_by_their_domain(desk: Desk) -> None:
    file = written(desk.folder / "crawl.warc.gz", *paper("b", host="news.elsewhere.co.uk"), *paper("a"))
    desk.told("warc", file, "--any-host")
    assert desk.rows("SELECT source FROM articles ORDER BY id") == [("elsewhere.co.uk",), ("paper",)]


def test_what_retain_would_erase_at_once_is_left_out(desk: Desk) -> None:
    (desk.folder / "sources.toml").write_text(SOURCES.replace('language = "en"', 'retain = "365d"'))
    told = desk.told("warc", written(desk.folder / "crawl.warc.gz", *paper("a")))
    assert told["left_out"] == {"expired": 1}


def test_in_place_leaves_records_in_their_file_and_the_archive_finds_them(desk: Desk) -> None:
    elsewhere = desk.folder / "disk"
    elsewhere.mkdir()
    plain = written(elsewhere / "plain.warc", *map(_unpacked, paper("two")))
    file = written(elsewhere / "crawl.warc.gz", *paper("one"))
    desk.told("warc", file, plain, "--in-place")
    (one, two) = desk.rows("SELECT file, offset, length, place FROM captures ORDER BY id")
    assert one[0] == "crawl.warc.gz" and one[3] == elsewhere.as_uri()
    assert b"ferry" in read_capture(desk.folder / "captures", *one).payload
    assert two[3] is None  # what is not a gzip member of its own is copied
    assert b"ferry" in read_capture(desk.folder / "captures", *two).payload
    doctor = CliRunner().invoke(main, ["doctor", "--db", str(desk.archive)])
    assert "2 of 2 captures were looked at, and every one is whole" in doctor.output


def _unpacked(packed: bytes) -> bytes:
    import gzip

    return gzip.decompress(packed)


def test_older_words_become_an_earlier_version_that_is_told_in_its_order(desk: Desk) -> None:
    url = "https://www.paper.example/one"
    new = member(url, page("one", "The new pier is paid for by the island."), "2019-03-01T00:00:00Z")
    old = member(url, page("one", "Nobody knows who will pay for the pier."), "2019-02-01T00:00:00Z")
    same = member(url, page("one", "The new pier is paid for by the island."), "2019-02-20T00:00:00Z")
    desk.told("warc", written(desk.folder / "new.warc.gz", new))
    told = desk.told("warc", written(desk.folder / "old.warc.gz", old, same))
    assert told["earlier_versions"] == 1
    assert desk.rows("SELECT first_seen_at, revisions FROM articles") == [("2019-02-01T00:00:00Z", 1)]
    assert desk.rows("SELECT seen_at, changed FROM revisions") == [("2019-02-20T00:00:00Z", "lede,text")]
    assert len(desk.rows("SELECT * FROM captures")) == 2  # none of words that are there already
    diff = CliRunner().invoke(main, ["diff", url, "--db", str(desk.archive)])
    assert diff.output.index("first seen 2019-02-01") < diff.output.index("2019-02-20")
    assert "Nobody" in diff.output and "island" in diff.output


def test_what_was_taken_down_stays_out_with_its_record(desk: Desk) -> None:
    desk.told("warc", written(desk.folder / "one.warc.gz", *paper("one")))
    url = "https://www.paper.example/one"
    erase = ["takedown", url, "--mode", "erase", "--reason", "asked for", "--db", str(desk.archive)]
    assert CliRunner().invoke(main, erase).exit_code == 0
    desk.told("warc", written(desk.folder / "two.warc.gz", *paper("one", at="2020-01-01T00:00:00Z")))
    assert desk.rows("SELECT state, headline FROM articles") == [("withheld", None)]
    assert desk.rows("SELECT count(*) FROM captures WHERE erased_at IS NULL") == [(0,)]
    captured = b"".join(path.read_bytes() for path in (desk.folder / "captures").iterdir())
    assert paper("one", at="2020-01-01T00:00:00Z")[0] not in captured


def test_a_backfill_that_is_stopped_goes_on_where_it_was(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Inline, "batch", 2)
    names = [f"story-{number}" for number in range(9)]
    file = written(desk.folder / "crawl.warc.gz", *paper(*names))
    desk.engine = Inline(2, fault=_Killed())
    assert isinstance(desk.run("warc", file).exception, _Killed)
    begun = len(desk.paths())
    assert 0 < begun < 9
    desk.engine = Inline()
    told = desk.told("warc", file)
    assert told["known"] == 0  # exactly what was missing
    assert desk.paths() == names
    assert [row[0] for row in desk.rows("SELECT state FROM runs ORDER BY id")] == ["killed", "finished"]
    assert desk.rows("SELECT state, records, stored FROM bulk_units") == [("done", 9, 9)]


class _Killed(Exception):
    pass


def test_a_signal_ends_it_cleanly(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Inline, "batch", 1)

    class Signalled(Inline):
        def _batches(self, *arguments: Any) -> Any:
            for number, batch in enumerate(super()._batches(*arguments)):
                if number == 2:
                    os.kill(os.getpid(), signal.SIGTERM)
                yield batch

    desk.engine = Signalled()
    file = written(desk.folder / "crawl.warc.gz", *paper("one", "two", "three", "four"))
    result = desk.run("warc", file)
    assert result.exit_code == 143
    assert "goes on from there" in result.output
    assert desk.rows("SELECT state, exit_code, ended_by FROM runs") == [("stopped", 143, "SIGTERM")]
    desk.engine = Inline()
    assert desk.told("warc", file)["known"] == 0
    assert desk.paths() == ["one", "two", "three", "four"]


def test_parts_of_a_file_bring_every_page_once(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "RANGE", 1000)
    names = [f"story-{number}" for number in range(12)]
    file = written(desk.folder / "crawl.warc.gz", *paper(*names))
    desk.told("warc", file)
    assert len(desk.engine.read) > 4
    assert desk.paths() == names
    assert desk.told("warc", file)["records"] == 0


def test_a_page_cannot_pass_for_the_record_of_another_address(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Bytes that open like a record lie in a page that is stored without compression: where a part of the file begins in
    front of them they are found, and given up as soon as the part before is seen to go on past them."""
    import zlib

    hidden = member("https://herald.example/forged", page("forged"))
    body = page("carrier") + b"<!--" + os.urandom(1200).replace(b"-", b"_") + hidden + b"-->"
    block = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + body
    head = (
        "WARC/1.0\r\nWARC-Type: response\r\nWARC-Date: 2019-02-11T11:11:10Z\r\n"
        f"WARC-Target-URI: https://www.paper.example/carrier\r\nContent-Length: {len(block)}\r\n\r\n"
    )
    packer = zlib.compressobj(0, wbits=31)
    carrier = packer.compress(head.encode() + block + b"\r\n\r\n") + packer.flush()
    file = written(desk.folder / "crawl.warc.gz", *paper("one"), carrier, *paper("two", "three"))
    found = file.read_bytes().index(hidden)
    monkeypatch.setattr(files, "RANGE", (found - 20) // 2)  # the third part begins just before it
    desk.told("warc", file)
    assert len(desk.engine.read) > 1
    assert "forged" not in desk.paths()
    assert sorted(desk.paths()) == ["carrier", "one", "three", "two"]
    assert desk.told("warc", file)["records"] == 0  # and it is known to be done


BAD: list[tuple[str, Callable[[Path], list[Path]], int, str]] = [
    ("there is no such file", lambda at: [at / "no.warc.gz"], 3, "cannot be read (No such file"),
    ("a folder", lambda at: [at], 3, "is no file"),
    ("no bytes", lambda at: [written(at / "a.warc.gz", b"")], 3, "is empty"),
    ("a text", lambda at: [written(at / "a.warc.gz", b"A text.")], 3, "is no WARC file"),
    ("a good file and a bad one", lambda at: [written(at / "a.warc.gz", *paper("a")), at / "no.warc.gz"], 1, "No such"),
]  # fmt: skip


@pytest.mark.parametrize(("made", "code", "sentence"), [one[1:] for one in BAD], ids=[one[0] for one in BAD])
def test_files_that_are_none(
    desk: Desk, made: Callable[[Path], list[Path]], code: int, sentence: str
) -> None:
    result = desk.run("warc", *made(desk.folder))
    assert result.exit_code == code
    assert sentence in result.output
    assert "Traceback" not in result.output


def test_damage_costs_only_itself_and_is_told(desk: Desk) -> None:
    one, two, three = paper("one", "two", "three")
    told = desk.told("warc", written(desk.folder / "a.warc.gz", one, two[:-50], three), code=1)
    assert told["failed"] == {"damaged": 1}
    assert desk.paths() == ["one", "three"]


def test_a_backfill_is_no_crawl_to_whoever_watches_the_crawls(desk: Desk) -> None:
    desk.told("warc", written(desk.folder / "a.warc.gz", *paper("one"), b"rubbish"), code=1)
    checked = CliRunner().invoke(main, ["status", "--check", "--db", str(desk.archive)])
    assert "No run has ended yet" in checked.output
    assert "exit code 1" not in checked.output


def test_a_dry_run_says_what_would_be_read_and_makes_no_archive(desk: Desk) -> None:
    file = written(desk.folder / "a.warc.gz", *paper("one", "two"), *paper("x", host="elsewhere.example"))
    told = desk.told("warc", file, "--dry-run")
    assert told["wanted"] == {"paper": 2}
    assert not desk.archive.exists()


def test_two_backfills_at_once_are_one_too_many_and_a_crawl_beside_it_is_not(desk: Desk) -> None:
    from newsbot.clock import utc_now
    from pipelines.store import RunLock

    file = written(desk.folder / "a.warc.gz", *paper("one"))
    with RunLock.acquire(desk.archive, "newsbot crawl", utc_now()):
        desk.told("warc", file)
    with RunLock.acquire(Path(f"{desk.archive}.backfill"), "newsbot backfill", utc_now()):
        assert desk.run("warc", file).exit_code == 75


@pytest.mark.parametrize(
    "asked",
    [["--as", "herald", "--any-host"], ["--from", "2019-02-02", "--to", "2019-02-01"], ["--source", "no"]],
)
def test_what_does_not_fit_is_refused(desk: Desk, asked: list[str]) -> None:
    assert desk.run("warc", written(desk.folder / "a.warc.gz", *paper("one")), *asked).exit_code == 2


def test_a_page_over_which_a_reader_came_to_its_end_costs_only_itself(tmp_path: Path) -> None:
    one, two, three = paper("one", "two", "three")
    file = written(tmp_path / "a.warc.gz", one, two, three)
    terms = Terms(tuple(load(_sources(tmp_path))), now=datetime(2026, 11, 22, tzinfo=UTC))
    spoiled = Spoiled(len(one), Reason.READER_TIMEOUT, "stopped after 30 seconds")
    unit = Unit(str(file), str(file), len(one), None, Part(0, 0))
    visits = [
        step.result.visit for step in read_warc(terms, unit, spoiled) if step.result and step.result.visit
    ]
    assert [(visit.url[-3:], visit.reason, visit.reading is None) for visit in visits] == [
        ("two", Reason.READER_TIMEOUT, True),
        ("ree", None, False),
    ]


def _sources(folder: Path) -> Path:
    (folder / "sources.toml").write_text(SOURCES)
    return folder / "sources.toml"


def test_a_disk_that_takes_no_more_pages_ends_it_and_nothing_of_the_batch_is_there(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise NoRoom("The capture file cannot be written (No space left on device): make room and run again.")

    file = written(desk.folder / "a.warc.gz", *paper("one", "two"))
    monkeypatch.setattr("pipelines.capture.CaptureWriter.put", full)
    result = desk.run("warc", file)
    assert result.exit_code == 5
    assert "make room" in result.output
    assert desk.paths() == []
    assert [row[:2] for row in desk.rows("SELECT state, exit_code FROM runs")] == [("stopped", 5)]
    monkeypatch.undo()
    monkeypatch.setattr("newsbot.backfill.taking.engine_of", lambda *_: Inline())
    assert desk.told("warc", file)["known"] == 0
    assert desk.paths() == ["one", "two"]


OWNED: list[tuple[str, str, str | None]] = [
    ("the host of a homepage", "https://www.paper.example/a", "paper"),
    ("the same without www", "http://paper.example/a", "paper"),
    ("another host of the domain", "https://sport.paper.example/a", "paper"),
    ("a host that a source of its own has", "https://blog.paper.example/a", "blog"),
    ("an edition that lies below another one's address", "https://www.paper.example/ar/a", "arabic"),
    ("an address that only begins like it", "https://www.paper.example/arts/a", "paper"),
    ("a host of nobody", "https://elsewhere.example/a", None),
]


@pytest.mark.parametrize(("url", "owner"), [one[1:] for one in OWNED], ids=[one[0] for one in OWNED])
def test_a_page_belongs_to_the_source_that_has_its_host(url: str, owner: str | None) -> None:
    sources = tuple(
        Source(id, id, homepage)
        for id, homepage in (
            ("paper", "https://www.paper.example/"),
            ("arabic", "https://www.paper.example/ar/"),
            ("blog", "https://blog.paper.example/"),
        )
    )
    found = Owners(Terms(sources, now=datetime(2026, 11, 22, tzinfo=UTC))).of(url)
    assert (found.id if found else None) == owner
