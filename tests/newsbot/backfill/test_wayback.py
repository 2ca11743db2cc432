"""Backfill from a web archive on this machine: what is taken, what is not and why, and how it goes on."""

from __future__ import annotations

import gzip
import json
import os
import signal
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from pipelines.capture import read_capture

from ..press import NEWSBOT, rows, until
from .web_archive import Handler, Held, WebArchive, archiving, sha1, story, table

SOURCES = """
[defaults]
contact = "test@example.org"
[[source]]
id = "paper"
name = "Millford Post"
homepage = "http://www.millford.example/"
feeds = []
sitemaps = "off"
exclude = ["/advert/"]
"""


def address(n: int) -> str:
    return f"http://www.millford.example/2014/06/{n:02}/river-rises-at-millford-{n}/"


def capture(n: int, timestamp: str | None = None, **more: object) -> Held:
    return Held(timestamp or f"201406{n:02}120000", address(n), **{"payload": story(n), **more})  # type: ignore[arg-type]


def backfilled(folder: Path, archive: WebArchive, *arguments: str) -> subprocess.CompletedProcess[str]:
    with begun(folder, archive, *arguments) as process:
        out, err = process.communicate(timeout=100)
    return subprocess.CompletedProcess(process.args, process.returncode, out, err)


@contextmanager
def begun(folder: Path, archive: WebArchive, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    (folder / "sources.toml").write_text(SOURCES, encoding="utf-8")
    command = [NEWSBOT, "backfill", "wayback", "paper", "--archive", f"{archive.home}/web", "--allow-private"]
    with subprocess.Popen(
        [*command, "--delay", "0.01s", "--from", "2014-01-01", "--to", "2015-12-31", *arguments],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        yield process


def reasons(folder: Path) -> dict[str, str]:
    """Outcome or reason of each memento, by the number of its story and its timestamp's month."""
    found = rows(
        folder, "select url, visited_at, outcome, reason from fetches where memento is not null order by id"
    )
    return {
        f"{url.rstrip('/').rpartition('-')[2]} {at[:7]}": reason or outcome
        for url, at, outcome, reason in found
    }


PACKED = gzip.compress(story(3), mtime=0)


@contextmanager
def faulty() -> Iterator[WebArchive]:
    """A web archive with a fault for nearly every capture."""
    latin = "<p>Bürgermeister Müller sprach von „grünen Wiesen“ an der Straße.</p>"
    held = [
        capture(1),
        capture(1, "20140701120000", payload=story(1, more="<p>A correction was added to this story in July.</p>")),
        capture(1, "20140702120000", payload=story(1)),  # as at first
        capture(2, payload=story(2, more=latin).decode().encode("windows-1252", "replace"),
                headers={"Content-Type": "text/html; charset=windows-1252", "Last-Modified": "Mon, 02 Jun 2014 08:00:00 GMT"}),
        capture(3, payload=PACKED, headers={"Content-Type": "text/html", "Content-Encoding": "gzip", "Server": "Zeus/4.3"}),
        *(capture(n) for n in range(4, 12)),
        capture(6, "20140801120000"),
        capture(12, status=404),
        Held("20140601000000", "http://www.millford.example/advert/2014/06/01/buy-a-boat-now/", story(50)),
        Held("20140601000000", "http://img.millford.example/a.jpg", b"x", media_type="image/jpeg"),
    ]  # fmt: skip
    memento = {n: f"/web/201406{n:02}120000id_/{address(n)}" for n in range(1, 12)}
    with archiving(*held) as archive:
        archive.most = 5  # so that keys lead through the index
        archive.answers |= {
            memento[4]: lambda handler: handler.packed(),
            memento[5]: lambda handler: handler.reply(302, Location=f"/web/20140701120000id_/{address(1)}"),
            memento[6]: lambda handler: handler.reply(302, Location=f"/web/20140801120000id_/{address(6)}"),
            memento[7]: lambda handler: handler.reply(404, b"<title>Wayback Machine</title>"),
            memento[8]: lambda handler: handler.reply(503, b"<title>busy</title>"),
            memento[9]: toolbar,
            memento[10]: lambda handler: handler.reply(200, b"<html>half", length=9000),
            memento[11]: once(429, {"Retry-After": "1"}),
            "index 1": lambda handler: handler.reply(200, b"<html><title>Error</title>"),
            "index 2": lambda handler: handler.reply(200, table([one.row for one in held])[:900]),
        }  # fmt: skip
        yield archive


def test_what_a_web_archive_has_of_a_source_and_every_fault_has_a_reason(tmp_path: Path) -> None:
    with faulty() as archive:
        done = backfilled(tmp_path, archive, "--json")
    assert done.returncode == 1, done.stderr  # some captures failed
    report = json.loads(done.stdout)
    assert reasons(tmp_path) == {
        "1 2014-06": "stored",
        "1 2014-07": "revised",
        "2 2014-06": "stored",
        "3 2014-06": "stored",
        "4 2014-06": "stored",
        "5 2014-06": "no_memento",
        "6 2014-06": "other_capture",
        "6 2014-08": "stored",
        "7 2014-06": "no_memento",
        "8 2014-06": "http_error",
        "9 2014-06": "rewritten",
        "10 2014-06": "truncated",
        "11 2014-06": "stored",
    }
    assert archive.most_busy == 1  # one request at a time
    assert (report["stored"], report["reasons"]["excluded"]) == (6, 1)
    assert not rows(
        tmp_path, "select 1 from frontier where kind = 'article'"
    )  # its site is asked for nothing
    assert rows(tmp_path, "select count(*) from source_health") == [(0,)]
    _dates_and_evidence(tmp_path, archive)
    _captures(tmp_path, archive)


@pytest.mark.soak
def test_a_killed_backfill_goes_on_and_then_only_what_failed_is_asked_for(tmp_path: Path) -> None:
    with faulty() as archive:
        gate = threading.Event()
        archive.answers[f"/web/20140604120000id_/{address(4)}"] = lambda h: (gate.wait(60), h.packed())
        with begun(tmp_path, archive) as first:
            until(lambda: any(one.startswith("20140604") for one in archive.mementos))
            until(lambda: rows(tmp_path, "select 1 from fetches where url like '%-3/'"))
            os.killpg(first.pid, signal.SIGKILL)
            first.communicate()
        gate.set()
        asked = len(archive.mementos)
        assert backfilled(tmp_path, archive).returncode == 1
        # What was in flight is repeated, and nothing else.
        repeated = set(archive.mementos[:asked]) & set(archive.mementos[asked:])
        assert {one[:8] for one in repeated} == {"20140604"}
        asked = len(archive.mementos)
        archive.answers.clear()
        third = backfilled(tmp_path, archive)
        assert third.returncode == 0, third.stderr
        failed = {"20140605", "20140607", "20140608", "20140609", "20140610"}
        assert {one[:8] for one in archive.mementos[asked:]} == failed
        assert len(archive.mementos) == asked + 5
        questions = archive.questions
        assert "--again" in backfilled(tmp_path, archive).stdout
        assert archive.questions == questions
    assert rows(tmp_path, "select count(*), count(distinct url) from articles") == [(11, 11)]
    assert rows(tmp_path, "select count(*), count(distinct key || captured_at) from captures") == [(12, 12)]
    assert rows(tmp_path, "select distinct state from bulk_units") == [("done",)]


@pytest.mark.soak
def test_what_forbids_a_backfill_is_said_in_a_sentence_and_nothing_is_asked_for(tmp_path: Path) -> None:
    with archiving(capture(1)) as archive:
        archive.answers["/robots.txt"] = lambda handler: handler.reply(
            200, b"User-agent: *\nDisallow: /web/\n"
        )
        forbidden = backfilled(tmp_path, archive)
        assert forbidden.returncode == 3
        assert "robots.txt of 127.0.0.1" in forbidden.stderr
        archive.log.clear()
        command = [NEWSBOT, "backfill", "wayback", "paper", "--archive", f"{archive.home}/web"]
        private = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=100)
        assert private.returncode == 3
        assert "127.0.0.1 is" in private.stderr
        assert archive.log == []
        archive.answers.clear()
        empty = tmp_path / "empty"
        empty.mkdir()
        counted = backfilled(empty, archive, "--dry-run", "--json")
    assert (json.loads(counted.stdout)["wanted"], (empty / "archive.db").exists()) == (1, False)


def _dates_and_evidence(folder: Path, archive: WebArchive) -> None:
    ((url, day, seen),) = rows(
        folder, "select url, published_day, first_seen_at from articles where url like '%-2/'"
    )
    assert (url, day, seen) == (address(2), "2014-06-02", "2014-06-02T12:00:00Z")
    ((text,),) = rows(
        folder, "select text from article_text t join articles a on a.id = t.article where url like '%-2/'"
    )
    assert "Bürgermeister Müller" in text
    ((seen_in,),) = rows(
        folder, "select seen_in from evidence where origin = 'web_archive' and key like '%-2'"
    )
    assert seen_in == f"{archive.home}/web/20140602120000id_/{address(2)}"


def _captures(folder: Path, archive: WebArchive) -> None:
    found = rows(
        folder, "select url, file, offset, length, captured_at, memento from captures where url like '%-3/'"
    )
    ((url, file, offset, length, at, memento),) = found
    page = read_capture(folder / "captures", file, offset, length)
    assert (page.url, page.payload, page.digest) == (address(3), story(3), f"sha1:{sha1(PACKED)}")
    assert (page.headers["content-encoding"], page.headers["server"]) == ("gzip", "Zeus/4.3")
    assert (url, at) == (address(3), "2014-06-03T12:00:00Z")
    assert memento == f"{archive.home}/web/20140603120000id_/{address(3)}"


def toolbar(handler: Handler) -> None:
    """The page with what the archive shows above it."""
    held = handler.held()
    assert held is not None
    handler.give(held, dict(held.headers), held.payload + b"<!-- BEGIN WAYBACK TOOLBAR INSERT -->")


def once(status: int, headers: dict[str, str]) -> Callable[[Handler], None]:
    """Answers so the first time, and with the capture from then on."""
    asked: list[int] = []

    def answer(handler: Handler) -> None:
        asked.append(1)
        if len(asked) == 1:
            handler.reply(status, **headers)
        else:
            handler.memento()

    return answer
