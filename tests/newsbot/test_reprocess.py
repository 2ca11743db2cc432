"""`newsbot reprocess`: today's rules over the kept pages, told apart from the publisher's changes."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from newsbot.bulk.local import LocalEngine
from newsbot.bulk.rereading import Job, NoFolder, read_again
from newsbot.bulk.unit import Batch, Spoiled, Unit
from newsbot.cli import main
from newsbot.reprocess import Order, reprocess
from pipelines import dedupe
from pipelines.capture import CaptureWriter
from pipelines.errors import NewsbotError
from pipelines.items import KeptPage, Kind, Rules, Visit
from pipelines.reading import READING_VERSION, read
from pipelines.reasons import Reason
from pipelines.store import Archive, corrections, fulltext, reprocessing

THEN = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
HEADERS = {"content-type": "text/html"}
PAPERS = {"gulf": ("flood", "harbour", "bridge", "market"), "nord": ("hafen",)}


def page(name: str) -> bytes:
    text = "".join(
        f"<p>The council met on the {name} this morning and heard how the river at quay {n} had risen by {n * 7} cm.</p>"
        for n in range(1, 12)
    )
    return f"<html><head><title>News of {name}</title></head><body><article><h1>News of {name}</h1>{text}</article></body></html>".encode()


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Five articles as a crawl stores them, read by rules of long ago: each has another fault in its row."""
    folder = tmp_path_factory.mktemp("made")
    (folder / "captures").mkdir()
    writer = CaptureWriter(folder / "captures", 1)
    with Archive.open(folder / "archive.db", judgement=dedupe, now=lambda: THEN) as archive:
        for source, names in PAPERS.items():
            for name in names:
                url = f"https://{source}.example/2026/11/20/{name}/"
                reading = read(page(name), HEADERS, url, THEN)
                capture = writer.write(url, 200, [(b"Content-Type", b"text/html")], page(name), THEN)
                visit = Visit(url, dedupe.url_key(url), source, Kind.ARTICLE, THEN, status=200)
                archive.commit_now(
                    Visit(
                        visit.url,
                        visit.key,
                        source,
                        Kind.ARTICLE,
                        THEN,
                        status=200,
                        reading=reading,
                        capture=capture,
                    )
                )
    writer.close()
    with closing(sqlite3.connect(folder / "archive.db")) as db:
        fulltext.remove(db, range(1, 6))
        db.executescript(
            """
            UPDATE articles SET reading = 'old' WHERE id != 4;
            UPDATE articles SET headline = 'News of flod', content_hash = 'x' WHERE id = 1;
            UPDATE article_text SET text = text || char(10, 10) || 'Subscribe!' WHERE article = 5;
            UPDATE articles SET content_hash = 'y', section = 'Lokales' WHERE id = 5;
            UPDATE articles SET word_count = 9000, content_hash = 'z', headline = 'Nothing like it' WHERE id = 3;
            UPDATE article_text SET text = 'Wholly other words.' WHERE article = 3;
            UPDATE captures SET file = 'lost.warc.gz' WHERE id = 2;
            """
        )
        fulltext.add(db, range(1, 6))
        columns = corrections.columns_of("byline", "By the desk")
        corrections.correct(db, 1, columns, "desk", "known here", THEN)
        db.commit()
    return folder / "archive.db"


@pytest.fixture
def archive(made: Path, tmp_path: Path) -> Path:
    with closing(sqlite3.connect(made)) as old, closing(sqlite3.connect(tmp_path / "archive.db")) as new:
        old.backup(new)
    (tmp_path / "captures").symlink_to(made.parent / "captures")
    return tmp_path / "archive.db"


def rows(archive: Path, sql: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(archive)) as db:
        return list(map(tuple, db.execute(sql)))


