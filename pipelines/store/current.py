"""Reading an archive that has today's tables: for commands that ask for what older newsbots did not keep."""

from __future__ import annotations

from pathlib import Path

from sqlite_utils import Database

from pipelines.errors import ArchiveUnusable
from pipelines.store.migrations import migrations
from pipelines.store.opening import open_readonly
from pipelines.store.sqlite import sqlite3


def open_current(path: Path | str) -> sqlite3.Connection:
    """`open_readonly` for an archive with all of today's migrations; raises ArchiveUnusable for an older one too."""
    connection = open_readonly(path)
    pending = migrations.pending(Database(connection))
    if pending:
        connection.close()
        raise ArchiveUnusable(
            f"The archive {path} is of an older newsbot: `newsbot doctor --repair` brings it up to date, and so does the "
            "next crawl."
        )
    return connection
