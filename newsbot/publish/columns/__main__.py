"""Reads an archive into columns and saves them: in a process of its own, so that pages are not held up.

python -m newsbot.publish.columns ARCHIVE FILE
"""

from __future__ import annotations

import os
import sys
from contextlib import closing, suppress
from pathlib import Path

from newsbot.publish.columns import reading, saved
from pipelines.store.opening import open_readonly

_NICENESS = 5  # whoever reads pages goes before


def main(archive: Path, file: Path) -> None:
    """Writes the columns of an archive to a file. Raises what reading and writing raise."""
    with suppress(OSError, AttributeError):  # no such thing on Windows
        os.nice(_NICENESS)
    with closing(open_readonly(archive)) as connection:
        connection.row_factory = None
        store = reading.read_all(connection)
        newest = reading.newest(
            lambda sql, values: connection.execute(sql, list(values)).fetchall(), store.position
        )
    saved.save(store, file, newest)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
