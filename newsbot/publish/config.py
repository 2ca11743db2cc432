"""Datasette with our settings: safe by default, described by the schema, our pages in front."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import click
from datasette.app import Datasette
from datasette.plugins import pm
from datasette.utils import tilde_encode

from newsbot.clock import utc_now
from newsbot.publish import plugin
from newsbot.publish.columns.keeper import Keeper
from newsbot.publish.connections import Connections, inspect
from newsbot.publish.password import Gate, read_passwords
from newsbot.publish.policy import Policy
from newsbot.publish.remembered import Remembered
from newsbot.publish.room import Room
from pipelines.errors import ArchiveUnusable, ConfigurationError, NewsbotError
from pipelines.store.fulltext import TABLE as FULLTEXT
from pipelines.store.migrations import outdated
from pipelines.store.opening import open_writable
from pipelines.store.schema import TABLES, Table

_PATIENCE = 10.0  # seconds that a lock of another program is waited for
TEMPLATES = Path(__file__).parent / "templates"

SETTINGS: dict[str, Any] = {
    "default_allow_sql": False,  # one `select hex(zeroblob(4e8))` takes 1.2 GB, past every time limit
    "allow_download": False,  # the file holds what is withheld from the pages
    "allow_csv_stream": False,  # it ends in an SQL error as the last line with status 200; ours is /export/
    "suggest_facets": False,  # 2.5 s at 10,000 articles
    "sql_time_limit_ms": 3000,
    "facet_time_limit_ms": 1000,
    "max_returned_rows": 1000,
    "default_page_size": 50,
    "default_cache_ttl": 0,  # a crawl may write at any time
    "truncate_cells_html": 300,
    "num_sql_threads": 3,
}


class ReadingRoom(Datasette):  # type: ignore[misc]  # Datasette has no types
    """One published archive; the plugin finds its room here."""

    def __init__(self, room: Room, *, immutable: bool, base_url: str) -> None:
        self.room = room  # before the rest: Datasette asks for routes while it is made
        file = str(room.path)
        super().__init__(
            [] if immutable else [file],
            immutables=[file] if immutable else [],
            metadata=metadata(room),
            settings={**SETTINGS, "base_url": base_url},
            template_dir=str(TEMPLATES),
            cache_headers=True,
        )


def build(
    archive: Path,
    *,
    title: str | None = None,
    hosts: frozenset[str] | None = None,
    base_url: str = "/",
    password_file: Path | None = None,
    say: Callable[[str], None] = click.echo,
) -> ReadingRoom:
    """The archive as an ASGI application (`.app()`), opened for reading only.

    `title` is what stands over every page; `hosts` are the names that requests may ask for (None: any);
    `base_url` is where a reverse proxy puts it; `password_file` says who may read it (None: whoever asks).
    Raises ArchiveUnusable and ConfigurationError with a sentence.
    """
    base_url = prefix(base_url)
    passwords = read_passwords(password_file) if password_file is not None else None
    immutable = inspect(archive)
    _bring_up_to_date(archive, immutable, say)
    if not pm.is_registered(plugin):
        pm.register(plugin, "newsbot")
    connections = Connections(archive, immutable=immutable)
    connections.keep_columns(Keeper(archive, connections))
    room = Room(
        path=archive,
        name=archive.stem,
        base="/" + tilde_encode(archive.stem),
        title=title or _title(archive),
        connections=connections,
        policy=Policy(connections),
        remembered=Remembered(archive),
        hosts=hosts,
        gate=Gate(passwords, title or _title(archive)) if passwords else None,
        say=say,
    )
    return ReadingRoom(room, immutable=immutable, base_url=base_url)


def prefix(base_url: str) -> str:
    """A path under which a web server shows the archive, as Datasette wants it: `/news/`. Raises ConfigurationError."""
    parts = [part for part in base_url.split("/") if part]
    if any(not re.fullmatch(r"[A-Za-z0-9._~-]+", part) or part in (".", "..") for part in parts):
        raise ConfigurationError(
            f"--base-url {base_url}: name a path such as /news/, of letters, digits and . _ ~ - alone;"
            " names of hosts are given with --name."
        )
    return f"/{'/'.join(parts)}/" if parts else "/"


def _bring_up_to_date(archive: Path, immutable: bool, say: Callable[[str], None]) -> None:
    """An older newsbot's archive gets the tables and columns that the pages read. Raises ArchiveUnusable."""
    connections = Connections(archive, immutable=immutable, threads=1)
    with closing(connections.open()) as connection:
        old = outdated(connection)
    connections.close()
    if not old:
        return
    say(f"{archive} was made by an older newsbot: it is brought up to date first.")
    try:
        open_writable(archive, utc_now(), _PATIENCE, create=False).close()
    except NewsbotError as error:
        raise ArchiveUnusable(
            f"{archive} was made by an older newsbot and could not be brought up to date: {error}"
        ) from error


def metadata(room: Room) -> dict[str, Any]:
    """What Datasette knows of the tables: the meanings of the schema, the search, the order, what is hidden."""
    tables = {table.name: _table(table) for table in TABLES}
    tables["articles"] |= {
        "fts_table": FULLTEXT,
        "fts_pk": "id",
        "sort_desc": "published_sort",
        "label_column": "headline",
    }
    tables["revisions"] |= {"sort_desc": "seen_at"}
    tables["fetches"] |= {"sort_desc": "id"}
    tables["_sqlite_migrations"] = {"hidden": True}
    return {
        "title": room.title,
        "description": "A news archive made by newsbot. What its columns mean: /dictionary.",
        "databases": {room.name: {"tables": tables}},
    }


def _table(table: Table) -> dict[str, Any]:
    return {
        "description": table.meaning,
        "columns": {column.name: column.meaning for column in table.columns},
        "hidden": table.hidden,
    }


def _title(archive: Path) -> str:
    """`archive.db` is the News archive; another file goes by its own name."""
    if archive.stem == "archive":
        return "News archive"
    words = archive.stem.replace("_", " ").replace("-", " ").strip()
    return words[:1].upper() + words[1:] if words else "News archive"
