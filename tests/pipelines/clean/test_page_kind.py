"""Article or not: fronts, walls, soft 404s and empty shells are told apart; teasers and live blogs are articles."""

from __future__ import annotations

import pytest

from pipelines.clean import Cleaned, clean
from pipelines.document import parse
from pipelines.items import Rules
from pipelines.reasons import Reason

SENTENCE = "The harbour council voted late on Sunday to rebuild the northern pier after two winters without a landing place. "
PROSE = "".join(f"<p>{number}. {SENTENCE}</p>" for number in range(1, 6))
CARD = (
    '<article class="card"><h3><a href="/a/{0}">Headline number {0} of the day on the island</a></h3><p>Teaser {0}: '
    + SENTENCE
    + "</p></article>"
)
LD = '<script type="application/ld+json">{"@type":"%s","headline":"Pier vote"}</script>'


def read(
    body: str, url: str = "https://post.example/news/pier", head: str = "<title>Pier vote</title>"
) -> Cleaned:
    return clean(parse(f"<html><head>{head}</head><body>{body}</body></html>".encode(), {}, url), Rules())


@pytest.mark.parametrize(
    ("body", "head"),
    [
        pytest.param(f"<h1>Pier vote</h1>{PROSE}", "<title>Pier vote</title>", id="a bare page with prose"),
        pytest.param(
            f"<table><tr><td><font><b>Pier vote</b><br>{SENTENCE * 3}</font></td></tr></table>",
            "<title>x</title>",
            id="an old page laid out by tables",
        ),
        pytest.param(
            f"<h1>Pier vote</h1><article><p>{SENTENCE}</p><div class='paywall'>Subscribe now</div></article>",
            LD % "NewsArticle",
            id="a paywalled teaser",
        ),
        pytest.param(
            "<h1>Pier vote LIVE</h1>"
            + "".join(
                f"<div class='live-entry'><h3><a href='#e{i}'>10:0{i} News</a></h3><p>{i} {SENTENCE}</p></div>"
                for i in range(8)
            ),
            LD % "LiveBlogPosting",
            id="a live blog",
        ),
        pytest.param(
            f"<h1>How captchas work</h1>{PROSE * 3}<p>A captcha asks: are you a robot?</p>",
            "<title>How captchas work</title>",
            id="an article about captchas",
        ),
        pytest.param(
            f"<h1>404 days at sea</h1>{PROSE * 3}",
            "<title>404 days at sea</title>",
            id="an article with 404 in its headline",
        ),
        pytest.param(
            f"<h1>Cookies</h1>{PROSE * 3}<p>Accept all cookies?</p>",
            "<title>Cookies</title>",
            id="an article with a cookie banner",
        ),
        pytest.param(
            f"<h1>Pier vote</h1>{PROSE}" + "".join(CARD.format(i) for i in range(20)),
            LD % "NewsArticle",
            id="an article with many teasers below",
        ),
    ],
)
def test_articles(body: str, head: str) -> None:
    cleaned = read(body, head=head)

    assert (cleaned.is_article, cleaned.reason) == (True, None), cleaned.detail
    assert "harbour council" in cleaned.text


@pytest.mark.parametrize(
    ("body", "head", "url", "reason"),
    [
        pytest.param(
            "".join(CARD.format(i) for i in range(15)),
            "<title>Harbour</title>",
            "https://post.example/harbour/",
            Reason.NOT_ARTICLE,
            id="a section front",
        ),
        pytest.param(
            "".join(CARD.format(i) for i in range(15)),
            '<meta property="og:type" content="website"><title>Post</title>',
            "https://post.example/",
            Reason.NOT_ARTICLE,
            id="the home page",
        ),
        pytest.param(
            "<h1>Photos</h1>" + "<figure><img src=a.jpg><figcaption>The pier</figcaption></figure>" * 20,
            "<title>Photos</title>",
            "https://post.example/g",
            Reason.NOT_ARTICLE,
            id="a gallery",
        ),
        pytest.param(
            "<h1>Contact</h1><form><input name=a><button>Send</button></form><p>Write to us.</p>",
            "<title>Contact</title>",
            "https://post.example/c",
            Reason.NOT_ARTICLE,
            id="a form",
        ),
        pytest.param(
            "<h1>Page not found</h1><p>The page you are looking for has moved or never was. Try the search.</p>",
            "<title>404 | Post</title>",
            "https://post.example/x",
            Reason.NOT_ARTICLE,
            id="a soft 404",
        ),
        pytest.param(
            "<h1>Seite nicht gefunden</h1><p>Leider gibt es hier nichts. Versuchen Sie es mit der Suche oben auf der Seite.</p>",
            "<title>Fehler</title>",
            "https://post.example/x",
            Reason.NOT_ARTICLE,
            id="a soft 404 in German",
        ),
        pytest.param(
            "<h1>post.example</h1><p>Checking if the site connection is secure</p><script src='/cdn-cgi/challenge-platform/x.js'></script>",
            "<title>Just a moment...</title>",
            "https://post.example/a",
            Reason.BLOCKED,
            id="a bot wall",
        ),
        pytest.param(
            "<h1>Are you a robot?</h1><div class='g-recaptcha'></div>",
            "<title>Security check</title>",
            "https://post.example/a",
            Reason.BLOCKED,
            id="a captcha",
        ),
        pytest.param(
            "<h1>Access Denied</h1><p>You don't have permission to access this page on this server.</p>",
            "<title>Access Denied</title>",
            "https://post.example/a",
            Reason.BLOCKED,
            id="access denied",
        ),
        pytest.param(
            "<h1>Weiter mit Werbung</h1><p>Um die Seite zu lesen, stimmen Sie zu: Zustimmung zu Cookies und Tracking.</p><button>Zustimmen</button>",
            "<title>Zustimmung</title>",
            "https://post.example/a",
            Reason.BLOCKED,
            id="a cookie wall",
        ),
        pytest.param(
            "<div id='root'></div><script src='/static/main.js'></script><noscript>You need to enable JavaScript to run this app.</noscript>",
            "<title>Post</title>",
            "https://post.example/a",
            Reason.NEEDS_JAVASCRIPT,
            id="an app shell",
        ),
        pytest.param(
            "<div id='__next'><div>Loading</div></div><script src=/_next/a.js></script>",
            "<title>Post</title>",
            "https://post.example/a",
            Reason.NEEDS_JAVASCRIPT,
            id="an empty Next.js root",
        ),
        pytest.param(
            "<p>Short note.</p>",
            "<title>Note</title>",
            "https://post.example/a",
            Reason.NOT_ARTICLE,
            id="hardly any text",
        ),
    ],
)
def test_pages_that_are_none(body: str, head: str, url: str, reason: Reason) -> None:
    cleaned = read(body, url, head)

    assert (cleaned.is_article, cleaned.reason) == (False, reason), cleaned.detail
    assert cleaned.detail.rstrip(")”").endswith((".", "”", "200", "00"))
    assert cleaned.text == ""
