"""What is done once a crawl has ended: what is old is erased, the sources are judged, whoever is to know is told."""

from __future__ import annotations

import logging
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from newsbot.care import erasing, retention
from newsbot.health import searches, watch
from newsbot.health.telling import News, sentence, tell
from newsbot.sources import Sources
from pipelines.errors import NewsbotError
from pipelines.store import alarms
from pipelines.store.locked import PATIENCE, patiently
from pipelines.store.sqlite import sqlite3

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Aftermath:
    """What came of it; sentences for people."""

    raised: tuple[str, ...] = ()
    cleared: tuple[str, ...] = ()
    faults: tuple[str, ...] = ()


def after_run(sources: Sources, archive: Path, now: datetime) -> Aftermath:
    """Erases what is old or was taken down during the run, judges the sources, runs the command of `[alerts]`.

    A fault here takes nothing from the crawl, which is over: it is a sentence, and the next run tries again.
    """
    try:
        with closing(erasing.open_to_change(archive, now)) as connection:
            faults = _erase(connection, sources, archive, now)
            raised, cleared = _judge(connection, sources, archive, now)
            faults += _tell(connection, sources, archive, now)
    except (NewsbotError, sqlite3.Error, OSError) as error:
        return Aftermath(faults=(f"After the crawl: {error}",))
    return Aftermath(raised, cleared, tuple(faults))


def _erase(connection: sqlite3.Connection, sources: Sources, archive: Path, now: datetime) -> list[str]:
    for one in retention.expire(connection, archive, retention.terms_of(sources.sources), now):
        logger.info("%s: %d articles older than %g days were erased", one.source, one.articles, one.days)
    if not erasing.is_due(connection):
        return []
    done = erasing.finish(connection, archive, now, patient=True)
    waits = [] if done.swept else [f"Freed pages were not swept, because {done.sweep_waits_for}."]
    return [*done.failed, *waits]


def _judge(
    connection: sqlite3.Connection, sources: Sources, archive: Path, now: datetime
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    before = {alarm.id: alarm for alarm in alarms.standing(connection)}
    _begin(connection, archive)
    watch.look(connection, {source.id: source.expect for source in sources}, now)
    connection.execute("COMMIT")
    after = {alarm.id: alarm for alarm in alarms.standing(connection)}
    raised = tuple(sentence(after[number]) for number in after.keys() - before.keys())
    cleared = tuple(before[number].sentence for number in before.keys() - after.keys())
    return raised, cleared


def _tell(connection: sqlite3.Connection, sources: Sources, archive: Path, now: datetime) -> list[str]:
    """Tells what nobody was told yet; what could not be told stays untold, and is tried again after the next run."""
    raised, cleared = alarms.untold(connection)
    newest = searches.newest_article(connection)
    hits = searches.new_hits(connection, sources.searches, newest)
    news = News(str(archive), now, raised, cleared, hits)
    if news and sources.alerts.command and (fault := tell(sources.alerts, news)):
        return [fault]
    _begin(connection, archive)
    if sources.alerts.command:
        alarms.told(connection, [*raised, *cleared], now)
    searches.looked(connection, sources.searches, newest, now)
    connection.execute("COMMIT")
    return []


def _begin(connection: sqlite3.Connection, archive: Path) -> None:
    patiently(lambda: connection.execute("BEGIN IMMEDIATE"), connection, archive, lambda: PATIENCE)
