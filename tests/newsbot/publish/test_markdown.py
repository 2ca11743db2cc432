"""Light Markdown as HTML: what the cleaning writes is read, and nothing of a text is ever a tag."""

from __future__ import annotations

import re
from html import unescape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsbot.publish.markdown import plain, render

TAG = re.compile(r"<[^>]*>")
OURS = re.compile(
    r'</?(?:p|h2|h3|ul|ol|li|blockquote|table|thead|tbody|tr|br)>|</(?:div|td|th)>|<(?:p|h2|h3|li|blockquote|td) dir="auto">'
    r'|<th scope="col" dir="auto">|<ol start="\d+">|<div class="scroll" tabindex="0" role="region" aria-label="Table">'
)


@pytest.mark.parametrize(
    ("text", "html"),
    [
        pytest.param("One.\n\nTwo.", '<p dir="auto">One.</p>\n<p dir="auto">Two.</p>', id="paragraphs"),
        pytest.param(
            "## Head\n\nText.", '<h2 dir="auto">Head</h2>\n<p dir="auto">Text.</p>', id="a sub-head"
        ),
        pytest.param("#### Deep", '<h3 dir="auto">Deep</h3>', id="a deeper one"),
        pytest.param("# One", '<p dir="auto"># One</p>', id="one sign is no sub-head: h1 is the headline"),
        pytest.param("- a\n- b", '<ul><li dir="auto">a</li><li dir="auto">b</li></ul>', id="a list"),
        pytest.param(
            "- a\n\n- b", '<ul><li dir="auto">a</li><li dir="auto">b</li></ul>', id="with blank lines"
        ),
        pytest.param(
            "3. c\n4. d", '<ol start="3"><li dir="auto">c</li><li dir="auto">d</li></ol>', id="numbers"
        ),
        pytest.param(
            "> a\n>\n> b",
            '<blockquote dir="auto"><p dir="auto">a</p><p dir="auto">b</p></blockquote>',
            id="a quote of two paragraphs",
        ),
        pytest.param("a\nb", '<p dir="auto">a<br>b</p>', id="a line break"),
        pytest.param(
            r"\- no item \<b\> \*x\*", '<p dir="auto">- no item &lt;b&gt; *x*</p>', id="escaped marks"
        ),
        pytest.param("[x](javascript:alert(1))", '<p dir="auto">[x](javascript:alert(1))</p>', id="no links"),
        pytest.param("", "", id="nothing"),
    ],
)
def test_what_is_read(text, html) -> None:
    assert render(text) == html


def test_a_table() -> None:
    html = render("| a | b\\|c |\n| --- | --- |\n| 1 | <2> |")
    assert re.findall(r"<th scope[^>]*>(.*?)</th>", html) == ["a", "b|c"]
    assert re.findall(r"<td[^>]*>(.*?)</td>", html) == ["1", "&lt;2&gt;"]


def test_plain_text_has_paragraphs_and_no_marks() -> None:
    assert plain("## a\n\n<b>") == '<p dir="auto">## a</p>\n<p dir="auto">&lt;b&gt;</p>'


MARKS = st.sampled_from(
    ["#", "## ", "- ", "1. ", "> ", "|", "| --- |", "\n", "\n\n", "\\", "<", ">", '"', "'", "&lt;", "\u202e"]
)


@settings(max_examples=60, deadline=None)
@given(st.lists(MARKS | st.text(max_size=8), max_size=25).map("".join))
def test_nothing_but_known_tags_comes_out(text) -> None:
    html = str(render(text))
    assert OURS.sub("", html).count("<") == 0
    assert "\u202e" not in html
    opened = re.findall(r"<(\w+)", html.replace("<br>", ""))
    assert sorted(opened) == sorted(re.findall(r"</(\w+)", html))


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet="ab <>&\"'\n", max_size=60))
def test_no_word_is_lost(text) -> None:
    assert unescape(TAG.sub(" ", plain(text))).split() == text.split()


@pytest.mark.parametrize(
    "text", ["> " * 50_000, "|" * 100_000, "| --- |\n" * 8_000, "- \n" * 20_000, "\\" * 100_000]
)
def test_hostile_texts_are_read_in_linear_time(text) -> None:
    assert len(render(text)) < 5_000_000
