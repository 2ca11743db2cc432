"""Exports: what a file holds, and that nothing in it bites."""

from __future__ import annotations

import csv
import io
import json
import sqlite3
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.store.comma_separated import csv_pieces
from pipelines.store.dictionary import dictionary_markdown
from pipelines.store.export import EXPORT_COLUMNS, articles_sql, guarded, json_lines
from pipelines.store.migrations import table_ddl
from pipelines.store.schema import TABLES

cells = st.one_of(st.none(), st.integers(-(2**63), 2**63 - 1), st.text(st.characters(codec="utf-8")))
# What asks for quotes, an apostrophe or an escape is rare among all letters.
odd = st.one_of(cells, st.floats(), st.text(' ,"\r\n=+-@\t\x00\x1f\x85\u2028\u200b＝ab', max_size=6))


@pytest.fixture
def archive() -> Iterator[sqlite3.Connection]:
    """Three articles of a full, an excerpt and a metadata source, and a withheld one."""
    connection = sqlite3.connect(":memory:")
    for table in TABLES:
        connection.execute(table_ddl(table))
    for number, (publish, state) in enumerate(
        [("full", "published"), ("excerpt", "gone"), ("metadata", "published"), ("full", "withheld")], start=1
    ):
        connection.execute(
            "INSERT INTO sources (id, name, publish, first_seen_at) VALUES (?, ?, ?, '')",
            (f"s{number}", f"Source {number}", publish),
        )
        connection.execute(
            "INSERT INTO articles (id, public_id, url, source, headline, lede, published_sort, first_seen_at, state)"
            " VALUES (?, ?, '', ?, ?, ?, '2014-06-22', '', ?)",
            (number, f"p{number}", f"s{number}", f"Headline {number}", "lede " * 100, state),
        )
        connection.execute(
            "INSERT INTO article_text (article, text) VALUES (?, ?)", (number, f"Text {number}")
        )
    for author, position in (("Zoe", 0), ("Abe", 1)):
        connection.execute("INSERT INTO article_authors VALUES (1, ?, ?)", (author, position))
    for tag in ("b", "a"):
        connection.execute("INSERT INTO article_tags VALUES (1, ?)", (tag,))
    connection.row_factory = sqlite3.Row
    yield connection
    connection.close()


def test_the_select_has_the_stable_columns_and_joined_labels(archive: sqlite3.Connection) -> None:
    rows = archive.execute(articles_sql()).fetchall()
    assert tuple(rows[0].keys()) == EXPORT_COLUMNS
    assert [row["public_id"] for row in rows] == ["p3", "p2", "p1"], "same day: the higher number first"
    assert rows[2]["authors"] == "Zoe; Abe", "in the order of the byline"
    assert rows[2]["tags"] == "a; b"
    assert rows[2]["source_name"] == "Source 1"


def test_withheld_articles_never_leave_whatever_is_asked(archive: sqlite3.Connection) -> None:
    found = archive.execute(articles_sql("articles.state = 'withheld' OR 1", with_text=True)).fetchall()
    assert {row["public_id"] for row in found} == {"p1", "p2", "p3"}


def test_the_operators_own_export_has_everything_that_is_stored(archive: sqlite3.Connection) -> None:
    texts = {row["public_id"]: row["text"] for row in archive.execute(articles_sql(with_text=True))}
    assert texts == {"p1": "Text 1", "p2": "Text 2", "p3": "Text 3"}


