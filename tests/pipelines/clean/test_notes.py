"""Corrections and the like: recognised as printed, in many languages, and nothing else taken for one."""

from __future__ import annotations

import pytest

from pipelines.clean.notes import MAX_NOTES
from pipelines.items import Note

from .made_page import STORY, article, read

WRONG = "an earlier version misnamed the harbour master of the island; she is Jo Marsh"


def notes(html: str, **page: object) -> tuple[Note, ...]:
    return read(body=f"<article><h1>Pier vote</h1>{STORY}{html}</article>", **page).notes  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("line", "kind", "printed"),
    [
        (f"Correction: {WRONG}.", "correction", None),
        (f"CORRECTION (June 3): {WRONG}.", "correction", None),
        (f"Correction, Nov. 15, 2019: {WRONG}.", "correction", "Nov. 15, 2019"),
        (f"This article was amended on 5 May 2020 because {WRONG}.", "correction", "5 May 2020"),
        ("An earlier version of this story said that the ferry leaves at noon.", "correction", None),
        (f"Clarification: {WRONG}.", "clarification", None),
        (f"Editor’s note: {WRONG}.", "editors_note", None),
        (f"(Editor's Note — {WRONG}.)", "editors_note", None),
        (f"UPDATE: {WRONG}.", "update", None),
        ("This story has been updated with a word of the harbour office.", "update", None),
        ("Korrektur vom 3. Juni 2024: Der Hafenmeister heißt nicht Marsh, sondern Marsch.", "correction", "3. Juni 2024"),
        ("Anm. d. Red.: Der Hafenmeister heißt nicht Marsh, sondern Marsch.", "editors_note", None),
        ("In einer früheren Version dieses Textes hieß der Hafenmeister Marsh.", "correction", None),
        ("Rectificatif : le capitaine du port s'appelle Jo Marsh et non Jean Marche.", "correction", None),
        ("NDLR : le capitaine du port s'appelle Jo Marsh et non Jean Marche.", "editors_note", None),
        ("Corrección: el capitán del puerto se llama Jo Marsh y no Juan Marcha.", "correction", None),
        ("Fe de erratas: el capitán del puerto se llama Jo Marsh y no Juan Marcha.", "correction", None),
        ("Nota della redazione: il capitano del porto si chiama Jo Marsh.", "editors_note", None),
        ("Errata: o capitão do porto chama-se Jo Marsh, e não João Marcha.", "correction", None),
        ("Sprostowanie: kapitan portu nazywa się Jo Marsh, a nie Jan Marsz.", "correction", None),
        ("Rättelse: hamnkaptenen heter Jo Marsh och inget annat i hela staden.", "correction", None),
        ("Исправление: капитана порта зовут Джо Марш, а не Джон Март.", "correction", None),
        ("Düzeltme: liman başkanının adı Jo Marsh, başka bir şey değil.", "correction", None),
        ("تصحيح: اسم قبطان الميناء هو جو مارش وليس جون مارس كما ورد", "correction", None),
        ("訂正：港長の名前はジョー・マーシュでした。お詫びします。", "correction", None),
        ("更正：此前报道中港务长的姓名有误，应为乔·马什先生。", "correction", None),
    ],
)  # fmt: skip
def test_a_note_is_kept_as_printed(line: str, kind: str, printed: str | None) -> None:
    assert notes(f"<p>{line}</p>") == (Note(kind, line, printed),)


@pytest.mark.parametrize(
    "line",
    [
        "Updated: 22 June 2026, 10:30 GMT",
        "Update: 10:30",
        "Aktualisiert am 28. April 2023, 20:22 Uhr",
        "The correction of the market took three days, and nobody lost more than he had won in the year before.",
        "“Correction!” — that was the title of the play which the harbour theatre gave on Sunday night.",
        "Correctional officers: nobody on the island has seen one of them since the old prison was closed.",
        "„Alexandre (Kess, Anm. d. Red.) und sein Team haben immer wieder attackiert“, sagt der Hafenmeister.",
    ],
)
def test_what_is_no_note(line: str) -> None:
    assert notes(f"<p>{line}</p>") == ()


@pytest.mark.parametrize(
    "html",
    [
        pytest.param("<h3>Correction</h3><p>{}.</p>", id="under a heading"),
        pytest.param("<p><strong>Correction</strong></p><p>{}.</p>", id="under a label in bold"),
        pytest.param("<div class='article__correction'><p>{}.</p></div>", id="in a block that is named so"),
        pytest.param("<footer><p>Correction: {}.</p></footer>", id="in the footer of the article"),
    ],
)
def test_where_a_note_stands(html: str) -> None:
    found = notes(html.format(WRONG))

    assert [note.kind for note in found] == ["correction"]
    assert WRONG in found[0].text


def test_links_and_comments_are_no_notes() -> None:
    links = "<ul><li><a href='/c'>Corrections: how we handle what we get wrong</a></li></ul>"
    comments = f"<section class='comments'><p>Correction: {WRONG}.</p></section>"

    assert notes(links + comments) == ()


def test_json_ld_tells_corrections_with_their_date() -> None:
    told = {
        "@type": "CorrectionComment",
        "text": "The harbour master is Jo Marsh.",
        "datePublished": "2026-06-23",
    }
    empty = {"@type": "CorrectionComment", "text": "", "datePublished": "2025-03-12"}

    assert notes("", node=article(correction=[told, empty])) == (
        Note("correction", "The harbour master is Jo Marsh.", "2026-06-23"),
    )


def test_a_note_said_twice_stands_once_and_there_is_a_limit() -> None:
    line = f"Correction: {WRONG}."
    assert len(notes(f"<p>{line}</p>", node=article(correction=line))) == 1
    assert len(notes("".join(f"<p>Update: {n} {WRONG}.</p>" for n in range(60)))) == MAX_NOTES


def test_a_note_in_the_text_stays_there() -> None:
    line = f"Correction: {WRONG}."
    cleaned = read(body=f"<article><h1>Pier vote</h1>{STORY}<p>{line}</p></article>")

    assert cleaned.text.endswith(line)
