"""The limits of a reader process, and what is said when it comes to its end over them."""

from __future__ import annotations

import os
import resource

from pipelines.reasons import Reason

TIMEOUT = 30.0  # seconds a job; a real page takes 0.1
MEMORY = 1536 * 2**20  # bytes of address space a process; an 8 MB tag-dense page needs about 200 MB as a tree
NICE = (
    5  # the event loop and the rest of the machine come first: a full core of reading must not stall fetching
)
STARTING = (
    60.0  # seconds in which a process must have begun with its job; a job's own timeout runs from there
)
JOBS = 500  # after which a process is replaced, so that no leak in a parser grows for ever


class ReaderFault(Exception):
    """A job that could not be done: `reason` says why, `detail` what happened."""

    def __init__(self, reason: Reason, detail: str) -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason = reason
        self.detail = detail


def confine(memory: int) -> None:
    """Run first in every process: the rest of the machine comes first, and memory has an end."""
    os.nice(NICE)
    if memory:
        _, most = resource.getrlimit(resource.RLIMIT_AS)
        memory = (
            memory if most == resource.RLIM_INFINITY else min(memory, most)
        )  # no one may raise what is set
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
