"""Faults of access on every kind of page, as axe-core finds them; and what the one script adds."""

from __future__ import annotations

from dataclasses import replace

import pytest

from .browsing import follow
from .walking import DESK, PHONE_DARK, faults, looking

pytestmark = pytest.mark.browser
PAGES = ["/", "/archive/articles?facet=section", "/archive/articles?section=Local&_layout=rows", "/a/p000001", "/a/p000002",
         "/map", "/attention?q=trees&q2=water", "/sources/morning", "/changes", "/a/p000001/compare", "/sources",
         "/archive/articles?_search=zxqnonsense", "/batch?queries=trees%0A(", "/dictionary"]  # fmt: skip


@pytest.fixture
def page(browser):
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    found = context.new_page()
    found.complaints = []
    found.on("console", lambda message: found.complaints.append(message.text))
    yield found
    context.close()


# A third of the pages is seen on a desk by day, a third on a phone by night, the rest as a long proof: axe takes a second
# for each. The walk (test_walk.py) sees each in every light, as a long proof too.
@pytest.mark.parametrize(
    ("look", "pages"),
    [
        pytest.param(DESK, PAGES[::3], id="desk"),
        pytest.param(replace(PHONE_DARK, rules=()), PAGES[1::3], id="phone"),
        pytest.param(DESK, PAGES[2::3], id="the rest", marks=pytest.mark.soak),
    ],
)
def test_no_page_has_a_serious_fault_or_moves_or_hangs_over(browser, rich_address, look, pages) -> None:
    found = {}
    with looking(browser, look) as reader:
        for path in pages:
            reader.page.goto(rich_address + path)
            if wrong := faults(reader, f"rich-{pages.index(path)}"):
                found[path] = wrong
    assert found == {}


def test_days_are_chosen_by_dragging_over_the_histogram(page, rich_address) -> None:
    page.goto(f"{rich_address}/archive/articles")
    box = page.locator(".histogram svg").bounding_box()
    page.mouse.move(box["x"] + 2, box["y"] + 10)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.3, box["y"] + 10, steps=3)
    page.mouse.up()
    page.wait_for_url("**published_day__gte=2026-10-19**")
    assert "published_day__lte=2026-10-2" in page.url
    assert page.complaints == []


def test_a_bar_is_a_link_without_the_script_too(browser, rich_address) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{rich_address}/archive/articles")
    follow(page.locator(".histogram a").first)
    assert page.url.endswith("?published_day__gte=2026-10-19&published_day__lte=2026-10-19")
    assert page.locator("h1").inner_text() == "1 article"
    context.close()


def test_a_long_list_is_filtered_while_typing_and_a_slash_leads_to_the_search(page, rich_address) -> None:
    page.goto(f"{rich_address}/archive/articles?facet=place")
    assert page.locator("#all-values li:visible").count() == 2
    page.locator("[name=holding]").fill("kuw")
    assert page.locator("#all-values li:visible").count() == 1
    page.locator("h1").click()
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.name") == "_search"
    assert page.complaints == []


def test_no_request_leaves_for_elsewhere(page, rich_address) -> None:
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    for path in ("/a/p000001", "/map"):
        page.goto(rich_address + path)
    assert all(url.startswith(rich_address) for url in asked)
    assert page.complaints == []
