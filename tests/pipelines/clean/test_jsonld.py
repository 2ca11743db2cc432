"""JSON-LD: broken blocks that real sites send, mended or left out, never a crash."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines import jsonld

WHOLE = '{"@type": "NewsArticle", "headline": "Pier rebuilt"}'


@pytest.mark.parametrize(
    "block",
    [
        pytest.param(WHOLE, id="a sound object"),
        pytest.param(f"[{WHOLE}]", id="a list"),
        pytest.param('{"@graph": [' + WHOLE + "]}", id="a graph"),
        pytest.param('{"@type": "WebPage", "mainEntity": ' + WHOLE + "}", id="an article inside a web page"),
        pytest.param(f"<!-- {WHOLE} -->", id="inside an HTML comment"),
        pytest.param(f"//<![CDATA[\n{WHOLE}\n//]]>", id="inside CDATA with slashes"),
        pytest.param(f"/*<![CDATA[*/{WHOLE}/*]]>*/", id="inside CDATA with comment marks"),
        pytest.param(f"{WHOLE};", id="a semicolon behind it"),
        pytest.param("\ufeff" + WHOLE, id="a byte order mark before it"),
        pytest.param('{"@type": "NewsArticle", "headline": "Pier rebuilt",}', id="a trailing comma"),
        pytest.param('{"@type": "NewsArticle",, "headline": "Pier rebuilt"}', id="a doubled comma"),
        pytest.param(
            '{"@type": "NewsArticle"\n"headline": "Pier rebuilt"}', id="a missing comma at a line end"
        ),
        pytest.param('{"@type": "NewsArticle", "headline": "Pier rebuilt", "a": "b\\.c"}', id="a bad escape"),
        pytest.param(WHOLE.replace('"', "&quot;"), id="escaped as HTML"),
        pytest.param('{"@type": "Organization"} ' + WHOLE, id="two objects in a row"),
        pytest.param('{"@type": "Organization"},\n' + WHOLE, id="two objects with a comma between them"),
        pytest.param(
            '{"@type": "NewsArticle", "headline": "Pier rebuilt", "text": "a\nb\tc\x0b"}',
            id="raw control characters",
        ),
    ],
)
def test_the_article_is_found(block: str) -> None:
    headlines = [node["headline"] for node in jsonld.nodes([block]) if "headline" in node]

    assert headlines == ["Pier rebuilt"]


@pytest.mark.parametrize(
    "block",
    [
        "",
        "   ",
        "not json",
        "{",
        "null",
        "42",
        '"text"',
        "[" * 100_000,
        '{"a":' * 50_000,
        "x" * (jsonld.MAX_BLOCK + 1),
    ],
    ids=[
        "empty",
        "blank",
        "prose",
        "torn",
        "null",
        "number",
        "string",
        "deep lists",
        "deep objects",
        "too large",
    ],
)
def test_what_cannot_be_mended_is_left_out(block: str) -> None:
    assert jsonld.nodes([block]) == ()


def test_a_broken_block_costs_the_next_one_nothing() -> None:
    assert [node["headline"] for node in jsonld.nodes(["{broken", WHOLE])] == ["Pier rebuilt"]


def test_lists_of_other_pages_are_not_opened() -> None:
    listed = '{"@type": "ItemList", "itemListElement": [' + WHOLE + "]}"

    assert [jsonld.types_of(node) for node in jsonld.nodes([listed])] == [{"ItemList"}]


@pytest.mark.parametrize(
    ("value", "types"),
    [
        ("NewsArticle", {"NewsArticle"}),
        (["Article", "NewsArticle"], {"Article", "NewsArticle"}),
        ("http://schema.org/NewsArticle", {"NewsArticle"}),
        ("schema:NewsArticle", {"NewsArticle"}),
        (None, set()),
        (7, set()),
        ([{"x": 1}], set()),
    ],
)
def test_types(value: object, types: set[str]) -> None:
    assert jsonld.types_of({"@type": value}) == types


@given(st.text(max_size=300))
def test_any_text_gives_nodes_that_are_objects(block: str) -> None:
    assert all(isinstance(node, dict) for node in jsonld.nodes([block]))
