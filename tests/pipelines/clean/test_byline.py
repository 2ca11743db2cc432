"""Authors and byline as tables: what the page says -> who is read, nobody where it names none."""

from __future__ import annotations

import pytest

from pipelines.items import Rules

from .made_page import STORY, article, h1, read


def by(text: str) -> str:
    return f'<h1>Pier vote</h1><p class="byline">{text}</p>{STORY}'


@pytest.mark.parametrize(
    ("node", "head", "body", "authors"),
    [
        pytest.param(
            article(author={"@type": "Person", "name": "Mara Quill"}),
            "",
            h1("x"),
            ("Mara Quill",),
            id="one person",
        ),
        pytest.param(
            article(author=[{"name": "Mara Quill"}, {"name": "Jon Aske"}]),
            "",
            h1("x"),
            ("Mara Quill", "Jon Aske"),
            id="a list",
        ),
        pytest.param(
            article(author="Mara Quill and Jon Aske"),
            "",
            h1("x"),
            ("Mara Quill", "Jon Aske"),
            id="two in one string",
        ),
        pytest.param(
            article(author={"name": ["Mara Quill", "Jon Aske"]}),
            "",
            h1("x"),
            ("Mara Quill", "Jon Aske"),
            id="a list of names in one person",
        ),
        pytest.param(
            article(author={"givenName": "Mara", "familyName": "Quill"}),
            "",
            h1("x"),
            ("Mara Quill",),
            id="given and family name apart",
        ),
        pytest.param(
            [article(author={"@id": "#p"}), {"@type": "Person", "@id": "#p", "name": "Mara Quill"}],
            "",
            h1("x"),
            ("Mara Quill",),
            id="a reference to a person",
        ),
        pytest.param(
            article(author={"name": "Ingrid Moe og Lars Dahl"}),
            "",
            h1("x"),
            ("Ingrid Moe", "Lars Dahl"),
            id="A og B",
        ),
        pytest.param(
            article(author={"name": "Von Anna Bauer und Jörg Klein"}),
            "",
            h1("x"),
            ("Anna Bauer", "Jörg Klein"),
            id="von A und B",
        ),
        pytest.param(
            article(author={"name": "José Ortega y Gasset"}),
            "",
            h1("x"),
            ("José Ortega y Gasset",),
            id="y inside a surname",
        ),
        pytest.param(article(author={"name": "MARA QUILL"}), "", h1("x"), ("Mara Quill",), id="shouted"),
        pytest.param(
            article(author={"name": "Island Post"}),
            "",
            by("By Mara Quill"),
            ("Mara Quill",),
            id="the outlet gives way to the byline shown",
        ),
        pytest.param(
            article(author={"name": "Island Post"}), "", h1("x"), (), id="the outlet alone is no author"
        ),
        pytest.param(
            None,
            '<meta name="author" content="By Mara Quill, Harbour Correspondent">',
            h1("x"),
            ("Mara Quill",),
            id="a meta with By and a role",
        ),
        pytest.param(
            None,
            '<meta property="article:author" content="https://www.facebook.example/mara">',
            by("By Jon Aske"),
            ("Jon Aske",),
            id="an address is no name",
        ),
        pytest.param(
            None, "", by("Mara Quill | Jon Aske"), ("Mara Quill", "Jon Aske"), id="a byline block with a bar"
        ),
        pytest.param(None, "", by("بقلم ليلى حداد"), ("ليلى حداد",), id="an Arabic byline"),
        pytest.param(
            None,
            "",
            f'<h1>x</h1><a rel="author" href="/m">Mara Quill</a>{STORY}',
            ("Mara Quill",),
            id="rel=author",
        ),
        pytest.param(
            None,
            "",
            f'<h1>x</h1>{STORY}<div class="comments"><span class="comment-author">Troll Nine</span></div>',
            (),
            id="who comments is no author",
        ),
        pytest.param(None, "", h1("x"), (), id="nobody is named"),
        pytest.param(
            None,
            "",
            "<h2>إذاعة مدرسية من سطح بيت</h2><p>القرنة: علي الخفاجي</p>" + STORY,
            ("علي الخفاجي",),
            id="place and name, as the Arabic press signs",
        ),
        pytest.param(
            article(author={"name": "BR24 Redaktion"}), "", h1("x"), ("BR24 Redaktion",), id="a desk may sign"
        ),
        pytest.param(
            article(
                author=[{"@type": "Person", "name": "Mara Quill"}, {"@type": "Organization", "name": "dpa"}]
            ),
            "",
            h1("x"),
            ("Mara Quill",),
            id="an agency beside an author",
        ),
        pytest.param(
            article(author=None), '<meta name="author" content="null">', h1("x"), (), id="null is nobody"
        ),
    ],
)
def test_authors(node: object, head: str, body: str, authors: tuple[str, ...]) -> None:
    cleaned = read(node=node, head=head, body=body)

    assert cleaned.authors == authors
    assert (cleaned.byline is None) == (authors == ())


@pytest.mark.parametrize(
    ("printed", "byline"),
    [
        pytest.param("By Mara Quill 30/06/2026 12:00", "By Mara Quill", id="a date behind"),
        pytest.param("By Mara Quill Updated Nov 13, 2019, 10:28am EST", "By Mara Quill", id="an update"),
        pytest.param("By Mara Quill | Island Post", "By Mara Quill", id="a bar"),
        pytest.param("By Mara Quill <time>30 June</time>", "By Mara Quill", id="a time element"),
        pytest.param("By Mara Quill<span>Staff Writer</span>", "By Mara Quill", id="a role glued to it"),
        pytest.param(
            "By Mara Quill, Harbour Correspondent", "By Mara Quill, Harbour Correspondent", id="a role"
        ),
        pytest.param("30 June 2026 Mara Quill", "Mara Quill", id="a date in front"),
        pytest.param("By Mara Quill and Jon Aske", "By Mara Quill and Jon Aske", id="two names"),
    ],
)
def test_a_byline_is_the_line_of_names_alone(printed: str, byline: str) -> None:
    node = article(author=[{"name": "Mara Quill"}, {"name": "Jon Aske"}])

    assert read(node=node, body=by(printed)).byline == byline


def test_an_agency_that_is_an_organization_is_credited_and_wrote_nothing() -> None:
    node = article(author={"@type": "Organization", "name": "dpa"})
    cleaned = read(node=node, head='<meta name="author" content="Editor In Chief">', body=h1("x"))

    assert (cleaned.authors, cleaned.byline) == ((), "dpa")


def test_a_wire_agency_may_sign_on_its_own_page() -> None:
    node = article(
        author={"@type": "Organization", "name": "Northern Press"}, publisher={"name": "Northern Press"}
    )

    assert read(node=node, rules=Rules()).authors == ("Northern Press",)
    assert read(node=node, rules=Rules(outlet="Northern Press")).authors == ()
