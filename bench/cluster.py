"""A Dask scheduler and workers on 127.0.0.1, as processes of their own."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Final

import psutil

PROGRAM: Final = Path(sys.executable).with_name("dask")
CALM: Final = {  # as docs/scaling.md has them: Dask looks at itself less often, which costs a tenth (measured idle)
    "DASK_DISTRIBUTED__ADMIN__SYSTEM_MONITOR__INTERVAL": "5s",
    "DASK_DISTRIBUTED__ADMIN__TICK__INTERVAL": "500ms",
    "DASK_DISTRIBUTED__WORKER__MEMORY__MONITOR_INTERVAL": "2s",
    "DASK_DISTRIBUTED__WORKER__PROFILE__ENABLED": "False",
}
PATIENCE: Final = 120.0  # seconds until all workers must stand


class Cluster:
    """One scheduler, and workers of one thread each; all end with the stack."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            self._port = free.getsockname()[1]
        self._folder = folder
        self._stack = stack
        self._scheduler: subprocess.Popen[bytes] | None = None
        self._workers: list[subprocess.Popen[bytes]] = []

    @property
    def address(self) -> str:
        """Of the scheduler."""
        return f"tcp://127.0.0.1:{self._port}"

    def begin(self, workers: int) -> None:
        """Starts all and waits until the workers have joined."""
        from distributed import Client

        self._scheduler = self._start(
            "scheduler", "--host", "127.0.0.1", "--port", str(self._port), "--no-dashboard"
        )
        for number in range(workers):
            place = self._folder / f"worker{number}"
            self._workers.append(
                self._start(
                    "worker", self.address, "--nthreads", "1", "--no-dashboard", "--local-directory", place
                )
            )
        with Client(self.address, timeout=PATIENCE, set_as_default=False) as client:  # type: ignore[no-untyped-call]
            client.wait_for_workers(workers, timeout=PATIENCE)

    def processes(self) -> dict[str, int]:
        """Who runs, by process."""
        assert self._scheduler is not None
        workers = {f"worker {number}": worker.pid for number, worker in enumerate(self._workers, 1)}
        return {"scheduler": self._scheduler.pid, **workers}

    def cpu(self) -> float:
        """Seconds that the scheduler and the workers have used, their readers left out."""
        total = 0.0
        for root in self.processes().values():
            process = psutil.Process(root)
            for one in (process, *process.children()):  # of a worker: its nanny and itself
                times = one.cpu_times()
                total += times.user + times.system
        return total

    def kill_one(self) -> None:
        """-9 for one worker; its nanny begins another."""
        children = psutil.Process(self._workers[-1].pid).children()
        worker = max(children, key=lambda child: len(child.children()))
        print(f"  killed: worker process {worker.pid}", flush=True)
        worker.send_signal(signal.SIGKILL)

    def _start(self, *arguments: str | Path) -> subprocess.Popen[bytes]:
        process = subprocess.Popen(  # noqa: S603  a program of our own environment
            [PROGRAM, *arguments],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd=self._folder,
            env={**os.environ, **CALM},
        )
        self._stack.callback(kill, process)
        return process


def kill(process: subprocess.Popen[bytes]) -> None:
    """-9 for it and all that it began, readers too."""
    if process.poll() is None:
        for one in (*psutil.Process(process.pid).children(recursive=True), process):
            one.send_signal(signal.SIGKILL)
    process.wait()
    time.sleep(0.1)
