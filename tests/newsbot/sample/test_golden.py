"""The pages of the sample newsroom read as those who wrote them meant them: one test a field."""

from __future__ import annotations

import re
import tomllib
from collections import defaultdict
from collections.abc import Mapping
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from newsbot.discovery import discover
from newsbot.sample import SAMPLE_SOURCES, Newsroom
from newsbot.sources import load
from pipelines.dedupe import host_of, url_key
from pipelines.items import Found, Kind, Reading, Rules
from pipelines.reading import read

FETCHED_AT = datetime(2026, 9, 1, 3, 0, tzinfo=UTC)
PAGES: list[dict[str, Any]] = tomllib.loads(
    SAMPLE_SOURCES.with_name("truth.toml").read_text(encoding="utf-8")
)["page"]
RELIEF = "http://www.gulfcourier.example/world/relief-columns-wait-as-iraqs-western-roads-close/"

# What the reader still gets wrong, by field and pattern of the URL. Each line goes when its pages read right.
MISREAD: tuple[tuple[str, str, str], ...] = ()


def marks(field: str, url: str) -> tuple[pytest.MarkDecorator, ...]:
    return tuple(
        pytest.mark.xfail(reason=why, strict=False)
        for fields, pattern, why in MISREAD
        if field in fields.split() and re.search(pattern, url)
    )


def of(page: Mapping[str, Any]) -> str:
    slug = Path(page["url"].rstrip("/")).name
    return slug if page["edition"] == 1 else f"{slug}, second edition"


def with_field(name: str) -> pytest.MarkDecorator:
    """The pages whose truth says something about a field, each a test of its own."""
    told = [pytest.param(page, id=of(page), marks=marks(name, page["url"])) for page in PAGES if name in page]
    assert told, f"no page tells {name}"
    return pytest.mark.parametrize("page", told)


@cache
def evidence(edition: int) -> Mapping[str, tuple[Found, ...]]:
    """What the feeds, sitemaps and sections of an edition say of each URL."""
    newsroom = Newsroom(edition)
    articles = newsroom.stories()
    told: defaultdict[str, list[Found]] = defaultdict(list)
    for url in newsroom.urls():
        if url in articles or "/author/" in url or "/autoren/" in url or url.endswith("robots.txt"):
            continue
        answer = newsroom.answer("GET", url)
        for found in discover(_kind(url), answer.body, answer.headers, url).found:
            told[found.key].append(found)
    return {key: tuple(found) for key, found in told.items()}


def _kind(url: str) -> Kind:
    if "sitemap" in url:
        return Kind.SITEMAP
    return (
        Kind.FEED
        if "/feed/" in url or url.endswith(("rss.rdf", "rss/aktuell.xml", "atom.xml"))
        else Kind.SECTION
    )


@cache
def rules() -> Mapping[str, Rules]:
    """By host."""
    return {host_of(source.homepage): source.rules() for source in load(SAMPLE_SOURCES).sources}


@cache
def reading_of(url: str, edition: int, fetched_at: datetime = FETCHED_AT) -> Reading:
    answer = Newsroom(edition).answer("GET", url)
    assert answer.status == 200
    headers = {name.lower(): value for name, value in answer.headers.items()}
    told = evidence(edition).get(url_key(url), ())
    return read(answer.body, headers, url, fetched_at, told, rules()[host_of(url)])


def reading(page: Mapping[str, Any]) -> Reading:
    found = reading_of(page["url"], page["edition"])
    assert found.is_article, found.detail or found.reason
    return found


@with_field("headline")
def test_headline(page: dict[str, Any]) -> None:
    assert reading(page).headline == page["headline"]


@with_field("language")
def test_language(page: dict[str, Any]) -> None:
    assert reading(page).language == page["language"]


@with_field("section")
def test_section(page: dict[str, Any]) -> None:
    assert reading(page).section == page["section"]


@with_field("authors")
def test_authors(page: dict[str, Any]) -> None:
    assert list(reading(page).authors) == page["authors"]


@with_field("published_day")
def test_published_day(page: dict[str, Any]) -> None:
    day = reading(page).published.day
    assert (day.isoformat() if day else "") == page["published_day"]


