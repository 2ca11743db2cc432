"""What stops a run: one small tree of exceptions, each with its exit code and a sentence for people."""

from __future__ import annotations

from typing import ClassVar


class NewsbotError(Exception):
    """Stops a run. Its text is one sentence that says what happened, to what, and what to do."""

    exit_code: ClassVar[int] = 1
    when: ClassVar[str] = "Some sources failed."


class ConfigurationError(NewsbotError):
    """A wrong argument, or a sources.toml that cannot be taken as it is (raised before any fetch)."""

    exit_code = 2
    when = "The command or sources.toml is wrong; nothing was done."


class NothingDone(NewsbotError):
    """Everything that was asked for failed."""

    exit_code = 3
    when = "Nothing could be done."


class ArchiveUnusable(NewsbotError):
    """archive.db is locked by another writer, read-only, corrupt, or written by a newer newsbot."""

    exit_code = 4
    when = "The archive cannot be used."


class NoRoom(NewsbotError):
    """The disk is full, or too full to begin."""

    exit_code = 5
    when = "There is no room on the disk."


class AlreadyRunning(NewsbotError):
    """Another crawl holds the lock of this archive."""

    exit_code = 75
    when = "Another run holds the lock of this archive."
