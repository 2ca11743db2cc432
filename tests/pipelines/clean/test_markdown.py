"""Light Markdown says the same words as the plain text, and a Markdown parser sees the blocks that were meant."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.clean.markdown import markdown_of, text_of
from pipelines.clean.structure import Block, Shape

from .made_page import STORY, read
from .markdown_reader import parsed, plain

MARKS = st.sampled_from(
    ["#", "##", ">", "-", "+", "*", "1.", "2)", "_", "__", "`", "```", "[a](b)", "[a]:", "![x](y)", "<b>", "</p>", "<!--",
     "&amp;", "&#35;", "~~", "~~~", "=", "===", "--", "\\", "\\*", "http://a.example/_x_", "word", "Wort", "słowo", "文字",
     "كلمة", "a_b_c", "5*3*2", "(_x_)", "!", "\"", "|x", ":-:", "$1$", "@me", "#1"]
)  # fmt: skip


@st.composite
def lines(draw: st.DrawFn) -> str:
    parts = draw(st.lists(st.one_of(MARKS, st.text(max_size=6)), min_size=1, max_size=6))
    line = " ".join("".join(p + draw(st.sampled_from(["", " "])) for p in parts).replace("\x00", "").split())
    return line if any(letter.isalnum() for letter in line) else f"{line} x".strip()


@st.composite
def blocks(draw: st.DrawFn) -> list[Block]:
    found: list[Block] = []
    for group in range(draw(st.integers(1, 5))):
        shape = draw(st.sampled_from(list(Shape)))
        size = draw(st.integers(1, 3))
        if shape is Shape.ROW:
            width = draw(st.integers(2, 4))
            for _ in range(size):
                cells = tuple(draw(lines()).replace("|", "").strip() or "x" for _ in range(width))
                found.append(Block(shape, " | ".join(cells), group=group, cells=cells))
            found.append(Block(Shape.PARAGRAPH, "Between."))
            continue
        for number in range(size):
            level = {Shape.HEADING: 2, Shape.ITEM: draw(st.sampled_from([0, number + 1]))}.get(shape, 0)
            found.append(Block(shape, draw(lines()), level, group))
    return found


@settings(max_examples=50, deadline=None)
@given(blocks())
def test_the_text_is_the_markdown_without_its_marks(given_blocks: list[Block]) -> None:
    markdown = markdown_of(given_blocks)

    assert parsed(markdown) == [(block.shape.value, block.text) for block in given_blocks]
    assert plain(markdown) == text_of(given_blocks)


@pytest.mark.parametrize(
    ("html", "markdown"),
    [
        pytest.param("<h2>The vote</h2>", "## The vote", id="a sub-head"),
        pytest.param("<h2>The vote</h2><p>{}</p><h4>Later</h4>", "## The vote\n\n{}\n\n### Later", id="two levels"),
        pytest.param("<h4>The vote</h4>", "## The vote", id="the highest level that there is"),
        pytest.param("<p><strong>The vote</strong></p>", "## The vote", id="a sub-head in bold"),
        pytest.param("<p><b>The pier is closed.</b></p>", "The pier is closed.", id="a bold sentence is no sub-head"),
        pytest.param("<ul><li>Ships</li><li>Cranes</li></ul>", "- Ships\n- Cranes", id="a list"),
        pytest.param("<ol><li>Ships</li><li>Cranes</li></ol>", "1. Ships\n2. Cranes", id="a numbered list"),
        pytest.param("<ol start='7'><li>Ships</li></ol>", "7. Ships", id="a list that goes on"),
        pytest.param(
            "<blockquote><p>“We wait.”</p><p>“Still.”</p></blockquote>", "> “We wait.”\n>\n> “Still.”", id="a quote"
        ),
        pytest.param(
            "<table><tr><th>Year</th><th>Ships</th></tr><tr><td>2025</td><td>1,204</td></tr></table>",
            "| Year | Ships |\n| --- | --- |\n| 2025 | 1,204 |",
            id="a table",
        ),
        pytest.param("<p>5 * 3 * 2 ships of _Port_ & co.</p>", r"5 \* 3 \* 2 ships of \_Port\_ & co.", id="marks"),
        pytest.param("<p>1. January was cold at the pier.</p>", r"1\. January was cold at the pier.", id="a number"),
        pytest.param("<p>#harbour is open again.</p>", "#harbour is open again.", id="a hashtag is no sub-head"),
        pytest.param("<p>- Is the pier open? - No.</p>", r"\- Is the pier open? - No.", id="dialogue is no list"),
        pytest.param("<p>The <b>pier</b> is <i>closed</i>, says <a href='/m'>Jo</a>.</p>", "The pier is closed, says Jo.",
                     id="emphasis and links are left out"),
    ],
)  # fmt: skip
def test_blocks_of_a_page(html: str, markdown: str) -> None:
    said = "The harbour master of the island said on Sunday that ships would wait until the morning, storm or not."
    cleaned = read(
        body=f"<h1>Pier vote</h1><article>{STORY}{html.replace('{}', said)}<p>Nobody else in the town had heard of it when the ferry left the southern quay at noon.</p>{STORY[:115]}</article>"
    )
    between = cleaned.markdown.split("6. The harbour".replace(".", "\\."), 1)[1]

    assert markdown.replace("{}", said) in between
    assert plain(cleaned.markdown) == cleaned.text


def test_a_page_that_stands_in_a_quote_is_not_all_quoted() -> None:
    assert ">" not in read(body=f"<h1>Pier vote</h1><blockquote>{STORY}</blockquote>").markdown
