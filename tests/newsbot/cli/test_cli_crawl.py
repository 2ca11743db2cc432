"""`newsbot crawl` and `newsbot add`: what is passed on, what is shown, and how it ends."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

import newsbot.crawl
from newsbot.cli import main, terminal
from newsbot.crawl import CrawlOptions, CrawlReport
from newsbot.sources.probe import Proposal
from newsbot.sources.scorecard import FieldScore, Sample
from pipelines.errors import AlreadyRunning
from pipelines.items import Kind
from pipelines.store import SourceSummary

SOURCES = '[defaults]\ncontact = "me@example.org"\n[[source]]\nid = "gulf"\nname = "Gulf Courier"\nhomepage = "http://gulf.example/"\nfeeds = ["/feed/"]\nsitemaps = "off"\n'


@pytest.fixture
def papers(tmp_path: Path) -> Path:
    file = tmp_path / "papers.toml"
    file.write_text(SOURCES, encoding="utf-8")
    return file


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[CrawlOptions]:
    """What the command asks of the crawl, which here visits nobody."""
    options: list[CrawlOptions] = []

    def crawl(given: CrawlOptions) -> CrawlReport:
        options.append(given)
        rows = (SourceSummary("gulf", "Gulf Courier", found=2, stored=1, failed={"timeout": 1}),)
        return CrawlReport(1, "finished", 1, rows, 2.0, 7, 1_000_000, given.archive)

    monkeypatch.setattr(newsbot.crawl, "crawl", crawl)
    return options


def run(*arguments: str, given: str = "") -> Result:
    return CliRunner().invoke(main, arguments, input=given)


def test_every_option_reaches_the_crawl(asked: list[CrawlOptions], archive: Path, papers: Path) -> None:
    run(
        *("crawl", "gulf", "nord", "--sources", str(papers), "--db", str(archive)),
        *("--all", "--limit", "5", "--since", "2026-11-01", "-v"),
    )
    assert asked == [
        CrawlOptions(
            sources=papers,
            archive=archive,
            ids=("gulf", "nord"),
            everything=True,
            limit=5,
            since=date(2026, 11, 1),
            verbose=1,
            progress=True,
        )
    ]


def test_the_exit_code_is_that_of_the_report(asked: list[CrawlOptions], archive: Path) -> None:
    result = run("crawl", "--db", str(archive))
    assert result.exit_code == 1
    assert "1 timeout" in result.stdout
    assert f"newsbot serve --db {archive}" in result.stdout


def test_quiet_says_only_what_went_wrong(asked: list[CrawlOptions], archive: Path) -> None:
    told = run("crawl", "--db", str(archive), "-q").output
    assert told == "newsbot: Gulf Courier: 1 timeout (The server did not answer in time)\n"


def test_json_is_the_report_and_nothing_else(asked: list[CrawlOptions], archive: Path) -> None:
    report = json.loads(run("crawl", "--db", str(archive), "--json").stdout)
    assert report["rows"][0]["failed"] == {"timeout": 1}
    assert report["archive"] == str(archive)


def test_another_run_at_work_is_exit_code_75(monkeypatch: pytest.MonkeyPatch) -> None:
    def locked(_: Any) -> None:
        raise AlreadyRunning("Run 3 is at work.")

    monkeypatch.setattr(newsbot.crawl, "crawl", locked)
    result = run("crawl")
    assert (result.exit_code, result.stderr) == (75, "newsbot: Run 3 is at work.\n")


def test_a_dry_run_counts_and_asks_nobody(asked: list[CrawlOptions], papers: Path, tmp_path: Path) -> None:
    new = tmp_path / "new.db"
    result = run("crawl", "--dry-run", "--sources", str(papers), "--db", str(new))
    assert [line.split() for line in result.stdout.splitlines()[1:2]] == [["Gulf", "Courier", "1", "0"]]
    assert asked == []
    assert not new.exists()


def test_a_dry_run_of_an_archive_knows_what_is_due(papers: Path, archive: Path) -> None:
    with closing(sqlite3.connect(archive)) as db:
        db.executescript("""
            insert into frontier (key, url, source, kind, host, state, due_at, first_due_at) values
                ('https://gulf.example/feed', '', 'gulf', 'feed', '', 'due', '2999', '2999'),
                ('https://gulf.example/1', '', 'gulf', 'article', '', 'due', '2020', '2020'),
                ('https://gulf.example/2', '', 'gulf', 'article', '', 'leased', '2999', '2999'),
                ('https://gulf.example/3', '', 'gulf', 'article', '', 'parked', '2020', '2020');
        """)
    arguments = ("crawl", "--dry-run", "--json", "--sources", str(papers), "--db", str(archive))
    assert json.loads(run(*arguments).stdout) == [
        {"source": "gulf", "name": "Gulf Courier", "listings": 0, "articles": 2}
    ]
    assert json.loads(run(*arguments, "--all").stdout)[0]["listings"] == 1


def test_a_dry_run_refuses_an_id_that_is_not_there(papers: Path) -> None:
    result = run("crawl", "gulv", "--dry-run", "--sources", str(papers))
    assert result.exit_code == 2
    assert 'did you mean "gulf"?' in result.stderr


@pytest.fixture
def probed(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What the command asks of the probe, which here visits nobody."""
    asked: dict[str, Any] = {}

    def probe(url: str, **given: Any) -> Proposal:
        asked.update(given, url=url)
        if not url.startswith("http"):
            raise ValueError("must be a web address")
        return Proposal(
            entry={"id": "nord", "name": "Nordhafen", "homepage": url},
            card=(FieldScore("headline", 4, 5, "Hafen \x1b[31moffen"), FieldScore("byline", 0, 5, "")),
            notes=("2 articles are behind a paywall.",),
            articles=(Sample(url, None),),
            listings=(("http://nord.example/rss", Kind.FEED, 12),) if "nord" in url else (),
        )

    monkeypatch.setattr(newsbot.crawl, "probe", probe)
    return asked


