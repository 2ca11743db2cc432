"""Files of captures that went from the machine that made them to a store: the frontier tells whoever collects."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final, Self

from pipelines.shared.connecting import Address, Pg
from pipelines.shared.schema import prepare

_PATIENCE: Final = 30.0  # seconds
_MOVED: Final = """
INSERT INTO newsbot.moved (file, before, place, bytes, moved_at) VALUES (%s, %s, %s, %s, now())
ON CONFLICT (file, before) DO UPDATE SET place = excluded.place, bytes = excluded.bytes, moved_at = excluded.moved_at,
    collected_at = NULL"""


class Moving:
    """Notes files that have arrived elsewhere."""

    def __init__(self, address: Address, connection: Pg) -> None:
        self._address = address
        self._connection = connection

    @classmethod
    @contextmanager
    def open(cls, address: Address) -> Iterator[Self]:
        """Raises FrontierUnusable."""
        connection = address.connect(_PATIENCE, "newsbot captures")
        try:
            with address.sentences():
                prepare(connection)
                # The file is deleted here once this is noted: that must outlast a crash of the server.
                connection.execute(
                    "SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'"
                )
            yield cls(address, connection)
        finally:
            connection.close()

    def note(self, file: str, before: str, place: str, size: int) -> None:
        """A file of so many bytes lies in `place` and no longer where its captures say. Raises FrontierUnusable."""
        with self._address.sentences():
            self._connection.execute(_MOVED, (file, before, place, size))
