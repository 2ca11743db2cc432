"""Tables that lay out a page become blocks; tables of data stay."""

from __future__ import annotations

import pytest
from lxml.html import document_fromstring

from pipelines.clean import clean
from pipelines.clean.layout import unfold
from pipelines.document import parse
from pipelines.items import Rules

PROSE = (
    "The harbour council voted late on Sunday to rebuild the northern pier after two winters without it. " * 5
)
DATA = "<table><tr><th>Year</th><th>Boats</th></tr><tr><td>2025</td><td>17</td></tr></table>"


@pytest.mark.parametrize(
    ("body", "tables"),
    [
        pytest.param(DATA, 1, id="data"),
        pytest.param(f"<table><tr><td>{PROSE}</td></tr></table>", 0, id="a cell of prose"),
        pytest.param(f"<table><tr><td>{DATA}</td></tr></table>", 1, id="a table around a table of data"),
        pytest.param('<table role="presentation"><tr><td>x</td></tr></table>', 0, id="it says so itself"),
        pytest.param(
            f"<table><form><tr><td>{PROSE}</td></tr></form></table>", 0, id="a form between table and row"
        ),
    ],
)
def test_unfold(body: str, tables: int) -> None:
    tree = document_fromstring(f"<html><body>{body}</body></html>")
    unfold(tree)
    assert len(list(tree.iter("table"))) == tables
    if not tables:
        assert not list(tree.iter("tr", "td"))


def test_a_page_laid_out_by_tables_reads_as_its_paragraphs() -> None:
    paragraphs = [f"{n}. {PROSE[:200].strip()}" for n in range(1, 7)]
    page = (
        "<title>Island Post : Pier to be rebuilt at last</title><table><tr><td colspan=2><font size=5><b>ISLAND POST"
        "</b></font></td></tr><tr><td><a href=/a>Front</a><br><a href=/b>Harbour</a></td><td><font size=2>"
        "<p><font size=4><b>Pier to be rebuilt at last</b></font></p>"
        + "".join(f"<p>{p}</p>" for p in paragraphs)
        + "</font></td></tr><tr><td colspan=2>Copyright 2003-2026 Island Post</td></tr></table>"
    )
    document = parse(page.encode(), {"content-type": "text/html"}, "http://post.example/0412.htm")
    cleaned = clean(document, Rules(outlet="Island Post"))

    assert cleaned.text.split("\n\n") == paragraphs
    assert cleaned.headline == "Pier to be rebuilt at last"
    assert len(list(document.tree.iter("table"))) == 1  # the shared tree is left alone
