"""What a reader's eyes and hands meet on a page: its faults of access, its shifts, its width, and how it looks."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from axe_playwright_python.sync_playwright import Axe

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

SHOTS: Final = os.environ.get("NEWSBOT_WALK_SHOTS")
"""Folder for a picture of each page that is looked at."""

MOST_SHIFT: Final = 0.02  # cumulative layout shift of a page; 0.1 is what browsers call good

_RULES: Final = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice")
_WATCH_SHIFTS: Final = """
window.shifted = 0;
new PerformanceObserver((list) => { for (const one of list.getEntries()) window.shifted += one.value; })
  .observe({ type: "layout-shift", buffered: true });
"""
_SCREENS_WIDER: Final = """
() => [...document.querySelectorAll("main *, header *, footer *")]
  .filter((one) => !one.closest(".scroll, .year, svg, .unseen, .skip, pre"))
  .filter((one) => one.getClientRects().length && one.getBoundingClientRect().right > window.innerWidth + 1)
  .map((one) => `${one.tagName} ${one.className}`).slice(0, 3)
"""


@dataclass(frozen=True)
class Look:
    """A way to look at pages. `rules` are those that axe-core tests; all of `_RULES` where none are named."""

    name: str
    width: int
    height: int
    scheme: str = "light"
    script: bool = True
    scale: float = 1.0
    rules: tuple[str, ...] = ()


DESK: Final = Look("desk", 1280, 900)
DESK_DARK: Final = Look("desk-dark", 1280, 900, "dark", rules=("color-contrast",))
PHONE: Final = Look("phone", 390, 844, rules=("color-contrast", "target-size", "scrollable-region-focusable"))
PHONE_DARK: Final = Look("phone-dark", 390, 844, "dark", rules=("color-contrast", "target-size"))
NO_SCRIPT_PHONE: Final = Look("no-script-phone", 390, 844, script=False)
ZOOMED: Final = Look("zoomed", 640, 450, scale=2.0)
"""What zooming to 200 % does: half the width, in pixels of twice the size."""


@dataclass(frozen=True)
class Reader:
    """A page in a context of its own, and what the browser told of it."""

    page: Page
    look: Look
    complaints: list[str]
    asked: list[str]  # addresses of all requests


@contextmanager
def looking(browser: Browser, look: Look) -> Iterator[Reader]:
    """A reader who looks so."""
    context = browser.new_context(
        viewport={"width": look.width, "height": look.height},
        color_scheme=look.scheme,
        java_script_enabled=look.script,
        device_scale_factor=look.scale,
        reduced_motion="reduce",
        accept_downloads=True,
    )
    if look.script:
        context.add_init_script(_WATCH_SHIFTS)
    page = context.new_page()
    reader = Reader(page, look, [], [])
    page.on("console", lambda message: reader.complaints.append(f"{page.url}: {message.text}"))
    page.on("pageerror", lambda error: reader.complaints.append(f"{page.url}: {error}"))
    page.on("request", lambda request: reader.asked.append(request.url))
    yield reader
    context.close()


def faults(reader: Reader, name: str) -> list[str]:
    """What is wrong with the page that is open: axe-core's serious and critical findings, shifts, what hangs over.

    A picture of it is kept under `name`, after the shifts are known: it makes the window as tall as the page.
    """
    page, look = reader.page, reader.look
    found = [f"wider than the window: {one}" for one in page.evaluate(_SCREENS_WIDER)]
    if page.evaluate("document.documentElement.scrollWidth") > look.width:
        found.append("scrolls sideways")
    shifted = page.evaluate("window.shifted")
    if shifted > MOST_SHIFT:
        found.append(f"its layout shifts by {shifted:.3f}")
    _picture(reader, name)
    page.evaluate("document.querySelectorAll('main details').forEach((one) => { one.open = true })")
    found += _axe(page, look)
    return found


def _axe(page: Page, look: Look) -> list[str]:
    only: dict[str, Any] = {"type": "tag", "values": list(_RULES)}
    if look.rules:
        only = {"type": "rule", "values": list(look.rules)}
    results = Axe().run(page, options={"resultTypes": ["violations"], "runOnly": only})
    return [
        f"{fault['id']} ({fault['impact']}) at {fault['nodes'][0]['target']}"
        for fault in results.response["violations"]
        if fault["impact"] in ("serious", "critical")
    ]


def _picture(reader: Reader, name: str) -> None:
    """A picture of the whole page, where a folder for them is named."""
    if SHOTS:
        folder = Path(SHOTS)
        folder.mkdir(parents=True, exist_ok=True)
        reader.page.screenshot(path=folder / f"{name}-{reader.look.name}.png", full_page=True)
