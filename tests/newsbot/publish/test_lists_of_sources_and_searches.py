"""The list of sources in its orders, many searches at once, and what pages say that have nothing to show."""

from __future__ import annotations

import csv
import io
import re
from urllib.parse import urlencode

import pytest


@pytest.fixture
def papers(scribe, publish):
    for name, country, language in (("alpha", "DE", "de"), ("beta", "KW", "ar"), ("gamma", "GB", "en")):
        scribe.source(name, country=country, language=language, homepage=f"https://www.{name}.example/")
    for number, (source, day) in enumerate(
        [("beta", "2020-01-01"), ("beta", "2020-01-02"), ("gamma", "2021-01-01")], start=1
    ):
        scribe.article(
            number,
            source=source,
            published_day=day,
            published_at=f"{day}T09:00:00Z",
            headline=f"Bridge {number}",
        )
    for source in ("alpha", "gamma"):
        for outcome in ("failed", "stored"):
            scribe.insert(
                "fetches", key="k", url="https://x.example/", source=source, kind="article", outcome=outcome,
                visited_at="2021-01-02T00:00:00Z" if source == "gamma" else "2021-01-03T00:00:00Z",
                reason="timeout" if outcome == "failed" else None,
            )  # fmt: skip
    return publish(scribe.finish())


def names(html: str) -> list[str]:
    return re.findall(r'<th scope="row"><a href="/sources/(\w+)"', html)


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        pytest.param("", ["alpha", "beta", "gamma"], id="by name"),
        pytest.param("?order=newest", ["gamma", "beta", "alpha"], id="the newest article first, none last"),
        pytest.param("?order=articles", ["beta", "gamma", "alpha"], id="most articles first"),
        pytest.param("?order=visited", ["alpha", "gamma", "beta"], id="the latest visit first, none last"),
        pytest.param("?order=failed", ["alpha", "gamma", "beta"], id="most failures first"),
        pytest.param("?order=nonsense", ["alpha", "beta", "gamma"], id="no order of ours"),
        pytest.param("?holding=kuwait", ["beta"], id="by country"),
        pytest.param("?holding=GAMMA.ex&order=newest", ["gamma"], id="by host, in any case"),
        pytest.param("?holding=zzz", [], id="none"),
    ],
)
def test_the_sources_stand_in_the_order_asked_for(papers, query, shown) -> None:
    html = papers(f"/sources{query}").text
    assert names(html) == shown
    if not shown:
        assert "No source has" in html
    if "order=newest" in query:
        assert 'aria-sort="descending"' in html


QUERIES = '# comment\nbridge\n"bridge 2"\nzxq\nsource:beta bridge\n("\n=cmd()'


def test_many_searches_are_counted_with_links_and_notes(papers) -> None:
    html = papers("/batch?" + urlencode({"queries": QUERIES})).text
    found = re.findall(
        r'<th scope="row"><a href="([^"]+)"><bdi>([^<]*)</bdi></a>.*?<td class="figure">([^<]*)</td>', html
    )
    assert [count for _, _, count in found][:4] == ["3", "1", "0", "2"]
    for address, _, count in found[:4]:
        answer = papers(address.replace("&amp;", "&"), follow_redirects=True).text
        assert re.search(rf"<h1>({'No' if count == '0' else count}) article", answer), address
    assert re.search(r'<span class="note">[^<]+</span></th><td class="figure"></td>', html), (
        "why one was not counted"
    )
    assert papers("/batch?source=gamma&queries=bridge").text.count('<td class="figure">1</td>') == 2


def test_the_file_of_many_searches_keeps_other_columns_and_runs_no_formula(papers) -> None:
    answer = papers("/batch.csv?" + urlencode({"queries": 'topic,query\nA,bridge\nB,"=1+1"\n'}))
    rows = list(csv.DictReader(io.StringIO(answer.text, newline="")))
    assert list(rows[0].values())[:-2] == ["A", "bridge", "3", "2020-01-01", "2021-01-01", "2"]
    assert rows[1]["query"] == "'=1+1"
    assert rows[0]["link"] == "http://localhost/archive/articles?_search=bridge"
    assert "attachment" in answer.headers["content-disposition"]


@pytest.mark.parametrize(
    ("queries", "sentence"),
    [
        ("\n".join(f"word{at}" for at in range(201)), "These are 201 queries; a page counts 200."),
        ("x" * 501, "has more than 500 characters"),
        ("# only a comment", "holds no query"),
        ('query\n"a",b\n', "more cells than the header"),
    ],
    ids=["too many", "too long", "none", "a broken CSV"],
)
def test_a_list_that_cannot_be_counted_is_a_sentence(papers, queries, sentence) -> None:
    asked = urlencode({"queries": queries})
    assert sentence in papers(f"/batch?{asked}").text
    answer = papers(f"/batch.csv?{asked}")
    assert answer.status_code == 400
    assert sentence in answer.text


def test_a_filter_that_is_none_is_refused_and_nobody_posts(papers) -> None:
    assert papers("/batch?nonsense=1").status_code == 400
    assert papers("/batch.csv", method="POST").status_code == 405


@pytest.mark.parametrize(
    ("path", "sentence"),
    [
        ("/archive/articles?source=alpha", "No article has all of these."),
        (
            "/archive/articles?source=gamma&_search=zxq",
            "Search the whole archive for <q><bdi>zxq</bdi></q></a>",
        ),
        ("/archive/articles?source=gamma&_search=zxq", "Without Source <bdi>Gamma</bdi></a>"),
        ("/archive/articles?_search=zxq", "fewer words find more"),
        ("/sources/alpha", "Below stands why what was found was not kept"),
        ("/changes?source=alpha", "No change of this kind."),
        ("/map?source=alpha", "No article here has a dateline with a place."),
        ("/attention?q=zxq", "Nothing was found that has a date."),
    ],
)
def test_a_page_with_nothing_to_show_says_why_and_leads_on(papers, path, sentence) -> None:
    assert sentence in papers(path).text


@pytest.mark.parametrize(
    ("path", "sentence"),
    [
        ("/", "<code>newsbot add ADDRESS</code> adds a newspaper"),
        ("/archive/articles", "The archive is empty."),
        ("/sources", "No source has been read yet."),
        ("/changes", "No publisher has changed an article"),
        ("/map", "No article here has a dateline"),
        ("/attention?q=water", "Nothing was found that has a date."),
        ("/batch?queries=water", '<td class="figure">0</td>'),
    ],
)
def test_an_empty_archive_speaks_and_helps(nothing, path, sentence) -> None:
    answer = nothing(path)
    assert answer.status_code == 200
    assert sentence in answer.text


@pytest.fixture(scope="module")
def nothing(tmp_path_factory, publish):
    from .conftest import Scribe

    return publish(Scribe(tmp_path_factory.mktemp("nothing") / "archive.db").finish())
