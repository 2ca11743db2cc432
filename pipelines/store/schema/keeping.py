"""Tables of the archive itself: what is kept out of it, what left it, what it is."""

from __future__ import annotations

from typing import Final

from pipelines.store.schema.table import Table, columns_of

KEEPING_TABLES: Final[tuple[Table, ...]] = (
    Table(
        "tombstones",
        "URL keys that are kept out after a takedown.",
        columns_of("""
key | TEXT PRIMARY KEY | URL key.
reason | TEXT NOT NULL | Why.
made_at | TEXT NOT NULL | UTC instant.
"""),
        hidden=True,
    ),
    Table(
        "exports",
        "Exports made from this archive.",
        columns_of("""
id | INTEGER PRIMARY KEY | Number of the export.
name | TEXT | Name given to it.
made_at | TEXT NOT NULL | UTC instant.
query | TEXT NOT NULL | What was exported.
rows | INTEGER NOT NULL | Rows written.
sha256 | TEXT NOT NULL | Checksum of the file.
"""),
        hidden=True,
    ),
    Table(
        "about",
        "Facts about this archive itself.",
        columns_of("""
name | TEXT PRIMARY KEY | created_at, created_by, sample.
value | TEXT NOT NULL | The fact.
"""),
        hidden=True,
    ),
)
