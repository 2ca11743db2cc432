"""date_article(): a whole page, from its markup to its dateline."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from pipelines.dateline import date_article, prose_dates
from pipelines.document import parse
from pipelines.items import Found, Kind, Rules, Via

URL = "https://paper.example/world/bridge"
FETCHED = datetime(2026, 11, 22, 12, tzinfo=UTC)
ROUND_UP = (
    "BAGHDAD, June 22, (Agencies): Engineers cleared two river crossings in the west after a week of fighting, "
    "and the visiting envoy called Sunday for calm.\n\n"
    "The dam upstream was last overhauled in 2011, and its turbines were replaced in early 2013.\n\n"
    "Officials said on Saturday that the road south stays closed."
)


def page(head="", body="<p>Text.</p>", language="en"):
    html = f"<html lang={language}><head><title>Bridge</title>{head}</head><body><article><h1>Bridge</h1>{body}</article><footer>© 2006-2026 Paper</footer></body></html>"
    return html.encode()


def dated(
    head="",
    text="The bridge was opened.",
    *,
    url=URL,
    evidence=(),
    rules=None,
    headers=None,
    body=None,
    fetched=FETCHED,
    language="en",
):
    document = parse(
        page(head, body or "<p>Text.</p>", language),
        headers or {"content-type": "text/html; charset=utf-8"},
        url,
    )
    return date_article(document, text, evidence, fetched, rules or Rules(), language)


@pytest.mark.parametrize(
    "fetched",
    [
        datetime(2014, 6, 23, tzinfo=UTC),
        datetime(2019, 1, 1, tzinfo=UTC),
        FETCHED,
        datetime(2031, 5, 5, tzinfo=UTC),
    ],
)
def test_a_wire_round_up_without_any_date_on_its_page_is_dated_by_its_dateline(fetched):
    found = dated(text=ROUND_UP, fetched=fetched)
    assert found.dateline is not None
    assert found.dateline.date == date(2014, 6, 22)
    assert (found.dateline.place, found.dateline.country) == ("Baghdad", "IQ")
    assert found.agencies == ("Agencies",)
    assert found.dateline.year_from == ("fetched" if fetched.year == 2014 else "weekday")
    assert (found.published.day, found.published.at) == (date(2014, 6, 22), None)
    assert found.published.origin == "dateline date"


SOURCES = {
    "JSON-LD of an article": '<script type="application/ld+json">{"@type": "NewsArticle", "datePublished": "2019-03-04T09:15:00+01:00"}</script>',
    "a graph of nodes": '<script type="application/ld+json">{"@graph": [{"@type": "WebPage"}, {"@type": ["Article"], "datePublished": "2019-03-04T09:15:00+01:00"}]}</script>',
    "a meta": '<meta property="article:published_time" content="2019-03-04T09:15:00+01:00">',
    "an itemprop meta": '<meta itemprop="datePublished" content="2019-03-04T08:15:00Z">',
    "inline state": '<script>window.state = {"publishedAt": "2019-03-04T08:15:00Z"}</script>',
}  # fmt: skip


@pytest.mark.parametrize("head", SOURCES.values(), ids=SOURCES.keys())
def test_the_instant_is_found_in(head):
    assert dated(head).published.at == datetime(2019, 3, 4, 8, 15, tzinfo=UTC)


def test_a_time_element_and_itemprop_in_the_body():
    for markup in (
        '<time class="published" datetime="2019-03-04T09:15:00+01:00">4 March</time>',
        '<span itemprop="datePublished" content="2019-03-04T09:15:00+01:00">4 March</span>',
    ):
        assert dated(body=markup).published.at == datetime(2019, 3, 4, 8, 15, tzinfo=UTC)


def test_the_upload_date_of_a_video_is_never_asked():
    head = '<script type="application/ld+json">{"@type": "VideoObject", "uploadDate": "2019-03-04T09:15:00+01:00"}</script>'
    found = dated(head)
    assert not any("upload" in one.name.lower() for one in found.candidates)
    assert found.published.at is None


def test_a_copyright_year_is_no_date():
    found = dated()
    assert found.published.day is None
    assert found.published.origin is None


def test_other_stories_dates_in_lists_are_left_alone():
    found = dated(
        body='<p>Text.</p><aside class="related"><time class="published" datetime="2019-03-04T09:15:00Z">x</time></aside>'
    )
    assert not any(one.origin == "time" for one in found.candidates)


def test_a_date_printed_for_people_is_read_where_nothing_else_is():
    found = dated(
        body='<div class="entry-date">Montag, 4. März 2019, 09:15 Uhr</div><p>Text.</p>',
        rules=Rules(timezone="Europe/Berlin"),
        language="de",
    )
    assert found.published.at == datetime(2019, 3, 4, 8, 15, tzinfo=UTC)
    assert found.published.origin == "text entry-date"


BESIDE = {
    "behind the headline, with a bar and an author": ("<h3>The bridge is open again</h3><div class=info>Mo 04.03.19 | 09:15 Uhr | Von <b>Jane Roe</b></div>", datetime(2019, 3, 4, 9, 15)),
    "with words in front": ("<h3>The bridge is open again</h3><ul><li>Veröffentlicht am 4. März 2019 um 09:15</ul>", datetime(2019, 3, 4, 9, 15)),
    "before the headline": ("<div>4. März 2019, 09:15 Uhr</div><h3>The bridge is open again</h3>", datetime(2019, 3, 4, 9, 15)),
    "the nearest of two": ("<div>2. März 2019</div><div>4. März 2019 - 09.15 - Region</div><h3>The bridge is open again</h3><p>a</p><p>7. März 2019</p>", datetime(2019, 3, 4, 9, 15)),
    "far from the headline": ("<h3>The bridge is open again</h3>" + "<p>Text.</p>" * 30 + "<div>4. März 2019, 09:15 Uhr</div>", None),
    "in a sentence": ("<h3>The bridge is open again</h3><p>Am 4. März 2019 um 09:15 wurde die Brücke gesperrt.</p>", None),
    "without a headline": ("<h3>Home</h3><div>4. März 2019, 09:15 Uhr</div>", None),
    "in the navigation": ("<nav>4. März 2019, 09:15 Uhr</nav><h3>The bridge is open again</h3>", None),
}  # fmt: skip


@pytest.mark.parametrize(("body", "local"), BESIDE.values(), ids=BESIDE.keys())
def test_a_date_without_a_class_is_read_beside_the_headline(body, local):
    found = dated(
        '<meta property="og:title" content="The bridge is open again | Paper">', body=body, language="de"
    )
    assert (found.published.at, found.published.local) == (None, local)
    assert (found.published.origin == "text beside the headline") == (local is not None)


def test_the_date_of_a_fact_check_is_not_that_of_the_claim():
    head = """<script type="application/ld+json">{"@type": "ClaimReview", "datePublished": "2019-03-04T09:15:00Z",
    "itemReviewed": {"@type": "CreativeWork", "datePublished": "2019-02-01"}}</script>"""
    assert dated(head).published.day == date(2019, 3, 4)


@pytest.mark.parametrize("via", [Via.FEED, Via.NEWS_SITEMAP])
def test_what_a_listing_said_counts(via):
    told = Found(
        URL,
        "key",
        Kind.ARTICLE,
        via,
        "https://paper.example/list",
        date="Mon, 04 Mar 2019 09:15:00 +0100",
        lastmod="2019-03-05T10:00:00Z",
    )
    found = dated(evidence=[told])
    assert found.published.at == datetime(2019, 3, 4, 8, 15, tzinfo=UTC)
    assert found.published.origin == f"{via.value} date"
    assert found.modified_at == datetime(2019, 3, 5, 10, tzinfo=UTC)


def test_the_page_s_own_date_gives_the_dateline_its_year_and_stays():
    head = '<meta property="article:published_time" content="2014-06-22T20:00:00+03:00">'
    found = dated(head, ROUND_UP)
    assert found.dateline is not None
    assert found.dateline.year_from == "published"
    assert found.published.origin == "meta article:published_time"
    assert not any(one.origin == "dateline" for one in found.candidates)


def test_a_republished_page_yields_to_weekday_and_years_of_the_text():
    found = dated('<meta property="article:published_time" content="2024-01-01T20:00:00+03:00">', ROUND_UP)
    assert found.dateline is not None
    assert (found.dateline.date, found.dateline.year_from) == (date(2014, 6, 22), "weekday")
    assert any(doubt.doubt == "dateline_far" for doubt in found.doubts)


def test_a_dateline_behind_a_headline_and_a_stand_first_is_found():
    text = "Bridge opened after ten years\n\nEngineers are proud, drivers too\n\nOSLO, March 4 (NTB) - The bridge was opened."
    found = dated('<meta property="article:published_time" content="2019-03-04T20:00:00Z">', text)
    assert found.dateline is not None
    assert found.dateline.place == "Oslo"
    assert text[found.dateline.end :] == "The bridge was opened."


def test_an_open_year_is_a_doubt_and_no_date():
    found = dated(text="OSLO, March 11 (NTB) - The bridge was opened.")
    assert found.dateline is not None
    assert (found.dateline.date, found.dateline.month_day) == (None, "--03-11")
    assert found.published.day is None
    assert [doubt.doubt for doubt in found.doubts] == ["dateline_year_open"]


def test_a_hostile_page_ends_quickly():
    body = "<time class=published>" * 500 + "<div class=date>22 22 22</div>" * 2000 + "<p>x</p>"
    head = "<script>var x = {" + '"publishDate": "x",' * 20_000 + "}</script>"
    dated(head, "A" * 100_000, body=body)


def test_a_joomla_definition_list_tells_the_date():
    body = '<dl class="article-info"><dd class="published">Publicado: Jueves, 21 Abril 2022 04:45</dd></dl><p>Texto.</p>'
    found = dated(body=body, language="es")
    assert (found.published.day, found.published.local) == (date(2022, 4, 21), datetime(2022, 4, 21, 4, 45))


def test_the_last_resort_loads_no_languages(monkeypatch):
    """htmldate would hand this text to dateparser, whose 200 languages take 1.7 seconds to load."""
    from htmldate import extractors

    asked = []
    monkeypatch.setattr(extractors, "get_external_parser", lambda: asked.append(True))
    body = '<div class="meta-zeile">Zugestellt: Mittwoch, 21. Heumond 2021, in der Früh</div><p>Text.</p>'
    assert dated(body=body, language="de").published.day is None
    extractors.try_date_expr.cache_clear()
    assert not asked
    extractors.get_external_parser()
    assert asked


CLOCKS = {
    "21:22, 6 OCT 2020": datetime(2020, 10, 6, 21, 22),
    "01:38:07 PM IST Nov 20, 2019": datetime(2019, 11, 20, 13, 38),
    "on Monday, November 18th, 2019 at 11:08 a.m.": datetime(2019, 11, 18, 11, 8),
    "2019-11-18@05:36:50 CST": datetime(2019, 11, 18, 5, 36, 50),
    "06. 01. 2026, 14:59": datetime(2026, 1, 6, 14, 59),
}


@pytest.mark.parametrize(("printed", "clock"), CLOCKS.items(), ids=CLOCKS.keys())
def test_a_date_printed_for_people_is_read_without_dateparser(printed, clock, monkeypatch):
    monkeypatch.setattr(prose_dates, "_parser", lambda *_, **__: None)
    found = prose_dates.read_prose(printed, "en")
    assert found is not None
    assert found.wall == clock


@pytest.mark.parametrize("printed", ["15:23 2019", "2016 - 2018", "Knaur Taschenbuch, 2016", "03.2015"])
def test_what_cannot_name_a_day_does_not_wait_for_dateparser(printed, monkeypatch):
    monkeypatch.setattr(prose_dates, "_parser", None)  # whoever calls it fails
    assert prose_dates.read_prose(printed, "en") is None
