"""read(): what every reading has, whatever the page."""

from __future__ import annotations

from datetime import UTC, datetime

from pipelines.reading import LONGEST_HEADLINE, read

NOW = datetime(2026, 11, 22, tzinfo=UTC)
TEXT = "".join(
    f"<p>The council met on quay {n} this morning and heard how the river had risen by {n * 7} centimetres.</p>"
    for n in range(1, 12)
)


def test_a_headline_of_a_megabyte_is_cut_and_said_so() -> None:
    flood = "Flood " * 170_000
    page = f"<html><head><title>{flood}</title></head><body><article><h1>{flood}</h1>{TEXT}</article></body></html>"
    reading = read(page.encode(), {"content-type": "text/html"}, "https://a.example/2026/11/20/flood/", NOW)
    assert reading.is_article and reading.headline is not None
    assert len(reading.headline) <= LONGEST_HEADLINE
    assert reading.headline.startswith("Flood Flood") and reading.headline.endswith("…")
    assert "long_headline" in [doubt.doubt for doubt in reading.doubts]


STANDFIRST = (
    "After the third flood of the year the town wants to know how high the walls of the quays are to be."
)


def page_of(standfirst: str, *paragraphs: str) -> bytes:
    story = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    head = f'<header><h1>Flood</h1><div><p class="standfirst">{standfirst}</p></div></header>'
    return f"<html><body>{head}<article>{story}{TEXT}</article></body></html>".encode()


def test_the_dateline_stands_behind_the_stand_first() -> None:
    opening = (
        "BASRA, Iraq, Nov. 20 (Reuters) - The river rose again on Friday, and nobody in the town had slept."
    )
    reading = read(page_of(STANDFIRST, opening), {}, "https://a.example/2026/11/20/flood/", NOW)
    assert reading.text.startswith(f"{STANDFIRST}\n\nBASRA")
    assert reading.dateline is not None
    assert reading.dateline.place == "Basra"
    assert reading.text[reading.dateline.end :].startswith("The river rose")


def test_one_story_under_two_stand_firsts_is_one_text() -> None:
    one, other = (
        read(page_of(f"{STANDFIRST} {more}"), {}, "https://a.example/flood/", NOW)
        for more in ("Soon.", "Never.")
    )
    assert one.text_hash == other.text_hash
    assert one.content_hash != other.content_hash
