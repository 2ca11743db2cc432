"""Every page over HTTP, on ordinary rows."""

from __future__ import annotations

import json
import re
from html import unescape

import pytest

from newsbot.publish.browse import PAGE


def counts(html: str, facet: str) -> dict[str, int]:
    """The values of one facet of a browse page."""
    section = re.search(rf"<h2>{facet}</h2>(.*?)</section>", html, re.S)
    assert section, facet
    found = re.findall(r'<bdi>(.*?)</bdi></span><span class="count">([0-9,]+)</span>', section.group(1), re.S)
    return {unescape(label): int(count.replace(",", "")) for label, count in found}


def shown(html: str) -> list[str]:
    """Public ids in the order of the page."""
    return re.findall(r'<h3 class="headline"[^>]*><a href="/a/([^"]+)"', html)


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/archive/articles",
        "/a/p000001",
        "/archive/articles/1",
        "/changes",
        "/sources",
        "/dictionary",
        "/about",
    ],
)
def test_every_page_is_there(get, path) -> None:
    answer = get(path)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert '<main id="content"' in answer.text


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/nowhere", 404),
        ("/a/nobody", 404),
        ("/archive/articles/999999", 404),
        ("/archive/no_table", 404),
        ("/-/databases", 404),
        ("/-/databases.json", 404),
        ("/-/threads.json", 404),
        ("/-/plugins", 404),
        ("/assets/secret", 404),
        ("/archive.db", 403),
        ("/archive?sql=select+1", 403),
        ("/archive/articles.json?_where=1", 403),
        ("/archive/articles_fts", 403),
        ("/archive/articles_fts_data.json", 403),
        ("/_internal", 403),
        ("/archive/articles.csv?_stream=on", 400),
        ("/export/articles.csv?headline__contains=x", 400),
        ("/a/p000004", 410),
    ],
)
def test_what_is_not_there_or_not_allowed_is_a_sentence(get, path, status) -> None:
    answer = get(path)
    assert answer.status_code == status
    assert "Traceback" not in answer.text
    assert "SELECT" not in answer.text


def test_the_front_page_shows_the_newest_dated_articles_and_counts_by_source(get) -> None:
    html = get("/").text
    assert shown(html)[0] == "p000219"
    assert "Nobody knows when" not in html
    assert "132 articles" in html
    assert re.search(r"The Morning Post</bdi></span><span class=\"count\">130<", html)


def test_browse_is_newest_first_and_complete_by_paging(get) -> None:
    found, path, pages = [], "/archive/articles", 0
    while path:
        html = get(path).text
        page = shown(html)
        assert len(page) <= PAGE
        found += page
        older = re.search(r'rel="next" href="([^"]+)"', html)
        path = unescape(older.group(1)) if older else ""
        pages += 1
    assert pages == 4
    assert len(found) == len(set(found)) == 132
    assert found[0] == "p000006"
    assert "p000004" not in found, "withheld"


def test_newer_leads_back_to_the_same_page(get) -> None:
    first = get("/archive/articles").text
    second = get(unescape(re.search(r'rel="next" href="([^"]+)"', first).group(1))).text
    back = get(unescape(re.search(r'rel="prev" href="([^"]+)"', second).group(1))).text
    assert shown(back) == shown(first)
    assert 'rel="prev"' not in back
    assert 'rel="next"' in back


def test_facets_count_the_whole_listing_on_every_page(get) -> None:
    first = get("/archive/articles").text
    second = get(unescape(re.search(r'rel="next" href="([^"]+)"', first).group(1))).text
    for facet in ("Source", "Section", "Country", "Agency", "Language", "Year", "Author", "Tag"):
        assert counts(first, facet) == counts(second, facet), facet
    assert counts(first, "Source") == {"The Morning Post": 130, "صحيفة الصباح": 1, "Der Abend": 1}
    assert counts(first, "Country") == {"Iraq": 2}
    assert counts(first, "Agency") == {"Reuters": 2, "AFP": 1}
    assert counts(get("/archive/articles?tag=Iraq").text, "Tag")["Iraq"] == 1, (
        "the withheld one does not count"
    )
    assert counts(first, "Year")["2020"] == 120


def test_every_facet_count_is_what_a_click_shows(get) -> None:
    html = get("/archive/articles?source=morning").text
    for facet, name in (("Section", "section"), ("Author", "author"), ("Year", "published_year")):
        for label, count in counts(html, facet).items():
            total = get("/archive/articles", params={"source": "morning", name: label}).text
            assert re.search(rf"<h1>{count:,} articles?", total), (facet, label)


