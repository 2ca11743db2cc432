"""The gate: what is measured on pages with known answers, and when it fails."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import pytest

from bench import measures, openings, quality
from bench.corpora import Answers, Page
from bench.measures import Read

STORY = "The old bridge over the river was opened again on Sunday after years of repair. " * 5
MORE = "Masons from three towns had taken out its oldest stones and numbered each of them with chalk. " * 5
PAGE = f"""<!doctype html><html lang="en"><head><title>Bridge opens again</title><meta property="og:type" content="article">
<script type="application/ld+json">{{"@type": "NewsArticle", "headline": "Bridge opens again",
"datePublished": "2014-06-22T18:30:00+03:00", "author": {{"@type": "Person", "name": "Ann Lee"}}}}</script>
</head><body><article><h1>Bridge opens again</h1><p>{STORY}</p><p>{MORE} Traffic was light.</p></article></body></html>"""
BODY = f"{STORY}\n{MORE} Traffic was light."
KNOWN = {
    "places": ["Oslo"], "places_en": ["Oslo"], "countries": ["NO"], "month": 3, "day": 4, "date": "2019-03-04",
    "agency": ["reuters"],
}  # fmt: skip
OPENING = {
    "id": "a", "origin": "written", "label": "dateline", "opening": "OSLO, March 4 (Reuters) - The fund sold its shares.",
    "lang": "en", "url": None, "published": "2019-03-04", "fetched": "2019-03-05",
    "gold": KNOWN,
}  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """One page of each set, one opening, and floors of their own."""
    monkeypatch.setattr(quality, "FLOORS", tmp_path / "floors.toml")
    monkeypatch.delenv("CORPORA", raising=False)
    packed = gzip.compress(PAGE.encode(), mtime=0)
    folder = tmp_path / "corpora"
    benchmark = folder / "scrapinghub+article-extraction-benchmark"
    (benchmark / "html").mkdir(parents=True)
    (benchmark / "html" / "one.html.gz").write_bytes(packed)
    (benchmark / "ground-truth.json").write_text(json.dumps({"one": {"articleBody": BODY, "url": ""}}))
    fundus = folder / "flairNLP+fundus/tests/resources/parser/test_data/xx"
    fundus.mkdir(parents=True)
    (fundus / "Paper_2014_06_23.html.gz").write_bytes(packed)
    (fundus / "meta.info").write_text(json.dumps({"Paper_2014_06_23.html.gz": {"url": "https://p.example/"}}))
    known = {"summary": [], "sections": [{"headline": [], "paragraphs": [BODY]}]}
    told = {
        "title": "Bridge opens again",
        "authors": ["Ann Lee"],
        "publishing_date": "2014-06-22 15:30:00+00:00",
    }
    (fundus / "Paper.json").write_text(json.dumps({"V1": {"body": known, **told}}))
    mixed = folder / "adbar+trafilatura/tests"
    (mixed / "cache").mkdir(parents=True)
    (mixed / "cache" / "one.html").write_text(PAGE)
    answers = {"file": "one.html", "with": ["opened again on Sunday"], "without": ["cookies"]}
    more = {"title": "Bridge opens again", "author": "Ann Lee", "date": "2014-06-22"}
    (mixed / "evaldata.json").write_text(json.dumps({"https://p.example/one": answers | more}))
    (folder / "datelines.jsonl").write_text(json.dumps(OPENING) + "\n")
    return folder


def run(*arguments: str) -> int | str | None:
    try:
        quality.main([*arguments, "--workers", "1"])
    except SystemExit as stop:
        return stop.code
    return 0


def test_pages_that_are_not_there_are_a_sentence_and_no_failure(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run() == 0
    assert run("--corpora", str(folder / "nowhere")) == 0
    assert run("--corpora", str(folder.parent)) == 0
    assert capsys.readouterr().out.count("\n") == 3


def test_figures_stand_at_their_floors_and_a_fallen_one_fails(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("--corpora", str(folder), "--set-floors") == 0
    assert run("--corpora", str(folder)) == 0
    told = capsys.readouterr().out
    for line in ("fundus (1): body_f1 1.0000", "minute 1.0000", "datelines (1): found 1.0000"):
        assert line in told
    floors = quality.FLOORS.read_text().replace("headline = 0.9990", "headline = 1.1")
    quality.FLOORS.write_text(floors)
    assert run("--corpora", str(folder)) == 1
    assert "fundus: headline is 1.0000, the floor is 1.1000." in capsys.readouterr().out


def test_a_count_may_not_grow(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run("--corpora", str(folder), "--set-floors")
    quality.FLOORS.write_text(quality.FLOORS.read_text().replace("false_alarms = 0", "false_alarms = -1"))
    assert run("--corpora", str(folder)) == 1
    assert "datelines: false_alarms is 0, the floor is -1." in capsys.readouterr().out


def test_other_pages_are_told_and_not_judged(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run("--corpora", str(folder), "--set-floors")
    quality.FLOORS.write_text(quality.FLOORS.read_text().replace("= 0.9990", "= 1.1"))
    (folder / "adbar+trafilatura/tests/cache/one.html").write_text(PAGE + " ")
    run("--corpora", str(folder))
    told = capsys.readouterr().out
    assert "mixed: other pages than those of its floors" in told
    assert "mixed: headline" not in told


def page(**known: object) -> Page:
    return Page("one", "", Path("one.html"), Answers(**known))  # type: ignore[arg-type]


def got(
    text: str = "", headline: str | None = None, authors: tuple[str, ...] = (), published: str | None = None
) -> Read:
    return Read(text, headline, authors, published)


FROM_ISO = datetime.fromisoformat
SCORES: dict[str, tuple[Callable[..., float], Page, Read, float]] = {
    "the same body": (measures.body_f1, page(bodies=("a b c d e",)), got("a b c d e"), 1.0),
    "nothing read": (measures.body_f1, page(bodies=("a b c d e",)), got(), 0.0),
    "one of two runs": (measures.body_f1, page(bodies=("a b c d e",)), got("a b c d"), 2 / 3),
    "the nearer of two bodies": (measures.body_f1, page(bodies=("x y a b c d", "a b c d")), got("a b c d"), 1.0),
    "soft hyphens are no letters": (measures.body_f1, page(bodies=("ab",)), got("a\u00adb"), 1.0),
    "a piece too many": (measures.segment_f1, page(present=("a",), absent=("b",)), got("a b"), 2 / 3),
    "quotes and case": (measures.headline, page(headline="“Ja” – sagt sie"), got(headline='"JA" -  sagt sie'), 1.0),
    "another headline": (measures.headline, page(headline="Ja"), got(headline="Nein"), 0.0),
    "one author of two": (measures.author_f1, page(authors=("Ann Lee", "Bo Li")), got(authors=("By Ann Lee",)), 2 / 3),
    "the day in UTC": (measures.day, page(published=FROM_ISO("2014-06-22T01:00+03:00")), got(published="2014-06-21"), 1.0),
    "no day": (measures.day, page(published=FROM_ISO("2014-06-22")), got(), 0.0),
    "a wrong day": (measures.wrong_days, page(published=FROM_ISO("2014-06-22")), got(published="2014-06-24"), 1),
    "no day is no wrong day": (measures.wrong_days, page(published=FROM_ISO("2014-06-22")), got(), 0),
    "one instant in two zones": (measures.minute, page(published=FROM_ISO("2014-06-22T18:30+03:00")), got(published="2014-06-22T15:30:59+00:00"), 1.0),
    "two clocks without a zone": (measures.minute, page(published=FROM_ISO("2014-06-22T18:30")), got(published="2014-06-22T18:30:00"), 1.0),
    "a day is no minute": (measures.minute, page(published=FROM_ISO("2014-06-22T00:00")), got(published="2014-06-22"), 0.0),
}  # fmt: skip


@pytest.mark.parametrize(("count", "known", "read", "expected"), SCORES.values(), ids=SCORES.keys())
def test_a_score(count: Callable[..., float], known: Page, read: Read, expected: float) -> None:
    assert count([known], [read]) == pytest.approx(expected)


def test_the_scores_of_openings(tmp_path: Path) -> None:
    file = tmp_path / "openings.jsonl"
    no_dateline = OPENING | {"id": "b", "label": "negative", "gold": None}
    other = OPENING | {
        "id": "c",
        "gold": KNOWN | {"places": ["Rome"], "places_en": ["Rome"], "date": None},
    }
    file.write_text("\n".join(json.dumps(row) for row in (OPENING, no_dateline, other)))
    rows = openings.load(file)
    assert openings.read(rows[0]).date == date(2019, 3, 4)  # type: ignore[union-attr]
    assert openings.measures(rows) == {
        "found": 1.0, "place": 0.5, "country": 1.0, "day": 1.0, "date": 1.0, "agency": 1.0,
        "false_alarms": 1, "years_guessed": 1,
    }  # fmt: skip
    assert openings.digest(rows) != openings.digest(rows[:2])
