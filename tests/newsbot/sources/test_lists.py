"""Sources from and to other programs: OPML of feed readers, CSV of spreadsheets."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from newsbot.sources.load import check_entry, parse
from newsbot.sources.naming import new_id
from newsbot.sources.opml import entries_from_opml, opml_from_sources
from newsbot.sources.table import COLUMNS, csv_from_sources, entries_from_csv
from newsbot.sources.write import entry_of, entry_text
from pipelines.errors import ConfigurationError

PATH = Path("list")
ENTRIES: list[dict[str, object]] = [
    {
        "id": "a",
        "name": "=Alpha, daily",
        "homepage": "https://a.example/",
        "country": "KW",
        "feeds": ["/x", "/y"],
    },
    {
        "id": "b",
        "name": "Бета",
        "homepage": "https://b.example/",
        "sitemaps": "off",
        "sections": ["/s/"],
        "feeds": [],
    },
    {"id": "c", "name": "Gamma", "homepage": "https://c.example/", "sitemaps": ["/s.xml"], "language": "de"},
]
SOURCES = parse("\n".join(map(entry_text, ENTRIES)), PATH).sources

OPML = """<?xml version="1.0"?><opml version="1.0"><head><title>x</title></head><body>
<outline text="News"><outline text="The Paper" title="The Paper" type="rss" xmlUrl="https://paper.example/rss" htmlUrl="https://paper.example/"/>
<outline text="The Paper: sport" xmlUrl="https://paper.example/sport.rss" htmlUrl="https://paper.example/"/></outline>
<outline text="الجريدة" xmlURL="feed://jarida.example/feed"/>
<outline text="The Paper" xmlUrl="https://other.example/rss"/>
<outline text="No feed" htmlUrl="https://nofeed.example/"/><outline text="Bad" xmlUrl="javascript:alert(1)"/>
</body></opml>"""


def test_opml_folders_cases_and_several_feeds_of_one_paper() -> None:
    assert entries_from_opml(OPML.encode(), PATH) == [
        {
            "id": "the-paper",
            "name": "The Paper",
            "homepage": "https://paper.example/",
            "feeds": ["https://paper.example/rss", "https://paper.example/sport.rss"],
        },
        {
            "id": "jarida",
            "name": "الجريدة",
            "homepage": "http://jarida.example/",
            "feeds": ["http://jarida.example/feed"],
        },
        {
            "id": "the-paper-2",
            "name": "The Paper",
            "homepage": "https://other.example/",
            "feeds": ["https://other.example/rss"],
        },
    ]


def test_what_opml_gives_can_be_written() -> None:
    for entry in entries_from_opml(OPML.encode(), PATH):
        check_entry(entry, PATH)


def test_opml_out_is_opml_in() -> None:
    text = opml_from_sources(SOURCES)
    feeds = [entry["feeds"] for entry in entries_from_opml(text.encode(), PATH)]
    assert feeds == [["https://a.example/x", "https://a.example/y"]]
    assert {outline.get("htmlUrl") for outline in etree.fromstring(text.encode()).iter("outline")} == {
        "https://a.example/",
        "https://b.example/",
        "https://c.example/",
    }


def test_opml_expands_no_entity_and_reads_no_file() -> None:
    secret = OPML.replace(
        "<opml", '<!DOCTYPE opml [<!ENTITY s SYSTEM "file:///etc/passwd"><!ENTITY b "boom">]><opml'
    )
    entries = entries_from_opml(secret.replace('title="The Paper"', 'title="The &b;&s;Paper"').encode(), PATH)
    assert "root:" not in str(entries)
    assert entries[0]["feeds"] == ["https://paper.example/rss", "https://paper.example/sport.rss"]


@pytest.mark.parametrize(
    "data", [b"", b"not xml", b"<html><body>hello</body></html>", b"\xff\xfe\x00", OPML.encode()[:60]]
)
def test_what_is_no_opml_is_a_sentence(data: bytes) -> None:
    with pytest.raises(ConfigurationError, match=r"^list: "):
        entries_from_opml(data, PATH)


@settings(deadline=None)  # two cores are shared; the suite has a timeout
@given(st.binary(max_size=300) | st.text(max_size=300).map(str.encode))
def test_whatever_the_bytes_opml_gives_entries_that_load_or_a_sentence(data: bytes) -> None:
    try:
        for entry in entries_from_opml(b"<opml>" + data, PATH):
            check_entry(entry, PATH)
    except ConfigurationError as error:
        assert str(error).startswith("list: ")


def test_csv_out_is_csv_in() -> None:
    text = csv_from_sources(SOURCES)
    entries = entries_from_csv(text, PATH)
    back = parse("\n".join(map(entry_text, entries)), PATH).sources
    assert [entry_of(source) for source in back] == ENTRIES


def test_csv_cells_are_no_formulas() -> None:
    assert "'=Alpha" in csv_from_sources(SOURCES)
    assert "\n=Alpha" not in csv_from_sources(SOURCES)


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_csv_of_spreadsheets_in_other_countries(delimiter: str) -> None:
    text = "\ufeffName;Homepage\r\nThe Paper;https://paper.example/\r\n;\r\n".replace(";", delimiter)
    assert entries_from_csv(text, PATH) == [
        {"name": "The Paper", "homepage": "https://paper.example/", "id": "the-paper"}
    ]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        pytest.param("name,homepage,contry\n", 'line 1: "contry" is not a column; did you mean "country"?', id="a slip in a column"),
        pytest.param("name,x\n", f'"x" is not a column; it may have {", ".join(COLUMNS)}', id="an unknown column"),
        pytest.param("name\nA\n", "the column homepage is missing", id="a column too few"),
        pytest.param("name,homepage\nA,https://a.example/,c\n", "line 2 has more cells", id="a cell too many"),
        pytest.param("name,homepage\n", "there is no row in it", id="no rows"),
        pytest.param('name,homepage\n"A,https://a.example/\n', "is not CSV", id="a quote that is not closed"),
        pytest.param("", "the column name is missing", id="an empty file"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_csv_is_a_sentence(text: str, sentence: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        entries_from_csv(text, PATH)
    assert sentence in str(caught.value)


@pytest.mark.parametrize(
    ("name", "homepage", "taken", "expected"),
    [
        pytest.param("Arab Times", "https://x.example/", (), "arab-times", id="words of the name"),
        pytest.param("Le Monde d'Été", "https://x.example/", (), "le-monde-dete", id="accents are dropped"),
        pytest.param("القبس", "https://www.alqabas.example/", (), "alqabas", id="another script: the host"),
        pytest.param("القبس", "https://[bad", (), "source", id="nothing to go by"),
        pytest.param("Paper", "", {"paper", "paper-2"}, "paper-3", id="taken ids are counted up"),
        pytest.param("A very long name of a newspaper that goes on", "", (), "a-very-long-name-of-a-newspaper", id="long names end at a word"),
    ],
)  # fmt: skip
def test_new_ids(name: str, homepage: str, taken: tuple[str, ...], expected: str) -> None:
    assert new_id(name, homepage, taken) == expected
