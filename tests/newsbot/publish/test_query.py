"""URLs of listings: what they say, and what only stock Datasette understands."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsbot.publish.browse import stock_address
from newsbot.publish.query import COLUMNS, TABLES, Query, parse


@pytest.mark.parametrize(
    ("pairs", "expected"),
    [
        pytest.param([], {}, id="nothing asked is everything"),
        pytest.param(
            [("source", "a"), ("source", "b")], {"source": ("a", "b")}, id="two values of one facet"
        ),
        pytest.param(
            [("source", "a"), ("source", "a")], {"source": ("a",)}, id="the same value twice counts once"
        ),
        pytest.param([("source", ""), ("tag", " ")], {}, id="a form sends empty fields"),
        pytest.param([("tag", "a\x00b")], {"tag": ("ab",)}, id="NUL is dropped"),
    ],
)
def test_filters(pairs: list[tuple[str, str]], expected: dict[str, tuple[str, ...]]) -> None:
    found = parse(pairs)
    assert found is not None
    assert found.picked == expected


@pytest.mark.parametrize(
    "pairs",
    [
        pytest.param([("headline__contains", "x")], id="a filter of stock Datasette"),
        pytest.param([("_facet", "source")], id="a facet of stock Datasette"),
        pytest.param([("_view", "table")], id="its table by name"),
        pytest.param([("_next", "stock,12")], id="its cursor"),
        pytest.param([("nonsense", "1")], id="a column that is not there"),
    ],
)
def test_what_we_do_not_know_is_left_to_datasette(pairs: list[tuple[str, str]]) -> None:
    assert parse(pairs) is None


names = st.sampled_from(sorted(COLUMNS | TABLES.keys()))
values = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Zs", "Zl", "Zp")), min_size=1, max_size=9
)


@given(st.dictionaries(names, st.lists(values, min_size=1, max_size=3, unique=True), max_size=4), values)
def test_every_state_is_a_url(picked: dict[str, list[str]], words: str) -> None:
    pairs = [(name, value) for name, found in picked.items() for value in found] + [("_search", words)]
    query = parse(pairs)
    assert query is not None
    assert parse(query.pairs()) == query


def test_picking_a_value_goes_back_to_the_first_page() -> None:
    query = Query(after=("2020-01-01", 3)).with_value("source", "a")
    assert query.after is None
    assert query.without_value("source", "a") == Query()


def test_stock_datasette_is_asked_for_the_same_listing() -> None:
    query = parse([("source", "a"), ("source", "b"), ("tag", "x"), ("_search", "word")])
    assert query is not None
    query = replace(query, words=replace(query.words, expression='"word"'))
    assert stock_address(query, "/a.json") == (
        "/a.json?_search=%22word%22&_searchmode=raw&source__in=%5B%22a%22%2C+%22b%22%5D&_tag=x"
    )
