"""The headline as a table: what h1, title, card and JSON-LD say -> the one that is read."""

from __future__ import annotations

import pytest

from .made_page import STORY, article, h1, og, read


@pytest.mark.parametrize(
    ("head", "body", "node", "headline"),
    [
        pytest.param(
            og("Pier vote") + "<title>Pier vote | Island Post</title>",
            h1("Pier vote"),
            None,
            "Pier vote",
            id="all agree",
        ),
        pytest.param(
            og("Pier: what we know"),
            h1("Council votes to rebuild pier"),
            article(headline="Council votes to rebuild pier"),
            "Council votes to rebuild pier",
            id="the h1 beats the card for social media",
        ),
        pytest.param(
            "<title>Pier SEO words | Island Post</title>" + og("Council votes to rebuild pier"),
            h1("Council votes to rebuild pier"),
            article(headline="Pier SEO words"),
            "Council votes to rebuild pier",
            id="h1 and card beat the headline for search engines, which the title repeats",
        ),
        pytest.param(
            "<title>Pier: the vote</title>" + og("The pier vote in brief"),
            h1("Pier The vote"),
            article(headline="Council votes to rebuild pier"),
            "Council votes to rebuild pier",
            id="the publisher's own statement beats each of the others",
        ),
        pytest.param(
            "<title>How the pier fell</title>" + og("How the pier fell"),
            h1("Nine votes against four"),
            None,
            "Nine votes against four",
            id="a lone h1 counts, whatever the metadata says",
        ),
        pytest.param(
            "<title>إذاعة مدرسية من سطح بيت - مرصد البصرة</title>",
            "<p><b>مرصد البصرة</b></p><h2>إذاعة مدرسية من سطح بيت</h2>" + STORY,
            None,
            "إذاعة مدرسية من سطح بيت",
            id="the part of the title that stands on the page as a line",
        ),
        pytest.param(
            og("Council on « the pier of all piers »"),
            STORY,
            None,
            "Council on « the pier of all piers »",
            id="quotation marks are no separators",
        ),
        pytest.param(
            og("Council votes to rebuild pier - Island Post"),
            STORY,
            None,
            "Council votes to rebuild pier",
            id="the site's name behind a dash goes",
        ),
        pytest.param(
            "<title>Council votes to rebuild pier | Harbour | post.example</title>",
            h1("Council votes to rebuild pier"),
            None,
            "Council votes to rebuild pier",
            id="section and host behind bars go",
        ),
        pytest.param(
            "<title>Council - divided - votes</title>",
            STORY,
            None,
            "Council - divided - votes",
            id="a dash inside the headline stays",
        ),
        pytest.param(
            og("Council votes to rebuild pier"),
            h1("Island Post") + "<h1>Council votes to rebuild pier</h1>",
            None,
            "Council votes to rebuild pier",
            id="an h1 with the site's name is none",
        ),
        pytest.param(
            og("Council votes to rebuild pier"),
            h1("Harbour: Council votes to rebuild pier"),
            None,
            "Council votes to rebuild pier",
            id="a kicker in front of the h1 goes",
        ),
        pytest.param(
            og("Pier: Council votes to rebuild"),
            h1("<span>Pier</span> <span>Council votes to rebuild</span>"),
            None,
            "Pier: Council votes to rebuild",
            id="the colon between the parts of an h1 comes back",
        ),
        pytest.param(
            "",
            h1("Council &amp; ferry:&nbsp; a&shy;greed"),
            None,
            "Council & ferry: agreed",
            id="only an h1, with entities and soft hyphens",
        ),
        pytest.param(
            "",
            STORY,
            article(headline="&quot;Yes&quot; to the pier &amp;amp; the ferry"),
            '"Yes" to the pier & the ferry',
            id="JSON-LD escaped twice",
        ),
        pytest.param("", STORY, None, None, id="nothing says it"),
    ],
)
def test_headline(head: str, body: str, node: object, headline: str | None) -> None:
    assert read(head=head, body=body, node=node).headline == headline
