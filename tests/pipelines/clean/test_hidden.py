"""Words inside a line that the page hides: they are not the article; the words read out for a big letter are."""

from __future__ import annotations

import pytest

from .made_page import STORY, read

SAID = "The harbour master said that the old pier would be closed to everybody on Monday at noon sharp."


@pytest.mark.parametrize(
    ("paragraph", "line"),
    [
        pytest.param(
            SAID.replace("master", 'master<span class="rollover-block"><a href="/m">Jo Marsh</a> More by Jo</span>'),
            SAID,
            id="a box that opens when one points at a name",
        ),
        pytest.param(
            SAID.replace("pier", 'pier<span class="sr-only"> (opens in a new window)</span>'),
            SAID,
            id="a word for screen readers",
        ),
        pytest.param(
            SAID.replace("pier", 'pier<span style="color: red; display:none">hidden</span>'), SAID, id="display: none"
        ),
        pytest.param(SAID.replace("pier", "pier<span hidden>hidden</span>"), SAID, id="the attribute hidden"),
        pytest.param(
            SAID.replace("The", '<span aria-hidden="true">T</span><span class="visually-hidden">The</span>', 1),
            SAID,
            id="a big first letter, shown for the word that is read out",
        ),
        pytest.param(
            SAID.replace("pier", "<ruby>pier<rp>(</rp><rt>peer</rt><rp>)</rp></ruby>"),
            SAID,
            id="how characters are read",
        ),
        pytest.param(
            SAID.replace("pier", '<span class="tooltipped">pier</span>'), SAID, id="a name that only begins so"
        ),
    ],
)  # fmt: skip
def test_hidden_words(paragraph: str, line: str) -> None:
    assert line in read(body=f"<h1>Pier vote</h1>{STORY}<p>{paragraph}</p>{STORY[:150]}").text.split("\n\n")
