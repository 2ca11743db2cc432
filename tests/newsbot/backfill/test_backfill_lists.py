"""newsbot backfill ccnews and folder: lists of files, of Common Crawl or one's own."""

from __future__ import annotations

import gzip
import json
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from newsbot.backfill import ccnews, opening
from newsbot.backfill.ccnews import of_days, paths_in
from newsbot.cli import main
from pipelines.errors import ConfigurationError

from .warc_files import SOURCES, Inline, page, paper, written

NAME = "CC-NEWS-20190211111110-00095.warc.gz"
PATH = f"crawl-data/CC-NEWS/2019/02/{NAME}"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "sources.toml").write_text(SOURCES)
    monkeypatch.setattr("newsbot.backfill.taking.engine_of", lambda *_: Inline())
    monkeypatch.setattr(opening, "WAITS", (0.0, 0.0, 0.0))
    return tmp_path


def run(folder: Path, *arguments: str | Path) -> Result:
    where = ["--db", str(folder / "archive.db"), "--sources", str(folder / "sources.toml")]
    return CliRunner().invoke(main, ["backfill", *map(str, arguments), *where])


def told(result: Result, code: int = 0) -> dict[str, Any]:
    assert result.exit_code == code, result.output
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def articles(folder: Path) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(folder / "archive.db")) as db:
        return db.execute("SELECT source, url, first_seen_at FROM articles ORDER BY id").fetchall()


LISTED = [
    f"crawl-data/CC-NEWS/2019/02/CC-NEWS-201902{day}000000-00001.warc.gz" for day in ("10", "11", "12", "13")
]


@pytest.mark.parametrize(
    ("since", "until", "days"),
    [
        (None, None, ["10", "11", "12", "13"]),
        (date(2019, 2, 12), None, ["11", "12", "13"]),
        (None, date(2019, 2, 11), ["10", "11"]),
        (date(2019, 2, 12), date(2019, 2, 12), ["11", "12"]),
        (date(2020, 1, 1), None, []),
    ],
    ids=["all", "from a day: and the file begun the day before", "up to a day", "one day", "none"],
)
def test_files_are_chosen_by_the_time_in_their_names(
    since: date | None, until: date | None, days: list[str]
) -> None:
    assert [
        path.partition("CC-NEWS-201902")[2][:2] for path in of_days(reversed(LISTED * 2), since, until)
    ] == days


def test_lists_come_as_they_are_published(tmp_path: Path) -> None:
    (tmp_path / "warc.paths").write_text("\n".join(LISTED) + "\n")
    (tmp_path / "warc.paths.gz").write_bytes(gzip.compress("\n".join(LISTED).encode()))
    assert paths_in(str(tmp_path / "warc.paths")) == paths_in(str(tmp_path / "warc.paths.gz")) == LISTED


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"crawl-data/CC-MAIN-2019/segments/a.warc.gz\n", id="paths of another crawl"),
        pytest.param(gzip.compress(b"x" * 900)[:-9], id="a file cut short"),
    ],
)
def test_what_is_no_list_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "list").write_bytes(content)
    with pytest.raises(ConfigurationError, match="list"):
        paths_in(str(tmp_path / "list"))


@pytest.mark.parametrize("below", [PATH, NAME], ids=["as in the list", "by its name alone"])
def test_files_of_a_list_in_a_folder(folder: Path, below: str) -> None:
    place = folder / "base" / below
    place.parent.mkdir(parents=True)
    written(place, *paper("one", "two", at="2019-02-11T23:00:00Z"))
    (folder / "warc.paths").write_text(PATH)
    asked = ("--list", folder / "warc.paths", "--base", folder / "base", "--from", "2019-02-11")
    told(run(folder, "ccnews", *asked, "--json"))
    assert [row[1] for row in articles(folder)] == [
        f"https://www.paper.example/{name}" for name in ("one", "two")
    ]


class Cutting(ThreadingHTTPServer):
    """Serves one file by Range, and cuts the first connections off in the middle."""

    daemon_threads = True

    def __init__(self, content: bytes, cuts: int) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.content = content
        self.cuts = cuts
        self.ranges: list[str] = []


