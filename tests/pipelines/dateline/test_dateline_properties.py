"""What holds for any text and any date."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from babel.dates import format_date
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pipelines.dateline import date_article, parse_dateline
from pipelines.dateline.candidates import MODIFIED, PUBLISHED, Candidate
from pipelines.dateline.instants import read_instant
from pipelines.dateline.opening import OpeningReader
from pipelines.dateline.printed_dates import DateReader
from pipelines.dateline.resolver import resolve
from pipelines.document import parse
from pipelines.items import Rules

EARLIEST, LATEST = datetime(1996, 1, 1), datetime(2040, 1, 1)
moments = st.datetimes(EARLIEST, LATEST, timezones=st.just(UTC))
days = st.dates(date(1996, 1, 2), date(2039, 12, 30))
MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
SHORT = ["Jan.", "Feb.", "March", "April", "May", "June", "July", "Aug.", "Sept.", "Oct.", "Nov.", "Dec."]
places = st.sampled_from(
    [("BAGHDAD", "IQ"), ("NEW DELHI", "IN"), ("SÃO PAULO", "BR"), ("ST. GALLEN", "CH"), ("LJUBLJANA", "SI")]
)
agencies = st.sampled_from(["Reuters", "AP", "AFP", "dpa", "Agencies", "Xinhua", "EFE"])
openings = st.sampled_from(
    [
        "BAGHDAD, ",
        "(",
        "Berlin. ",
        "新华社北京",
        "【",
        "/TASS/",
        "June 22",
        " -- ",
        "22",
        ":",
        "\n",
        "َ",
        "(AP",
        ")",
    ]
)
texts = st.one_of(st.text(max_size=400), st.lists(openings, max_size=40).map("".join))


@given(texts, moments, st.sampled_from([None, "en", "de", "zh", "ar", "th", "xx-YY", "ko"]))
@settings(max_examples=150, deadline=1000)
@example("(" * 5000, datetime(2020, 1, 1, tzinfo=UTC), "en")
@example("A" * 100_000, datetime(2020, 1, 1, tzinfo=UTC), "en")
@example("a. " * 30_000, datetime(2020, 1, 1, tzinfo=UTC), "de")
def test_any_text_ends_and_tells_nothing_after_the_fetch(text, fetched, language):
    found = parse_dateline(text, published=None, fetched_at=fetched, language=language, url=None)
    if found is not None:
        assert 0 <= found.end <= len(text)
        assert found.confidence >= 0.5
        if found.date is not None:
            assert found.date <= fetched.date() + timedelta(days=1)
            assert found.month_day == f"--{found.date:%m-%d}"


@given(places, agencies, days, st.booleans(), st.booleans())
@settings(max_examples=100, deadline=1000)
def test_the_printed_form_of_a_dateline_gives_it_back(place, agency, day, short, colon):
    name, country = place
    month = (SHORT if short else MONTHS)[day.month - 1]
    text = (
        f"{name}, {month} {day.day}, ({agency}): The bridge opened."
        if colon
        else f"{name}, {month} {day.day} ({agency}) - The bridge opened."
    )
    fetched = datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(days=400)
    found = parse_dateline(text, published=day, fetched_at=fetched, language="en", url=None)
    assert found is not None
    assert (found.country, found.agencies, found.date, found.year_from) == (
        country,
        (agency,),
        day,
        "published",
    )
    assert text[found.end :] == "The bridge opened."


@given(places, agencies, days, st.sampled_from(["de", "fr", "es", "it", "nl", "sv", "pl", "tr", "pt"]))
@settings(max_examples=100, deadline=1000)
def test_the_printed_form_gives_it_back_in_every_language(place, agency, day, language):
    name, country = place
    printed = format_date(day, "d. MMMM" if language == "de" else "d MMMM", locale=language)
    text = f"{name}, {printed} ({agency}) - The bridge opened."
    found = parse_dateline(text, published=day, fetched_at=None, language=language, url=None)
    assert found is not None
    assert (found.country, found.agencies, found.date) == (country, (agency,), day)
    again = parse_dateline(
        f"{found.printed} The bridge opened.", published=day, fetched_at=None, language=language, url=None
    )
    assert again == replace(found, end=again.end if again else 0)


@given(days)
@settings(max_examples=60, deadline=1000)
def test_a_date_is_read_alike_in_every_way_it_is_printed(day):
    month = MONTHS[day.month - 1]
    for printed in (
        f"{month} {day.day}, {day.year}",
        f"{day.day} {month} {day.year}",
        f"{day:%d.%m.%Y}",
        f"{day:%Y-%m-%d}",
    ):
        opening = OpeningReader(f"OSLO, {printed} - The", DateReader("en"), "en").read()
        assert [found.full for found in opening.dates] == [day]


@given(
    st.lists(
        st.one_of(
            moments.map(lambda moment: moment.isoformat()),
            moments.map(lambda moment: f"{moment:%Y-%m-%d %H:%M}"),
            st.builds(
                lambda moment, hours: f"{moment:%Y-%m-%dT%H:%M:%S}{hours:+03d}:00",
                moments,
                st.integers(-12, 14),
            ),
            days.map(lambda day: day.isoformat()),
            st.text(max_size=30),
        ),
        max_size=8,
    ),
    moments,
    st.sampled_from([None, "Asia/Baghdad", "Pacific/Kiritimati", "America/St_Johns"]),
    st.sampled_from([None, "IQ", "US", "ZZ"]),
    st.sampled_from([None, "VE", "KI", "DE", "LA"]),
)
@settings(max_examples=150, deadline=1000)
def test_whatever_is_stated_nothing_is_published_after_the_fetch(printed, fetched, zone, country, domain):
    stated = [
        Candidate("meta", "x", MODIFIED if number % 3 == 2 else PUBLISHED, one, read_instant(one), 0.9)
        for number, one in enumerate(printed)
    ]
    found = resolve(stated, fetched, zone, country=country, domain=domain)
    assert (found.published.at is None) == (found.published.offset_from is None)
    if found.published.at is not None:
        assert found.published.at <= fetched
    if found.published.day is not None:
        assert found.published.day <= fetched.date() + timedelta(days=1)
    assert len(found.candidates) == len(stated)


@given(st.text(max_size=300))
@settings(max_examples=200, deadline=500)
@example("9" * 10_000)
@example("2014-06-22T" + "0" * 10_000)
def test_any_string_is_a_date_or_none(text):
    found = read_instant(text)
    assert found is None or found.wall.tzinfo is None


pieces = st.sampled_from(
    [
        b'<meta property="article:published_time" content="',
        b'<script type="application/ld+json">{"@type": "NewsArticle", "datePublished": "',
        b'"}</script>',
        b'"><time datetime="',
        b'">',
        b"<p class=date>",
        b"2031-05-05T10:00:00+02:00",
        b"2014-06-22 18:30",
        b"22. Juni 2031, 18:30 Uhr",
        b"1400000000000",
        b"BAGHDAD, June 22 (AP) - ",
        b"\xff\xfe",
        b"</p><p>",
    ]
)


@given(st.lists(st.one_of(pieces, st.binary(max_size=12)), max_size=25).map(b"".join), moments)
@settings(max_examples=60, deadline=2000)
def test_whatever_the_bytes_no_page_is_dated_after_its_fetch(page, fetched):
    document = parse(b"<html><body><h1>Bridge</h1>" + page, {}, "https://zeitung.example.de/2031/05/05/a")
    text = document.tree.text_content()
    found = date_article(document, text, (), fetched, Rules(), "de")
    for at in (found.published.at, found.modified_at):
        assert at is None or at <= fetched
    latest = fetched.date() + timedelta(days=1)
    assert found.published.day is None or found.published.day <= latest
    assert found.dateline is None or found.dateline.date is None or found.dateline.date <= latest