def test_a_second_value_of_a_facet_adds_and_another_facet_narrows(get) -> None:
    assert "<h1>120 articles" in get("/archive/articles?section=Local&section=Sport").text
    narrowed = get("/archive/articles?section=Local&section=Sport&tag=t1").text
    assert "<h1>3 articles" in narrowed
    assert counts(narrowed, "Section") == {"Sport": 3, "Local": 0}


def test_days_narrow_a_listing(get) -> None:
    html = get("/archive/articles?published_day__gte=2014-06-22&published_day__lte=2015-02-03").text
    assert set(shown(html)) == {"p000001", "p000002", "p000003"}
    assert "From" in html
    assert "22 June 2014" in html


def test_search_finds_and_shows_the_passage(get) -> None:
    html = get("/archive/articles?_search=regroup").text
    assert shown(html) == ["p000001"]
    assert "<mark>regroup</mark>" in html


def test_search_in_arabic(get) -> None:
    assert shown(get("/archive/articles", params={"_search": "الجسر"}).text) == ["p000003"]


def test_a_nonsense_word_finds_nothing(get) -> None:
    html = get("/archive/articles?_search=zxqvwnonsense").text
    assert "<h1>No article" in html
    assert shown(html) == []
    assert json.loads(get("/archive/articles.json?_search=zxqvwnonsense").text)["rows"] == []


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        pytest.param('"border crossings"', 1, id="a phrase"),
        pytest.param("council NOT bridge", 0, id="NOT"),
        pytest.param("headline: Fighters", 1, id="a field"),
        pytest.param("cross*", 1, id="a beginning"),
        pytest.param("covid-19", 120, id="a hyphen"),
    ],
)
def test_search_syntax(get, typed, found) -> None:
    html = get("/archive/articles", params={"_search": typed}).text
    assert re.search(r"<h1>(No|1|120) article", html).group(1) == {0: "No"}.get(found, str(found))
    assert 'role="status"' not in html


@pytest.mark.parametrize(
    "typed", ['"', "AND", "(", "NEAR(", "a OR", "nofield: x", "*", 'crossings "', "^", "{", "a\x00b"]
)
def test_broken_search_syntax_is_explained_never_an_error(get, typed) -> None:
    answer = get("/archive/articles", params={"_search": typed})
    assert answer.status_code == 200


def test_broken_search_syntax_still_searches_the_words(get) -> None:
    html = get("/archive/articles", params={"_search": "crossings AND"}).text
    assert "AND stands between two words. So its words were searched as they stand." in html
    assert shown(html) == ["p000001"]
    html = get("/archive/articles", params={"_search": "crossings ("}).text
    assert shown(html) == ["p000001"]


def test_article_page_tells_everything(get) -> None:
    html = get("/a/p000001").text
    for expected in (
        "Fighters take border crossings</h1>",
        "By Ann Example and Ben Example",
        "22 June 2014, 10:05 UTC",
        "Baghdad, Iraq",
        '<p dir="auto">The crossings lie on the road to Amman.</p>',
        "BAGHDAD, June 22, (Agencies):",
        "the closest year in which June 22 is a Sunday",
        "the copyright line of the page",
        "check-also",
        "Other article",
        "Kämpfer nehmen Grenzorte",
        "2026/run-1.warc.gz",
        "sha1:ABCDEFGHIJKLMNOPQRSTUVWXYZ234567",
        'href="https://morning.example/1" rel="noopener noreferrer nofollow"',
        "<del>Damascus.</del><ins>Amman.</ins>",
        '<link rel="canonical" href="/a/p000001">',
    ):
        assert expected in html, expected
    assert html.count('class="chosen"') == 1


def test_the_row_address_of_datasette_shows_the_same_page(get) -> None:
    assert get("/archive/articles/1").text == get("/a/p000001").text


def test_revisions_are_compared_with_what_came_next(get) -> None:
    html = get("/a/p000001").text
    first, second = html.index("22 November 2026, 06:00"), html.index("21 November 2026, 06:00")
    assert first < second, "the latest first"
    older = html[second:]
    assert "<del>crossing</del><ins>crossings</ins>" in older
    assert "<del>one</del><ins>two more</ins>" in older
    assert "<del>Amman.</del><ins>Damascus.</ins>" in older


def test_a_removed_article_is_shown_and_says_so(get) -> None:
    assert "The publisher has removed this article" in get("/a/p000005").text


