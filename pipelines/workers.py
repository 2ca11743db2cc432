"""The pool of reader processes: each job can be timed out, killed, or run out of memory by itself."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import TimeoutError as PoolTimeout
from pathlib import Path
from typing import ParamSpec, TypeVar

from pebble import ProcessExpired, ProcessPool

from pipelines import forkserver
from pipelines.confinement import JOBS, MEMORY, STARTING, TIMEOUT, ReaderFault, confine
from pipelines.items import Found, KeptPage, Page, Reading, Rules
from pipelines.reading import READING_VERSION, read
from pipelines.reasons import SENTENCES, Reason
from pipelines.rereading import reread

__all__ = ["ReaderFault", "Readers"]

P = ParamSpec("P")
T = TypeVar("T")


class Readers:
    """Reads pages and listings in killable processes; awaited from the event loop.

    `workers` is the number of processes (default: one a core). Articles and listings have a share each:
    a site with ten thousand sitemaps cannot keep articles from being read, nor the other way round.
    `preload` names modules of the caller's that jobs need, to be loaded once for all processes.
    """

    def __init__(
        self,
        workers: int | None = None,
        *,
        timeout: float = TIMEOUT,
        memory: int = MEMORY,
        jobs: int = JOBS,
        preload: Sequence[str] = (),
    ) -> None:
        self.workers = workers or len(os.sched_getaffinity(0))
        self.timeout = timeout
        # forkserver: a clean parent without threads or descriptors of ours, with the readers' modules loaded once.
        context = multiprocessing.get_context("forkserver")
        forkserver.start(preload)
        self._pool = ProcessPool(
            max_workers=self.workers,
            max_tasks=jobs,
            initializer=confine,
            initargs=(memory,),
            context=context,
        )
        # What the fork server loads takes a second, in which the crawl can begin and the loop must turn.
        self._start = threading.Thread(target=self._started, name="readers", daemon=True)
        self._start.start()
        # A page waits for each process, so that none waits for the event loop between two jobs.
        self._articles = asyncio.Semaphore(2 * self.workers)
        self._listings = asyncio.Semaphore(max(1, self.workers // 2))

    def _started(self) -> bool:
        """Start the processes, where that was not done yet; False where they cannot start: the first job says why."""
        try:
            return bool(self._pool.active)
        except Exception:  # noqa: BLE001  a thread's exception is nobody's; scheduling a job raises it again
            return False

    async def read(self, page: Page) -> Reading:
        """The Reading of one page; a job that fails gives a Reading that says so, never an exception."""
        visit = page.visit
        url = visit.final_url or visit.url
        try:
            async with self._articles:
                return await self._run(
                    read, page.body, page.headers, url, visit.visited_at, page.evidence, page.rules
                )
        except ReaderFault as fault:
            return Reading(READING_VERSION, url, False, reason=fault.reason, detail=fault.detail)

    async def reread(
        self, folder: Path, page: KeptPage, evidence: Sequence[Found], rules: Rules
    ) -> Reading | str:
        """Today's reading of a capture in `folder`, or a sentence that says why there is none; never an exception."""
        try:
            async with self._articles:
                return await self._run(reread, folder, page, evidence, rules)
        except ReaderFault as fault:
            return f"{SENTENCES[fault.reason]} ({fault.detail})"

    async def call(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """The result of a pure function of a listing; raises ReaderFault."""
        async with self._listings:
            return await self._run(function, *args, **kwargs)

    async def _run(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        if self._start.is_alive():
            await asyncio.to_thread(self._start.join)
        try:
            future = self._pool.schedule(function, args=args, kwargs=kwargs, timeout=self.timeout)
            async with asyncio.timeout(
                self.timeout + STARTING
            ):  # processes that cannot start must not hang the crawl
                result: T = await asyncio.wrap_future(future)
        except (PoolTimeout, TimeoutError):
            raise ReaderFault(Reason.READER_TIMEOUT, f"stopped after {self.timeout:g} seconds") from None
        except ProcessExpired as death:
            raise ReaderFault(Reason.READER_DIED, f"the process ended with code {death.exitcode}") from None
        except MemoryError:
            raise ReaderFault(Reason.READER_MEMORY, "more memory was needed than a reader may have") from None
        except Exception as fault:  # the seam: a fault of one page becomes its reason
            raise ReaderFault(Reason.READER_FAULT, f"{type(fault).__name__}: {fault}"[:500]) from fault
        return result

    def close(self) -> None:
        """End the processes; jobs under way are given up."""
        self._start.join()
        self._pool.stop()  # type: ignore[no-untyped-call]
        self._pool.join()
