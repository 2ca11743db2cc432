"""The SQLite module that sqlite-utils uses: its exceptions are the ones that arrive.

Where pysqlite3 is importable, sqlite-utils and Datasette silently switch to it, and the exception classes change.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import sqlite3
else:
    from sqlite_utils.utils import sqlite3

__all__ = ["sqlite3"]
