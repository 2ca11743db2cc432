"""Bold openings of paragraphs that are sub-heads stand apart; names, questions and datelines do not."""

from __future__ import annotations

import pytest
from lxml.html import document_fromstring

from pipelines.clean.runs import runs_of
from pipelines.clean.subheads import set_apart

FIRST = "The harbour council met on Sunday."


def apart(*paragraphs: str) -> list[str]:
    runs = runs_of(document_fromstring("<body>" + "".join(f"<p>{p}</p>" for p in (FIRST, *paragraphs))))
    return set_apart([run.text for run in runs], {run.key: [run] for run in runs})[0]


@pytest.mark.parametrize(
    ("paragraphs", "expected"),
    [
        pytest.param(
            ("<b>Rejected</b> Meanwhile, it rained.", "<strong>Next steps</strong> “We wait,” he said."),
            ["Rejected", "Meanwhile, it rained.", "Next steps", "“We wait,” he said."],
            id="two bold openings",
        ),
        pytest.param(
            ("<b>Angela</b> Merkel spoke.", "Others did not."),
            ["Angela Merkel spoke.", "Others did not."],
            id="one alone may be a name",
        ),
        pytest.param(
            ("<b>Question:</b> Why?", "<b>Answer:</b> Because."),
            ["Question: Why?", "Answer: Because."],
            id="a colon",
        ),
        pytest.param(
            ("<b>Berlin.</b> The senate met.", "<b>Rome.</b> So did theirs."),
            ["Berlin. The senate met.", "Rome. So did theirs."],
            id="a full stop",
        ),
        pytest.param(
            ("<b>The ferry</b> was late.", "<b>The pier</b> was not."),
            ["The ferry was late.", "The pier was not."],
            id="the sentence goes on",
        ),
        pytest.param(
            ("So <b>Rejected</b> Meanwhile.", "And <b>Again</b> Meanwhile."),
            ["So Rejected Meanwhile.", "And Again Meanwhile."],
            id="bold inside",
        ),
    ],
)
def test_set_apart(paragraphs: tuple[str, ...], expected: list[str]) -> None:
    assert apart(*paragraphs) == [FIRST, *expected]
