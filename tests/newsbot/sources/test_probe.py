"""`newsbot add URL` without a network: papers of several kinds, and what is proposed for them."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from newsbot.sources.country import country_of_host, timezone_of_country
from newsbot.sources.load import check_entry
from newsbot.sources.obstacles import obstacle
from newsbot.sources.probe import Fetched, Probe, Proposal
from newsbot.sources.scorecard import FieldScore, Sample, score_card
from pipelines.items import Dateline, Found, Kind, Precision, Published, Reading, Rights, Rules
from pipelines.reasons import Reason

SITE = "https://www.paper.example.de"
HTML = {"content-type": "text/html; charset=utf-8"}
STORY = Reading(
    version="1",
    url="",
    is_article=True,
    headline="Dam opens",
    byline="By Mona Odeh",
    language="de",
    word_count=300,
    published=Published(
        datetime(2026, 6, 22, 7, tzinfo=UTC), None, Precision.MINUTE, "jsonld NewsArticle.datePublished"
    ),
    dateline=Dateline("BAGHDAD, June 22 (Agencies):"),
)
TEXT = "<p>A paper of record since 1926, with news from the city and the world.</p>" * 10
NAV = '<nav><a href="/welt/">Welt</a><a href="/sport/">Sport</a></nav>'
HOME = f'<html lang="de"><head><title>Start | Die Zeitung</title><meta property="og:site_name" content="Die Zeitung">{{}}</head><body>{NAV}{TEXT}</body></html>'
DECLARED = '<link rel="alternate" type="application/rss+xml" href="/rss.xml">'
STORIES = [f"{SITE}/2026/06/22/dam-opens-{number}" for number in range(8)]
RSS = f"<rss><channel><title>Z</title><language>de</language>{''.join(f'<item><title>x</title><link>{url}</link></item>' for url in STORIES)}</channel></rss>"
MAP = f"<urlset>{''.join(f'<url><loc>{url}</loc></url>' for url in STORIES)}</urlset>"
PAGE = "".join(
    f'<article><h2><a href="{url}">Dam opens after ten years {url[-1]}</a></h2></article>' for url in STORIES
)


class World:
    """A fetcher and a reader over pages in memory, which count what is asked."""

    def __init__(self, pages: Mapping[str, str | Fetched], reading: Reading | None = STORY) -> None:
        self.pages = dict(pages)
        self.reading = reading
        self.asked: list[str] = []
        self.rules: list[Rules] = []

    async def fetch(self, url: str) -> Fetched:
        self.asked.append(url)
        page = self.pages.get(url.removeprefix(SITE))
        if page is None and url in STORIES:
            page = f"<html><body><h1>Dam opens</h1>{TEXT}</body></html>"
        if page is None:
            return Fetched(url, url, 404, HTML, b"not here")
        return (
            replace(page, url=url)
            if isinstance(page, Fetched)
            else Fetched(url, url, 200, HTML, page.encode())
        )

    async def read(self, answer: Fetched, found: Sequence[Found], rules: Rules) -> Reading | None:
        assert [link.url for link in found] == [answer.url]
        self.rules.append(rules)
        return self.reading

    def probe(self, url: str = SITE, taken: Sequence[str] = ()) -> Proposal:
        return asyncio.run(Probe(self.fetch, self.read, taken).run(url))


def test_a_paper_with_feed_and_sitemap() -> None:
    world = World(
        {
            "/": HOME.format(DECLARED),
            "/rss.xml": RSS,
            "/robots.txt": "User-agent: *\nSitemap: /map.xml",
            "/map.xml": MAP,
        }
    )
    proposal = world.probe(taken=["die-zeitung"])
    assert proposal.entry == {
        "id": "die-zeitung-2",
        "name": "Die Zeitung",
        "homepage": f"{SITE}/",
        "country": "DE",
        "timezone": "Europe/Berlin",
        "feeds": [f"{SITE}/rss.xml"],
        "language": "de",
    }
    assert proposal.readable
    assert proposal.notes == ()
    assert proposal.listings == ((f"{SITE}/rss.xml", Kind.FEED, 8), (f"{SITE}/map.xml", Kind.SITEMAP, 8))
    assert world.rules[0] == Rules(outlet="Die Zeitung", country="DE", timezone="Europe/Berlin")
    check_entry(proposal.entry, Path("sources.toml"))


def test_the_score_card_of_five_articles() -> None:
    world = World({"/": HOME.format(DECLARED), "/rss.xml": RSS})
    assert world.probe().card == (
        FieldScore("headline", 5, 5, "Dam opens"),
        FieldScore("date", 5, 5, "2026-06-22T07:00:00+00:00 (jsonld NewsArticle.datePublished)"),
        FieldScore("byline", 5, 5, "By Mona Odeh"),
        FieldScore("text", 5, 5, "300 words in the middle, 300 at least"),
        FieldScore("dateline", 5, 5, "BAGHDAD, June 22 (Agencies):"),
    )


def test_a_paper_that_declares_nothing_has_its_feed_at_the_usual_address() -> None:
    proposal = World({"/": HOME.format(""), "/feed/": RSS}).probe()
    assert proposal.entry["feeds"] == [f"{SITE}/feed/"]
    assert proposal.entry["sitemaps"] == "off"


def test_a_paper_without_feed_and_sitemap_is_read_by_its_sections() -> None:
    proposal = World(
        {
            "/": HOME.format(""),
            "/welt/": f"<html><body>{PAGE}</body></html>",
            "/sport/": f"<html><body>{TEXT}</body></html>",
        }
    ).probe()
    assert proposal.entry["sections"] == [f"{SITE}/welt/"]
    assert "feeds" not in proposal.entry
    assert proposal.notes == (
        "No feed was found; new articles are noticed by sitemap and section pages alone.",
    )
    assert len(proposal.articles) == 5


def test_a_map_of_maps_is_followed_one_step() -> None:
    index = "<sitemapindex><sitemap><loc>/news.xml</loc></sitemap></sitemapindex>"
    proposal = World({"/": HOME.format(""), "/sitemap.xml": index, "/news.xml": MAP}).probe()
    assert proposal.listings == ((f"{SITE}/news.xml", Kind.SITEMAP, 8),)
    assert "sitemaps" not in proposal.entry


def test_a_bot_wall_is_said_and_an_open_feed_behind_it_is_found() -> None:
    wall = Fetched(
        "",
        f"{SITE}/",
        403,
        {**HTML, "cf-mitigated": "challenge"},
        b"<html><title>Just a moment...</title></html>",
    )
    proposal = World({"/": wall, "/feed/": RSS}).probe()
    assert proposal.notes[0].startswith("The site answers with a bot wall (Cloudflare)")
    assert proposal.entry["feeds"] == [f"{SITE}/feed/"]
    assert proposal.entry["homepage"] == f"{SITE}/"


def test_a_site_that_needs_javascript_is_said() -> None:
    app = '<html><body><noscript>You need to enable JavaScript to run this app.</noscript><div id="root"></div><script src="a.js"></script></body></html>'
    proposal = World({"/": app}).probe()
    assert proposal.notes[0].startswith("The site needs JavaScript")
    assert proposal.notes[1].startswith("No article was found")
    assert not proposal.readable


def test_a_host_that_cannot_be_reached_asks_for_little_and_proposes_what_it_can() -> None:
    gone = Fetched("", f"{SITE}/", reason=Reason.DNS, detail="no such host")
    world = World(dict.fromkeys(["/", "/feed/"], gone))
    proposal = world.probe()
    assert proposal.notes[0] == "The host name could not be resolved (no such host)."
    assert proposal.entry["id"] == "paper-example-de"
    assert len(world.asked) < 25


def test_pages_that_are_no_articles_and_rights_become_notes() -> None:
    front = {"/": HOME.format(DECLARED), "/rss.xml": RSS}
    refused = World(front, replace(STORY, is_article=False, reason=Reason.NOT_ARTICLE)).probe()
    assert refused.notes == (
        "5 of 5 pages: The page is no article: a section front, a gallery, a form, or too little text.",
    )
    assert not refused.readable
    walled = World(front, replace(STORY, paywalled=True, rights=Rights(noarchive=True, noai=True))).probe()
    assert walled.notes == (
        "5 of 5 articles are behind a paywall: the archive has what is shown.",
        "5 of 5 articles ask not to be archived (noarchive).",
        "5 of 5 articles ask not to be used for training (noai).",
    )


def test_the_address_of_a_feed_instead_of_a_homepage() -> None:
    proposal = World({"/rss.xml": RSS}).probe(f"{SITE}/rss.xml")
    assert proposal.notes[0].startswith("This address is no homepage but a feed")
    assert proposal.entry["feeds"] == [f"{SITE}/rss.xml"]


def test_no_address_at_all() -> None:
    with pytest.raises(ValueError, match="must be a URL such as"):
        World({}).probe("paper.example")


@pytest.mark.parametrize(
    ("status", "headers", "body", "url", "starts"),
    [
        pytest.param(200, {}, f"<html><body>{TEXT}</body></html>", SITE, None, id="a page"),
        pytest.param(200, {}, f"<html><body>{TEXT}<script>x</script><noscript>Please enable JavaScript</noscript></body></html>", SITE, None, id="a page that would like JavaScript"),
        pytest.param(200, {}, f"<html><body>{TEXT * 60}<form class='g-recaptcha'></form></body></html>", SITE, None, id="a page with a captcha in its form"),
        pytest.param(200, {}, "<html><title>Robot or human?</title><body>x</body></html>", SITE, "The site answers with a bot wall", id="a captcha instead of a page"),
        pytest.param(403, {"x-datadome": "protected"}, "x", SITE, "The site answers with a bot wall (DataDome)", id="DataDome"),
        pytest.param(200, {"x-datadome": "protected"}, f"<html><body>{TEXT}</body></html>", SITE, None, id="DataDome that let us in"),
        pytest.param(403, {}, "no", SITE, "The site refuses programs (status 403)", id="a plain refusal"),
        pytest.param(500, {}, "x", SITE, "The server answered with status 500.", id="an error"),
        pytest.param(200, {}, f"<html><body>{TEXT}</body></html>", "https://consent.paper.example/collect?continue=x", "The site sends readers to a page that asks for consent", id="a consent wall"),
        pytest.param(200, {}, "<html><body><div id='app'></div><script src='x.js'></script></body></html>", SITE, "The site needs JavaScript", id="an empty app"),
        pytest.param(200, {}, "%PDF-1.7 <script", SITE, None, id="no page at all is another matter"),
    ],
)  # fmt: skip
def test_obstacles(status: int, headers: dict[str, str], body: str, url: str, starts: str | None) -> None:
    told = obstacle(status, headers, body.encode(), url)
    assert (told is None) if starts is None else (told or "").startswith(starts)


def test_an_empty_card() -> None:
    card = score_card([])
    assert [line.field for line in card] == ["headline", "date", "byline", "text", "dateline"]
    assert {line.share for line in card} == {0.0}


def test_a_page_that_could_not_be_read_counts_against_every_field() -> None:
    short = replace(STORY, word_count=20, byline=None, dateline=None)
    card = {line.field: line.share for line in score_card([Sample("a", short), Sample("b", None)])}
    assert card == {"headline": 0.5, "date": 0.5, "byline": 0.0, "text": 0.0, "dateline": 0.0}


@pytest.mark.parametrize(
    ("host", "country", "zone"),
    [
        ("www.paper.co.uk", "GB", "Europe/London"),
        ("paper.iq", "IQ", "Asia/Baghdad"),
        ("paper.us", "US", None),
        ("paper.com", None, None),
        ("paper.io", None, None),
        ("127.0.0.1", None, None),
    ],
)
def test_what_a_host_tells_of_a_country(host: str, country: str | None, zone: str | None) -> None:
    assert country_of_host(host) == country
    assert timezone_of_country(country) == zone
