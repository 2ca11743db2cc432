"""The walk through the index of a web archive: where it goes on, and where it stops."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import pytest

from newsbot.discovery.cdx import COLUMNS
from newsbot.spiders.wayback_index import IndexFault, IndexPage, IndexWalk, Scope, endpoint_of, question

SCOPE = Scope("https://web.archive.example/cdx/search/cdx", "paper.example", "domain")
PAGE = IndexPage("20140101000000", "20141231235959")


def row(n: int) -> list[str]:
    return [f"example,paper)/{n:06}", "20140622101500", f"http://paper.example/{n}", "text/html", "200", ""]


def answer(*numbers: int, key: str | None = None) -> bytes:
    rows = [list(COLUMNS), *map(row, numbers)] + ([[], [key]] if key else [])
    return ("[" + ",\n".join(map(json.dumps, rows)) + "]").encode()


def walked(
    server: Callable[[dict[str, str]], bytes], seen: set[str] | None = None
) -> tuple[list[str], list[str]]:
    """Names of the captures that a walk to the end brings, and of the pages that it asked for."""
    names: list[str] = []
    asked: list[str] = []

    async def fetch(url: str) -> bytes:
        return server({name: values[0] for name, values in parse_qs(urlsplit(url).query).items()})

    async def walk() -> None:
        going = IndexWalk(SCOPE, fetch, seen or set())
        waiting = [PAGE]
        while waiting:
            page = waiting.pop(0)
            asked.append(page.name)
            found = await going.ask(page)
            names.extend(capture.original.rpartition("/")[2] for capture in found.answer.captures)
            waiting[:0] = found.following
            assert len(asked) < 50

    asyncio.run(walk())
    return names, asked


def test_the_question_is_as_the_interface_documents_it() -> None:
    page = IndexPage(PAGE.first, PAGE.last, resume="org%2Carchive%29%2F+19980109140106%21")
    url = question(SCOPE, page, 3000)
    assert url.endswith(
        "&resumeKey=org%2Carchive%29%2F+19980109140106%21"
    )  # as printed: it is escaped already
    asked = parse_qs(urlsplit(url).query)
    assert asked["filter"] == ["statuscode:200", "mimetype:text/html"]
    assert (asked["matchType"], asked["collapse"], asked["output"]) == (["domain"], ["digest"], ["json"])
    assert "fl=" not in question(
        Scope("http://127.0.0.1/coll/cdx", "a", "host"), page, 10
    )  # pywb names columns otherwise
    assert endpoint_of("https://web.archive.org/web/") == "https://web.archive.org/cdx/search/cdx"
    assert endpoint_of("http://127.0.0.1:8080/coll/") == "http://127.0.0.1:8080/coll/cdx"


def test_keys_lead_through_the_whole_index() -> None:
    answers = {None: answer(1, 2, key="a%21"), "a!": answer(3, key="b"), "b": answer(4)}
    names, asked = walked(lambda q: answer() if "offset" in q else answers[q.get("resumeKey")])
    assert names == ["1", "2", "3", "4"]
    assert len(asked) == 3


def test_an_index_that_ends_without_a_word_is_looked_at_behind_its_end() -> None:
    """The Internet Archive's server looks at 150,000 lines an answer: few of them may pass the filters."""

    def server(q: dict[str, str]) -> bytes:
        if "offset" in q:
            assert "filter" not in q
            return answer(100_001, key="there") if "resumeKey" not in q else answer()
        return answer(100_002) if q.get("resumeKey") == "there" else answer(1)

    assert walked(server)[0] == ["1", "100002"]


def test_a_full_answer_without_a_key_is_asked_for_in_halves(monkeypatch: pytest.MonkeyPatch) -> None:
    """pywb ends an answer at its limit and has no keys."""
    monkeypatch.setattr("newsbot.spiders.wayback_index.LINES", 5)

    def server(q: dict[str, str]) -> bytes:
        if "offset" in q:
            return answer(1)
        months = [month for month in range(1, 13) if int(q["from"][4:6]) <= month <= int(q["to"][4:6])]
        return answer(*months[:5])

    names, asked = walked(server)
    assert set(names) == set(map(str, range(1, 13)))
    assert len(asked) == 7  # the year, two halves, four quarters


def test_an_answer_cut_in_the_middle_is_asked_for_again_then_in_halves() -> None:
    questions: list[str] = []

    def server(q: dict[str, str]) -> bytes:
        if "offset" in q:
            return answer()
        questions.append(q["limit"])
        if (q["from"], q["to"]) == (PAGE.first, PAGE.last):
            return answer(1, 2)[:-30]
        return answer(1) if q["from"] == PAGE.first else answer(2)

    names, asked = walked(server)
    assert questions[:4] == ["3000", "750", "187", "46"]
    assert sorted(set(names)) == ["1", "2"]
    assert len(asked) == 3


@pytest.mark.parametrize(
    ("server", "sentence"),
    [
        pytest.param(lambda q: answer(1, key="same"), "does not come to an end", id="a key that leads in a circle"),
        pytest.param(lambda q: answer(1, key=f"{q.get('resumeKey', '')}x"), "does not come to an end", id="ever new keys, nothing new"),
        pytest.param(lambda q: b"<html><title>Busy</title>", "a web page ('Busy')", id="a web page every time"),
        pytest.param(lambda q: b"RobotAccessControlException", "gives no access", id="the site is blocked"),
    ],
)  # fmt: skip
def test_an_index_that_cannot_be_used_ends_the_walk(
    server: Callable[[dict[str, str]], bytes], sentence: str
) -> None:
    with pytest.raises(IndexFault, match=r"web\.archive\.example|gives no access") as fault:
        walked(server)
    assert sentence in str(fault.value)


def test_a_page_that_is_known_is_not_asked_for_again() -> None:
    names, _ = walked(lambda q: answer() if "offset" in q else answer(1, key="a"), {f"{PAGE.name} a"})
    assert names == ["1"]


def test_halves_meet_without_gap_and_end_at_a_second() -> None:
    first, second = IndexPage("20140101000000", "20140101000002").halves()
    assert (first.name, second.name) == ("20140101000000-20140101000001", "20140101000002-20140101000002")
    assert second.halves() == ()