@with_field("published_at")
def test_published_at(page: dict[str, Any]) -> None:
    expected = datetime.fromisoformat(page["published_at"]) if page["published_at"] else None
    assert reading(page).published.at == expected


@with_field("place")
def test_place(page: dict[str, Any]) -> None:
    dateline = reading(page).dateline
    assert ((dateline.place if dateline else None) or "") == page["place"]


@with_field("country")
def test_country(page: dict[str, Any]) -> None:
    dateline = reading(page).dateline
    assert ((dateline.country if dateline else None) or "") == page["country"]


@with_field("agencies")
def test_agencies(page: dict[str, Any]) -> None:
    assert list(reading(page).agencies) == page["agencies"]


@with_field("dateline_date")
def test_dateline_date(page: dict[str, Any]) -> None:
    dateline = reading(page).dateline
    printed = dateline.date if dateline else None
    assert (printed.isoformat() if printed else "") == page["dateline_date"]


@with_field("dateline_month_day")
def test_dateline_month_day(page: dict[str, Any]) -> None:
    dateline = reading(page).dateline
    assert dateline is not None and dateline.month_day == page["dateline_month_day"]


@with_field("paywalled")
def test_paywalled(page: dict[str, Any]) -> None:
    assert bool(reading(page).paywalled) == page["paywalled"]


@with_field("noarchive")
def test_noarchive(page: dict[str, Any]) -> None:
    assert reading(page).rights.noarchive == page["noarchive"]


@with_field("must")
def test_words_that_belong_to_the_article(page: dict[str, Any]) -> None:
    text = reading(page).text
    assert [words for words in page["must"] if words not in text] == []


@with_field("must_not")
def test_words_that_stand_around_the_article(page: dict[str, Any]) -> None:
    text = reading(page).text
    assert [words for words in page["must_not"] if words in text] == []


@with_field("subheads")
def test_subheads_stand_apart(page: dict[str, Any]) -> None:
    paragraphs = reading(page).text.split("\n\n")
    assert [head for head in page["subheads"] if head not in paragraphs] == []


@with_field("teasers")
def test_removed_teasers_are_kept_with_their_rule(page: dict[str, Any]) -> None:
    removed = reading(page).removed
    kept = "\n".join(block.text for block in removed)
    assert [words for words in page["teasers"] if words not in kept] == []
    assert all(block.rule and block.reason for block in removed)


@pytest.mark.parametrize("year", [2014, 2019, 2026, 2031])
def test_the_round_up_of_2014_is_dated_alike_in_whichever_year_it_is_fetched(year: int) -> None:
    found = reading_of(RELIEF, 1, datetime(year, 12, 1, 12, 0, tzinfo=UTC))
    assert found.published.day == date(2014, 6, 22)
    assert found.published.at is None
    assert found.dateline is not None
    assert (found.dateline.place, found.dateline.country, found.agencies) == ("Baghdad", "IQ", ("Agencies",))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param(
            "http://www.gulfcourier.example/gulf/street-lamps-dimmed-as-turtles-return-to-masirah/",
            "http://basra-observer.example/en/0417.htm",
            id="turtles",
            marks=marks("text_hash", "basra-observer"),
        ),
        pytest.param(
            "http://www.gulfcourier.example/world/iraq-finds-more-date-palms-than-it-had-dared-to-hope/",
            "http://basra-observer.example/en/0421.htm",
            id="palms",
            marks=marks("text_hash", "basra-observer"),
        ),
    ],
)
def test_wire_copy_is_one_text_in_two_outlets(one: str, other: str) -> None:
    assert reading_of(one, 1).text_hash == reading_of(other, 1).text_hash != ""


def test_a_correction_changes_the_content_and_nothing_else_does() -> None:
    first, second = (Newsroom(edition).stories() for edition in (1, 2))
    changed = {
        url
        for url in first.keys() & second.keys()
        if reading_of(url, 1).content_hash != reading_of(url, 2).content_hash
    }
    assert {url.rstrip("/").rpartition("/")[2] for url in changed} == {
        "fourth-ring-road-to-get-30000-trees",
        "rat-stimmt-fuer-sitzungen-ohne-mikrofon-104201.html",
    }