def test_add_shows_the_card_and_writes_the_entry_after_yes(papers: Path, probed: dict[str, Any]) -> None:
    result = run("add", "http://nord.example/", "--yes", "--sources", str(papers))
    assert result.exit_code == 0
    assert "headline  4 of 5   Hafen [31moffen" in result.stdout
    assert "! 2 articles are behind a paywall." in result.stdout
    assert 'id = "nord"' in papers.read_text(encoding="utf-8")
    assert (probed["taken"], probed["contact"]) == ({"gulf"}, "me@example.org")


def test_add_of_a_private_site_says_so_in_the_entry(papers: Path, probed: dict[str, Any]) -> None:
    run("add", "http://nord.example/", "--yes", "--allow-private", "--sources", str(papers))
    assert probed["allow_private"] is True
    assert "allow_private = true" in papers.read_text(encoding="utf-8")


def test_add_asks_nobody_where_there_is_no_terminal(papers: Path, probed: dict[str, Any]) -> None:
    result = run("add", "http://nord.example/", "--sources", str(papers), given="y\n")
    assert result.exit_code == 2
    assert "--yes writes the entry" in result.stderr
    assert papers.read_text(encoding="utf-8") == SOURCES


@pytest.mark.parametrize(
    ("answer", "written"),
    [
        pytest.param("y\n", True, id="a yes"),
        pytest.param("n\n", False, id="a no"),
        pytest.param("\n", True, id="return alone"),
    ],
)
def test_add_asks_at_a_terminal(
    papers: Path,
    probed: dict[str, Any],
    monkeypatch: pytest.MonkeyPatch,
    answer: str,
    written: bool,
) -> None:
    monkeypatch.setattr(terminal, "someone_is_there", lambda: True)
    result = run("add", "http://nord.example/", "--sources", str(papers), given=answer)
    assert result.exit_code == 0
    assert f"Write this into {papers}?" in result.stderr
    assert ('id = "nord"' in papers.read_text(encoding="utf-8")) is written


def test_add_as_json_has_entry_and_card(papers: Path, probed: dict[str, Any]) -> None:
    result = run("add", "http://nord.example/", "--yes", "--json", "--sources", str(papers))
    answer = json.loads(result.stdout)
    assert answer["entry"]["id"] == "nord"
    assert answer["card"][0] == {"field": "headline", "have": 4, "of": 5, "example": "Hafen \x1b[31moffen"}


def test_add_takes_an_address_as_people_type_it(papers: Path, probed: dict[str, Any]) -> None:
    run("add", "www.new.example", "--sources", str(papers), "--yes")
    assert probed["url"] == "https://www.new.example"


def test_add_refuses_a_file_that_is_no_toml(papers: Path, probed: dict[str, Any]) -> None:
    papers.write_text("[defaults\n", encoding="utf-8")
    result = run("add", "http://nord.example/", "--sources", str(papers))
    assert result.exit_code == 2
    assert "is not TOML" in result.stderr
    assert probed == {}


def test_add_of_a_site_that_cannot_be_read_writes_nothing(papers: Path, probed: dict[str, Any]) -> None:
    result = run("add", "http://wall.example/", "--yes", "--sources", str(papers))
    assert result.exit_code == 3
    assert papers.read_text(encoding="utf-8") == SOURCES


def test_add_begins_a_file_and_keeps_a_contact_that_stands_there(
    tmp_path: Path, probed: dict[str, Any]
) -> None:
    file = tmp_path / "sources.toml"
    file.write_text('[defaults]\ncontact = "me@example.org"\n', encoding="utf-8")
    assert run("add", "http://nord.example/", "--yes", "--sources", str(file)).exit_code == 0
    assert probed["contact"] == "me@example.org"
    assert file.read_text(encoding="utf-8").startswith('[defaults]\ncontact = "me@example.org"')


def test_add_of_what_is_no_address_is_a_usage_error(papers: Path, probed: dict[str, Any]) -> None:
    result = run("add", "nord", "--sources", str(papers))
    assert result.exit_code == 2
    assert "must be a web address" in result.stderr


def test_add_finds_out_that_the_file_is_wrong_before_the_site_is_asked(
    papers: Path, probed: dict[str, Any]
) -> None:
    papers.write_text(SOURCES.replace("feeds", "fedes"), encoding="utf-8")
    assert run("add", "http://nord.example/", "--sources", str(papers)).exit_code == 2
    assert probed == {}
