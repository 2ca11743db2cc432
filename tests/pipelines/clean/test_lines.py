"""Lines of the text judged by rule: what goes, by which rule, and what stays."""

from __future__ import annotations

import pytest
from lxml.html import document_fromstring

from pipelines.clean.labels import by_language, labels
from pipelines.clean.lines import LINE_REASONS, Context, sift
from pipelines.clean.runs import runs_of

STORY = tuple(
    f"{n}. The harbour council voted late on Sunday to rebuild the northern pier after two winters without a landing place there."
    for n in range(4)
)
CONTEXT = Context("Council votes to rebuild the pier", ("Mara Quill",), "By Mara Quill", {})


def rule_at(place: str, line: str) -> str | None:
    lines = {"head": [line, *STORY], "story": [*STORY[:2], line, *STORY[2:]], "foot": [*STORY, line]}[place]
    kept, dropped = sift(lines, CONTEXT)
    assert [k for k in kept if k != line] == list(STORY), "the story itself stays whole"
    return dropped[0].rule if dropped else None


@pytest.mark.parametrize(
    ("line", "place", "rule"),
    [
        ("Council votes to rebuild the pier", "head", "headline_repeated"),
        ("COUNCIL VOTES TO REBUILD THE PIER.", "foot", "headline_repeated"),
        ("Advertisement", "story", "interface_line"),
        ("Anzeige", "story", "interface_line"),
        ("Share this article", "foot", "interface_line"),
        ("إعلان", "story", "interface_line"),
        ("Sign up for our newsletter and never miss a ferry.", "story", "plea_line"),
        ("Abonnez-vous pour lire la suite de cet article", "foot", "plea_line"),
        ("© 2026 Island Post. All rights reserved.", "foot", "plea_line"),
        ("Lesen Sie auch: Der alte Leuchtturm öffnet", "story", "read_more_line"),
        ("READ ALSO | The old lighthouse opens", "story", "read_more_line"),
        ("22 June 2014", "head", "date_line"),
        ("30. Januar 2024", "head", "date_line"),
        ("20 Nisan 2026•Güncelleme: 20 Nisan 2026", "head", "date_line"),
        ("Published: 22 June 2014 10:30 GMT", "foot", "date_line"),
        ("Lesedauer: 4 Minuten", "head", "date_line"),
        ("3 min read", "story", "date_line"),
        ("By Mara Quill", "head", "author_line"),
        ("Mara Quill, Harbour", "head", "author_line"),
        ("By Mara Quill in Port Ellery", "foot", "author_line"),
        ("Photo: Harbour Office", "story", "credit_line"),
        ("The pier in March (Photo by Jon Aske)", "story", "credit_line"),
        ("Waves over the pier / Getty Images", "story", "credit_line"),
        ("[gallery ids=1,2,3]", "story", "shortcode_line"),
    ],
)
def test_dropped(line: str, place: str, rule: str) -> None:
    assert rule_at(place, line) == rule
    assert rule in LINE_REASONS


@pytest.mark.parametrize(
    ("line", "place"),
    [
        ("BAGHDAD, June 22, 2014 (Agencies): The harbour council voted to rebuild the pier.", "head"),
        ("22 June 2014", "story"),  # the sub-head of a timeline
        ("Mara Quill", "story"),  # somebody who is spoken of
        ("Rejected", "story"),
        ("More than a pier", "story"),
        ("Watch the sea closely, the old men say.", "story"),
        ("Read the letter: the council did not.", "story"),
        ("Share prices fell.", "story"),
        ("The council met in 2014.", "foot"),
        ("“We cannot wait,” she said.", "foot"),
        ("Who pays for it?", "head"),
        (
            "Mara Quill, who wrote the first report on the storm, was not at the meeting of the council.",
            "foot",
        ),
        ("The photograph shows the pier.", "story"),
        ("Subscribers to the ports fund will vote.", "story"),
    ],
)
def test_kept(line: str, place: str) -> None:
    assert rule_at(place, line) is None


def test_a_label_and_short_lines_at_the_end_go_together() -> None:
    kept, dropped = sift(
        [*STORY, "Check Also", "Old lighthouse opens", "The keeper hands over the keys …"], CONTEXT
    )

    assert kept == list(STORY)
    assert [d.rule for d in dropped] == ["check_also_tail"] * 3


