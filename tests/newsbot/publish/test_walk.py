"""
A reader's walk through an archive, in a real browser: facet, search, page 2, article, comparison, export; on a phone, by
keyboard alone, without JavaScript, at night, from right to left, on paper.

It walks through the bundled newsroom, or through any archive, with pictures of each page where a folder is named:

    NEWSBOT_WALK_ARCHIVE=~/news/archive.db NEWSBOT_WALK_SHOTS=shots python -m pytest -n 0 tests/newsbot/publish/test_walk.py
"""

from __future__ import annotations

import csv
import os
import re
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from newsbot.publish import build

from .browsing import follow, serving
from .walking import (
    DESK,
    DESK_DARK,
    NO_SCRIPT_PHONE,
    PHONE,
    PHONE_DARK,
    ZOOMED,
    Look,
    Reader,
    faults,
    looking,
)

pytestmark = pytest.mark.browser

NONSENSE = "zxqvorbl"
WAIT = 30_000  # milliseconds for a page of a loaded machine


@dataclass(frozen=True)
class Walked:
    """An archive in a browser, and what in it a walk goes to."""

    address: str
    word: str  # stands in a headline
    article: str  # public id; with a text
    revised: str | None  # changed by its publisher
    turned: str | None  # written from right to left
    source: str

    def pages(self) -> dict[str, str]:
        """Every kind of page by a name."""
        listing = "/archive/articles"
        found = {
            "front": "/",
            "listing": listing,
            "rows": f"{listing}?_layout=rows",
            "values": f"{listing}?facet=section",
            "search": f"{listing}?_search={self.word}",
            "nothing": f"{listing}?_search={NONSENSE}",
            "article": f"/a/{self.article}",
            "changes": "/changes",
            "no-changes": "/changes?source=nobody",
            "map": "/map",
            "attention": f"/attention?q={self.word}&q2=the",
            "attention-empty": "/attention",
            "batch": f"/batch?queries={self.word}%0A{NONSENSE}%0A(",
            "sources": "/sources",
            "source": f"/sources/{self.source}",
            "dictionary": "/dictionary",
            "error": "/a/nobody",
        }
        if self.revised:
            found |= {"revised": f"/a/{self.revised}", "compare": f"/a/{self.revised}/compare"}
        if self.turned:
            found["turned"] = f"/a/{self.turned}"
        return found


