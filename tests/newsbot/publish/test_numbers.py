"""The pages of numbers: front page, sources, changes, map and attention; what they count and what they leave out."""

from __future__ import annotations

import csv
import io
import re
import sqlite3
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsbot.publish import charts, world
from newsbot.publish.daily import Window
from newsbot.publish.projection import HEIGHT, WIDTH, project
from newsbot.publish.remembered import Remembered

PAGES = ("/", "/map", "/map?view=world", "/attention?q=trees&q2=water", "/sources", "/sources/morning", "/changes",
         "/a/p000001", "/a/p000001/compare", "/a/p000002", "/archive/articles?_layout=rows")  # fmt: skip


@pytest.mark.parametrize("path", PAGES)
def test_nothing_that_the_web_wrote_is_markup(rich, path) -> None:
    html = rich(path).text
    assert rich(path).status_code == 200
    assert not re.search(
        r'<(?:script(?! src="/assets/)|svg(?! class="chart)|img|iframe|object)\b', html, re.I
    )
    assert not re.search(r"<[^>]*\s(?:on\w+|style)\s*=", html, re.I)
    assert "\u202e" not in html
    assert "Dark & <b>" not in html


@pytest.mark.parametrize(
    "path", [*PAGES, "/attention.csv?q=secret", "/map?_search=Secret", "/map?place=Secretplace"]
)
def test_what_was_taken_down_is_in_no_number_and_on_no_map(rich, path) -> None:
    text = rich(path).text
    assert "Secret trees" not in text
    assert "France" not in text
    if "place=" not in path:
        assert "Secretplace" not in text


def test_the_front_page_draws_thirty_days_names_silences_and_counts_what_changed(rich) -> None:
    html = rich("/").text
    assert "30 days to 18 November 2026" in html
    assert "25 articles in 30 days, most on 18 November 2026: 2; 6 days without one" in html
    assert re.search(r"29 October 2026 to 3 November 2026; usual would be [45]", html)
    assert "On 20 November 2026" not in html, "nothing changed on the day of the last visit"


def test_a_source_has_a_calendar_fill_rates_hours_runs_and_reasons(rich) -> None:
    html = rich("/sources/morning").text
    assert "Articles a day in 2026: 26 in all, 6 days without one" in html
    assert re.search(
        r'<th scope="row">Byline</th><td class="figure">6 %</td><td class="figure">0 %</td>', html
    )
    assert "robots.txt of the site forbids this URL." in html
    assert "<strong>Silence</strong>, since 20 November 2026: Nothing came." in html
    assert "most of the latest 2 articles came out between 0:00 and 1:00" in html
    assert rich("/sources/nobody").status_code == 404
    assert rich("/sources/dark").status_code == 200


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("", 5),
        ("?kind=figure", 1),
        ("?kind=figure&kind=headline", 2),
        ("?kind=removed&source=morning", 1),
        ("?source=dark", 1),
        ("?kind=byline", 0),
        ("?kind=nonsense", 5),
        ("?source=nobody", 0),
    ],
)
def test_changes_by_kind_and_source(rich, query, shown) -> None:
    html = rich(f"/changes{query}").text
    assert html.count('class="story change"') == shown
    assert re.search(r'href="/feeds/changes\.atom', html)
    assert (
        rich(
            re.search(r'href="(/feeds/changes\.atom[^"]*)"', html).group(1).replace("&amp;", "&")
        ).status_code
        == 200
    )


def test_the_map_tells_places_of_one_name_apart(rich) -> None:
    html = rich("/map").text
    assert "3 articles with a place" in html
    assert 'href="/archive/articles?country=DE&amp;place=Hamburg"' in html
    assert 'href="/archive/articles?place=Kuwait+City"' in html
    assert html.count("<circle") == 2
    assert "Germany: 2" in html
    assert "2 articles with a place" in rich("/map?country=DE").text
    assert rich("/map?nonsense=1").status_code == 400
    assert "Natural Earth" in html


def test_a_search_on_the_map_keeps_its_filters(rich) -> None:
    html = rich("/map?_search=storm&source=morning&view=europe").text
    assert "1 article with a place" in html
    assert '<input type="hidden" name="view" value="europe">' in html
    assert 'href="/map?_search=storm&amp;view=europe"' in html, "the chip of the source"


