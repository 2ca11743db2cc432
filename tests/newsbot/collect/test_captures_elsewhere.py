"""Captures in stores: sent whole, found by range, erased; and what is said where a store cannot be reached."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, cast

import fsspec
import pytest

from newsbot.collect.sending import send_captures
from pipelines.capture import CaptureWriter, Erased, Unreadable, erase_capture, read_capture, stores
from pipelines.errors import ConfigurationError, NothingDone
from pipelines.items import CaptureRef

from .conftest import NOW, Frontier

HERE = "file://m1/var/captures/"
AT = datetime(2026, 11, 22, tzinfo=UTC)


def captured(folder: Path, *pages: bytes) -> list[CaptureRef]:
    writer = CaptureWriter(folder, 1)
    headers = [("Content-Type", "text/html")]
    refs = [
        writer.write(f"https://herald.example/{number}", 200, headers, page, AT)
        for number, page in enumerate(pages)
    ]
    writer.close()
    return refs


@pytest.fixture
def memory() -> Iterator[Any]:
    system = fsspec.filesystem("memory")
    yield system
    system.rm("/", recursive=True)


class Ranges(SimpleHTTPRequestHandler):
    """Files with Range (RFC 9110, 14.2), as stores have it; what was asked stands in `asked`."""

    asked: list[str]

    def do_GET(self) -> None:
        wanted = self.headers.get("Range")
        type(self).asked.append(f"{self.path} {wanted}")
        path = Path(self.translate_path(self.path))
        if not path.is_file() or wanted is None:
            self.send_error(404)
            return
        first, _, last = wanted.removeprefix("bytes=").partition("-")
        body = path.read_bytes()[int(first) : int(last) + 1]
        self.send_response(206)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Content-Range", f"bytes {first}-{last}/{path.stat().st_size}")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: Any) -> None:
        """Nobody reads it."""


@pytest.fixture
def web(tmp_path: Path) -> Iterator[tuple[str, list[str]]]:
    """The address of the folder `web`, and what was asked of it."""
    (tmp_path / "web").mkdir()
    handler = cast("type[Ranges]", type("Handler", (Ranges,), {"asked": []}))
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(handler, directory=str(tmp_path / "web")))
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/", handler.asked
    server.shutdown()
    server.server_close()
    thread.join()


def test_a_page_is_read_from_a_web_server_by_one_request_for_its_range(
    tmp_path: Path, web: tuple[str, list[str]]
) -> None:
    address, asked = web
    _, second = captured(tmp_path / "web", b"<p>One", b"<p>Two")
    page = read_capture(tmp_path, second.file, second.offset, second.length, address)
    assert page.payload == b"<p>Two"
    assert asked == [f"/{second.file} bytes={second.offset}-{second.offset + second.length - 1}"]
    with pytest.raises(Unreadable, match=r"The capture at 0 in none\.warc\.gz of http://.* cannot be read: "):
        read_capture(tmp_path, "none.warc.gz", 0, 9, address)


def test_finished_files_go_to_the_store_and_the_archive_finds_them_there(
    frontier: Frontier, tmp_path: Path, memory: Any
) -> None:
    folder = tmp_path / "captures-to-send"
    (ref,) = captured(folder, b"<p>One")
    (folder / "busy.warc.gz.open").write_bytes(b"")
    frontier.put(
        frontier.visit("port", capture=frontier.capture(file=ref.file, offset=ref.offset, length=ref.length))
    )
    sent = send_captures(frontier.dsn, folder, "memory://news/captures", HERE)
    assert (sent.files, sent.left, sent.fault) == (1, 0, None)
    assert [path.name for path in folder.iterdir()] == ["busy.warc.gz.open"]
    frontier.collect()
    ((file, offset, length, place),) = frontier.rows("SELECT file, offset, length, place FROM captures")
    assert place == "memory://news/captures/"
    assert read_capture(tmp_path, file, offset, length, place).payload == b"<p>One"


def test_what_was_not_sent_stays_and_is_sent_the_next_time(
    frontier: Frontier, tmp_path: Path, memory: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "captures-to-send"
    (ref,) = captured(folder, b"<p>One")

    def refused(self: Any, *args: Any, **kwargs: Any) -> None:
        raise PermissionError("Access Denied")

    with monkeypatch.context() as patched:
        patched.setattr(type(memory), "put_file", refused)
        sent = send_captures(frontier.dsn, folder, "memory://news", HERE)
    assert (sent.files, sent.left) == (0, 1)
    assert sent.fault == f"{ref.file} could not be sent to memory://news/ (Access Denied)."
    with monkeypatch.context() as patched:  # killed once the frontier knew, before the file was deleted
        patched.setattr(Path, "unlink", refused)
        assert send_captures(frontier.dsn, folder, "memory://news", HERE).left == 1
    assert send_captures(frontier.dsn, folder, "memory://news", HERE).files == 1
    assert list(folder.iterdir()) == []
    assert frontier.ask("SELECT file, place FROM newsbot.moved") == [(ref.file, "memory://news/")]


def test_a_shared_disk_is_a_store_too(frontier: Frontier, tmp_path: Path) -> None:
    folder = tmp_path / "captures-to-send"
    (ref,) = captured(folder, b"<p>One")
    place = (tmp_path / "share" / "news").as_uri()
    assert send_captures(frontier.dsn, folder, place, HERE).files == 1
    assert [path.name for path in (tmp_path / "share" / "news").iterdir()] == [ref.file]
    assert read_capture(tmp_path, ref.file, ref.offset, ref.length, place + "/").payload == b"<p>One"


def test_a_page_is_erased_from_a_store(tmp_path: Path, memory: Any) -> None:
    one, two = captured(tmp_path, b"<p>One", b"<p>Two")
    stores.send(tmp_path / one.file, "memory://news/")
    erase_capture(tmp_path, one.file, one.offset, one.length, NOW, "memory://news/")
    with pytest.raises(Erased):
        read_capture(tmp_path, one.file, one.offset, one.length, "memory://news/")
    assert read_capture(tmp_path, two.file, two.offset, two.length, "memory://news/").payload == b"<p>Two"


def test_a_file_that_did_not_arrive_whole_is_not_taken_for_sent(
    tmp_path: Path, memory: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    (ref,) = captured(tmp_path, b"<p>One")
    monkeypatch.setattr(
        type(memory), "put_file", lambda self, file, target, **more: self.pipe(target, b"half")
    )
    with pytest.raises(NothingDone, match=r"did not arrive whole at memory://news/: 4 of \d+ bytes"):
        stores.send(tmp_path / ref.file, "memory://news/")


@pytest.mark.parametrize(
    ("place", "told"),
    [
        ("captures", "no address of a folder"),
        ("s3://", "no address of a folder"),
        ("s3://key:hush@bucket/x", "no password"),
        ("simplecache::s3://bucket", "no address of a folder"),
        ("gopher://bucket/x", "no address of a folder"),
    ],
)
def test_an_address_that_is_no_store_is_refused_in_a_sentence(place: str, told: str) -> None:
    with pytest.raises(ConfigurationError, match=told) as fault:
        stores.check_store(place)
    assert "hush" not in str(fault.value)


@pytest.mark.parametrize("name", ["../secret", "/etc/passwd", "a/../../b"])
def test_no_row_leads_out_of_the_folder_of_its_place(name: str, tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match="outside"):
        read_capture(tmp_path, name, 0, 10, "memory://news/")


def test_a_store_that_nobody_answers_at_is_a_sentence_and_not_asked_for_each_capture(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        place = f"http://127.0.0.1:{server.getsockname()[1]}/"
    asked = []
    opened = stores._opened
    monkeypatch.setattr(stores, "_opened", lambda place: asked.append(place) or opened(place))
    said = r"The capture at \d+ in a\.warc\.gz of http://127\.0\.0\.1:\d+/ cannot be read: "
    for offset in range(3):
        with pytest.raises(Unreadable, match=said):
            read_capture(tmp_path, "a.warc.gz", offset, 10, place)
    assert asked == [place]


def test_a_file_that_a_store_does_not_have_says_nothing_of_the_others(tmp_path: Path, memory: Any) -> None:
    (ref,) = captured(tmp_path, b"<p>One")
    stores.send(tmp_path / ref.file, "memory://news/")
    with pytest.raises(Unreadable):
        read_capture(tmp_path, "none.warc.gz", 0, 10, "memory://news/")
    assert read_capture(tmp_path, ref.file, ref.offset, ref.length, "memory://news/").payload == b"<p>One"
