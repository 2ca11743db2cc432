"""Behind a password, behind a proxy, under a prefix."""

from __future__ import annotations

import asyncio
import base64
import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from html import unescape
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn
from click.testing import CliRunner
from datasette_auth_passwords.utils import hash_password

from newsbot.cli import main
from newsbot.publish import build
from newsbot.publish.config import prefix
from newsbot.publish.headers import HEADERS
from newsbot.publish.password import line_for, read_passwords
from newsbot.publish.server import listen
from pipelines.errors import ConfigurationError

QUICK = hash_password("open sésame", iterations=1000)


@contextmanager
def served(path: Path, proxy: bool = False, **options: Any) -> Iterator[str]:
    """A real server in a thread; its address."""
    room = build(path, say=lambda _: None, **options)
    listening = listen("127.0.0.1", 0)
    config = uvicorn.Config(room.app(), log_level="critical", proxy_headers=proxy, forwarded_allow_ips="*")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=lambda: asyncio.run(server.serve(sockets=[listening])))
    thread.start()
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(10)
        listening.close()
        room.room.connections.close()


@pytest.fixture(scope="module")
def locked(archive_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    file = tmp_path_factory.mktemp("passwords") / "passwords.txt"
    file.write_text(f"# who may read\n\nann:{QUICK}\n", encoding="utf-8")
    with served(archive_path, password_file=file) as address:
        yield address


EVERYTHING = ["/", "/archive/articles", "/archive/articles.json", "/a/p000001", "/feeds/articles.atom", "/feeds/changes.json",
              "/export/articles.csv", "/assets/reading-room.css", "/favicon.ico", "/-/static/app.css", "/nowhere",
              "/archive.db", "/-/databases", "/-/login", "/changes", "/sources", "/dictionary"]  # fmt: skip


@pytest.mark.parametrize("path", EVERYTHING)
def test_behind_a_password_nothing_is_shown(locked: str, path: str) -> None:
    answer = httpx.get(locked + path)
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == 'Basic realm="News archive", charset="UTF-8"'
    assert answer.text == "This archive wants a name and a password.\n"
    for name, value in HEADERS.items():
        assert answer.headers[name] == value


@pytest.mark.parametrize(
    "given",
    [
        pytest.param("Basic " + base64.b64encode(b"ann:wrong").decode(), id="a wrong password"),
        pytest.param("Basic " + base64.b64encode("bob:open sésame".encode()).decode(), id="a wrong name"),
        pytest.param("Basic " + base64.b64encode(b"ann").decode(), id="no colon"),
        pytest.param("Basic %%%", id="no base64"),
        pytest.param("Basic " + base64.b64encode(b"ann:\xff\xfe").decode(), id="no text"),
        pytest.param("Bearer abc", id="another scheme"),
        pytest.param("Basic " + "A" * 5000, id="far too long"),
    ],
)
def test_what_is_no_password_lets_nobody_in(locked: str, given: str) -> None:
    assert httpx.get(locked + "/", headers={"authorization": given}).status_code == 401


def test_who_knows_the_password_reads_everything(locked: str) -> None:
    with httpx.Client(auth=httpx.BasicAuth("ann", "open sésame"), base_url=locked) as client:
        for path in (
            "/",
            "/archive/articles?_search=council",
            "/feeds/articles.atom",
            "/export/articles.csv",
        ):
            assert client.get(path).status_code == 200, path
        assert client.get("/-/login").status_code == client.get("/-/password-tool").status_code == 404


def test_guessing_holds_up_nobody_else(archive_path: Path, tmp_path: Path) -> None:
    file = tmp_path / "passwords.txt"
    file.write_text(f"ann:{hash_password('right', iterations=60_000)}\n")
    with served(archive_path, password_file=file) as address:
        known = httpx.BasicAuth("ann", "right")
        assert httpx.get(address, auth=known).status_code == 200

        async def storm() -> list[int]:
            async with httpx.AsyncClient(base_url=address, timeout=30) as client:
                guesses = [
                    asyncio.ensure_future(client.get("/", auth=("ann", f"guess {n}"))) for n in range(40)
                ]
                await asyncio.sleep(0.2)
                begun = time.monotonic()
                assert (await client.get("/assets/icon.svg", auth=known)).status_code == 200
                assert time.monotonic() - begun < 2
                return [answer.status_code for answer in await asyncio.gather(*guesses)]

        found = asyncio.run(storm())
        assert set(found) <= {401, 429}
        assert 429 in found


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        pytest.param(None, "cannot be read: No such file", id="no file"),
        pytest.param("", "names nobody", id="empty"),
        pytest.param("# only words\n", "names nobody", id="comments only"),
        pytest.param("ann:secret\n", "line 1: write NAME:HASH", id="a password as it is"),
        pytest.param(f"{QUICK}\n", "line 1: write NAME:HASH", id="no name"),
    ],
)
def test_a_wrong_password_file_is_a_sentence(
    archive_path: Path, tmp_path: Path, content: str | None, sentence: str
) -> None:
    file = tmp_path / "passwords.txt"
    if content is not None:
        file.write_text(content)
    result = CliRunner().invoke(main, ["serve", "--db", str(archive_path), "--password-file", str(file)])
    assert result.exit_code == 2
    assert sentence in result.stderr
    assert "secret" not in result.stderr


