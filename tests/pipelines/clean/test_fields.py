"""Every field of an article as a table: what the page says -> what is read, None where it says nothing."""

from __future__ import annotations

import json

import pytest

from pipelines.clean import Cleaned, clean
from pipelines.document import parse
from pipelines.items import Rights, Rules

STORY = "".join(
    f"<p>{number}. The harbour council voted late on Sunday to rebuild the northern pier after two winters without it.</p>"
    for number in range(1, 7)
)
URL = "https://www.post.example/harbour/pier"


def read(
    *,
    head: str = "",
    body: str = f"<h1>Pier vote</h1>{STORY}",
    node: object = None,
    url: str = URL,
    headers: dict[str, str] | None = None,
    rules: Rules | None = None,
    lang: str = "",
) -> Cleaned:
    block = f'<script type="application/ld+json">{json.dumps(node)}</script>' if node is not None else ""
    page = f"<html{lang}><head>{head}{block}</head><body>{body}</body></html>"
    return clean(parse(page.encode(), headers or {}, url), rules or Rules(outlet="Island Post"))


def article(**fields: object) -> dict[str, object]:
    return {"@type": "NewsArticle", "publisher": {"@type": "Organization", "name": "Island Post"}, **fields}


def h1(text: str) -> str:
    return f"<h1>{text}</h1>{STORY}"


def og(text: str) -> str:
    return f'<meta property="og:title" content="{text}"><meta property="og:site_name" content="Island Post">'


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


@pytest.mark.parametrize(
    ("head", "node", "section", "tags"),
    [
        pytest.param(
            "",
            article(articleSection="Harbour", keywords=["pier", "ferry"]),
            "Harbour",
            ("pier", "ferry"),
            id="JSON-LD",
        ),
        pytest.param(
            "",
            article(articleSection=["Home", "Harbour"], keywords="pier; ferry"),
            "Harbour",
            ("pier", "ferry"),
            id="Home is no section; semicolons part tags",
        ),
        pytest.param(
            '<meta property="article:section" content="Harbour"><meta property="article:tag" content="pier"><meta property="article:tag" content="Pier">',
            None,
            "Harbour",
            ("pier",),
            id="metas, each tag once",
        ),
        pytest.param(
            '<meta name="news_keywords" content="pier،ferry"><meta name="keywords" content="other">',
            None,
            None,
            ("pier", "ferry"),
            id="news keywords before keywords",
        ),
        pytest.param(
            "",
            {
                "@type": "BreadcrumbList",
                "itemListElement": [
                    {"position": 2, "name": "Harbour"},
                    {"position": 1, "name": "Home"},
                    {"position": 3, "item": {"name": "Pier vote"}},
                ],
            },
            "Harbour",
            (),
            id="the breadcrumb",
        ),
        pytest.param(
            "",
            article(articleSection="https://post.example/sections/harbour-news/"),
            "harbour news",
            (),
            id="a section by its address",
        ),
        pytest.param(
            "",
            article(keywords=[{"name": "pier"}, "type:story", "Island Post", 7]),
            None,
            ("pier",),
            id="machine terms and the site's name are no tags",
        ),
        pytest.param("", None, None, (), id="nothing said"),
    ],
)
def test_section_and_tags(head: str, node: object, section: str | None, tags: tuple[str, ...]) -> None:
    cleaned = read(head=head, node=node)

    assert (cleaned.section, cleaned.tags) == (section, tags)


ARABIC = "".join(
    f"<p>{n}. صوت مجلس المرفأ في وقت متأخر من مساء الأحد على إعادة بناء الرصيف الشمالي بعد عاصفة الشتاء.</p>"
    for n in range(6)
)


GERMAN = "".join(
    f"<p>{n}. Der Rat hat in der Nacht auf Montag mit neun zu vier Stimmen für den Bau der Mole gestimmt, die seit dem Sturm fehlt.</p>"
    for n in range(6)
)
NUMBERS = "".join(
    f"<p>Rockledge Palmetto {n} Melbourne Westshore Bayside Cocoa Titusville Astronaut.</p>"
    for n in range(20)
)
HINDI = (
    "<p>परिषद ने रविवार की देर रात को उत्तरी घाट को फिर से बनाने के पक्ष में मतदान किया है और यह काम सितंबर में शुरू होगा।</p>"
    * 4
)
KOREAN = "<p>항만 위원회는 일요일 밤 늦게 폭풍으로 무너진 북쪽 부두를 다시 짓기로 의결했다고 밝혔다.</p>" * 6