def table(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_attention_counts_each_period_and_its_share_of_all(rich) -> None:
    rows = table(rich("/attention.csv?q=water&by=month&source=morning").text)
    assert [(row["period"], row["articles"], row["all_articles"]) for row in rows] == [
        ("2026-10", "5", "10"),
        ("2026-11", "7", "16"),
    ]
    assert rows[0]["share"] == "0.5"
    both = table(rich("/attention.csv?q=water&q2=trees&by=year").text)
    assert [(row["search"], row["articles"]) for row in both] == [("water", "12"), ("trees", "25")]


def test_attention_has_its_numbers_for_readers_too(rich) -> None:
    html = rich("/attention?q=water&q2=trees&share=1&by=month").text
    assert 'class="first" points="' in html
    assert "44.44 %" in html or "41.18 %" in html
    assert 'href="/attention.csv?q=water&amp;q2=trees&amp;share=1&amp;by=month"' in html
    assert "Nothing was found that has a date." in rich("/attention?q=zxqnonsense").text
    assert rich("/attention?q=a&nonsense=1").status_code == 400
    assert rich("/attention").status_code == 200


def test_a_formula_as_a_search_stays_text(rich) -> None:
    text = rich("/attention.csv", params={"q": "=trees"}).text
    assert all(row["search"].startswith("'=") for row in table(text))


def test_a_number_is_counted_anew_when_the_archive_changes(tmp_path) -> None:
    path = tmp_path / "archive.db"
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE t (x)")
    connection.commit()
    remembered, asked = Remembered(path), []

    def count() -> int:
        asked.append(1)
        return len(asked)

    assert [remembered("n", count), remembered("n", count)] == [1, 1]
    connection.execute("INSERT INTO t VALUES (zeroblob(9000))")
    connection.commit()
    connection.close()
    assert remembered("other", lambda: 7) == 7
    assert remembered("n", count) == 2


@pytest.mark.parametrize(
    ("told", "spells"),
    [
        pytest.param([3] * 30, [], id="no silence"),
        pytest.param([3] * 10 + [0, 0] + [3] * 18, [2], id="two days where six articles are usual"),
        pytest.param([0, 0, 0, 0, 0, 0, 1] * 4 + [0, 0], [], id="a weekly is silent six days of seven"),
        pytest.param([0] * 20 + [5] * 10, [], id="before its first article nothing is missing"),
        pytest.param([5] * 20 + [0] * 10, [10], id="it has stopped"),
    ],
)
def test_silences(told, spells) -> None:
    days = tuple((date(2026, 1, 1) + timedelta(days=at)).isoformat() for at in range(30))
    counts = {day: count for day, count in zip(days, told, strict=True) if count}
    assert [gap.days for gap in Window(days, {"s": counts}).gaps()] == spells


def test_the_map_is_where_it_should_be() -> None:
    assert project(0, 0)[0] == WIDTH / 2
    kuwait = project(47.98, 29.37)
    assert any(
        country.code == "KW" and world.Frame(*country.box[:2], 1, 1) and country.box[0] <= kuwait[0] <= country.box[2]
        and country.box[1] <= kuwait[1] <= country.box[3]
        for country in world.countries(world.WORLD)
    )  # fmt: skip
    for name in world.PARTS:
        frame = world.part(name)
        assert 0 <= frame.x <= frame.x + frame.width <= WIDTH
        assert 0 <= frame.y <= frame.y + frame.height <= HEIGHT
    assert world.part("nowhere") == world.WORLD


@settings(max_examples=60, deadline=None)
@given(st.floats(0.0001, 1e9))
def test_ticks_begin_at_nothing_and_reach_the_peak(peak) -> None:
    ticks = charts.ticks(peak)
    assert ticks[0] == 0
    assert ticks[-1] >= peak
    assert 2 <= len(ticks) <= 10


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(0, 10**6), min_size=1, max_size=200))
def test_shapes_stay_inside_their_box(counts) -> None:
    shape = charts.spark(counts, "")
    assert shape.bars.count("M") + shape.gaps.count("M") == len(counts)
    points = [
        tuple(map(float, point.split(","))) for point in charts.line(counts, max(counts), 100, 50).split()
    ]
    assert all(0 <= x <= 100.1 and 0 <= y <= 50 for x, y in points)


def test_a_town_in_two_scripts_is_one_circle_and_one_line(scribe, publish) -> None:
    scribe.source("morning")
    for number, place in enumerate(["Basra", "Basra", "البصرة", "Nowhere", "Basra"], start=1):
        scribe.article(number, place=place, country="US" if number == 5 else "IQ", published_day="2020-01-01")
    for name, country, latitude, longitude in (
        ("Basra", "IQ", 30.51, 47.78), ("البصرة", "IQ", 30.51, 47.78), ("Nowhere", "IQ", None, None), ("Basra", "US", 40.0, -80.0),
    ):  # fmt: skip
        scribe.insert("places", name=name, country=country, latitude=latitude, longitude=longitude)
    get = publish(scribe.finish())
    html = get("/map?view=world").text
    assert html.count("<circle") == 2
    assert "<title>Basra, also البصرة, Iraq: 3</title>" in html
    there = re.search(
        r'<li><a href="([^"]+)"><span class="label"><bdi>Basra</bdi><span class="note">, also</span> <bdi>البصرة',
        html,
    )
    assert "3 articles" in get(there.group(1).replace("&amp;", "&")).text


def test_changes_show_what_changed_in_the_text_and_not_the_lede_twice(scribe, publish) -> None:
    for number, policy in enumerate(("full", "metadata"), start=1):
        scribe.source(policy, publish=policy)
        scribe.article(
            number,
            source=policy,
            lede="13 trees.",
            text="13 trees.\n\nHe spoke on Friday.",
            published_day="2020-01-01",
        )
        scribe.insert(
            "revisions", article=number, kind="publisher", changed="lede,figure,text", lede="30 trees.",
            text="30 trees.\n\nHe spoke on Monday.", seen_at="2020-01-02T00:00:00Z",
        )  # fmt: skip
    get = publish(scribe.finish())
    html = get("/changes?source=full").text
    assert html.count("<del>30</del><ins>13</ins>") == 1
    assert "He spoke on <del>Monday.</del><ins>Friday.</ins>" in html
    assert "spoke" not in get("/changes?source=metadata").text
