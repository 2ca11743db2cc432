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