@pytest.mark.parametrize(
    ("lang", "head", "body", "rules", "language"),
    [
        pytest.param(' lang="de-AT"', "", f"<h1>x</h1>{NUMBERS}", Rules(), "de", id="the html element"),
        pytest.param(' lang="nb_NO"', "", f"<h1>x</h1>{NUMBERS}", Rules(), "no", id="Bokmål is Norwegian"),
        pytest.param(
            "",
            '<meta http-equiv="content-language" content="fr, en">',
            f"<h1>x</h1>{NUMBERS}",
            Rules(),
            "fr",
            id="a meta",
        ),
        pytest.param(
            "",
            '<meta property="og:locale" content="es_MX">',
            f"<h1>x</h1>{NUMBERS}",
            Rules(),
            "es",
            id="og:locale",
        ),
        pytest.param(
            ' lang="{{lang}}"',
            "",
            f"<h1>x</h1>{NUMBERS}",
            Rules(language="it"),
            "it",
            id="a template's hole; the source knows",
        ),
        pytest.param(
            ' lang="en"', "", f"<h1>x</h1>{ARABIC}", Rules(), "ar", id="a theme left at en over Arabic text"
        ),
        pytest.param(
            "", "", f"<h1>x</h1>{ARABIC}", Rules(language="en"), "ar", id="the text, before the source's own"
        ),
        pytest.param("", "", f"<h1>x</h1>{GERMAN}", Rules(language="ar"), "de", id="words tell, unstated"),
        pytest.param(
            ' lang="en-US"',
            "",
            f"<h1>x</h1>{GERMAN}",
            Rules(),
            "de",
            id="a theme left at en over German text",
        ),
        pytest.param(
            "",
            "",
            f"<h1>x</h1>{NUMBERS}",
            Rules(language="ar"),
            None,
            id="the source never against the script",
        ),
        pytest.param(
            "",
            "",
            f"<h1>x</h1>{NUMBERS}",
            Rules(language="sv"),
            "sv",
            id="the source where words do not tell",
        ),
        pytest.param(
            ' lang="fa"', "", f"<h1>x</h1>{ARABIC[:400]}", Rules(), "fa", id="few words overrule nobody"
        ),
        pytest.param("", "", f"<h1>x</h1>{HINDI}", Rules(), "hi", id="one of several in its script"),
        pytest.param("", "", f"<h1>x</h1>{KOREAN}", Rules(), "ko", id="a script of its own"),
        pytest.param("", "", f"<h1>x</h1>{NUMBERS}", Rules(), None, id="nothing said"),
    ],
)
def test_language(lang: str, head: str, body: str, rules: Rules, language: str | None) -> None:
    assert read(lang=lang, head=head, body=body, rules=rules).language == language


@pytest.mark.parametrize(
    ("head", "node", "image"),
    [
        pytest.param(
            "", article(image="/a.jpg"), "https://www.post.example/a.jpg", id="JSON-LD, made absolute"
        ),
        pytest.param(
            "",
            article(image=[{"url": "https://cdn.example/a.jpg"}]),
            "https://cdn.example/a.jpg",
            id="a list of objects",
        ),
        pytest.param(
            '<meta property="og:image" content="/static/logo.png"><meta name="twitter:image" content="/b.jpg">',
            None,
            "https://www.post.example/b.jpg",
            id="a logo is not the image",
        ),
        pytest.param(
            '<meta property="og:image" content="data:image/png;base64,AAAA">',
            None,
            None,
            id="no data address",
        ),
        pytest.param(
            '<meta property="og:image" content="http://[broken">', None, None, id="a malformed address"
        ),
        pytest.param(
            '<link rel="image_src" href="c.jpg">',
            None,
            "https://www.post.example/harbour/c.jpg",
            id="link rel=image_src",
        ),
        pytest.param("", None, None, id="nothing said"),
    ],
)
def test_image(head: str, node: object, image: str | None) -> None:
    assert read(head=head, node=node).image == image


