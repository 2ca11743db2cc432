"""Reader processes: a job that hangs, dies or eats memory costs only itself."""

import asyncio
import os
import signal
import time
from collections.abc import Callable, Iterator
from multiprocessing import forkserver

import pytest
from pebble import ProcessPool

from pipelines.reasons import Reason
from pipelines.workers import ReaderFault, Readers


def double(number: int) -> int:
    return 2 * number


def hang() -> None:
    while True:
        time.sleep(1)


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def eat() -> int:
    return len(bytearray(3 * 2**30))


def fail() -> None:
    raise ValueError("a page that no parser likes")


@pytest.fixture
def readers() -> Iterator[Readers]:
    pool = Readers(2, timeout=1.0)
    yield pool
    pool.close()


@pytest.mark.parametrize(
    ("job", "reason", "said"),
    [
        pytest.param(
            hang, Reason.READER_TIMEOUT, "1 seconds", id="a job that hangs is stopped after the timeout"
        ),
        pytest.param(die, Reason.READER_DIED, "code", id="a job whose process dies is said to have died"),
        pytest.param(
            eat, Reason.READER_MEMORY, "memory", id="a job that needs too much memory is refused it"
        ),
        pytest.param(
            fail, Reason.READER_FAULT, "no parser likes", id="a job that raises says what was raised"
        ),
    ],
)
def test_a_bad_job_costs_only_itself(
    readers: Readers, job: Callable[[], None], reason: Reason, said: str
) -> None:
    async def jobs() -> list[object]:
        calls = [readers.call(double, number) for number in range(4)]
        return await asyncio.gather(*calls[:2], readers.call(job), *calls[2:], return_exceptions=True)

    results = asyncio.run(jobs())
    fault = results.pop(2)
    assert results == [0, 2, 4, 6]
    assert isinstance(fault, ReaderFault)
    assert fault.reason is reason
    assert said in fault.detail


def test_a_signal_to_the_crawls_process_group_reaches_no_reader(readers: Readers) -> None:
    reader = asyncio.run(readers.call(os.getpid))
    for process in (forkserver._forkserver._forkserver_pid, reader):
        assert os.getpgid(process) != os.getpgid(0)


def test_a_pool_that_is_no_more_is_a_fault_of_the_page(readers: Readers) -> None:
    readers.close()
    with pytest.raises(ReaderFault):
        asyncio.run(readers.call(double, 2))


def test_the_event_loop_turns_while_readers_work(readers: Readers) -> None:
    async def ticks_during_a_job() -> int:
        job = asyncio.ensure_future(readers.call(time.sleep, 0.3))
        ticks = 0
        while not job.done():
            await asyncio.sleep(0.01)
            ticks += 1
        return ticks

    assert asyncio.run(ticks_during_a_job()) >= 10


def test_processes_that_cannot_start_are_the_reason_of_the_first_job(monkeypatch: pytest.MonkeyPatch) -> None:
    def cannot(_: ProcessPool) -> None:
        raise OSError("no process can be started")

    monkeypatch.setattr(ProcessPool, "_start_pool", cannot)
    pool = Readers(1)
    with pytest.raises(ReaderFault, match="no process can be started"):
        asyncio.run(pool.call(double, 1))
