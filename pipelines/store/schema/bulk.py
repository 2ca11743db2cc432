"""Tables of work beyond one crawl: what was taken in from files, and from a frontier that several crawlers share."""

from __future__ import annotations

from typing import Final

from pipelines.store.schema.table import Table, columns_of

BULK_TABLES: Final[tuple[Table, ...]] = (
    Table(
        "bulk_units",
        "The ledger of bulk work: one row a unit, a file or a part of one, so that a rerun skips what is done.",
        columns_of("""
work | TEXT NOT NULL | What is done with it: backfill warc, backfill wayback, and so on.
terms | TEXT NOT NULL | What was asked for (filters, rules) as a digest: other terms are other work.
unit | TEXT NOT NULL | Name of the unit: a file, an address, a range of one.
run | INTEGER REFERENCES runs(id) | The run that took it in last.
state | TEXT NOT NULL | open or done.
reached | INTEGER NOT NULL DEFAULT 0 | How far it was taken in: bytes of a file, else records.
size | INTEGER | Its size in the same measure, where it is known.
stamp | TEXT | What tells that a file is still the same: its size and time, or its ETag; of a page of a web archive's index, the last line of the page before it.
records | INTEGER NOT NULL DEFAULT 0 | Records looked at.
stored | INTEGER NOT NULL DEFAULT 0 | Articles stored.
known | INTEGER NOT NULL DEFAULT 0 | Records of articles that the archive had, with their versions.
skipped | INTEGER NOT NULL DEFAULT 0 | Records left out, by filter or by decision.
failed | INTEGER NOT NULL DEFAULT 0 | Records that could not be read.
reasons | TEXT | Numbers of the records left out and failed, by reason, as JSON.
ended_at | TEXT | UTC instant at which it was done.
"""),
        key=("work", "terms", "unit"),
        hidden=True,
    ),
    Table(
        "collected",
        "Rows of a shared frontier's outbox that are in this archive, kept until the frontier has let go of them.",
        columns_of("""
frontier | TEXT NOT NULL | Id of the shared frontier.
row | INTEGER NOT NULL | Number of the row in its outbox.
at | TEXT NOT NULL | UTC instant at which it was taken in.
"""),
        key=("frontier", "row"),
        hidden=True,
        rowless=True,
    ),
)
