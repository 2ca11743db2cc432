"""The article page: what is printed beside the text, its versions, its record as a file, its citation."""

from __future__ import annotations

import json
import re
from datetime import UTC, timedelta, timezone

import pytest
from warcio.archiveiterator import ArchiveIterator

from newsbot.publish import labels
from newsbot.publish.citation import Citation, bibtex, ris, sentence


def test_the_text_is_read_as_light_markdown(rich) -> None:
    html = rich("/a/p000001").text
    assert '<h2 dir="auto">The plan</h2>' in html
    assert '<ul><li dir="auto">one</li><li dir="auto">two</li></ul>' in html
    assert '<td dir="auto">&lt;i&gt;2&lt;/i&gt;</td>' in html


def test_an_article_shows_the_clock_of_its_outlet_and_utc_in_a_title(rich) -> None:
    html = rich("/a/p000001").text
    assert 'title="17 November 2026, 21:30 UTC">18 November 2026, 00:30 UTC+3</time>' in html


@pytest.mark.parametrize(
    ("printed", "offset"),
    [
        pytest.param("2014-06-22T13:05:00+03:00", timezone(timedelta(hours=3)), id="ISO 8601"),
        pytest.param(
            "Sun, 22 Jun 2014 13:05:00 +0530", timezone(timedelta(hours=5, minutes=30)), id="RFC 5322"
        ),
        pytest.param("2014-06-22 13:05 -04:30", timezone(timedelta(hours=-4, minutes=-30)), id="behind UTC"),
        pytest.param("2014-06-22T13:05:00Z", None, id="Z says nothing of the outlet"),
        pytest.param("2014-06-22T13:05:00+00:00", None, id="nor does an offset of nothing"),
        pytest.param("22-06-2014", None, id="a day with a year behind a dash"),
        pytest.param("2014-06-22T13:05:00+99:00", None, id="no zone of this world"),
        pytest.param(None, None, id="nothing printed"),
    ],
)
def test_printed_offsets(printed, offset) -> None:
    assert labels.printed_offset(printed) == offset


@pytest.mark.parametrize(
    ("instant", "zone", "shown"),
    [
        ("2014-01-22T10:05:00Z", "Europe/London", "22 January 2014, 10:05 UTC"),
        ("2014-06-22T10:05:00Z", "Europe/London", "22 June 2014, 11:05 UTC+1"),
        ("2014-06-22T22:05:00Z", "Asia/Kolkata", "23 June 2014, 03:35 UTC+5:30"),
        ("2014-06-22T01:05:00Z", "America/New_York", "21 June 2014, 21:05 UTC−4"),
        ("2014-06-22", "Asia/Kuwait", "22 June 2014"),
        ("9999-12-31T23:59:59Z", "Asia/Kuwait", "31 December 9999, 23:59 UTC"),
        ("2014-06-22T10:05:00Z", "Nowhere/None", "22 June 2014, 10:05 UTC"),
        ("nonsense", "Asia/Kuwait", "nonsense"),
    ],
)
def test_local_clocks(instant, zone, shown) -> None:
    assert labels.local(instant, labels.zone(zone)) == shown
    assert labels.local(instant, UTC if "," in shown else None)


def test_pictures_are_links_with_captions_and_never_loaded(rich) -> None:
    html = rich("/a/p000001").text
    assert "<img" not in html
    assert (
        '<a href="https://pictures.example/1.jpg" rel="noopener noreferrer nofollow"><bdi>A tree</bdi></a>'
        in html
    )
    assert html.count("pictures.example") == 2, "the link, and whom it asks"
    assert 'href="data:' not in html
    assert 'href="javascript:' not in html


def test_notes_live_entries_and_corrections_by_a_person_are_shown_as_such(rich) -> None:
    html = rich("/a/p000001").text
    assert "Correction, printed 18 November 2026<" in html
    assert "<strong>Place</strong> corrected here by <bdi>Desk</bdi>" in html
    live = rich("/a/p000002").text
    assert "Live blog" in live
    assert re.findall(r'id="entry-(\d)"', live) == ["0", "1", "2"]
    assert "<bdi>10.05</bdi>" in live
    assert '<p dir="auto">Entry 2.</p>' in live
    assert live.count("Entry 0.") == 1
    assert '<p dir="auto">What came before.</p>' in live, "the opening of the text is shown above the entries"


def test_the_newest_changes_are_open_and_older_ones_a_link_away(rich) -> None:
    html = rich("/a/p000001").text
    assert "<del>Forty</del><ins>Fifty</ins> trees" in html
    assert "1 earlier" in html
    assert 'href="/a/p000001/compare?old=1&amp;new=2"' in html


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        pytest.param("?old=1&new=2", ["<del>Thirty</del><ins>Forty</ins>"], id="one change"),
        pytest.param("?old=1&new=5", ["<del>Thirty</del><ins>Fifty</ins>"], id="all of them"),
        pytest.param("?old=5&new=1", ["<del>Fifty</del><ins>Thirty</ins>"], id="backwards"),
        pytest.param("?old=3&new=3", ["Nothing differs between these two."], id="one with itself"),
        pytest.param(
            "?old=1&new=2&whole=1", ['<p class="diff" dir="auto">Same.</p>', "Only what changed"], id="whole"
        ),
        pytest.param(
            "?old=x&new=99999",
            ["<del>Forty</del><ins>Fifty</ins>"],
            id="versions that are none: the last change",
        ),
    ],
)
def test_any_two_versions_are_compared(rich, query, expected) -> None:
    html = rich(f"/a/p000001/compare{query}").text
    for text in expected:
        assert text in html


