"""What `newsbot doctor` looks at in the database: each check yields findings, and none changes anything."""

from __future__ import annotations

import os
import platform
import shutil
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum
from pathlib import Path

import newsbot
from pipelines.store.sqlite import sqlite3
from pipelines.store.values import instant, moment

LITTLE_ROOM = 500_000_000  # bytes; a night of 300 papers with captures takes about as much
LITTLE_TIME = 30  # days until the disk is full
LOCK_WAIT = 2.0  # seconds to wait for a crawl that is writing


class Level(IntEnum):
    """How much a finding matters; the worst one decides the exit code of `doctor`."""

    OK = 0
    PROBLEM = 1  # something is wrong, the archive can be used
    UNUSABLE = 4  # the archive cannot be used


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at: what, how it stands, and a sentence."""

    level: Level
    check: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Patient:
    """The archive under examination. `db` is read-only; `sample` is how many captures are read (0: all, and the files
    they lie in from end to end)."""

    archive: Path
    db: sqlite3.Connection
    sample: int
    now: datetime

    @property
    def captures(self) -> Path:
        """The folder of the WARC files."""
        return self.archive.parent / "captures"


def versions(patient: Patient) -> Iterator[Finding]:
    """Versions, for a report of a fault."""
    from pipelines.reading import READING_VERSION

    told = f"newsbot {newsbot.__version__}, reading {READING_VERSION}, Python {platform.python_version()}"
    yield Finding(Level.OK, "versions", f"{told}, SQLite {sqlite3.sqlite_version}.")


def permissions(patient: Patient) -> Iterator[Finding]:
    """A crawl writes the archive, its -wal beside it, and captures/."""
    folder = patient.archive.resolve().parent
    closed = [path for path in (patient.archive, folder, patient.captures) if path.exists()]
    closed = [path for path in closed if not os.access(path, os.W_OK)]
    for path in closed:
        yield Finding(Level.PROBLEM, "permissions", f"{path} cannot be written; it can be browsed only.")
    if not closed:
        yield Finding(Level.OK, "permissions", f"{patient.archive} and its folder can be written.")


def room(patient: Patient) -> Iterator[Finding]:
    """Disk room where the archive lies."""
    free = shutil.disk_usage(patient.archive.resolve().parent).free
    level = Level.OK if free >= LITTLE_ROOM else Level.PROBLEM
    size = patient.archive.stat().st_size
    told = f"{free / 1e9:.1f} GB free; the archive takes {size / 1e6:.1f} MB"
    growth = _growth(patient, size)
    if growth is None:
        yield Finding(level, "room", f"{told}.")
        return
    days = free / growth
    lasts = f"about {days:,.0f} days" if days < 3650 else "more than ten years"
    level = Level.PROBLEM if days < LITTLE_TIME else level
    yield Finding(
        level, "room", f"{told} and grows with its captures by {growth / 1e6:.1f} MB a day: {lasts} are left."
    )


def _growth(patient: Patient, size: int) -> float | None:
    """Bytes a day that archive and captures grew by in the last 30 days; None before a week is told."""
    since = instant(patient.now - timedelta(days=30))
    first, packed, new = patient.db.execute(
        "select min(captured_at), sum(length), count(*) from captures where captured_at >= ?", (since,)
    ).fetchone()
    began = moment(first)
    days = (patient.now - began).total_seconds() / 86_400 if began else 0.0
    if days < 7:
        return None
    total = patient.db.execute("select count(*) from captures").fetchone()[0]
    return float(packed + size * new / total) / days


def integrity(patient: Patient) -> Iterator[Finding]:
    """SQLite's own check of every page and index."""
    faults = [row[0] for row in patient.db.execute("pragma integrity_check(5)")]
    if faults == ["ok"]:
        yield Finding(Level.OK, "integrity", "Every page and index of the database is sound.")
    for fault in faults:
        if fault != "ok":
            sentence = f"The database is damaged: {fault}. Restore a backup."
            yield Finding(Level.UNUSABLE, "integrity", sentence)


