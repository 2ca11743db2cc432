"""`newsbot diff`: two versions of an article, word by word."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from newsbot.cli import main
from newsbot.cli.diff import told
from pipelines.store import open_readonly
from pipelines.store.versions import versions_of

VERSIONS = """
update article_text set text = 'It opened on Sunday.' || char(10, 10) || 'It cost 19 million.' where article = 1;
insert into revisions (article, kind, changed, seen_at, headline, text, capture, modified_at) values
    (1, 'publisher', 'headline', '2026-01-03T03:01:00Z', 'Bridge to open', 'It opened on Sunday.' || char(10, 10) || 'It cost 12 million.', null, '2026-01-02T00:00:00Z'),
    (1, 'publisher', 'figure', '2026-01-04T03:01:00Z', 'Bridge \x1b[31mopens', 'It opened on Sunday.' || char(10, 10) || 'It cost 12 million.', null, null),
    (1, 'publisher', 'removed', '2026-01-05T03:01:00Z', 'Bridge opens', 'It opened on Sunday.' || char(10, 10) || 'It cost 19 million.', null, null);
"""


@pytest.fixture
def changed(archive: Path) -> Path:
    with closing(sqlite3.connect(archive)) as db:
        db.executescript(VERSIONS)
    return archive


def newsbot(archive: Path, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["diff", *arguments, "--db", str(archive)])


def test_the_last_change_of_words_without_being_asked(changed: Path) -> None:
    done = newsbot(changed, "gulf.example/1")
    assert done.exit_code == 0, done.output
    assert "--- version 2: changed by the publisher (headline) 2026-01-03 03:01" in done.output
    assert "+++ version 3: changed by the publisher (figure) 2026-01-04 03:01" in done.output
    assert "It cost [-12-] {+19+} million." in done.output
    assert "\x1b" not in done.output


def test_any_two_versions(changed: Path) -> None:
    done = newsbot(changed, "gulf.example/1", "--from", "1", "--to", "4")
    assert "headline: Bridge [-to open-] {+opens+}" in done.output
    assert "the page says modified 2026-01-02 00:00" in done.output
    assert "Their words are the same." in newsbot(changed, "gulf.example/1", "--from", "3").output
    listed = newsbot(changed, "gulf.example/1", "--list").output.splitlines()
    assert len(listed) == 5 and listed[-1].split()[0] == "4"


def test_as_json(changed: Path) -> None:
    answer = json.loads(newsbot(changed, "gulf.example/1", "--from", "1", "--to", "4", "--json").output)
    assert (answer["from"]["number"], answer["to"]["number"], answer["to"]["changed"]) == (1, 4, "removed")
    assert {"kind": "removed", "text": "12"} in answer["text"][-1]["pieces"]
    assert len(json.loads(newsbot(changed, "gulf.example/1", "--list", "--json").output)) == 4


def test_on_a_terminal_in_colour(changed: Path) -> None:
    with closing(open_readonly(changed)) as db:
        known = versions_of(db, 1)
    lines = "\n".join(told(known, known.versions[1], known.versions[2], coloured=True))
    assert "\x1b[32m19\x1b[0m" in lines and "[-" not in lines


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["gulf.example/1", "--to", "9"], 2, "there is no version 9"),
        (["gulf.example/9"], 3, "no article"),
        (["ftp://gulf.example/9"], 2, "URL"),
    ],
)
def test_what_cannot_be_shown_is_said(changed: Path, arguments: list[str], code: int, said: str) -> None:
    done = newsbot(changed, *arguments)
    assert done.exit_code == code
    assert said in done.output


def test_an_article_with_one_version_has_no_difference(archive: Path) -> None:
    assert "Their words are the same." in newsbot(archive, "gulf.example/2").output
