"""Paragraphs that the extractor missed come back where they stand as the ones it took."""

from __future__ import annotations

import pytest
from lxml.html import document_fromstring

from pipelines.clean.missed import put_back
from pipelines.clean.runs import runs_of

NAMES = ("Mara", "Jon", "Ida", "Piet", "Lene", "Omar")
P = [
    f"{name} told the harbour master on day {n} that {name} had read {n} pages of the {name} report, all of {name}."
    for n, name in enumerate(NAMES)
]


def box(*paragraphs: str, name: str = "body__part", before: str = "") -> str:
    return before + f'<div class="{name}">' + "".join(f"<p>{p}</p>" for p in paragraphs) + "</div>"


@pytest.mark.parametrize(
    ("body", "taken", "expected"),
    [
        pytest.param(
            box(*P[:3]) + "<div class='ad'>Buy</div>" + box(*P[3:6]),
            P[:3],
            P[:6],
            id="a repeated container comes back",
        ),
        pytest.param(
            box(*P[:3]) + box(*P[3:6]),
            P[3:6],
            P[:6],
            id="in the order of the page",
        ),
        pytest.param(
            box(*P[:3]) + '<div class="body__part"><h2>What next</h2><p>' + P[3] + "</p></div>",
            P[:3],
            [*P[:3], "What next", P[3]],
            id="with its sub-head",
        ),
        pytest.param(
            box(*P[:3]) + box(*P[3:6], name="widget"), P[:3], P[:3], id="another container does not"
        ),
        pytest.param(
            box(*P[:3]) + box(*P[3:6], before='<h2><a href="/other">Another article altogether</a></h2>'),
            P[:3],
            P[:3],
            id="behind a linked heading another article begins",
        ),
        pytest.param(
            box(*P[:3]) + box(*P[3:6], before="<h1>Another article altogether</h1>"),
            P[:3],
            P[:3],
            id="behind an h1 another article begins",
        ),
        pytest.param(
            "<article>" + box(*P[:3]) + "</article><article>" + box(*P[3:6]) + "</article>",
            P[:3],
            P[:3],
            id="nothing of another <article>",
        ),
        pytest.param(box(*P[:2]) + box(*P[2:6]), P[:2], P[:2], id="two paragraphs speak for no shape"),
        pytest.param(
            box(*P[:4]),
            [*P[:3], P[3][:50], P[3][50:]],
            [*P[:3], P[3][:50], P[3][50:]],
            id="what stands in pieces is not missed",
        ),
        pytest.param(box(*P[:3]), [], [], id="nothing extracted, nothing put back"),
    ],
)
def test_put_back(body: str, taken: list[str], expected: list[str]) -> None:
    runs = runs_of(document_fromstring(f"<html><body>{body}</body></html>"))
    assert put_back(taken, runs) == expected
