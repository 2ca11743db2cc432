"""Answers of the index of a web archive: both forms, torn, mixed with rubbish, and what is none."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsbot.discovery.cdx import COLUMNS, instant_of, read_index

ROW = [
    "org,archive)/a",
    "20140622101500",
    "http://archive.org/a",
    "text/html",
    "200",
    "Q4YULN754FHV2U6Q5JUT6Q2P57WEWNNY",
]
LATER = [ROW[0], "20150101000000", *ROW[2:]]
OBJECT = {
    "urlkey": ROW[0],
    "timestamp": ROW[1],
    "url": ROW[2],
    "mime": ROW[3],
    "status": ROW[4],
    "digest": f"sha1:{ROW[5]}",
}
KEY = "org%2Carchive%29%2F+19980109140106%21"


def printed(*rows: object) -> bytes:
    return ("[" + ",\n".join(json.dumps(row) for row in rows) + "]\n").encode()


@pytest.mark.parametrize(
    ("body", "timestamps", "resume", "invalid", "cut"),
    [
        pytest.param(printed(list(COLUMNS), ROW, LATER), [ROW[1], LATER[1]], None, 0, False, id="the Internet Archive's array"),
        pytest.param(printed(list(COLUMNS), ROW, [], [KEY]), [ROW[1]], KEY, 0, False, id="with a key to go on with"),
        pytest.param(printed(["timestamp", "original"], ROW[1:3]), [ROW[1]], None, 0, False, id="other columns, as its first row says"),
        pytest.param(printed(), [], None, 0, False, id="an empty array: there are no captures"),
        pytest.param(b"", [], None, 0, False, id="nothing: pywb has no captures"),
        pytest.param(printed(list(COLUMNS), ROW, LATER)[:-40], [ROW[1]], None, 0, True, id="cut in the middle of a row"),
        pytest.param(printed(list(COLUMNS), ROW).rstrip()[:-1], [ROW[1]], None, 0, True, id="cut before its closing bracket"),
        pytest.param(
            printed(list(COLUMNS), ROW, LATER).replace(b'["org,archive)/a", "2014', b'["org,archive)/a, "2014'),
            [LATER[1]], None, 1, False, id="a line that is no JSON costs only itself",
        ),
        pytest.param(printed(list(COLUMNS), [ROW[0], "2014", *ROW[2:]], LATER), [LATER[1]], None, 1, False, id="a line without an instant"),
        pytest.param((json.dumps(OBJECT) + "\n").encode() * 2, [ROW[1], ROW[1]], None, 0, False, id="pywb's object a line"),
        pytest.param((json.dumps(OBJECT) + "\n" + json.dumps(OBJECT)[:60]).encode(), [ROW[1]], None, 1, True, id="pywb's, the last line cut"),
        pytest.param((json.dumps(OBJECT) + "\nnull\n" + json.dumps(OBJECT) + "\n").encode(), [ROW[1], ROW[1]], None, 1, False, id="a line of rubbish in between"),
        pytest.param((" ".join(ROW) + f" 1415\n\n{KEY}\n").encode(), [ROW[1]], KEY, 0, False, id="text, with a key behind a blank line"),
    ],
)  # fmt: skip
def test_what_an_answer_lists(
    body: bytes, timestamps: list[str], resume: str | None, invalid: int, cut: bool
) -> None:
    answer = read_index(body)
    assert [capture.timestamp for capture in answer.captures] == timestamps
    assert (answer.resume, answer.invalid, answer.cut, answer.fault) == (resume, invalid, cut, None)
    assert all(capture.digest in (ROW[5], "") for capture in answer.captures)


@pytest.mark.parametrize(
    ("body", "fault", "blocked"),
    [
        pytest.param(b"<html><head><title>504 Gateway\nTimeout</title>", "a web page ('504 Gateway Timeout')", False, id="a web page"),
        pytest.param(b"org.archive...RobotAccessControlException: Blocked By Robots", "no access", True, id="blocked by robots"),
        pytest.param(b"AdministrativeAccessControlException: Blocked Site", "no access", True, id="blocked by the archive"),
        pytest.param(b'{"message": "busy"}', "something else than captures", False, id="a message"),
    ],
)  # fmt: skip
def test_what_is_no_index_is_told(body: bytes, fault: str, blocked: bool) -> None:
    answer = read_index(body)
    assert fault in (answer.fault or "")
    assert (answer.blocked, answer.captures) == (blocked, ())


def test_a_month_or_day_of_00_counts_as_01() -> None:
    assert instant_of("20100000000000") == datetime(2010, 1, 1, tzinfo=UTC)
    with pytest.raises(ValueError, match="no timestamp"):
        instant_of("2010")


@given(
    st.binary(max_size=200)
    | st.sampled_from([printed(list(COLUMNS), ROW, [], [KEY])]).map(lambda b: b[: len(b) // 2])
)
def test_no_answer_raises(body: bytes) -> None:
    read_index(body)
