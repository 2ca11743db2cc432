"""The lede as a table: a marked stand-first, else the first paragraph."""

from __future__ import annotations

import pytest

from .made_page import STORY, h1, read


@pytest.mark.parametrize(
    ("body", "lede"),
    [
        pytest.param(
            f'<h1>Pier vote</h1><p class="subtitle">Nine to four, and the ferry comes back to the town.</p>{STORY}',
            "Nine to four, and the ferry comes back to the town.",
            id="a marked stand-first",
        ),
        pytest.param(
            h1("Pier vote"),
            "1. The harbour council voted late on Sunday to rebuild the northern pier after two winters without it.",
            id="else the first paragraph",
        ),
    ],
)
def test_lede(body: str, lede: str) -> None:
    assert read(body=body).lede == lede


STANDFIRST = "Nine to four, and the ferry comes back to the town before the winter."


@pytest.mark.parametrize(
    ("head", "line"),
    [
        ("", f'<div class="ArticleHeader-TeaserText">{STANDFIRST}</div>'),
        ("", f'<h2 class="c-article__undertitle">{STANDFIRST}</h2>'),
        ("", f'<section class="chapo"><p>{STANDFIRST}</p></section>'),
        ("", f'<p itemprop="alternativeHeadline">{STANDFIRST}</p>'),
        (
            f'<meta name="description" content="{STANDFIRST[:50]}…">',
            f'<p class="css-1ifw933">{STANDFIRST}</p>',
        ),
    ],
)
def test_a_stand_first_that_the_extractor_leaves_out_opens_the_text(head: str, line: str) -> None:
    body = f'<main><header><h1>Pier vote</h1><div class="x">{line}</div></header><article>{STORY}</article></main>'
    cleaned = read(head=head, body=body)

    assert cleaned.lede == STANDFIRST
    assert cleaned.text.startswith(f"{STANDFIRST}\n\n1. The harbour")
    assert cleaned.text[cleaned.story_at :].startswith("1. The harbour")


@pytest.mark.parametrize(
    "line",
    [
        pytest.param("Published: 22 June 2026, 10:30 GMT, updated 11:15 GMT", id="the date"),
        pytest.param("By Mara Quill and Jon Aske, reporters at the harbour", id="the authors"),
        pytest.param("Photo: Mara Quill/Harbour Office of the island, taken in March", id="a credit"),
        pytest.param("Sign up for our newsletter and get it in your inbox at six", id="a plea"),
        pytest.param("Nine to four.", id="too short"),
    ],
)
def test_what_stands_in_a_block_called_lead_and_is_no_stand_first(line: str) -> None:
    node = {"@type": "NewsArticle", "author": [{"name": "Mara Quill"}, {"name": "Jon Aske"}]}
    cleaned = read(body=f'<h1>Pier vote</h1><p class="lead">{line}</p>{STORY}', node=node)

    assert cleaned.lede is not None
    assert cleaned.lede.startswith("1. The harbour council")
    assert cleaned.story_at == 0


def test_a_first_paragraph_that_is_marked_stands_once() -> None:
    cleaned = read(body=f'<h1>Pier vote</h1><div class="lead">{STORY[:120]}</div>{STORY[120:]}')

    assert cleaned.text.count("1. The harbour council") == 1