def test_a_record_is_a_file_that_warc_tools_read(rich, tmp_path) -> None:
    answer = rich("/a/p000001/capture/1.warc.gz")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"] == 'attachment; filename="p000001-1.warc.gz"'
    assert answer.headers["x-content-type-options"] == "nosniff"
    file = tmp_path / "record.warc.gz"
    file.write_bytes(answer.content)
    with file.open("rb") as opened:
        (record,) = (record.content_stream().read() for record in ArchiveIterator(opened))
    assert record == b"<html>page</html>"


@pytest.mark.parametrize(
    ("path", "status"),
    [
        pytest.param("/a/p000001/capture/2.warc.gz", 404, id="a file outside the folder of the captures"),
        pytest.param("/a/p000001/capture/3.warc.gz", 404, id="a file that is not there"),
        pytest.param("/a/p000001/capture/99.warc.gz", 404, id="no such capture"),
        pytest.param("/a/p000002/capture/1.warc.gz", 404, id="the capture of another article"),
        pytest.param("/a/p000003/capture/1.warc.gz", 404, id="a source that shows no text"),
        pytest.param("/a/p000004/capture/1.warc.gz", 410, id="an article that was taken down"),
        pytest.param("/a/p000004/compare", 410, id="its versions"),
        pytest.param("/a/p000004/cite.bib", 410, id="its citation"),
        pytest.param("/a/nobody/compare", 404, id="no article"),
        pytest.param("/a/p000001/cite.exe", 400, id="no such form"),
        pytest.param("/a/p000001/capture/1.html", 404, id="never as a page"),
    ],
)
def test_what_is_not_handed_out(rich, path, status) -> None:
    answer = rich(path)
    assert answer.status_code == status
    assert "Secret" not in answer.text
    assert "<html>page" not in answer.text


def test_a_source_that_shows_no_text_shows_none_of_what_stands_beside_it(rich) -> None:
    for path in (
        "/a/p000003",
        "/a/p000003/compare?old=1&new=2&whole=1",
        "/a/p000003/cite.json",
        "/changes?source=dark",
    ):
        html = rich(path).text
        assert "Only named" in html, path
        for word in (
            "darktext",
            "darklede",
            "darknote",
            "darkentry",
            "darkcaption",
            "darkold",
            'warc.gz" download',
        ):
            assert word not in html, (path, word)


CITED = Citation(
    public_id="p1", headline="Fifty & {trees}\r\nTY  - EVIL", authors=("Ann {Example}", "Ben \\ Example"), outlet="The Post",
    published="2026-11-18", url="https://morning.example/1", archived_at="2026-11-18T06:00:00Z",
    permalink="https://news.example/a/p1", archive="News archive", language="en", digest=None,
)  # fmt: skip


def test_a_citation_names_archive_date_and_permanent_link(rich) -> None:
    assert sentence(CITED).endswith(
        "The Post, 18 November 2026. https://morning.example/1."
        " Archived 18 November 2026 in News archive, https://news.example/a/p1."
    )
    html = rich("/a/p000001").text
    assert "in News archive, http://localhost/a/p000001.</p>" in html


def test_citations_for_programs_cannot_be_broken_out_of(rich) -> None:
    assert bibtex(CITED).count("{") - 2 * bibtex(CITED).count("\\{") == bibtex(CITED).count("}") - 2 * bibtex(
        CITED
    ).count("\\}")
    assert "Fifty \\& \\{trees\\} TY - EVIL" in bibtex(CITED)
    assert [line for line in ris(CITED).split("\r\n") if line.startswith("TY")] == ["TY  - NEWS"]
    answer = rich("/a/p000001/cite.json")
    assert answer.headers["content-disposition"].startswith("attachment")
    (told,) = json.loads(answer.text)
    assert told["author"][0] == {"literal": "Ann {Example}"}
    assert told["issued"] == {"date-parts": [[2026, 11, 18]]}
    assert told["URL"].endswith("/a/p000001")


NOTE = "Correction, July 3: There were 13,000 trees - not 30,000."
MARKED = "> Correction, July 3: There were 13,000 trees \\- not 30,000."


@pytest.mark.parametrize(
    ("text", "markdown", "times"),
    [
        pytest.param(f"{NOTE}\n\nTrees were planted.", None, 1, id="a note that opens the text"),
        pytest.param(f"Trees were planted.\n\n{NOTE}", None, 1, id="a note that ends it"),
        pytest.param(f"Trees were planted.\n\n{NOTE}", f"Trees were planted.\n\n{MARKED}", 1, id="in Markdown"),
        pytest.param(f"Trees were planted.\n\n{NOTE}\n\nThey grow.", None, 2, id="amid the text it stays"),
        pytest.param(NOTE, None, 2, id="a text that is nothing else"),
    ],
)  # fmt: skip
def test_a_correction_is_printed_once_in_its_box(scribe, publish, text, markdown, times) -> None:
    scribe.source("morning")
    scribe.article(1, text=text, published_day="2020-01-01")
    scribe.insert("article_notes", article=1, position=0, kind="correction", text=NOTE)
    scribe.connection.execute("UPDATE article_text SET markdown = ?", (markdown or "",))
    html = publish(scribe.finish())("/a/p000001").text
    assert html.count("There were 13,000 trees") == times
    assert re.search(r'class="printed-note"[^>]*>(?:(?!</aside>).)*There were 13,000 trees', html, re.S)
    assert ("Trees were planted." in html) == ("planted" in text)
