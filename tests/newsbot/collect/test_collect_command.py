"""`newsbot collect` as people and machines call it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

import newsbot.after_run
from newsbot.after_run import Aftermath
from newsbot.cli import main
from newsbot.sources import Sources

from ..press import NEWSBOT, until
from .conftest import Frontier

SOURCES = '[[source]]\nid = "herald"\nname = "The Herald"\nhomepage = "https://herald.example/"\nstrip = ["//aside"]\n'


def collected(frontier: Frontier, *more: str, code: int = 0) -> Result:
    args = ["collect", "--frontier", frontier.dsn, "--db", str(frontier.archive), *more]
    done = CliRunner().invoke(main, args)
    assert done.exit_code == code, done.output
    assert "secret" not in done.output
    return done


def test_it_tells_what_came_source_by_source_and_what_is_set_aside(frontier: Frontier) -> None:
    frontier.put(frontier.listing("port", "quay"))
    frontier.put(frontier.visit("port"))
    frontier.put(frontier.visit("bell"), packed=b"no visit")
    done = collected(frontier, code=1)
    assert done.stdout.splitlines()[:2] == [
        "source      found  stored  revised  unchanged  gone  skipped  failed",
        "The Herald      2       1        0          0     0  0        0",
    ]
    assert "2 visits collected" in done.stdout
    assert "1 set aside in the outbox: The visit is damaged" in done.stderr
    assert "Nothing waited in the outbox." in collected(frontier, code=1).stdout


def test_machines_get_json(frontier: Frontier) -> None:
    frontier.put(frontier.visit("port"))
    told: dict[str, Any] = json.loads(collected(frontier, "--json").stdout)
    assert (told["visits"], told["waiting"], told["aside"], told["frontier"]) == (1, 0, {}, frontier.id)
    assert told["rows"][0]["stored"] == 1


def test_quiet_says_nothing_where_nothing_went_wrong(frontier: Frontier) -> None:
    frontier.put(frontier.visit("port"))
    assert collected(frontier, "--quiet").output == ""


def test_what_follows_a_crawl_follows_a_collection_where_there_is_a_sources_toml(
    frontier: Frontier, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []

    def after(sources: Sources, archive: Path, now: datetime) -> Aftermath:
        asked.append(([source.id for source in sources], archive))
        return Aftermath(raised=("The Herald is silent",))

    monkeypatch.setattr(newsbot.after_run, "after_run", after)
    monkeypatch.chdir(tmp_path)
    assert collected(frontier).stderr == ""
    assert asked == []
    Path("sources.toml").write_text(SOURCES)
    assert collected(frontier, "--quiet").stderr == "newsbot: alarm: The Herald is silent\n"
    assert asked == [(["herald"], frontier.archive)]
    assert "no such file" in collected(frontier, "--sources", "other.toml", code=2).stderr


def test_more_often_than_it_can_begin_is_refused(frontier: Frontier) -> None:
    assert "5 seconds or more" in collected(frontier, "--every", "1s", code=2).stderr


@pytest.mark.soak
def test_again_and_again_until_a_signal_comes(frontier: Frontier) -> None:
    command = [str(NEWSBOT), "collect", "--db", str(frontier.archive), "--every", "5s"]
    environment = {**os.environ, "NEWSBOT_FRONTIER": frontier.dsn}
    frontier.put(frontier.visit("port"))
    with subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True) as process:
        try:
            until(lambda: frontier.ask("SELECT count(*) FROM newsbot.outbox") == [(0,)], 60)
        finally:
            process.send_signal(signal.SIGTERM)
        _, told = process.communicate()
    assert process.returncode == 143
    assert told.splitlines()[:1] in (
        [],
        ["newsbot: 1 visit collected: 1 stored."],
    )  # the child was ended with it
    assert frontier.headlines() == ["News of port"]
