"""The crawl that is to be started, and when: plain values from which every scheduler's words are made."""

from __future__ import annotations

import hashlib
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

from pipelines.errors import ConfigurationError

MINUTE, HOUR, DAY = 60, 3600, 86_400
LEAST = MINUTE  # seconds between two starts; the schedule of sources.toml decides what is visited


@dataclass(frozen=True, slots=True)
class Times:
    """When: each day at a clock time of the machine, or again and again after `every` seconds."""

    hour: int = 3
    minute: int = 15
    every: int | None = None

    @classmethod
    def of(cls, at: str | None, every: float | None) -> Times:
        """From "--at 03:15" or "--every" in seconds. Raises ConfigurationError for what is neither time nor interval."""
        if every is not None:
            if every < LEAST or every != int(every):
                raise ConfigurationError("--every must be whole seconds, and a minute or more.")
            return cls(every=int(every))
        hour, colon, minute = (at or "03:15").partition(":")
        numbers = hour.isdecimal() and minute.isdecimal() and len(hour) <= 2 and len(minute) == 2
        if not (colon and numbers and int(hour) < 24 and int(minute) < 60):
            raise ConfigurationError(f"{at!r} is no time of day; write it as 03:15.")
        return cls(int(hour), int(minute))

    def told(self) -> str:
        """In words."""
        if self.every is None:
            return f"each day at {self.hour:02}:{self.minute:02}"
        for size, unit in ((DAY, "day"), (HOUR, "hour"), (MINUTE, "minute")):
            if self.every % size == 0:
                number = self.every // size
                return f"every {unit}" if number == 1 else f"every {number} {unit}s"
        return f"every {self.every} seconds"


@dataclass(frozen=True, slots=True)
class Job:
    """One archive's crawl: `command` (absolute program first) started in `folder`."""

    folder: Path
    command: tuple[str, ...]
    times: Times
    id: str  # of the archive: eight hexadecimal digits that do not change


def job_of(folder: Path, archive: Path, sources: Path, times: Times, deadline: str | None) -> Job:
    """The crawl of an archive, with absolute paths. Raises ConfigurationError for a path that no scheduler's file can
    hold (a line break in it)."""
    folder = folder.resolve()
    archive, sources = folder / archive, folder / sources
    command = [*program(), "crawl", "--quiet"]
    command += ["--sources", str(sources)] if sources != folder / "sources.toml" else []
    command += ["--db", str(archive)] if archive != folder / "archive.db" else []
    command += ["--deadline", deadline] if deadline else []
    for part in (str(folder), *command):
        if not part.isprintable():
            raise ConfigurationError(
                f"{part!r} has a character in its name that no schedule can hold: rename it."
            )
    return Job(folder, tuple(command), times, identity(archive))


def identity(archive: Path) -> str:
    """What tells one archive's schedule from another's on this machine."""
    return hashlib.sha256(str(archive.resolve()).encode("utf-8", "surrogateescape")).hexdigest()[:8]


def program() -> list[str]:
    """The newsbot that runs now, by absolute path: a scheduler has another PATH than the person who calls it."""
    beside = Path(sys.executable).with_name("newsbot")
    found = str(beside) if beside.exists() else shutil.which("newsbot")
    return [found] if found else [sys.executable, "-c", "from newsbot.cli import main; main()"]