@pytest.mark.parametrize(
    ("head", "url", "canonical"),
    [
        pytest.param('<link rel="canonical" href="/harbour/pier">', URL, URL, id="relative"),
        pytest.param(
            '<link rel="Canonical" href="https://wire.example/1">',
            URL,
            "https://wire.example/1",
            id="another site is kept: the page says so",
        ),
        pytest.param('<link rel="canonical" href="/">', URL, None, id="the front page is left out"),
        pytest.param(
            '<link rel="canonical" href="javascript:x"><meta property="og:url" content="/harbour/pier#a">',
            URL,
            URL,
            id="og:url where the link is none",
        ),
        pytest.param("", URL, None, id="nothing said"),
        pytest.param(
            '<link rel="canonical" href="http://[x">', "http://[broken", None, id="malformed on both sides"
        ),
    ],
)
def test_canonical(head: str, url: str, canonical: str | None) -> None:
    assert read(head=head, url=url).canonical_url == canonical


@pytest.mark.parametrize(
    ("head", "node", "body", "paywalled"),
    [
        pytest.param("", article(isAccessibleForFree=False), h1("x"), True, id="not free"),
        pytest.param("", article(isAccessibleForFree="True"), h1("x"), False, id="free, as a string"),
        pytest.param(
            "",
            article(isAccessibleForFree=True, hasPart={"isAccessibleForFree": "false"}),
            h1("x"),
            True,
            id="a part is not free",
        ),
        pytest.param(
            '<meta property="article:content_tier" content="metered">',
            None,
            h1("x"),
            True,
            id="content tier metered",
        ),
        pytest.param(
            '<meta property="article:content_tier" content="free">',
            None,
            h1("x"),
            False,
            id="content tier free",
        ),
        pytest.param(
            "",
            article(),
            f'<h1>x</h1>{STORY}<div class="paywall">Subscribe</div>',
            True,
            id="a wall behind a short text",
        ),
        pytest.param(
            "",
            article(),
            f'<h1>x</h1><div class="paywall">{STORY * 4}</div>',
            None,
            id="a class alone says nothing",
        ),
        pytest.param("", None, h1("x"), None, id="nothing said"),
    ],
)
def test_paywall(head: str, node: object, body: str, paywalled: bool | None) -> None:
    assert read(head=head, node=node, body=body).paywalled is paywalled


@pytest.mark.parametrize(
    ("head", "headers", "rights"),
    [
        pytest.param("", {}, Rights(), id="nothing said"),
        pytest.param(
            '<meta name="robots" content="NOARCHIVE, nosnippet">',
            {},
            Rights(robots="noarchive, nosnippet", noarchive=True, nosnippet=True),
            id="meta robots",
        ),
        pytest.param(
            '<meta name="robots" content="max-snippet: 0">',
            {},
            Rights(robots="max-snippet:0", nosnippet=True),
            id="a snippet of no length",
        ),
        pytest.param(
            "",
            {"X-Robots-Tag": "noarchive, noai"},
            Rights(robots="noarchive, noai", noarchive=True, noai=True),
            id="the header",
        ),
        pytest.param(
            "",
            {"X-Robots-Tag": "googlebot: noarchive, newsbot: noai"},
            Rights(robots="noai", noai=True),
            id="the header for one crawler",
        ),
        pytest.param(
            '<meta name="googlebot" content="noarchive">', {}, Rights(), id="a meta for another crawler"
        ),
        pytest.param("", {"TDM-Reservation": "1"}, Rights(tdm_reservation=True), id="mining reserved"),
        pytest.param(
            '<meta name="tdm-reservation" content="0">',
            {},
            Rights(tdm_reservation=False),
            id="mining not reserved",
        ),
        pytest.param(
            '<link rel="license" href="/licence">',
            {},
            Rights(licence="https://www.post.example/licence"),
            id="a licence",
        ),
    ],
)
def test_rights(head: str, headers: dict[str, str], rights: Rights) -> None:
    assert read(head=head, headers=headers).rights == rights


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
