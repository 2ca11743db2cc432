"""The run lock: one crawler an archive, and the kernel frees it whatever becomes of the process."""

from __future__ import annotations

import contextlib
import fcntl
import os
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from pipelines.errors import AlreadyRunning, ArchiveUnusable
from pipelines.store.values import instant

RESERVE: Final = 256 * 1024  # bytes; the last word of a run changes some five pages of 4 KiB


class RunLock:
    """An flock on `<archive>.lock`, in which the holder writes who it is.

    The file also keeps some room of the disk: a run that a full disk ends gives it back and writes its last word there.
    The file stays when the lock is given back: taking it away would let two processes lock two files of one name.
    """

    def __init__(self, path: Path, file: int) -> None:
        self.path = path
        self._file: int | None = file

    @classmethod
    def acquire(cls, archive: Path | str, command: str, started_at: datetime | None = None) -> Self:
        """Takes the lock of an archive. Raises AlreadyRunning, which names the holder, or ArchiveUnusable."""
        path = Path(f"{archive}.lock")
        if not path.parent.is_dir():
            raise ArchiveUnusable(f"The folder {path.parent} of the archive does not exist: make it first.")
        since = f", since {instant(started_at)}" if started_at is not None else ""
        try:
            file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        except OSError as error:
            raise ArchiveUnusable(
                f"The lock file {path} cannot be opened ({error.strerror}): check the folder's permissions."
            ) from error
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            holder = os.pread(file, 1000, 0).decode("utf-8", "replace").strip("\0\n ") or "another process"
            os.close(file)
            raise AlreadyRunning(
                f"Another run holds the lock of {archive} ({holder}): wait for its end, or stop it."
            ) from error
        os.ftruncate(file, 0)
        with contextlib.suppress(OSError):  # a disk without so much room is the archive's to tell
            os.pwrite(file, f"process {os.getpid()}: {command}{since}".encode("utf-8", "replace"), 0)
            os.posix_fallocate(file, 0, RESERVE)
        return cls(path, file)

    def give_room(self) -> None:
        """Gives the room that was kept back to the disk."""
        if self._file is not None:
            with contextlib.suppress(OSError):
                os.ftruncate(self._file, min(1000, os.fstat(self._file).st_size))

    def release(self) -> None:
        """Gives the lock back; doing so twice is no fault."""
        if self._file is not None:
            self.give_room()
            os.close(self._file)
            self._file = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()
