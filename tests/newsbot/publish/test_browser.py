"""The pages in a real browser, without JavaScript, on a desk and on a phone."""

from __future__ import annotations

import pytest

from .browsing import follow

pytestmark = pytest.mark.browser
SIZES = {"desk": {"width": 1280, "height": 900}, "phone": {"width": 390, "height": 844}}


# On a desk the walk (test_walk.py) looks at the same pages.
@pytest.fixture(scope="module", params=[pytest.param("desk", marks=pytest.mark.soak), "phone"])
def context(browser, request):
    found = browser.new_context(viewport=SIZES[request.param], java_script_enabled=False)
    found.size = request.param
    yield found
    found.close()


@pytest.fixture
def page(context):
    found = context.new_page()
    found.complaints = []
    found.on("console", lambda message: found.complaints.append(message.text))
    found.size = context.size
    yield found
    found.close()


def width(page) -> int:
    """Width of the whole document; wider than the window means scrolling sideways."""
    return int(page.locator("html").bounding_box()["width"])


def test_from_the_front_page_to_an_article_and_back(page, address) -> None:
    page.goto(address)
    assert page.locator("h1").inner_text() == "News archive"
    page.get_by_role("searchbox").fill("regroup")
    follow(page.get_by_role("button", name="Search"))
    assert page.locator("h1").inner_text() == "1 article for regroup"
    assert page.locator("mark").inner_text() == "regroup"
    follow(page.get_by_role("link", name="Fighters take border crossings", exact=True))
    assert page.url.endswith("/a/p000001")
    evidence = page.locator("#evidence")
    assert not evidence.locator("table").is_visible()
    evidence.locator("summary").click()
    assert evidence.locator("table").is_visible()
    assert "closest year" in evidence.inner_text()
    assert page.complaints == []


def test_nothing_is_wider_than_the_window(page, address) -> None:
    for path in (
        "/",
        "/archive/articles?published_year=2013",
        "/a/p000001",
        "/a/p000015",
        "/a/p000003",
        "/sources",
    ):
        page.goto(address + path)
        assert width(page) <= SIZES[page.size]["width"], path
        boxes = [found.bounding_box() for found in page.locator("main > *, .text, .record").all()]
        assert all(box["x"] + box["width"] <= SIZES[page.size]["width"] + 1 for box in boxes if box), path
    assert page.complaints == []


def test_landmarks(page, address) -> None:
    page.goto(f"{address}/archive/articles")
    for role in ("banner", "main", "contentinfo", "search"):
        assert page.get_by_role(role).count() == 1, role
    assert page.get_by_role("navigation", name="Sections").count() == 1
    assert page.get_by_role("heading", level=1).count() == 1


def test_dark_paper_where_the_reader_wants_it(browser, address) -> None:
    context = browser.new_context(color_scheme="dark")
    page = context.new_page()
    page.goto(address)
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(22, 20, 18)"
    context.close()
