"""What counts as a change of an article, and what only moves on its page."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.decisions import KnownArticle
from pipelines.dedupe import content_hash
from pipelines.dedupe.changes import changed_fields
from pipelines.dedupe.figures import masked, value_of
from pipelines.dedupe.noise import is_noise
from pipelines.dedupe.spelling import folded
from pipelines.items import Note, Reading

OPENING = "BASRA - The storm killed 12 people on Sunday, the governor's office said."
SECOND = "Two bridges over the river were closed, and 1,234 households had no power for three days."
THIRD = "“We have seen worse,” said Layla Hadi, who sells fish by the old harbour – and would not leave."
STORY = "\n\n".join((OPENING, SECOND, THIRD))


def reading(text: str = STORY, **changes: object) -> Reading:
    one = Reading(
        "1", "", True, headline="Storm kills 12", lede=OPENING, byline="By A. Karim", text=text, language="en"
    )
    one = replace(one, **changes)  # type: ignore[arg-type]
    return replace(one, content_hash=content_hash(one.headline, one.lede, one.byline, one.text))


def known(of: Reading) -> KnownArticle:
    return KnownArticle(
        id=1,
        public_id="p",
        source="herald",
        state="published",
        first_seen_at=datetime(2026, 11, 22, tzinfo=UTC),
        reading=of.version,
        content_hash=of.content_hash,
        headline=of.headline,
        lede=of.lede,
        byline=of.byline,
        text=of.text,
        notes=tuple(note.text for note in of.notes),
    )


MOVES_BY_ITSELF = [
    ("1,234 views", "98,765 views"),
    ("Updated 5 minutes ago", "Updated 3 hours ago"),
    ("Last updated: June 22, 2014 14:32 GMT", "Last updated: June 23, 2014 09:05 GMT"),
    ("Share 34", "Share 1.2K"),
    ("12 comments | 45 shares", "19 comments | 46 shares"),
    ("Published on Sunday, 22 June 2014 at 2:32 pm", "Published on Monday, 23 June 2014 at 9:05 am"),
    ("3 min read", "4 min read"),
    ("Advertisement", "Sponsored"),
    ("Read more: Port reopens after the storm", "Read more: Fish is dear again"),
    ("(READ ALSO: Dams hold, says ministry)", "(READ ALSO: Who pays for the bridges?)"),
    ("Aktualisiert vor 5 Minuten", "Aktualisiert vor 2 Stunden"),
    ("Stand: 22.06.2014, 14:32 Uhr", "Stand: 23.06.2014, 09:05 Uhr"),
    ("Lesen Sie auch: Der Hafen öffnet", "Lesen Sie auch: Fisch wird teuer"),
    ("Mis à jour le 22 juin 2014 à 14h32", "Mis à jour le 23 juin 2014 à 09h05"),
    ("il y a 2 heures", "il y a 3 jours"),
    ("Lire aussi : Le port rouvre", "Lire aussi : Le poisson est cher"),
    ("Actualizado hace 5 minutos", "Actualizado hace 2 horas"),
    ("Atualizado há 5 minutos", "Atualizado há 2 horas"),
    ("Обновлено 5 минут назад", "Обновлено 2 часа назад"),
    ("1 234 просмотра", "1 235 просмотров"),
    ("آخر تحديث 14:32", "آخر تحديث 15:40"),
    ("浏览 1,234 次", "浏览 1,235 次"),
    ("更新時間：2014年6月22日 14:32", "更新時間：2014年6月23日 09:05"),
    ("5分钟前", "2小时前"),
]
REAL = [
    ("12 dead", "19 dead", ("figure",)),
    ("He is 61.", "He is 62.", ("figure",)),
    ("Three were hurt.", "Four were hurt.", ("figure",)),
    ("12 views on the war", "13 views on the war", ("figure",)),
    ("Shares rose 5%", "Shares rose 6%", ("figure",)),
    ("Il a 2 ans.", "Il a 3 ans.", ("figure",)),
    ("It cost $5 million.", "It cost $5 billion.", ("figure",)),
    ("It cost 1.234 dinars.", "It cost 1,234 dinars.", ("figure",)),
    ("Gates closed", "Gates opened", ("text",)),
    ("He denied it.", "He did not deny it.", ("text",)),
    ("Mr Hadi", "Ms Hadi", ("text",)),
    ("It is over.", "It is over?", ("text",)),
    ("Read more books, he said.", "Read fewer books, he said.", ("text",)),
    ("Watch: it may rain again.", "Watch: it may hail again.", ("text",)),
    ("Updated rules for 2014", "Updated laws for 2014", ("text",)),
    ("Five of 12 boats sank.", "Six of 12 ships sank.", ("figure", "text")),
    ("About 300 fled.", "Hundreds fled.", ("text",)),
]
SAME_WORDS = [
    pytest.param(THIRD, '"We have seen worse," said Layla Hadi, who sells fish by the old harbour - and would not leave.', id="straight quotes and a hyphen"),
    pytest.param(THIRD, THIRD.replace(" – ", "—"), id="an em dash without spaces"),
    pytest.param(SECOND, SECOND.replace(" ", "\u00a0"), id="no-break spaces"),
    pytest.param(SECOND, SECOND.replace("households", "house\u00adholds"), id="a soft hyphen"),
    pytest.param(OPENING, OPENING.replace("governor's", "governor’s"), id="a curly apostrophe"),
    pytest.param(SECOND, SECOND.replace(", and", ",\nand"), id="a line break in a paragraph"),
    pytest.param("« Pire », dit-elle : 12 % !", "«\u202fPire\u202f», dit-elle\u202f: 12\u202f%\u202f!", id="French spaces"),
    pytest.param("Wait...", "Wait…", id="an ellipsis"),
    pytest.param("Cafe\u0301", "Café", id="a composed letter"),
    pytest.param("The ﬁrst ﬂood", "The first flood", id="ligatures"),
]  # fmt: skip


def changed(old: str, new: str) -> tuple[str, ...]:
    one = reading(f"{STORY}\n\n{old}\n\nMore was not known.")
    other = reading(f"{STORY}\n\n{new}\n\nMore was not known.")
    told = changed_fields(known(one), other)
    assert bool(told) is (one.content_hash != other.content_hash)
    return told


@pytest.mark.parametrize(("old", "new"), MOVES_BY_ITSELF, ids=[new for _, new in MOVES_BY_ITSELF])
def test_what_moves_by_itself_is_no_change(old: str, new: str) -> None:
    assert changed(old, new) == ()
    assert changed(old, "") == ()


@pytest.mark.parametrize(("old", "new", "told"), REAL, ids=[f"{old} becomes {new}" for old, new, _ in REAL])
def test_what_somebody_edited_is_a_change(old: str, new: str, told: tuple[str, ...]) -> None:
    assert changed(old, new) == told


@pytest.mark.parametrize(("old", "new"), SAME_WORDS)
def test_another_typesetting_is_no_change(old: str, new: str) -> None:
    assert changed(old, new) == ()
    assert folded(old) == folded(new)


def test_each_field_is_told_by_its_name() -> None:
    before = known(reading())
    assert changed_fields(before, reading(headline="Storm kills 19")) == ("headline", "figure")
    assert changed_fields(before, reading(headline="Storm ends")) == ("headline",)
    assert changed_fields(before, reading(lede="A storm.")) == ("lede",)
    assert changed_fields(before, reading(byline="By B. Chen")) == ("byline",)
    assert changed_fields(before, reading(STORY.replace("1,234", "1,334"))) == ("figure",)
    assert changed_fields(before, reading(STORY + "\n\nIn 2013 there were 40.")) == ("text",)
    note = Note("correction", "An earlier version said 12.", None)
    assert changed_fields(before, reading(notes=(note,))) == ("correction_note",)
    assert changed_fields(known(reading(notes=(note,))), reading()) == ("correction_note",)


def test_where_no_text_is_kept_the_hash_tells() -> None:
    before = replace(known(reading()), text=None, lede=None, notes=None)
    assert changed_fields(before, reading()) == ()
    assert changed_fields(before, reading(STORY + "\n\n1,234 views")) == ()
    assert changed_fields(before, reading(STORY + "\n\nMore.")) == ("text",)
    assert changed_fields(before, reading(headline="Storm ends")) == ("headline",)


@pytest.mark.parametrize(
    ("printed", "decimal", "value"),
    [
        ("1,234", ".", "1234"),
        ("1.234", ",", "1234"),
        ("1.234", ".", "1.234"),
        ("3,5", ",", "3.5"),
        ("3,5", ".", "3.5"),
        ("1.234.567,8", ",", "1234567.8"),
        ("12’345", ".", "12345"),
        ("12\u202f345", ",", "12345"),
        ("1,00,000", ".", "100000"),
        ("٣٬٤٥٦٫٥", ".", "3456.5"),
        ("१२", ".", "12"),
        ("0.125", ",", "0.125"),
    ],
)
def test_numbers_are_worth_what_their_language_says(printed: str, decimal: str, value: str) -> None:
    assert value_of(printed, decimal) == Decimal(value)


@pytest.mark.parametrize(
    ("text", "language", "values"),
    [
        ("In 2014 300 ships came.", "en", (2014, 300)),
        ("COVID-19 and the B2B fair", "en", ()),
        ("Drei von zwölf", "de", (3, 12)),
        ("onze morts, 2,5 millions", "fr", (11, Decimal("2.5"), 10**6)),
        ("twelve", "fr", ()),
        ("12,5 %", "de-AT", (Decimal("12.5"),)),
        ("5 von 7", "xx", (5, 7)),
        ("3", "no such language", (3,)),
    ],
)
def test_numbers_in_a_text(text: str, language: str, values: tuple[int, ...]) -> None:
    assert masked(text, language).values == tuple(map(Decimal, values))


_NOISE = st.sampled_from([line for pair in MOVES_BY_ITSELF for line in pair])
_WORDS = st.lists(
    st.text(st.characters(categories=("Lu", "Ll", "Lo")), min_size=1, max_size=9), min_size=4, max_size=12
)
_STORIES = st.lists(_WORDS.map(" ".join), min_size=1, max_size=5).map("\n\n".join)


@settings(deadline=None)
@given(_STORIES, st.lists(st.tuples(_NOISE, st.integers(0, 9)), max_size=4))
def test_noise_anywhere_changes_nothing(story: str, noise: list[tuple[str, int]]) -> None:
    lines = story.split("\n\n")
    for line, place in noise:
        lines.insert(min(place, len(lines)), line)
    moved = "\n\n".join(lines).replace(" ", "\u00a0 ")
    assert changed_fields(known(reading(story)), reading(moved)) == ()
    assert reading(story).content_hash == reading(moved).content_hash


@settings(deadline=None)
@given(_STORIES, st.data())
def test_one_letter_anywhere_is_a_change(story: str, data: st.DataObject) -> None:
    lines = [line for line in story.split("\n\n") if not is_noise(folded(line))]
    if not lines:
        return
    story = "\n\n".join(lines)
    at = data.draw(st.sampled_from([at for at, letter in enumerate(story) if letter.isalnum()]))
    edit = data.draw(st.sampled_from(["x", "7", story[at] + "q", ""]))
    edited = story[:at] + edit + story[at + 1 :]
    if folded(edited) == folded(story):
        return
    assert changed_fields(known(reading(story)), reading(edited))
    assert reading(story).content_hash != reading(edited).content_hash


@settings(deadline=None)
@given(_STORIES, st.integers(0, 10**7), st.integers(0, 10**7))
def test_one_number_anywhere_is_a_figure(story: str, old: int, new: int) -> None:
    told = changed_fields(
        known(reading(f"{story}\n\nThey counted {old} of them.")),
        reading(f"{story}\n\nThey counted {new} of them."),
    )
    assert told == (() if old == new else ("figure",))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param("a 1 " * 30_000, "a 2 " * 30_000, id="two words thirty thousand times"),
        pytest.param("x\n\n" * 20_000 + "1", "y\n\n" * 20_000 + "2\n\nx", id="twenty thousand paragraphs"),
        pytest.param(" " * 300_000 + "1", "-" * 300_000 + " 2", id="nothing but spaces and dashes"),
        pytest.param("1." * 100_000, "1," * 100_000, id="a number of a hundred thousand groups"),
    ],
)
def test_a_hostile_text_is_compared_in_bounded_time(old: str, new: str) -> None:
    before = known(reading(old))
    began = time.process_time()
    assert changed_fields(before, reading(new))
    assert time.process_time() - began < 5  # linear, but for what is bounded
