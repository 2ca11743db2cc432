"""CSV made column by column is, byte for byte, what Python's `csv` writes, with the same guard before formulas."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.store.comma_separated import INVISIBLE, OPENINGS, csv_pieces
from pipelines.store.export import guarded

# Many cells of few letters, so that whole columns are harmless, and some of those that need a look.
texts = st.one_of(
    st.text(st.sampled_from('ab1 ,"\r\n\x1f\x00é۰' + OPENINGS + INVISIBLE), max_size=4),
    st.sampled_from(["", "2026-11-22", "a,b", '"', "a\rb", "-1", " =1"]),
)
numbers = st.one_of(st.none(), st.integers(-9, 9), st.floats())
anything = st.one_of(texts, numbers, st.binary(max_size=2), st.booleans())
column = st.sampled_from((texts, numbers, st.none(), st.one_of(st.none(), texts), anything))


@st.composite
def tables(draw: st.DrawFn) -> list[tuple[object, ...]]:
    """Rows of columns that hold one kind of value each, as an archive's do, or any."""
    kinds = draw(st.lists(column, min_size=2, max_size=5))
    return draw(st.lists(st.tuples(*kinds), max_size=12))


def by_csv(rows: Sequence[Sequence[object]], guard: bool) -> str:
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerows([guarded(cell) if guard else cell for cell in row] for row in rows)
    return buffer.getvalue()


@given(tables(), st.booleans())
def test_the_bytes_are_those_of_pythons_csv(rows: list[tuple[object, ...]], guard: bool) -> None:
    names = [f"column {at}" for at in range(len(rows[0]) if rows else 2)]
    expected = by_csv([names], False) + by_csv(rows, guard)
    assert "".join(csv_pieces(names, rows, guard=guard)) == expected
    assert "".join(csv_pieces(names, rows, guard=guard, bom=True)) == "\ufeff" + expected


def test_a_header_with_commas_is_quoted_and_never_guarded() -> None:
    assert "".join(csv_pieces(("a,b", "-c"), [])) == '"a,b",-c\r\n'


@pytest.mark.parametrize(
    ("size", "most"),
    [
        pytest.param(50, 256, id="of small rows some hundred are taken at once"),
        pytest.param(20_000, 16, id="of long texts a few, as many as fill a piece"),
        pytest.param(1_000_000, 8, id="of very long ones the first eight, then each alone"),
    ],
)
def test_no_more_rows_are_taken_than_fill_a_piece(size: int, most: int) -> None:
    taken = 0

    def rows() -> object:
        nonlocal taken
        for _ in range(1000 if size < 1000 else 40):
            taken += 1
            yield ("x" * size, None)

    ahead = []
    before = 0
    for _ in csv_pieces(("a", "b"), rows()):  # type: ignore[arg-type]
        ahead.append(taken - before)
        before = taken
    assert max(ahead) <= most
    assert sum(ahead) == taken
    if size == 1_000_000:
        assert set(ahead[1:]) == {1}
