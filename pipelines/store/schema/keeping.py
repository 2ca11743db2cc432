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
mode | TEXT NOT NULL DEFAULT 'erased' | hidden (kept, shown to nobody), erased (nothing of it is kept) or expired (erased because its time was over).
public_id | TEXT | Public id of the article that was taken down, where there was one.
"""),
        hidden=True,
    ),
    Table(
        "takedowns",
        "What was taken down, expired or put back, by whom and why: the receipts.",
        columns_of("""
id | INTEGER PRIMARY KEY | Number of the row.
made_at | TEXT NOT NULL | UTC instant.
action | TEXT NOT NULL | hide, erase, undo or expire.
url | TEXT NOT NULL | Address that was named; for expire the source.
public_id | TEXT | Public id of the article, where there was one.
reason | TEXT NOT NULL | Why.
author | TEXT | Who did it.
receipt | TEXT NOT NULL | What was reached, as JSON.
"""),
        hidden=True,
    ),
    Table(
        "erasures",
        "Captures that are to be erased from their files: whoever was interrupted goes on from here.",
        columns_of("""
capture | INTEGER PRIMARY KEY REFERENCES captures(id) | The capture.
asked_at | TEXT NOT NULL | UTC instant.
"""),
        hidden=True,
    ),
    Table(
        "alarms",
        "What is or was wrong with a source, from the first night on which it was seen to the last.",
        columns_of("""
id | INTEGER PRIMARY KEY | Number of the alarm.
source | TEXT NOT NULL | The source.
alarm | TEXT NOT NULL | silence, drop, layout, feed, robots, certificate or expect.
field | TEXT NOT NULL DEFAULT '' | What it is about: articles, headline, date, byline, words, or the address of a listing.
sentence | TEXT NOT NULL | What is wrong, and what to do.
raised_at | TEXT NOT NULL | UTC instant at which it was first seen.
seen_at | TEXT NOT NULL | UTC instant at which it was seen last.
cleared_at | TEXT | UTC instant at which it was over; empty while it lasts.
told_at | TEXT | UTC instant at which the command of [alerts] took it; empty where nobody was told.
"""),
        indexes=("source, alarm, field", "cleared_at"),
        hidden=True,
    ),
    Table(
        "searches",
        "Saved searches of sources.toml, and how far their hits were told.",
        columns_of("""
name | TEXT PRIMARY KEY | Name of the search.
query | TEXT NOT NULL | What is searched for.
last_article | INTEGER NOT NULL DEFAULT 0 | Articles up to this number were looked at.
ran_at | TEXT NOT NULL | UTC instant of the last look.
"""),
        hidden=True,
    ),
    Table(
        "exports",
        "Exports that were given a name, so that the next one of that name takes only what is new.",
        columns_of("""
id | INTEGER PRIMARY KEY | Number of the export.
name | TEXT | Name given to it.
made_at | TEXT NOT NULL | UTC instant.
query | TEXT NOT NULL | What was exported.
rows | INTEGER NOT NULL | Rows written.
sha256 | TEXT NOT NULL | Checksum of the file.
change | INTEGER | Greatest articles.change that it has seen: the next one of its name begins behind it.
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