def test_a_label_before_long_text_is_a_sub_head() -> None:
    long = "The story goes on. " * 40
    lines = [*STORY, "Don't miss", long]

    assert sift(lines, CONTEXT)[0] == lines


def test_rulers_and_bullets_are_no_lines() -> None:
    assert sift([*STORY, "|---|---|", "- ", "***"], CONTEXT) == (list(STORY), [])


def test_the_family_is_known_in_many_languages() -> None:
    assert {"en", "de", "fr", "es", "it", "pt", "nl", "pl", "ru", "ar", "tr", "zh", "ja"} <= set(
        by_language("check_also")
    )


@pytest.mark.parametrize("section", ["check_also", "teasers", "read_more", "interface", "pleas", "by", "and"])
def test_no_label_is_empty_when_folded(section: str) -> None:
    assert labels(section) and "" not in labels(section)


@pytest.mark.parametrize(
    ("markup", "goes"),
    [
        pytest.param(
            '<p><a href="/old-lighthouse">The old lighthouse opens again</a></p>', True, id="a teaser"
        ),
        pytest.param(
            '<h3><a href="/lighthouse">The old lighthouse opens again</a></h3>', True, id="a heading"
        ),
        pytest.param(
            '<p><a href="https://elsewhere.example/lighthouse">The old lighthouse opens again</a></p>',
            False,
            id="another site's page may be what the article speaks of",
        ),
        pytest.param(
            '<p><a href="#lighthouse">The old lighthouse opens again</a></p>',
            False,
            id="a place on this page",
        ),
        pytest.param(
            '<ul><li><a href="/lighthouse">The old lighthouse opens again</a></li></ul>',
            False,
            id="a list item",
        ),
        pytest.param(
            '<p><a href="/lighthouse">The keeper said on Monday that it opens again.</a></p>',
            False,
            id="a sentence",
        ),
        pytest.param('<p><a href="/go">http://post.example/a/b/c/d</a></p>', False, id="a printed address"),
        pytest.param(
            '<p>See <a href="/lighthouse">the old lighthouse</a> and what became of it</p>',
            False,
            id="a link inside",
        ),
    ],
)
def test_a_paragraph_that_is_a_link_to_another_article_goes(markup: str, goes: bool) -> None:
    runs = runs_of(document_fromstring(f"<html><body>{markup}</body></html>"))
    context = Context(None, (), None, {run.key: [run] for run in runs}, url="https://www.post.example/pier")
    kept, dropped = sift([*STORY[:2], runs[0].text, *STORY[2:]], context)

    assert [d.rule for d in dropped] == ["link_line"] * goes
    assert len(kept) == len(STORY) + (not goes)


QUOTED = "“We cannot wait for another winter.”"


@pytest.mark.parametrize(
    ("html", "kept"),
    [
        pytest.param(
            f"<p>{{}} {QUOTED} she said.</p><aside><p>{QUOTED}</p></aside>", False, id="a pull quote"
        ),
        pytest.param(f"<p>{{}} {QUOTED} she said.</p><h3>{QUOTED}</h3>", True, id="a sub-head"),
        pytest.param(f"<p>{{}} {QUOTED} she said.</p><ul><li>{QUOTED}</li></ul>", True, id="a list item"),
        pytest.param(f"<p>{{}}</p><p>{QUOTED}</p>", True, id="words that stand nowhere else"),
        pytest.param(
            f"<p>{QUOTED}</p><p>{{}}</p><p>{QUOTED}</p>", True, id="a refrain as long as the first time"
        ),
    ],
)
def test_words_in_large_letters_that_the_text_has_anyhow(html: str, kept: bool) -> None:
    runs = runs_of(document_fromstring(html.format(STORY[0])))
    by_key = {run.key: [r for r in runs if r.key == run.key] for run in runs}
    lines, dropped = sift([run.text for run in runs], Context(None, (), None, by_key))

    assert (QUOTED in lines) == kept
    assert [d.rule for d in dropped] == ([] if kept else ["pull_quote"])
