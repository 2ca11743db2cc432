"""Pages that list other pages or pictures, and pages that only ask: none is an article, and articles like them are."""

from __future__ import annotations

import pytest

from pipelines.reasons import Reason

from .made_page import article, read

SENTENCE = "The harbour council voted late on Sunday to rebuild the northern pier after two winters without a landing place. "
OG = '<meta property="og:type" content="article">'


def cards(heading: str) -> str:
    card = '<div class="result">{}<a href="/a/{}">Headline number {} of the day on the island and beyond</a>{}<p>Teaser {}: {}</p></div>'
    opening, closing = (f"<{heading}>", f"</{heading}>") if heading else ("", "")
    return "".join(card.format(opening, n, n, closing, n, SENTENCE) for n in range(12))


ITEMS = "".join(
    f'<li><a href="/a/{n}">Headline number {n} of the day on the island and beyond</a> <time>22 June</time><p>{n}: {SENTENCE}</p></li>'
    for n in range(12)
)
LOGIN = '<form><label>Email</label><input><input type="password"></form>'
OFFER = (
    "<p>Subscribe now for one euro a month and read everything that we write about the harbour and the town.</p>"
    "<p>Already a subscriber? Log in here. Your subscription pays for the reporters who work on the island.</p>"
)
SLIDES = "".join(
    f'<div><img src="/{n}.jpg"><p class="caption">Picture {n}: {SENTENCE}</p></div>' for n in range(12)
)


@pytest.mark.parametrize(
    ("path", "head", "body", "node"),
    [
        pytest.param("/?s=pier", "", f"<h1>Results for pier</h1>{cards('h3')}", None, id="results of a search"),
        pytest.param("/suche/pier", "", f"<h1>Suche</h1>{cards('')}", None, id="results without headings"),
        pytest.param("/tag/pier", OG, f"<h1>Pier</h1><ul>{ITEMS}</ul>", None, id="a tag that calls itself an article"),
        pytest.param("/author/jo", "", f"<h1>Jo</h1><p>{SENTENCE * 2}</p>{cards('h2')}", None, id="an author"),
        pytest.param("/pier/", "", f"<h1>Pier</h1>{cards('')}", {"@type": "CollectionPage"}, id="a collection"),
        pytest.param(
            "/topic/pier", "", f"<h1>Pier</h1>{cards('h3')}",
            [article(headline=f"Headline {n}", url=f"https://www.post.example/a/{n}") for n in range(3)],
            id="a topic that names its teasers in JSON-LD",
        ),
        pytest.param("/pictures/pier", "", f"<h1>The pier</h1>{SLIDES}", None, id="a gallery"),
    ],
)  # fmt: skip
def test_lists_are_no_articles(path: str, head: str, body: str, node: object) -> None:
    cleaned = read(head=head, body=body, node=node, url=f"https://www.post.example{path}")

    assert (cleaned.is_article, cleaned.reason) == (False, Reason.NOT_ARTICLE)
    assert cleaned.detail.endswith(".")


@pytest.mark.parametrize(
    ("body", "node"),
    [
        pytest.param(f"<h1>Log in</h1>{LOGIN}<p>{SENTENCE * 3}</p>", None, id="a form to log in"),
        pytest.param(f"<h1>Anmelden bei der Inselpost</h1>{LOGIN}<p>{SENTENCE * 3}</p>", None, id="the same in German"),
        pytest.param(f"<h1>Pier vote</h1><div>{OFFER}</div>", article(headline="Pier vote"), id="an offer and nothing else"),
        pytest.param(f"<h1>We value your privacy</h1><p>{SENTENCE * 8}</p>", None, id="a long cookie wall"),
        pytest.param(f"<h1>Valoramos tu privacidad</h1><p>{SENTENCE * 8}</p>", None, id="the same in Spanish"),
    ],
)  # fmt: skip
def test_pages_that_only_ask_are_walls(body: str, node: object) -> None:
    cleaned = read(body=body, node=node)

    assert (cleaned.is_article, cleaned.reason) == (False, Reason.BLOCKED)
    assert cleaned.text == ""


STORY = "".join(f"<p>{n}. {SENTENCE * 2}</p>" for n in range(12))


@pytest.mark.parametrize(
    ("path", "body", "node"),
    [
        pytest.param("/topic/pier-vote", f"<article><h1>Pier vote</h1>{STORY}</article><aside>{cards('h3')}</aside>", None, id="an article under /topic/"),
        pytest.param("/tag/x", f"<h1>Pier vote</h1>{cards('h3')}",
                     article(headline="Pier vote", url="https://www.post.example/tag/x"), id="a list that is the article"),
        pytest.param("/a", f"<h1>Log in, says the mayor</h1>{LOGIN}{STORY * 3}", None, id="an article about logging in"),
        pytest.param("/a", f"<h1>Your privacy</h1>{STORY}", article(headline="Your privacy"), id="an article on privacy"),
        pytest.param("/a", f"<h1>Pier vote</h1><p>{SENTENCE}</p>{OFFER}", article(headline="Pier vote"), id="a teaser"),
        pytest.param("/a", f"<h1>Pier vote</h1>{STORY}{SLIDES[:900]}", None, id="an article with pictures"),
    ],
)  # fmt: skip
def test_articles_that_look_like_lists_or_walls(path: str, body: str, node: object) -> None:
    cleaned = read(body=body, node=node, url=f"https://www.post.example{path}")

    assert (cleaned.is_article, cleaned.reason) == (True, None), cleaned.detail
