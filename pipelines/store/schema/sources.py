"""Tables of whom we read, and how well that goes."""

from __future__ import annotations

from typing import Final

from pipelines.store.schema.table import Table, columns_of

SOURCE_TABLES: Final[tuple[Table, ...]] = (
    Table(
        "sources",
        "Whom we read, as sources.toml says; a source that was removed from the file is retired and its articles stay.",
        columns_of("""
id | TEXT PRIMARY KEY | Stable id from sources.toml.
name | TEXT NOT NULL | Name of the outlet.
homepage | TEXT | Its homepage.
country | TEXT | ISO 3166 alpha-2.
language | TEXT | Default language.
timezone | TEXT | IANA zone for dates without one.
store | TEXT NOT NULL DEFAULT 'full' | What is kept: full, text or metadata.
publish | TEXT NOT NULL DEFAULT 'full' | What is shown: full, excerpt or metadata.
state | TEXT NOT NULL DEFAULT 'active' | active or retired.
first_seen_at | TEXT NOT NULL | UTC instant at which the archive first met the source.
noarchive | TEXT NOT NULL DEFAULT 'keep' | What is done with a page that says noarchive: keep or skip.
every | REAL | Seconds between looks at its listings, as sources.toml said at the last crawl.
retain_days | REAL | Days for which its articles are kept; empty: for ever.
"""),
    ),
    Table(
        "source_health",
        "Per source and day: how much came in and how complete it was.",
        columns_of("""
source | TEXT NOT NULL | The source.
day | TEXT NOT NULL | UTC day of the visits.
visits | INTEGER NOT NULL DEFAULT 0 | Visits.
stored | INTEGER NOT NULL DEFAULT 0 | Articles stored.
failed | INTEGER NOT NULL DEFAULT 0 | Visits that failed.
with_date | INTEGER NOT NULL DEFAULT 0 | Stored articles whose date is known.
with_byline | INTEGER NOT NULL DEFAULT 0 | Stored articles with a byline.
words | INTEGER NOT NULL DEFAULT 0 | Words of the stored articles.
with_headline | INTEGER NOT NULL DEFAULT 0 | Stored articles with a headline.
read | INTEGER NOT NULL DEFAULT 0 | Stored articles that with_headline is a share of: an older newsbot did not count headlines.
listed | INTEGER NOT NULL DEFAULT 0 | Listings read or found unchanged.
listings_failed | INTEGER NOT NULL DEFAULT 0 | Listings that could not be read.
links | INTEGER NOT NULL DEFAULT 0 | Addresses of articles that listings named for the first time.
"""),
        key=("source", "day"),
        hidden=True,
    ),
)