def test_articles_without_a_date_stand_apart_from_the_news_of_the_day(get) -> None:
    page = get("/archive/articles").text
    assert "Undated, first seen Friday, 20 November 2026" in page


def test_an_article_without_a_date_says_so(get) -> None:
    assert "Date unknown; first seen 20 November 2026" in get("/a/p000006").text


def test_right_to_left_text_is_marked(get) -> None:
    html = get("/a/p000003").text
    assert '<div class="text" dir="rtl" lang="ar">' in html
    assert '<h1 dir="auto" lang="ar">' in html


def test_changes_and_sources(get) -> None:
    changes = get("/changes").text
    assert "<del>crossing</del><ins>crossings</ins>" in changes
    sources = get("/sources").text
    assert "The server did not answer in time." in sources
    assert '1, <span class="mark-word">1 failed</span>' in sources


def test_stock_addresses_keep_working(get) -> None:
    rows = get("/archive/articles.json?_shape=objects&_size=3").json()["rows"]
    assert [row["id"] for row in rows] == [6, 219, 218], "newest first there too"
    assert get("/archive/articles.csv?_size=2").text.startswith("id,public_id,url")
    assert get("/archive/articles/1.json").json()["rows"][0][1] == "p000001"
    assert "rows-and-columns" in get("/archive/articles?_view=table").text
    assert "rows-and-columns" in get("/archive/articles?headline__contains=border").text
    assert "rows-and-columns" in get("/archive/sources").text
    assert get("/archive").status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "?source=morning&tag=council",
        "?tag=council&tag=Iraq&author=Ann+Example",
        "?section=Local&section=Sport",
        "?_search=cross*",
        "?published_day__lte=2014-12-31",
    ],
)
def test_the_json_link_is_the_listing_that_is_shown(get, path) -> None:
    html = get(f"/archive/articles{path}").text
    total = int(re.search(r"<h1>([0-9,]+) article", html).group(1).replace(",", ""))
    link = unescape(re.search(r'href="(/archive/articles\.json[^"]*)"', html).group(1))
    assert get(link).json()["filtered_table_rows_count"] == total


def test_table_and_columns_are_described_in_datasette_too(get) -> None:
    tables = get("/-/metadata.json").json()["databases"]["archive"]["tables"]
    assert tables["articles"]["columns"]["headline"] == "Headline as the article prints it."
    assert tables["frontier"]["hidden"] is True
    assert "frontier" not in get("/archive").text.split("hidden table")[0]


def test_an_empty_archive_has_pages(scribe, publish) -> None:
    get = publish(scribe.finish())
    assert "Nothing has been stored yet" in get("/").text
    assert "The archive is empty" in get("/archive/articles").text
    assert "No publisher has changed" in get("/changes").text
    assert "No source has been read yet" in get("/sources").text
    assert get("/export/articles.csv").text.count("\r\n") == 1


def test_a_sample_archive_says_so_on_every_page(scribe, publish) -> None:
    scribe.source("morning")
    scribe.article(1, published_day="2020-01-01")
    scribe.insert("about", name="sample", value="1")
    get = publish(scribe.finish())
    for path in ("/", "/archive/articles", "/a/p000001", "/changes", "/sources", "/dictionary"):
        assert "Sample archive" in get(path).text, path


def test_another_file_name_is_another_database(scribe, publish, tmp_path) -> None:
    scribe.source("morning")
    scribe.article(1, published_day="2020-01-01")
    path = scribe.finish().rename(tmp_path / "gulf press.2026.db")
    get = publish(path)
    assert "Gulf press.2026" in get("/").text
    link = unescape(re.search(r'href="([^"]+/articles)"', get("/").text).group(1))
    assert shown(get(link).text) == ["p000001"]
    assert get(f"{link}/1").status_code == 200
    assert len(get(f"{link}.json").json()["rows"]) == 1


def test_everything_works_under_the_path_of_a_proxy(archive_path, publish) -> None:
    get = publish(archive_path, base_url="/news/")
    html = get("/archive/articles").text
    links = re.findall(r'(?:href|action)="(/[^"]*)"', html)
    assert links
    assert all(link.startswith("/news/") for link in links)
    assert get("/a/p000001").status_code == 200


def test_reading_only(get) -> None:
    for path in ("/", "/archive/articles", "/export/articles.csv"):
        assert get(path, "PUT").status_code in (403, 405)
        assert get(path, "HEAD").status_code == 200
