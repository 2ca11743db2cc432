"""What holds for all tests: processes that they start find the modules compiled; PostgreSQL for those that ask."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator

import pytest

from .postgres import MISSING, PostgresServer, postgres_programs


def pytest_configure(config: pytest.Config) -> None:
    """
    Where Python is told to leave no bytecode (PYTHONDONTWRITEBYTECODE, as in many containers), it is kept aside for
    as long as the tests run. Fifty of them start processes of their own, and each would compile a thousand modules
    anew: more than half of what a short crawl costs (measured: 3.5 s of CPU against 1.9).
    """
    if hasattr(config, "workerinput") or not sys.dont_write_bytecode or sys.pycache_prefix:
        return  # a worker of xdist has it from who started it
    folder = tempfile.mkdtemp(prefix="newsbot-bytecode-")
    config.add_cleanup(lambda: shutil.rmtree(folder, ignore_errors=True))
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    os.environ["PYTHONPYCACHEPREFIX"] = sys.pycache_prefix = folder
    sys.dont_write_bytecode = False


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """A PostgreSQL server, started when the first test asks for it; skips where there is none to start."""
    programs = postgres_programs()
    if programs is None:
        pytest.skip(MISSING)
    with PostgresServer(programs) as server:
        yield server


@pytest.fixture
def dsn(postgres: PostgresServer) -> str:
    """The address of an empty PostgreSQL database of the test's own."""
    return postgres.new_database()
