"""`serve` as a process: the line to browse, Ctrl-C, and a port that is taken."""

from __future__ import annotations

import os
import re
import signal
import socket
import sqlite3
import stat
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from newsbot.publish import build, serve
from newsbot.publish.server import listen
from pipelines.errors import ArchiveUnusable, ConfigurationError

PROGRAM = "import sys; from pathlib import Path; from newsbot.publish import serve; serve(Path(sys.argv[1]), port=0)"


def test_it_prints_the_line_to_browse_answers_and_ends_cleanly_on_ctrl_c(archive_path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, str(archive_path)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )
    try:
        line = process.stdout.readline()
        address = re.fullmatch(r"Browse (http://127\.0\.0\.1:\d+/)  \(Ctrl-C stops\)\n", line).group(1)
        answer = httpx.get(address, timeout=30)
        assert answer.status_code == 200
        assert "server" not in answer.headers
        assert httpx.get(address, headers={"host": "rebound.example"}).status_code == 421
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=15)
    finally:
        process.kill()
        process.communicate()
    assert process.returncode == 0
    assert out == "Stopped.\n"
    assert err == ""


def test_a_port_in_use_is_a_sentence(archive_path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(ConfigurationError, match=rf"Port {port} of 127.0.0.1 is in use: .*--port"):
            serve(archive_path, port=port)


@pytest.mark.parametrize(
    ("host", "port", "sentence"),
    [
        ("192.0.2.1", 0, "Cannot listen on"),
        ("no.such.host.invalid", 0, "Cannot listen on"),
        ("127.0.0.1", 70000, "There is no port 70000"),
    ],
)
def test_an_address_that_cannot_be_had_is_a_sentence(host, port, sentence) -> None:
    with pytest.raises(ConfigurationError, match=sentence):
        listen(host, port)


def test_a_missing_archive_is_a_sentence(tmp_path) -> None:
    with pytest.raises(ArchiveUnusable, match=r"archive\.db is not there: make one with `newsbot crawl`"):
        serve(tmp_path / "archive.db")


def test_the_archive_is_opened_for_reading_only(archive_path) -> None:
    room = build(archive_path)
    connection = room.room.connections.open()
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        connection.execute("DELETE FROM articles")
    connection.close()
    room.room.connections.close()


def test_it_is_read_while_a_crawl_writes(scribe, publish) -> None:
    scribe.source("morning")
    scribe.article(1, published_day="2020-01-01")
    get = publish(scribe.finish())
    writer = sqlite3.connect(scribe.path, isolation_level=None)
    writer.execute("BEGIN IMMEDIATE")
    writer.execute("UPDATE articles SET headline = 'Not yet'")
    assert "Headline 1" in get("/archive/articles").text
    writer.execute("COMMIT")
    assert "Not yet" in get("/archive/articles").text
    writer.close()


def test_an_archive_that_only_opens_as_immutable_is_published_all_the_same(
    scribe, publish, monkeypatch
) -> None:
    scribe.source("morning")
    scribe.article(1, published_day="2020-01-01")
    path = scribe.finish()
    monkeypatch.setattr("newsbot.publish.config.inspect", lambda _: True)
    get = publish(path)
    assert "Headline 1" in get("/archive/articles").text
    assert get("/archive/articles.json").json()["rows"][0][1] == "p000001"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write to a read-only folder")
def test_a_read_only_folder_can_be_published(scribe, publish) -> None:
    scribe.source("morning")
    scribe.article(1, published_day="2020-01-01")
    path: Path = scribe.finish()
    path.parent.chmod(stat.S_IRUSR | stat.S_IXUSR)
    try:
        assert "Headline 1" in publish(path)("/archive/articles").text
    finally:
        path.parent.chmod(stat.S_IRWXU)