@pytest.fixture(scope="module")
def walked(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Iterator[Walked]:
    given = os.environ.get("NEWSBOT_WALK_ARCHIVE")
    path = Path(given) if given else request.getfixturevalue("newsroom") / "archive.db"
    copy = tmp_path_factory.mktemp("walk") / "archive.db"
    shutil.copyfile(path, copy)
    room = build(copy)
    with serving(room) as address, closing(sqlite3.connect(copy)) as connection:
        yield _to_go_to(connection, address)
    room.room.connections.close()


def _to_go_to(connection: sqlite3.Connection, address: str) -> Walked:
    shown = "state = 'published' AND headline > '' AND word_count > 50"

    def first(condition: str) -> str | None:
        sql = f"SELECT public_id FROM articles WHERE {shown} AND {condition} ORDER BY published_sort DESC"  # noqa: S608
        found = connection.execute(sql).fetchone()
        return found[0] if found else None

    headlines = connection.execute(f"SELECT headline FROM articles WHERE {shown} AND language = 'en'")  # noqa: S608
    words = [word for (line,) in headlines for word in re.findall(r"[a-z]{6,}", line)]
    return Walked(
        address,
        word=max(sorted(set(words)), key=words.count),
        article=first("language = 'en' AND revisions = 0") or "",
        revised=first("revisions > 0"),
        turned=first("language IN ('ar', 'fa', 'he', 'ur')"),
        source=connection.execute(
            "SELECT source FROM articles GROUP BY source ORDER BY count(*) DESC"
        ).fetchone()[0],
    )


@pytest.fixture
def reader(browser, request) -> Iterator[Reader]:
    """A reader with the look that the test names, at a desk where it names none; the browser must not complain."""
    look = getattr(request, "param", DESK)
    with looking(browser, look) as found:
        found.page.set_default_timeout(WAIT)
        yield found
        assert [one for one in found.complaints if "404 (Not Found)" not in one] == []


def number(text: str) -> int:
    """`1,234 articles` as 1234."""
    return int(re.match(r"[\d,]+", text).group().replace(",", ""))


def open_filters(reader: Reader) -> None:
    if reader.look.width < 960:
        reader.page.locator(".filters-toggle summary").click()


@pytest.mark.parametrize(
    "reader",
    [DESK, pytest.param(NO_SCRIPT_PHONE, marks=pytest.mark.soak)],
    indirect=True,
    ids=lambda look: look.name,
)
def test_from_a_facet_by_pages_to_a_file_with_exactly_the_rows_shown(reader, walked) -> None:
    page = reader.page
    page.goto(f"{walked.address}/archive/articles")
    total = number(page.locator("h1").inner_text())
    open_filters(reader)
    value = page.locator(".facet", has=page.get_by_role("heading", name="Language")).locator("li a").first
    count = number(value.locator(".count").inner_text())
    follow(value)
    assert number(page.locator("h1").inner_text()) == count <= total
    here, shown = page.url, []
    while True:
        shown += [
            link.get_attribute("href").rpartition("/")[2] for link in page.locator(".story .headline a").all()
        ]
        older = page.get_by_role("link", name="Older →")
        if not older.count():
            break
        follow(older)
        assert number(page.locator("h1").inner_text()) == count
    assert len(shown) == len(set(shown)) == count
    page.goto(here)
    with page.expect_download() as download:
        page.locator(".downloads").get_by_role("link", name="CSV", exact=True).click()
    with Path(download.value.path()).open(encoding="utf-8", newline="") as file:
        assert [row["public_id"] for row in csv.DictReader(file)] == shown


@pytest.mark.parametrize(
    "reader",
    [pytest.param(DESK, marks=pytest.mark.soak), NO_SCRIPT_PHONE],
    indirect=True,
    ids=lambda look: look.name,
)
def test_a_search_leads_to_an_article_and_its_evidence_and_nonsense_to_nothing(reader, walked) -> None:
    page = reader.page
    page.goto(walked.address)
    page.get_by_role("searchbox").fill(walked.word)
    follow(page.get_by_role("button", name="Search"))
    found = number(page.locator("h1").inner_text())
    assert found == page.locator(".story").count() or found > 40
    assert walked.word in page.locator("mark").first.inner_text().lower()
    link = page.locator(".story .headline a").first
    headline = link.inner_text()
    follow(link)
    assert page.locator("h1").inner_text() == headline
    evidence = page.locator("#evidence")
    evidence.locator("summary").click()
    assert evidence.locator("table, p").first.is_visible()
    page.goto(f"{walked.address}/archive/articles?_search={NONSENSE}")
    assert page.locator("h1").inner_text().startswith("No article")
    assert page.locator(".empty").is_visible()


def test_a_change_is_compared(reader, walked) -> None:
    if not walked.revised:
        pytest.skip("no publisher has changed an article of this archive")
    page = reader.page
    page.goto(f"{walked.address}/changes")
    follow(page.locator(".change .headline a").first)
    assert "#revisions" in page.url
    assert page.locator("#revisions").locator("ins, del").first.is_visible()
    follow(page.locator("#revisions").get_by_role("button", name="Compare"))
    assert page.get_by_role("region", name="What is different").locator("ins, del").count()


def test_the_keyboard_alone_leads_to_an_article(reader, walked) -> None:
    page = reader.page
    page.goto(f"{walked.address}/archive/articles")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.name") == "_search"
    page.keyboard.type(walked.word)
    page.keyboard.press("Enter")
    page.wait_for_url("**_search=**")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")  # the skip link
    tops = []
    for _ in range(400):
        page.keyboard.press("Tab")
        at = page.evaluate(
            """() => { const one = document.activeElement, box = one.getBoundingClientRect(), style = getComputedStyle(one);
            return { story: !!one.closest(".story"), seen: box.width > 0 && box.bottom > 0 && box.top < innerHeight,
                     ring: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2, top: box.top + scrollY,
                     what: one.outerHTML.slice(0, 80) } }"""
        )
        assert at["seen"] and at["ring"], at["what"]
        tops.append(at["top"])
        if at["story"]:
            break
    else:
        pytest.fail("the keyboard does not reach the stories")
    page.keyboard.press("Enter")
    page.wait_for_url("**/a/**")
    assert page.get_by_role("heading", level=1).is_visible()


def test_a_drawer_of_filters_on_a_phone_is_opened_and_closed_by_keyboard(browser, walked) -> None:
    with looking(browser, PHONE) as reader:
        page = reader.page
        page.goto(f"{walked.address}/archive/articles")
        summary = page.locator(".filters-toggle summary")
        summary.focus()
        page.keyboard.press("Enter")
        assert page.locator(".facets").is_visible()
        page.keyboard.press("Enter")
        assert not page.locator(".facets").is_visible()


def test_text_from_right_to_left(reader, walked) -> None:
    if not walked.turned:
        pytest.skip("nothing in this archive is written from right to left")
    page = reader.page
    page.goto(f"{walked.address}/a/{walked.turned}")
    text = page.locator(".text")
    assert text.evaluate("(one) => getComputedStyle(one).direction") == "rtl"
    edge = page.locator(".paper").bounding_box()
    box = text.locator("p").first.bounding_box()
    assert abs(edge["x"] + edge["width"] - box["x"] - box["width"]) < 2, "it is set to the right"


@pytest.mark.soak  # test_access.py asks the same of the most important pages
@pytest.mark.timeout(600)
@pytest.mark.parametrize("look", [DESK, PHONE_DARK, PHONE, DESK_DARK, ZOOMED], ids=lambda look: look.name)
def test_no_page_has_a_fault_of_access_or_moves_or_hangs_over(browser, walked, look: Look) -> None:
    pages = walked.pages()
    found = {}
    with looking(browser, look) as reader:
        for name, path in pages.items():
            reader.page.goto(walked.address + path)
            if wrong := faults(reader, name):
                found[f"{name} {path}"] = wrong
        assert found == {}
        assert all(url.startswith(walked.address) for url in reader.asked), "nothing is loaded from elsewhere"


def test_an_article_is_printed_without_the_furniture(browser, walked) -> None:
    with looking(browser, DESK) as reader:
        page = reader.page
        page.goto(f"{walked.address}/a/{walked.revised or walked.article}")
        page.emulate_media(media="print")
        for furniture in (".masthead nav", ".quick", ".tools", ".compare", ".colophon .onward-ways"):
            assert page.locator(f"{furniture}:visible").count() == 0, furniture
        for kept in ("h1", ".text", "#citation"):
            assert page.locator(kept).is_visible(), kept
        for added in page.locator("ins:visible").all():
            assert "underline" in added.evaluate("(one) => getComputedStyle(one).textDecorationLine")
        assert page.pdf(format="A4").startswith(b"%PDF")
