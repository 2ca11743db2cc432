"""Which articles an export takes, as options of the command and as SQL, and the one state of the archive it reads."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import date
from functools import wraps
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from newsbot.cli.choice import WHERE, condition, searched, shown_at
from newsbot.cli.options import DAY
from pipelines.errors import ConfigurationError

if TYPE_CHECKING:
    from pipelines.store.exports import Exported
    from pipelines.store.sqlite import sqlite3

Command = Callable[..., Any]


@dataclass(frozen=True)
class Selection:
    """What the command line chooses."""

    wheres: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None
    search: str | None = None
    url: str | None = None
    name: str | None = None  # of a series, of which this takes what is new

    @property
    def query(self) -> dict[str, Any]:
        """All that decides which articles are taken, in one order whatever the order of the options."""
        return {
            "where": sorted(self.wheres) or None,
            "since": str(self.since) if self.since else None,
            "until": str(self.until) if self.until else None,
            "search": self.search,
            "url": self.url,
        }


_OPTIONS = (
    click.option(
        "--where",
        "wheres",
        multiple=True,
        metavar="NAME=VALUE",
        help=f"Only articles with this value; may be repeated. Names: {', '.join(WHERE)}.",
    ),
    click.option("--since", type=DAY, help="First day of publication."),
    click.option("--until", type=DAY, help="Last day of publication."),
    click.option(
        "--search", metavar="WORDS", help="Only what this search finds, as in the browser's search box."
    ),
    click.option("--url", metavar="URL", help="Only what this address of a listing shows in the browser."),
    click.option(
        "--since-last",
        "name",
        metavar="NAME",
        help="Only what was written or taken down since the last export of this name; the first one takes everything.",
    ),
)


def selection_options(function: Command) -> Command:
    """Gives a command the options that choose articles; it is called with `selection`."""

    @wraps(function)
    def choosing(
        *args: Any,
        wheres: tuple[str, ...],
        since: date | None,
        until: date | None,
        search: str | None,
        url: str | None,
        name: str | None,
        **others: Any,
    ) -> Any:
        chosen = Selection(wheres, since, until, search, url, name)
        return function(*args, selection=chosen, **others)

    command: Command = choosing
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


@dataclass(frozen=True)
class State:
    """One state of an archive, and what is chosen of it."""

    db: sqlite3.Connection
    archive: Path
    selection: Selection
    query: dict[str, Any]  # of the whole export
    where: str  # SQL over `articles`
    parameters: tuple[object, ...]
    series: Exported | None  # the last export of the name
    change: int | None  # the number of the last write; None where the archive does not number them
    created_at: str | None

    @property
    def named(self) -> dict[str, Any]:
        """What a manifest says of the state of the archive."""
        return {"created_at": self.created_at, "change": self.change}

    @property
    def asked(self) -> dict[str, Any]:
        """What a manifest says of the query."""
        since = self.series.change if self.series else None
        name = self.selection.name
        return self.query | ({"since_last": name, "since_change": since} if name else {})

    def articles(self) -> int:
        """How many articles are chosen: takes as long as the choice does."""
        from pipelines.store.export import SHOWN

        counted = f"SELECT count(*) FROM articles WHERE ({self.where}) AND {SHOWN}"  # noqa: S608  values as parameters
        return int(self.db.execute(counted, self.parameters).fetchone()[0])

    def withdrawn(self) -> list[tuple[str, str]]:
        """(public id, state) of what left the archive since the last export of the name."""
        from pipelines.store.exports import withdrawn

        return withdrawn(self.db, self.series.change) if self.series else []

    def remember(self, rows: int, sha256: str, made_at: str) -> None:
        """Notes a finished export under its name, where it has one."""
        from pipelines.store.exports import remember_export

        if self.selection.name and self.change is not None:
            text = json.dumps(self.query, ensure_ascii=False, sort_keys=True)
            remember_export(self.archive, self.selection.name, text, rows, sha256, self.change, made_at)


@contextmanager
def snapshot(archive: Path, selection: Selection, more: dict[str, Any]) -> Iterator[State]:
    """One state of the archive for as long as it is read; `more` belongs to the query beside the choice of articles.

    Raises ConfigurationError for a choice that cannot be understood or a name that stands for another query,
    ArchiveUnusable.
    """
    from pipelines.store import open_readonly
    from pipelines.store.exports import NEW, knows_changes, last_change

    wanted = {name: value for name, value in (selection.query | more).items() if value is not None}
    with closing(open_readonly(archive)) as db:
        db.execute("BEGIN")  # everything below sees one state of the archive
        series = _series(db, archive, selection.name, wanted)
        parts: list[tuple[str, Any]] = [condition(selection.wheres, selection.since, selection.until)]
        if selection.search is not None:
            parts.append(searched(db, selection.search))
        if selection.url is not None:
            parts.append(shown_at(db, selection.url))
        if series is not None:
            parts.append((NEW, (series.change,)))
        created = db.execute("SELECT value FROM about WHERE name = 'created_at'").fetchone()
        yield State(
            db,
            archive,
            selection,
            wanted,
            where=" AND ".join(f"({sql})" for sql, _ in parts),
            parameters=tuple(chain.from_iterable(values for _, values in parts)),
            series=series,
            change=last_change(db) if knows_changes(db) else None,
            created_at=created[0] if created else None,
        )


def _series(
    db: sqlite3.Connection, archive: Path, name: str | None, query: dict[str, Any]
) -> Exported | None:
    """The last export of the name, if one is named. Raises where it was of something else."""
    from pipelines.store.exports import knows_changes, last_export, refuse_old

    if name is None:
        return None
    if not knows_changes(db):
        raise refuse_old(archive)
    last = last_export(db, name)
    if last is not None and json.loads(last.query) != query:
        raise ConfigurationError(
            f"The last export named {name} asked for {last.query}, this one for something else, so there would be"
            " holes: take the same options, or another name."
        )
    return last
