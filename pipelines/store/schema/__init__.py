"""The tables of archive.db and what each column means: the source of the DDL and of the data dictionary."""

from __future__ import annotations

from typing import Final

from pipelines.store.schema.articles import ARTICLE_TABLES
from pipelines.store.schema.bulk import BULK_TABLES
from pipelines.store.schema.crawling import CRAWL_TABLES
from pipelines.store.schema.history import HISTORY_TABLES
from pipelines.store.schema.keeping import KEEPING_TABLES
from pipelines.store.schema.sources import SOURCE_TABLES
from pipelines.store.schema.table import Column, Table

TABLES: Final[tuple[Table, ...]] = (
    *ARTICLE_TABLES,
    *HISTORY_TABLES,
    *SOURCE_TABLES,
    *CRAWL_TABLES,
    *KEEPING_TABLES,
    *BULK_TABLES,
)

__all__ = ["TABLES", "Column", "Table"]
