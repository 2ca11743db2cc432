"""One Chromium and one server an archive, for all tests that look at pages as a reader does."""

from __future__ import annotations

import asyncio
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest
import uvicorn

from newsbot.publish.config import ReadingRoom
from newsbot.publish.server import listen

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
MISSING = "no Chromium on this machine: `apt-get install chromium`"


def follow(link: Locator) -> None:
    """Clicks on what leads to another page, and is back when that page has come."""
    with link.page.expect_navigation():
        link.click()


@contextmanager
def serving(room: ReadingRoom) -> Iterator[str]:
    """The address of a published archive for as long as the context lasts."""
    listening = listen("127.0.0.1", 0)
    server = uvicorn.Server(uvicorn.Config(room.app(), log_level="critical"))
    thread = threading.Thread(target=lambda: asyncio.run(server.serve(sockets=[listening])))
    thread.start()
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(30)
        listening.close()


@pytest.fixture(
    scope="module"
)  # Playwright's loop runs in this thread while it is open: no other test could run one
def browser() -> Iterator[Browser]:
    """Debian's Chromium, started once a file; skips where there is none."""
    if CHROMIUM is None:
        pytest.skip(MISSING)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield found
        found.close()


@pytest.fixture(scope="session")
def address(room: ReadingRoom) -> Iterator[str]:
    """Where the archive of the tests is shown."""
    with serving(room) as found:
        yield found


@pytest.fixture(scope="session")
def rich_address(rich_room: ReadingRoom) -> Iterator[str]:
    """Where the archive of what newer pages show is shown."""
    with serving(rich_room) as found:
        yield found
