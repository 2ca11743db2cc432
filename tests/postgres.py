"""A PostgreSQL of the tests' own: started on a socket in a folder of its own, and surely ended."""

from __future__ import annotations

import os
import pwd
import re
import shutil
import signal
import subprocess
import tempfile
import time
from itertools import count
from pathlib import Path
from types import TracebackType
from typing import Final, Self
from urllib.parse import quote

import psycopg

MISSING: Final = "There is no PostgreSQL here (Debian: apt-get install postgresql): a frontier on several machines goes untested."
_STARTING: Final = 120.0  # seconds, on a loaded machine
_QUICK: Final = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "shared_buffers=32MB")


def postgres_programs() -> Path | None:
    """The folder with `initdb` and `postgres`: that on the path, else the newest one of Debian's; None where none is."""
    found = shutil.which("postgres")
    folders = [Path(found).parent] if found else []
    folders += sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=_version, reverse=True)
    return next((one for one in folders if (one / "initdb").exists() and (one / "postgres").exists()), None)


def _version(folder: Path) -> int:
    number = re.match(r"\d+", folder.parent.name)
    return int(number.group()) if number else 0


class PostgresServer:
    """A server that listens on a Unix socket only, trusts whoever reaches it, and waits for no disk.

    As root it runs as another user, because PostgreSQL refuses root. Where setpriv is there, the server ends with the
    process that started it, however that ends.
    """

    def __init__(self, programs: Path) -> None:
        self._programs = programs
        self._user = _unprivileged() if os.geteuid() == 0 else None
        self._databases = count(1)
        self._process: subprocess.Popen[bytes] | None = None
        self.folder = Path(
            tempfile.mkdtemp(prefix="newsbot-pg-")
        )  # short: a socket's path has 107 bytes at most
        self._data = self.folder / "data"
        self._log = self.folder / "log"

    def __enter__(self) -> Self:
        try:
            self._make()
            self.start()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def dsn(self, database: str = "postgres") -> str:
        """The address of one of its databases; the password in it is not looked at."""
        return f"postgresql://newsbot:secret@/{database}?host={quote(str(self.folder), safe='')}"

    def new_database(self) -> str:
        """Makes an empty database and gives its address."""
        name = f"frontier_{next(self._databases)}"
        with psycopg.connect(self.dsn(), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}")  # type: ignore[call-overload]
        return self.dsn(name)

    def start(self) -> None:
        """Returns when it answers. Raises AssertionError, with what it wrote, where it ends instead."""
        command = [str(self._programs / "postgres"), "-D", str(self._data), "-k", str(self.folder)]
        command += ["-c", "listen_addresses=", "-c", "timezone=UTC"]
        command += [word for setting in _QUICK for word in ("-c", setting)]
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                self._as_user(command),
                cwd="/",
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                user=self._user,
            )
        deadline = time.monotonic() + _STARTING
        while True:
            assert self._process.poll() is None and time.monotonic() < deadline, self._log.read_text()
            try:
                psycopg.connect(self.dsn()).close()
            except psycopg.OperationalError:
                time.sleep(0.02)
            else:
                return

    def stop(self, how: signal.Signals = signal.SIGQUIT) -> None:
        """Ends it: at once, as a power cut would (SIGQUIT), or after cutting off its clients (SIGINT)."""
        if self._process is not None:
            self._process.send_signal(how)
            self._process.wait()
            self._process = None

    def close(self) -> None:
        """Ends it and takes its folder away."""
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _make(self) -> None:
        if self._user is not None:
            os.chown(self.folder, self._user, -1)
        command = [str(self._programs / "initdb"), "-D", str(self._data), "-U", "newsbot", "--auth=trust"]
        command += ["--no-sync", "--encoding=UTF8", "--no-locale"]
        made = subprocess.run(
            command, cwd="/", stdin=subprocess.DEVNULL, capture_output=True, text=True, user=self._user
        )
        assert made.returncode == 0, made.stderr

    @staticmethod
    def _as_user(command: list[str]) -> list[str]:
        setpriv = shutil.which("setpriv")
        return [setpriv, "--pdeathsig", "QUIT", *command] if setpriv else command


def _unprivileged() -> int:
    """The number of a user who is not root: that of Debian's package, else nobody."""
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name).pw_uid
        except KeyError:
            continue
    return 65534
