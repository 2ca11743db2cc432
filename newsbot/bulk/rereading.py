"""Kept pages by today's rules, a run of articles at a time: what `newsbot reprocess` has the engines do."""

from __future__ import annotations

import platform
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from newsbot.bulk.unit import Spoiled, Step, Unit
from pipelines.items import Found, KeptPage, Reading, Rules
from pipelines.reasons import SENTENCES
from pipelines.rereading import reread


@dataclass(frozen=True, slots=True)
class Job:
    """One article: where its page lies, and what has to be known to read it as it was read then."""

    page: KeptPage
    evidence: tuple[Found, ...]
    rules: Rules


@dataclass(frozen=True, slots=True)
class NoFolder:
    """The captures cannot be seen where they should be read."""

    sentence: str


def read_again(shared: bool, unit: Unit, spoiled: Spoiled | None) -> Iterator[Step]:
    """The Reading of each job in the cargo of a unit, or a sentence where there is none; `place` is the folder of the
    captures. `shared`: it is there where the archive is, so that a worker that does not see it is another machine."""
    jobs: tuple[Job, ...] = unit.cargo
    folder = Path(unit.place)
    if shared and any(job.page.place is None for job in jobs) and not folder.is_dir():
        yield Step(unit.start, NoFolder(_no_folder(folder)))
        return
    for number in range(unit.start, len(jobs)):
        yield Step(number + 1, _read(folder, jobs[number], number, spoiled))


def _read(folder: Path, job: Job, number: int, spoiled: Spoiled | None) -> Reading | str:
    if spoiled is not None and spoiled.at == number:
        return f"{SENTENCES[spoiled.reason]} ({spoiled.detail})"
    return reread(folder, job.page, job.evidence, job.rules)


def _no_folder(folder: Path) -> str:
    return (
        f"The captures in {folder} cannot be seen on {platform.node() or 'a worker'}: workers need that folder at the"
        " same path, by a share of the network or on this machine. What was taken in stays."
    )
