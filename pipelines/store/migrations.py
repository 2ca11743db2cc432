"""Numbered migrations of archive.db, and the sentence for an archive from the future."""

from __future__ import annotations

from typing import Final

from sqlite_utils import Database, Migrations

from pipelines.errors import ArchiveUnusable
from pipelines.store import change
from pipelines.store.fulltext import FULLTEXT_DDL, renew
from pipelines.store.schema import TABLES, Table
from pipelines.store.sqlite import sqlite3

migrations: Final = Migrations("newsbot")


def table_ddl(table: Table) -> str:
    """CREATE TABLE of one table of the schema."""
    lines = [f'    "{column.name}" {column.type}' for column in table.columns]
    if table.key:
        lines.append(f"    PRIMARY KEY ({', '.join(table.key)})")
    end = "\n) WITHOUT ROWID" if table.rowless else "\n)"
    return f'CREATE TABLE "{table.name}" (\n' + ",\n".join(lines) + end


def index_ddl(table: Table) -> tuple[str, ...]:
    """CREATE INDEX of every index of one table, named after its columns."""
    return tuple(
        f'CREATE INDEX "{table.name}_{_index_name(columns)}" ON "{table.name}" ({columns})'
        for columns in table.indexes
    )


def _index_name(columns: str) -> str:
    return "_".join(column.split()[0] for column in columns.split(","))


@migrations()
def m001_create(db: Database) -> None:
    """Creates every table, index and the full-text index from the schema as it stands today.

    A new archive is complete after this one. The later migrations therefore meet both old archives and
    archives that have their change already: each looks before it changes anything.
    """
    for table in TABLES:
        db.conn.execute(table_ddl(table))
        for statement in index_ddl(table):
            db.conn.execute(statement)
    for statement in FULLTEXT_DDL:
        db.conn.execute(statement)
    change.keep(db.conn)


@migrations()
def m002_wider(db: Database) -> None:
    """Adds the tables, columns and indexes that the schema gained since the first archives, and numbers changes."""
    add_what_is_missing(db)
    change.keep(db.conn)


@migrations()
def m003_folded(db: Database) -> None:
    """Makes the full-text index anew where it was made without folding: Arabic, German, Chinese, Thai …"""
    renew(db.conn)


@migrations()
def m004_wider(db: Database) -> None:
    """Adds what the schema gained for backfills and shared frontiers, and whatever else it gained since."""
    add_what_is_missing(db)
    change.keep(db.conn)


def add_what_is_missing(db: Database) -> None:
    """Creates the tables, columns and indexes of the schema that an older archive has not got.

    A column is added as the schema has it, so it must be nullable or have a default; nothing is changed
    or dropped. Columns come to stand last in an old archive: everything names its columns.
    """
    for table in TABLES:
        present = {row[1] for row in db.conn.execute(f'PRAGMA table_info("{table.name}")')}
        if not present:
            db.conn.execute(table_ddl(table))
        for column in table.columns:
            if present and column.name not in present:
                db.conn.execute(f'ALTER TABLE "{table.name}" ADD COLUMN "{column.name}" {column.type}')
        for statement in index_ddl(table):
            db.conn.execute(statement.replace("CREATE INDEX", "CREATE INDEX IF NOT EXISTS", 1))


def check_version(db: Database, path: str) -> None:
    """Raises ArchiveUnusable where the archive has migrations that this newsbot does not know."""
    with Database(memory=True) as empty:  # in which every migration that we know is pending
        known = {migration.name for migration in migrations.pending(empty)}
    unknown = [applied.name for applied in migrations.applied(db) if applied.name not in known]
    if unknown:
        raise ArchiveUnusable(
            f"The archive {path} was written by a newer newsbot (it has {unknown[-1]}): update newsbot to open it."
        )


def outdated(connection: sqlite3.Connection) -> bool:
    """Whether an older newsbot wrote this archive: some of its tables or columns are missing still."""
    db = Database(connection)
    return bool(migrations.applied(db)) and bool(migrations.pending(db))


def migrate(db: Database) -> None:
    """Applies what is pending, each migration in a transaction of its own."""
    migrations.apply(db)