def test_the_command_prints_a_line_that_lets_in(tmp_path: Path) -> None:
    result = CliRunner().invoke(main, ["password", "ann"], input="grün 1\n")
    (tmp_path / "p").write_text(result.stdout, encoding="utf-8")
    assert list(read_passwords(tmp_path / "p")) == ["ann"]
    assert "grün" not in result.output
    for name in ("a:b", "", "#a", " a"):
        with pytest.raises(ConfigurationError):
            line_for(name, "x")
    assert CliRunner().invoke(main, ["password", "ann"], input="\n").exit_code == 2


@pytest.mark.parametrize(
    ("given", "base"), [("/", "/"), ("", "/"), ("news", "/news/"), ("/news", "/news/"), ("/a/b/", "/a/b/")]
)
def test_a_prefix_may_be_written_in_any_way(given: str, base: str) -> None:
    assert prefix(given) == base


@pytest.mark.parametrize("given", ["https://news.example/", "/a b/", "/../", '/"x'])
def test_what_is_no_prefix_is_a_sentence(given: str) -> None:
    with pytest.raises(ConfigurationError, match="name a path such as /news/"):
        prefix(given)


PAGES = ["/", "/archive/articles?_search=council&section=Local", "/archive/articles?_search=council&order=relevance", "/a/p000001",
         "/changes", "/sources", "/dictionary", "/archive", "/archive/articles?_view=table", "/nowhere"]  # fmt: skip


@pytest.fixture(scope="module")
def under_a_prefix(archive_path: Path) -> Iterator[httpx.Client]:
    with (
        served(archive_path, proxy=True, base_url="/news/") as address,
        httpx.Client(base_url=address) as client,
    ):
        yield client


@pytest.mark.parametrize("path", PAGES)
def test_under_a_prefix_every_address_has_it(under_a_prefix: httpx.Client, path: str) -> None:
    html = under_a_prefix.get("/news" + path).text
    addresses = {unescape(found) for found in re.findall(r'(?:href|src|action)="([^"]*)"', html)}
    assert addresses
    ours = {
        found
        for found in addresses
        if found and not found.startswith(("http://", "https://", "#", "?", "mailto:"))
    }
    assert {found for found in ours if not found.startswith("/news/")} == set()
    if path != "/nowhere":
        for found in sorted(ours)[:6]:
            assert "/capture/" in found or under_a_prefix.get(found).status_code in (200, 302), found


def test_redirects_and_feeds_have_the_prefix_and_the_outer_address(under_a_prefix: httpx.Client) -> None:
    away = under_a_prefix.get("/news/archive/articles?_search=source:morning")
    assert away.headers["location"].startswith("/news/archive/articles?")
    outside = {"host": "news.example.org", "x-forwarded-proto": "https"}
    feed = under_a_prefix.get("/news/feeds/articles.json?section=Local", headers=outside).json()
    assert feed["feed_url"] == "https://news.example.org/news/feeds/articles.json?section=Local"
    assert feed["items"][0]["url"].startswith("https://news.example.org/news/a/p")


def test_without_being_told_no_forwarded_header_is_believed(archive_path: Path) -> None:
    with served(archive_path) as address:
        feed = httpx.get(address + "/feeds/changes.json", headers={"x-forwarded-proto": "https"}).json()
    assert feed["feed_url"] == f"{address}/feeds/changes.json"


def test_an_odd_authorization_harms_nothing_where_no_password_is_asked(get) -> None:
    assert get("/", headers={"authorization": "Basic /w=="}).status_code == 200