def test_a_published_export_holds_back_what_the_policy_says(archive: sqlite3.Connection) -> None:
    rows = {row["public_id"]: row for row in archive.execute(articles_sql(with_text=True, publish=True))}
    assert [rows[key]["text"] for key in ("p1", "p2", "p3")] == ["Text 1", None, None]
    assert [len(rows[key]["lede"] or "") for key in ("p1", "p2", "p3")] == [500, 300, 0]


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        pytest.param("=1+1", "'=1+1", id="a formula is text"),
        pytest.param("+1", "'+1", id="plus opens a formula too"),
        pytest.param("-1", "'-1", id="minus in text as well"),
        pytest.param("@SUM(A1)", "'@SUM(A1)", id="at opens a Lotus formula"),
        pytest.param("\t=1", "'\t=1", id="a tab before it does not hide it"),
        pytest.param("  =1", "'  =1", id="spaces before it do not hide it"),
        pytest.param("\u200b=1", "'\u200b=1", id="a zero-width space does not hide it"),
        pytest.param("＝1", "'＝1", id="full-width forms are taken for plain ones"),
        pytest.param("--06-22", "'--06-22", id="an open year would be computed"),
        pytest.param(-5, -5, id="a number stays a number"),
        pytest.param(None, None, id="nothing stays nothing"),
        pytest.param("a=b", "a=b", id="inside a text it is harmless"),
        pytest.param("", "", id="empty text"),
    ],
)
def test_formula_guard(cell: object, expected: object) -> None:
    assert guarded(cell) == expected


@given(st.lists(st.tuples(cells, cells), max_size=8))
def test_what_is_written_is_read_back_by_python(rows: list[tuple[object, object]]) -> None:
    text = "".join(csv_pieces(("a", "b"), rows, guard=False))
    read = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    assert read[0] == ["a", "b"]
    expected = [["" if cell is None else str(cell) for cell in row] for row in rows]
    assert read[1:] == expected


@given(
    st.integers(1, 3).flatmap(lambda width: st.lists(st.tuples(*[odd] * width), min_size=1, max_size=8)),
    st.booleans(),
)
def test_csv_has_the_bytes_of_the_csv_writer(rows: list[tuple[object, ...]], guard: bool) -> None:
    names = ("100 %", "lede", "a,b")[: len(rows[0])]
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow(names)
    writer.writerows([guarded(cell) if guard else cell for cell in row] for row in rows)
    assert "".join(csv_pieces(names, rows, guard=guard)) == buffer.getvalue()


@given(st.lists(st.tuples(odd, odd), max_size=8))
def test_json_lines_have_the_bytes_of_json_dumps(rows: list[tuple[object, object]]) -> None:
    lines = [json.dumps(dict(zip(("100 %", "b"), row, strict=True)), ensure_ascii=False) for row in rows]
    text = "".join(f"{line}\n" for line in lines)
    for end in "\x85\u2028\u2029":
        text = text.replace(end, f"\\u{ord(end):04x}")
    assert "".join(json_lines(("100 %", "b"), rows)) == text


def test_lines_end_in_crlf_and_bom_opens_the_file() -> None:
    assert "".join(csv_pieces(("a",), [("x",)], bom=True)) == "\ufeffa\r\nx\r\n"


def test_no_row_still_gives_the_header() -> None:
    assert "".join(csv_pieces(("a", "b"), [])) == "a,b\r\n"


def test_pieces_stay_small_however_many_rows() -> None:
    pieces = list(csv_pieces(("a", "text"), (("x" * 100, "y" * 9_000) for _ in range(500))))
    assert len(pieces) > 3
    assert max(map(len, pieces)) < 150_000


@given(st.lists(st.tuples(cells, cells), max_size=8))
def test_json_lines_keep_every_value(rows: list[tuple[object, object]]) -> None:
    text = "".join(json_lines(("a", "b"), rows))
    assert [tuple(json.loads(line).values()) for line in text.split("\n") if line] == rows


def test_the_dictionary_names_every_column_once() -> None:
    text = dictionary_markdown()
    for table in TABLES:
        assert f"# {table.name}\n\n{table.meaning}" in text
        for column in table.columns:
            assert f"| `{column.name}` |" in text


def test_a_line_of_json_is_one_line_for_every_reader() -> None:
    text = "".join(json_lines(["a"], [("one\u2028two\x85three\nfour",), ("ü",)]))
    assert len(text.splitlines()) == 2
    assert json.loads(text.splitlines()[0]) == {"a": "one\u2028two\x85three\nfour"}