def test_today_s_rules_over_the_kept_pages(archive: Path) -> None:
    report = reprocess(Order(archive, {}, workers=1))
    assert (report.looked_at, report.current, report.differ, report.revisions) == (5, 1, 2, 2)
    assert sum(report.kept.values()) == 1
    assert list(report.unread) == ["cannot be read: No such file or directory"]
    assert (
        report.fields["gulf", "headline"]
        == report.fields["nord", "text"]
        == report.fields["nord", "section"]
        == 1
    )
    (example,) = report.examples["gulf", "headline"]
    assert (example.before, example.after) == ("News of flod", "News of flood")
    assert ("gulf", "byline") not in report.fields  # a person's word is not touched
    assert rows(
        archive, "SELECT kind, changed, headline, capture = new_capture FROM revisions ORDER BY id"
    ) == [
        ("reading", "headline", "News of flod", 1),
        ("reading", "text", "News of hafen", 1),
    ]
    assert rows(
        archive, "SELECT headline, byline, reading, revisions, changed_at FROM articles WHERE id = 1"
    ) == [("News of flood", "By the desk", READING_VERSION, 0, None)]
    assert rows(archive, "SELECT headline, reading FROM articles WHERE id = 3") == [
        ("Nothing like it", "old")
    ]
    assert rows(archive, "SELECT article, doubt FROM doubts WHERE doubt = 'reads_as_less'") == [
        (3, "reads_as_less")
    ]
    with closing(sqlite3.connect(archive, isolation_level=None)) as db:
        assert fulltext.sound(db)
    again = reprocess(Order(archive, {}, workers=1))
    assert (again.current, again.differ) == (3, 0)  # goes on where it was: what is done is not read again


def test_a_dry_run_tells_and_changes_nothing(archive: Path) -> None:
    before = rows(archive, "SELECT * FROM articles")
    report = reprocess(Order(archive, {}, dry_run=True, workers=1))
    assert (report.differ, report.revisions) == (2, 2)
    assert rows(archive, "SELECT * FROM articles") == before
    assert rows(archive, "SELECT count(*) FROM revisions") == [(0,)]


def test_the_command_reads_a_part_and_says_what_it_found(archive: Path) -> None:
    asked = [
        "reprocess",
        "--db",
        str(archive),
        "--sources",
        str(archive.parent / "none.toml"),
        "--source",
        "nord",
    ]
    done = CliRunner().invoke(main, [*asked, "--dry-run"])
    assert done.exit_code == 0, done.output
    assert "1 of 1 articles were read by other rules: 1 would read otherwise" in done.output
    assert "Lokales" in done.output and "Nothing was changed." in done.output
    answer = json.loads(CliRunner().invoke(main, [*asked, "--json"]).output)
    assert (answer["looked_at"], answer["revisions"], answer["dry_run"]) == (1, 1, False)
    assert "already" in CliRunner().invoke(main, asked).output
    wrong = CliRunner().invoke(main, [*asked, "--source", "gulff"])
    assert wrong.exit_code == 2 and 'did you mean "gulf"?' in wrong.output


def test_what_a_crawl_visits_meanwhile_is_left_to_it(archive: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    take = reprocessing.take

    def later(*given: Any) -> Any:
        with closing(sqlite3.connect(archive)) as db:
            db.execute("UPDATE articles SET reading = 'newer' WHERE id = 5")
            db.commit()
        return take(*given)

    monkeypatch.setattr(reprocessing, "take", later)
    report = reprocess(Order(archive, {}, sources=("nord",), workers=1))
    assert (report.overtaken, report.differ) == (1, 0)


def test_a_worker_that_does_not_see_the_captures_says_where(tmp_path: Path) -> None:
    page = KeptPage("a.warc.gz", 0, 10, "https://gulf.example/", THEN, "old")
    unit = Unit("articles 1 to 1", str(tmp_path / "captures"), 0, 1, (Job(page, (), Rules()),))
    (step,) = read_again(True, unit, None)
    assert isinstance(step.result, NoFolder)
    assert f"{tmp_path}/captures cannot be seen on " in step.result.sentence
    kept_elsewhere = (Job(replace(page, place="s3://captures"), (), Rules()),)
    (step,) = read_again(True, replace(unit, cargo=kept_elsewhere), Spoiled(0, Reason.READER_DIED, "code -9"))
    assert step.result == "The process that read the page died. (code -9)"


def test_captures_that_a_worker_does_not_see_stop_it_with_that_sentence(
    archive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Elsewhere(LocalEngine):
        remote = True

        def run(self, work: Any, units: Iterable[Unit], *, ordered: bool = True) -> Iterator[Batch]:
            assert work.args == (True,)  # the folder is here, so it has to be there
            yield Batch(next(iter(units)), [NoFolder("The captures cannot be seen on desk2.")], 0)

    monkeypatch.setattr("newsbot.reprocess.engine_of", lambda *_: Elsewhere(1))
    with pytest.raises(NewsbotError, match="seen on desk2"):
        reprocess(Order(archive, {}, engine="tcp://scheduler:8786"))
    assert rows(archive, "SELECT count(*) FROM revisions") == [(0,)]