class _Handler(BaseHTTPRequestHandler):
    server: Cutting

    def do_HEAD(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(len(self.server.content)))
        self.send_header("Accept-Ranges", "bytes")
        self.end_headers()

    def do_GET(self) -> None:
        asked = self.headers["Range"]
        self.server.ranges.append(asked)
        start, _, end = asked.removeprefix("bytes=").partition("-")
        part = self.server.content[int(start) : int(end) + 1]
        self.send_response(206)
        self.send_header("Content-Length", str(len(part)))
        self.send_header(
            "Content-Range", f"bytes {start}-{int(start) + len(part) - 1}/{len(self.server.content)}"
        )
        self.end_headers()
        if self.server.cuts:
            self.server.cuts -= 1
            self.wfile.write(part[: len(part) // 2])
            self.close_connection = True
            return
        self.wfile.write(part)

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def cutting(content: bytes, cuts: int) -> Iterator[Cutting]:
    server = Cutting(content, cuts)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_a_lost_connection_is_taken_up_where_it_broke(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("aiohttp")
    monkeypatch.setattr(opening, "BLOCK", 2000)
    names = [f"story-{number}" for number in range(6)]
    (folder / "warc.paths").write_text(PATH)
    with cutting(b"".join(paper(*names)), cuts=3) as server:
        base = f"http://127.0.0.1:{server.server_port}"
        found = told(run(folder, "ccnews", "--list", folder / "warc.paths", "--base", base, "--json"))
    assert found["failed"] == {}
    assert [row[1].rpartition("/")[2] for row in articles(folder)] == names
    assert server.cuts == 0 and len(server.ranges) > 3


def test_a_connection_that_stays_lost_is_told_and_its_file_gone_on_with(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("aiohttp")
    (folder / "warc.paths").write_text(PATH)
    with cutting(b"".join(paper("one")), cuts=1_000) as server:
        base = f"http://127.0.0.1:{server.server_port}"
        asked = ("ccnews", "--list", folder / "warc.paths", "--base", base)
        result = run(folder, *asked)
        assert result.exit_code == 3
        assert "cannot be read on" in result.output
        server.cuts = 0
        told(run(folder, *asked, "--json"))
    assert len(articles(folder)) == 1


def test_files_elsewhere_need_the_extra(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "fsspec", None)
    result = run(folder, "warc", "https://paper.example/a.warc.gz")
    assert result.exit_code == 2
    assert "pip install 'newsbot[remote]'" in result.output


def test_the_files_of_common_crawl_lie_where_it_publishes_them() -> None:
    assert ccnews.place_of(ccnews.BASE, PATH) == f"https://data.commoncrawl.org/{PATH}"
    assert ccnews.place_of("s3://commoncrawl/", PATH) == f"s3://commoncrawl/{PATH}"


def test_a_folder_of_pages_with_a_list_of_their_addresses(folder: Path) -> None:
    pages = folder / "pages"
    (pages / "sub").mkdir(parents=True)
    (pages / "one.html").write_bytes(page("one"))
    (pages / "sub" / "two.html.gz").write_bytes(gzip.compress(page("two")))
    (pages / "empty.html").write_bytes(b"")
    (pages / "unlisted.html").write_bytes(b"x")
    (pages / "list.csv").write_text(
        "url,file,captured_at,source\n"
        "https://www.paper.example/one,one.html,2014-06-22T18:30:00+03:00,\n"
        "https://elsewhere.example/two,sub/two.html.gz,2014-06-23,herald\n"
        "https://www.paper.example/empty,empty.html,2014-06-23,\n"
        "https://elsewhere.example/three,one.html,2014-06-23,\n"
        "https://www.paper.example/four,no.html,,\n"
        "https://www.paper.example/five,../sources.toml,,\n"
        "https://www.paper.example/six,unlisted.html,yesterday,\n"
    )
    asked = ("folder", pages, "--urls", pages / "list.csv")
    result = run(folder, *asked)
    assert result.exit_code == 1
    for line, why in (
        (5, "a second time"),
        (6, "there is no file"),
        (7, "no file of the folder"),
        (8, "is no time"),
    ):
        assert any(f"Line {line}" in one and why in one for one in result.output.splitlines())
    assert "1 records not read" in result.output
    assert "1 files of" in result.output  # unlisted.html, whose line could not be taken
    assert articles(folder) == [
        ("paper", "https://www.paper.example/one", "2014-06-22T15:30:00Z"),
        ("herald", "https://elsewhere.example/two", "2014-06-23T00:00:00Z"),
    ]
    doctor = CliRunner().invoke(main, ["doctor", "--db", str(folder / "archive.db")])
    assert "2 of 2 captures were looked at, and every one is whole" in doctor.output
    again = told(run(folder, *asked, "--json"), code=1)
    assert (again["units_done_before"], again["records"]) == (1, 0)
    (pages / "one.html").write_bytes(page("one", "It is better."))
    assert told(run(folder, *asked, "--json"), code=1)["records"] == 3


def test_a_list_without_its_columns_is_refused(folder: Path) -> None:
    (folder / "list.csv").write_text("name,address\na,b\n")
    result = run(folder, "folder", folder, "--urls", folder / "list.csv")
    assert result.exit_code == 2
    assert "no column file" in result.output