def references(patient: Patient) -> Iterator[Finding]:
    """Rows that point at rows that are not there."""
    broken = patient.db.execute(
        'select "table", "parent", count(*) from pragma_foreign_key_check group by 1, 2'
    ).fetchall()
    for table, parent, rows in broken:
        yield Finding(Level.PROBLEM, "references", f"{rows:,} rows of {table} point at no row of {parent}.")
    if not broken:
        yield Finding(Level.OK, "references", "Every row that points at another finds it.")


def search(patient: Patient) -> Iterator[Finding]:
    """The full-text index against the texts. FTS5 checks itself by an INSERT, so this one needs the lock."""
    from pipelines.store.fulltext import sound

    writer = sqlite3.connect(patient.archive, timeout=LOCK_WAIT, isolation_level=None)
    try:
        writer.execute("begin immediate")
        if sound(writer):
            yield Finding(Level.OK, "search", "The full-text index agrees with the texts.")
        else:
            yield Finding(Level.PROBLEM, "search", "The full-text index does not agree with the texts.")
    except sqlite3.OperationalError as error:
        yield Finding(Level.PROBLEM, "search", f"The full-text index could not be checked now: {error}.")
    finally:
        if writer.in_transaction:
            writer.execute("rollback")
        writer.close()


def texts(patient: Patient) -> Iterator[Finding]:
    """Every article has its text row."""
    missing = patient.db.execute(
        "select count(*) from articles where id not in (select article from article_text)"
    ).fetchone()[0]
    articles = patient.db.execute("select count(*) from articles").fetchone()[0]
    if missing:
        yield Finding(Level.PROBLEM, "texts", f"{missing:,} of {articles:,} articles have no text row.")
    else:
        yield Finding(Level.OK, "texts", f"{articles:,} articles, each with its text row.")


def ledger(patient: Patient) -> Iterator[Finding]:
    """Nothing is lost silently: a URL has an outcome or still waits in the frontier."""
    lost, urls = patient.db.execute(
        "select coalesce(sum(outcome is null and alias_of is null and key not in (select key from frontier)), 0),"
        " count(*) from urls"
    ).fetchone()
    if lost:
        yield Finding(Level.PROBLEM, "ledger", f"{lost:,} of {urls:,} URLs neither wait nor have an outcome.")
    else:
        yield Finding(Level.OK, "ledger", f"{urls:,} URLs, each waiting or with an outcome.")


def leftovers(patient: Patient) -> Iterator[Finding]:
    """WARC files that a killed run left open, and runs that never ended."""
    files = sorted(path.name for path in patient.captures.glob("**/*.open"))
    rows = patient.db.execute("select * from runs where state = 'running' order by id")
    # Crawlers of a shared frontier are at work elsewhere; archives of 0.2.0 and before do not know of them.
    runs = [run["id"] for run in rows if "shared_run" not in run.keys() or run["shared_run"] is None]  # noqa: SIM118
    if files:
        told = f"{', '.join(files)}: left open by a killed run, or a crawl is at work."
        yield Finding(Level.PROBLEM, "leftovers", f"{told} The next crawl repairs it.")
    if runs:
        ids = ", ".join(map(str, runs))
        told = f"Run {ids} is at work or was killed; the next crawl takes up what it left."
        yield Finding(Level.PROBLEM, "leftovers", told)
    if not files and not runs:
        yield Finding(Level.OK, "leftovers", "No run left anything open.")


Check = Callable[[Patient], Iterator[Finding]]

CHECKS: tuple[Check, ...] = (
    versions,
    permissions,
    room,
    integrity,
    references,
    search,
    texts,
    ledger,
    leftovers,
)


def findings(patient: Patient, checks: Iterable[Check] = CHECKS) -> Iterator[Finding]:
    """Every check in turn; one that cannot be made says why and costs only itself."""
    for check in checks:
        try:
            yield from check(patient)
        except (sqlite3.Error, OSError) as error:
            yield Finding(Level.UNUSABLE, check.__name__, f"This could not be checked: {error}.")
