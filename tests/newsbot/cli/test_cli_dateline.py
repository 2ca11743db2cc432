"""`newsbot dateline`: one opening, or many as JSON Lines."""

from __future__ import annotations

import json
from typing import Any

import pytest
from click.testing import CliRunner, Result

from newsbot.cli import main

BAGHDAD = "BAGHDAD, June 22, (Agencies): The river port will open again in autumn, officials said on Sunday."


def dateline(*arguments: str, given: str = "") -> Result:
    return CliRunner().invoke(main, ["dateline", *arguments], input=given)


def answers(*rows: object) -> list[dict[str, Any]]:
    given = "\n".join(row if isinstance(row, str) else json.dumps(row) for row in rows)
    result = dateline("--jsonl", given=given)
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_a_person_reads_place_date_and_agency() -> None:
    told = dateline(BAGHDAD, "--published", "2014-06-22").stdout
    assert "place       Baghdad (IQ)" in told
    assert "date        2014-06-22" in told
    assert "agencies    Agencies" in told


def test_a_year_that_cannot_be_told_stays_open() -> None:
    assert "date        --06-22 (the year cannot be told; --published helps)" in dateline(BAGHDAD).stdout


def test_an_opening_may_come_from_stdin() -> None:
    assert "Baghdad" in dateline("-", given=BAGHDAD).stdout


def test_where_there_is_none_it_says_so() -> None:
    assert dateline("The council met and talked about the harbour.").stdout == "No dateline.\n"


def test_json_has_the_keys_of_the_lines() -> None:
    answer = json.loads(dateline(BAGHDAD, "--published", "2014-06-22T18:30:00+03:00", "--json").stdout)
    assert answer | {"confidence": 1} == {
        "place": "Baghdad",
        "country": "IQ",
        "date": "2014-06-22",
        "agencies": ["Agencies"],
        "confidence": 1,
    }


def test_every_line_gets_an_answer_with_its_id() -> None:
    dated, open_year, none = answers(
        {"id": "a", "text": BAGHDAD, "published_at": "2014-06-22T15:00:00Z", "language": "en", "url": None},
        {"id": 2, "text": BAGHDAD},
        {"id": None, "text": "Nothing of the kind."},
    )
    assert (dated["id"], dated["date"]) == ("a", "2014-06-22")
    assert (open_year["id"], open_year["date"]) == (2, "--06-22")
    assert none == {
        "id": None,
        "place": None,
        "country": None,
        "date": None,
        "agencies": [],
        "confidence": 0.0,
    }


@pytest.mark.parametrize(
    ("row", "said"),
    [
        pytest.param("{broken", "is not JSON", id="not JSON"),
        pytest.param({"id": 1}, "has no text", id="no text"),
        pytest.param({"id": 1, "text": 7}, "has no text", id="a text that is a number"),
        pytest.param({"id": 1, "text": BAGHDAD, "published_at": "yesterday"}, "is no date", id="no date"),
        pytest.param(
            {"id": 1, "text": BAGHDAD, "url": 5}, "url is int and not text", id="a URL that is none"
        ),
    ],
)
def test_a_bad_line_gets_a_sentence_and_the_next_one_is_read(row: object, said: str) -> None:
    bad, good = answers(row, {"id": 9, "text": BAGHDAD})
    assert said in bad["error"]
    assert good["place"] == "Baghdad"


def test_bad_lines_are_counted_on_stderr_and_only_all_of_them_are_a_failure() -> None:
    one = dateline("--jsonl", given='{broken\n{"id": 1, "text": "x"}\n')
    assert one.exit_code == 0
    assert one.stderr == "1 of 2 lines could not be read; their objects say why.\n"
    assert dateline("--jsonl", given="{broken\n").exit_code == 3
    assert dateline("--jsonl").exit_code == 0
