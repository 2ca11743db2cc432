"""Collecting is stopped, killed, disturbed and asked for twice: nothing is lost, nothing comes twice."""

from __future__ import annotations

import os
import signal
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from newsbot.cli import main
from pipelines.errors import AlreadyRunning, ConfigurationError, NoRoom
from pipelines.shared import collecting
from pipelines.shared.collecting import Outbox
from pipelines.shared.connecting import Address
from pipelines.shared.faults import FrontierUnusable
from pipelines.store import RunLock
from pipelines.store.inbox import Inbox
from pipelines.store.settling import Settling

from ...postgres import PostgresServer
from .conftest import Frontier, collected_later


def filled(frontier: Frontier) -> None:
    """A run's visits: a listing, articles, one changed in between, one gone."""
    frontier.put(frontier.listing("port", "quay", "lock"))
    for name in ("port", "quay", "lock"):
        frontier.put(frontier.visit(name, capture=frontier.capture()))
    frontier.put(frontier.visit("port", reading=frontier.reading("port", headline="Corrected")))
    frontier.put(frontier.visit("quay", reading=None, status=410, etag=None))
    frontier.end_run(frontier.run)


@pytest.fixture(scope="module")
def expected(postgres: PostgresServer, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What is there when nothing stops the collection."""
    other = Frontier(postgres.new_database(), tmp_path_factory.mktemp("undisturbed"))
    filled(other)
    with pytest.MonkeyPatch.context() as clock:
        collected_later(clock)
        other.collect()
    state = other.state()
    other.pg.close()
    return state


def killed_at(frontier: Frontier, owner: type, method: str, when: str) -> None:
    """A collection in a process of its own that a SIGKILL ends at some point."""
    original = getattr(owner, method)

    def die(*args: Any, **kwargs: Any) -> None:
        if when == "after":
            original(*args, **kwargs)
        os.kill(os.getpid(), signal.SIGKILL)

    child = os.fork()
    if not child:
        try:
            collecting.MOST_ROWS = 2  # several batches
            setattr(owner, method, die)
            frontier.collect()
        finally:
            os._exit(1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL


# (class, method, before or after it): in and between the steps of the three ways that a batch goes.
POINTS = [
    (Inbox, "keep_runs", "after"),
    (Settling, "finish", "before"),  # rows are written, their notes are not, nothing is committed
    (Inbox, "take", "after"),  # the archive has them, the frontier does not know
    (Outbox, "settle", "after"),  # the frontier has let go, the archive's notes stand
    (Inbox, "forget", "before"),
    (Outbox, "withhold", "before"),
]


@pytest.mark.parametrize(("owner", "method", "when"), POINTS, ids=lambda one: getattr(one, "__name__", one))
def test_killed_at_any_point_it_goes_on_from_there(
    owner: type, method: str, when: str, frontier: Frontier, expected: dict[str, Any]
) -> None:
    filled(frontier)
    killed_at(frontier, owner, method, when)
    frontier.collect()
    assert frontier.state() == expected


def test_the_server_goes_away_in_the_middle_and_comes_back(
    frontier: Frontier, expected: dict[str, Any], postgres: PostgresServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    filled(frontier)
    settle = Outbox.settle

    def without_server(self: Outbox, *args: Any) -> None:
        postgres.stop()
        settle(self, *args)

    with monkeypatch.context() as patched, pytest.raises(FrontierUnusable) as fault:
        patched.setattr(Outbox, "settle", without_server)
        frontier.collect()
    assert "shared frontier" in str(fault.value) and "secret" not in str(fault.value)
    with pytest.raises(FrontierUnusable, match="cannot be reached"):
        frontier.collect()
    postgres.start()
    frontier.connect()
    frontier.collect()
    assert frontier.state() == expected


def test_a_full_disk_of_the_archive_leaves_all_in_the_outbox(
    frontier: Frontier, monkeypatch: pytest.MonkeyPatch
) -> None:
    long = frontier.reading("port", text="The harbour master spoke on Sunday of ships and cranes. " * 2000)
    frontier.put(frontier.visit("port", reading=long))
    take = Inbox.take

    def full(self: Inbox, *args: Any, **kwargs: Any) -> Any:
        (pages,) = self._connection.execute("PRAGMA page_count").fetchone()
        self._connection.execute(f"PRAGMA max_page_count = {pages}")
        return take(self, *args, **kwargs)

    with monkeypatch.context() as patched, pytest.raises(NoRoom, match="room"):
        patched.setattr(Inbox, "take", full)
        frontier.collect()
    assert frontier.ask("SELECT count(*) FROM newsbot.outbox") == [(1,)]
    assert frontier.headlines() == []
    frontier.collect()
    assert frontier.headlines() == ["News of port"]


def test_a_visit_that_cannot_be_written_is_set_aside_and_tried_again(
    frontier: Frontier, monkeypatch: pytest.MonkeyPatch
) -> None:
    frontier.put(frontier.visit("port"))
    frontier.put(frontier.visit("quay"))
    write = Settling._behind_savepoint

    def stubborn(self: Any, run: Any, visit: Any, now: Any) -> Any:
        if visit.key.endswith("port"):
            raise ValueError("odd")
        return write(self, run, visit, now)

    with monkeypatch.context() as patched:
        patched.setattr(Settling, "_behind_savepoint", stubborn)
        report = frontier.collect()
    assert frontier.headlines() == ["News of quay"]
    assert report.aside == {"It could not be stored: odd": 1}
    assert frontier.collect().aside == {}
    assert frontier.headlines() == ["News of quay", "News of port"]


def test_the_second_collector_of_an_archive_is_told_that_the_lock_is_held(frontier: Frontier) -> None:
    with RunLock.acquire(frontier.archive, "newsbot collect"), pytest.raises(AlreadyRunning, match="lock"):
        frontier.collect()


def test_two_collectors_of_one_frontier_are_never_at_work_at_once(frontier: Frontier, tmp_path: Path) -> None:
    frontier.collect()
    outbox = Outbox.open(Address(frontier.dsn))
    with pytest.raises(AlreadyRunning, match="at work"):
        frontier.collect(archive=tmp_path / "copy.db")
    outbox.close()
    assert not (tmp_path / "copy.db").exists()


def test_another_archive_is_refused_until_it_is_told_to_take_over(frontier: Frontier, tmp_path: Path) -> None:
    frontier.put(frontier.visit("port"))
    frontier.collect()
    frontier.put(frontier.visit("quay"))
    other = tmp_path / "other.db"
    with pytest.raises(ConfigurationError, match="another archive") as fault:
        frontier.collect(archive=other)
    assert str(frontier.archive) in str(fault.value) and "--take-over" in str(fault.value)
    assert not other.exists()
    assert frontier.collect(archive=other, take_over=True).visits == 1
    with pytest.raises(ConfigurationError, match="another archive"):
        frontier.collect()


@pytest.mark.parametrize(
    ("dsn", "code", "told"),
    [
        ("postgresql://bot:hush@127.0.0.1:1/news", 4, "cannot be reached"),
        ("postgresql://bot:hu%zzsh@h/news", 2, "cannot be read"),
    ],
    ids=["nobody listens there", "no address"],
)
def test_a_wrong_address_is_one_sentence_without_its_password(
    dsn: str, code: int, told: str, tmp_path: Path
) -> None:
    archive = tmp_path / "archive.db"
    done = CliRunner().invoke(main, ["collect", "--db", str(archive)], env={"NEWSBOT_FRONTIER": dsn})
    assert done.exit_code == code
    assert (
        told in done.stderr
        and "hu" not in done.stderr.replace("shut", "")
        and len(done.stderr.splitlines()) == 1
    )
    assert not archive.exists()
