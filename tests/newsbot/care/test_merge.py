"""Two archives become one: nothing is lost, nothing comes twice, and what was taken down stays down."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from newsbot.cli import main
from pipelines.capture import read_capture
from pipelines.store import RunLock, fulltext, open_readonly
from pipelines.store.copying import count_rows
from pipelines.store.sqlite import sqlite3

OLD = Path(__file__).parents[2] / "pipelines" / "store"


def newsbot(command: str, archive: Path, *arguments: object) -> Result:
    return CliRunner().invoke(main, [command, *map(str, arguments), "--db", str(archive)])


def merged(night: Any, other: Any) -> dict[str, Any]:
    night.end()
    other.end()
    done = newsbot("merge", night.path, other.path, "--json")
    assert done.exit_code == 0, done.output
    result: dict[str, Any] = json.loads(done.stdout)
    return result


@pytest.fixture
def other(make_night: Callable[..., Any], night: Any) -> Any:
    """An archive of the same paper a day later: two stories of its own, and one that both have as it was."""
    one = make_night("other", now=night.now + timedelta(days=1))
    one.list("mill", "quay", "lamp")
    for name in ("quay", "lamp"):
        one.store(name)
    one.store("quay", 2)
    return one


def sound(archive: Path) -> None:
    assert newsbot("doctor", archive, "--fixity", "-q").stdout == ""
    with closing(sqlite3.connect(archive, isolation_level=None)) as db:
        assert fulltext.sound(db)


def test_everything_of_both_is_there(night: Any, other: Any, tools: Any) -> None:
    done = merged(night, other)
    assert (done["articles"], done["captures"], done["runs"], done["added_versions"]) == (2, 3, 1, 1)
    assert done["conflicts"] == []
    names = [
        url.rpartition("/")[2] for (url,) in tools.rows(night.path, "SELECT url FROM articles ORDER BY 1")
    ]
    assert names == ["fair", "lamp", "mill", "port", "quay"]
    assert tools.rows(night.path, "SELECT count(*) FROM revisions") == [(2,)]
    for name in ("quay", "lamp"):
        assert tools.found_in(night.path.parent, other.sentences[name]) == other.sentences[name]
    with closing(open_readonly(night.path)) as db:
        for file, offset, length in db.execute("SELECT file, offset, length FROM captures").fetchall():
            read_capture(night.path.parent / "captures", file, offset, length)
        assert (
            db.execute("SELECT count(*) FROM articles_fts WHERE articles_fts MATCH 'lamp'").fetchone()[0] == 1
        )
    sound(night.path)


def test_merging_again_changes_nothing(night: Any, other: Any, tools: Any) -> None:
    merged(night, other)
    with closing(open_readonly(night.path)) as db:
        before = count_rows(db)
    files = sorted((night.path.parent / "captures").iterdir())
    again = merged(night, other)
    assert {name: number for name, number in again.items() if number} == {}
    with closing(open_readonly(night.path)) as db:
        assert count_rows(db) == before
    assert sorted((night.path.parent / "captures").iterdir()) == files


@pytest.mark.parametrize("theirs_is_later", [True, False])
def test_of_two_versions_the_later_stands_and_the_other_is_kept(
    night: Any, make_night: Callable[..., Any], tools: Any, theirs_is_later: bool
) -> None:
    other = make_night("other", now=night.now + timedelta(days=1 if theirs_is_later else -1))
    other.store("mill", 7)
    done = merged(night, other)
    assert len(done["conflicts"]) == 1 and "reads differently" in done["conflicts"][0]
    assert (done["replaced"], done["added_versions"]) == (int(theirs_is_later), 1)
    ((text, headline),) = tools.rows(
        night.path,
        "SELECT t.text, a.headline FROM articles a JOIN article_text t ON t.article = a.id WHERE a.url LIKE '%mill'",
    )
    ((old, changed),) = tools.rows(
        night.path,
        "SELECT r.text, r.changed FROM revisions r JOIN articles a ON a.id = r.article WHERE a.url LIKE '%mill'",
    )
    assert ("version 7" in text, "version 7" in old) == (theirs_is_later, not theirs_is_later)
    assert ("headline 7" in headline) is theirs_is_later
    assert changed == "headline,text"
    sound(night.path)
    again = merged(night, other)
    assert (again["added_versions"], again["replaced"]) == (0, 0)
    assert tools.rows(night.path, "SELECT count(*) FROM revisions") == [(2,)]


def test_what_was_taken_down_here_stays_down(night: Any, make_night: Callable[..., Any], tools: Any) -> None:
    other = make_night("other")
    for name in ("port", "lamp"):
        other.store(name)
    night.end()
    newsbot("takedown", night.path, "https://herald.example/port", "--mode", "erase", "--reason", "asked")
    done = merged(night, other)
    assert (done["articles"], done["kept_out"]) == (1, 1)
    newsbot("doctor", night.path, "--repair")
    said = night.sentences["port"] | other.sentences["port"]
    assert tools.found_in(night.path.parent, said) == set()
    assert tools.found_in(night.path.parent, other.sentences["lamp"]) == other.sentences["lamp"]
    sound(night.path)


def test_what_was_taken_down_there_is_told_where_it_is_shown_here(
    night: Any, make_night: Callable[..., Any], tools: Any
) -> None:
    other = make_night("other")
    other.store("port")
    other.store("lamp")
    other.end()
    for name in ("port", "lamp"):
        newsbot(
            "takedown", other.path, f"https://herald.example/{name}", "--mode", "erase", "--reason", "asked"
        )
    done = merged(night, other)
    assert [sentence for sentence in done["conflicts"] if "port" in sentence and "taken down" in sentence]
    assert tools.rows(night.path, "SELECT key FROM tombstones") == [("https://herald.example/lamp",)]
    assert tools.rows(night.path, "SELECT state FROM articles WHERE url LIKE '%port'") == [("published",)]


def test_the_same_story_in_two_archives_is_tied(
    night: Any, make_night: Callable[..., Any], tools: Any
) -> None:
    other = make_night("other")
    other.store(
        "port", source="courier", url="https://courier.example/port", key="https://courier.example/port"
    )
    night.end()
    with closing(sqlite3.connect(night.path)) as db, db:
        db.execute(
            "UPDATE article_text SET text_hash = 'same' WHERE article IN (SELECT id FROM articles WHERE url LIKE '%port')"
        )
    other.end()
    with closing(sqlite3.connect(other.path)) as db, db:
        db.execute("UPDATE article_text SET text_hash = 'same'")
    merged(night, other)
    assert tools.rows(night.path, "SELECT articles FROM clusters") == [(2,)]


@pytest.mark.parametrize("old", sorted(OLD.glob("archive_m*.sql")), ids=lambda path: path.stem)
def test_an_older_archive_comes_in_and_is_not_changed(
    night: Any, tmp_path: Path, old: Path, tools: Any
) -> None:
    night.end()
    with closing(sqlite3.connect(tmp_path / "old.db", isolation_level=None)) as db:
        db.executescript(old.read_text())
    before = (tmp_path / "old.db").read_bytes()
    done = newsbot("merge", night.path, tmp_path / "old.db", "--json")
    assert done.exit_code in (0, 1), done.output  # the pages of that archive are not there
    assert "Corrected: news of port" in {
        headline for (headline,) in tools.rows(night.path, "SELECT headline FROM articles UNION SELECT headline FROM revisions")
    }  # fmt: skip
    assert (tmp_path / "old.db").read_bytes() == before


def newer(file: Path) -> None:
    with closing(sqlite3.connect(file)) as db, db:
        db.execute("INSERT INTO _sqlite_migrations VALUES (99, 'newsbot', 'm999_later', '2030')")


@pytest.mark.parametrize(
    ("harm", "code", "said"),
    [
        pytest.param(lambda file: file.unlink(), 4, "There is no archive", id="no file"),
        pytest.param(lambda file: file.write_bytes(b"no database " * 999), 4, "damaged", id="no database"),
        pytest.param(newer, 4, "newer newsbot", id="of a newer newsbot"),
        pytest.param(lambda file: (file.unlink(), sqlite3.connect(file).execute("CREATE TABLE a (b)").connection.close()), 4,
                     "no newsbot archive", id="another program's"),
    ],
)  # fmt: skip
def test_what_cannot_be_merged_is_said_and_nothing_is_changed(
    night: Any, other: Any, harm: Callable[[Path], Any], code: int, said: str
) -> None:
    night.end()
    other.end()
    harm(other.path)
    before = night.path.read_bytes()
    done = newsbot("merge", night.path, other.path)
    assert (done.exit_code, done.stdout) == (code, "")
    (line,) = done.stderr.splitlines()
    assert said in line and line.endswith(".")
    assert night.path.read_bytes() == before
    assert list(night.path.parent.glob(".merge-*")) == []


def test_not_with_itself_and_not_while_a_crawl_is_at_work(night: Any, other: Any) -> None:
    night.end()
    other.end()
    assert newsbot("merge", night.path, night.path).exit_code == 2
    with RunLock.acquire(night.path, "newsbot crawl"):
        assert newsbot("merge", night.path, other.path).exit_code == 75


def test_captures_that_are_gone_are_told(night: Any, other: Any) -> None:
    night.end()
    other.end()
    shutil.rmtree(other.path.parent / "captures")
    done = newsbot("merge", night.path, other.path)
    assert done.exit_code == 1
    assert "is not there" in done.stderr
