"""What holds for all tests: processes that they start find the modules compiled; PostgreSQL for those that ask."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator

import pytest

from .postgres import MISSING, PostgresServer, postgres_programs


def pytest_configure(config: pytest.Config) -> None:
    """
    Where Python is told to leave no bytecode (PYTHONDONTWRITEBYTECODE, as in many containers), the tests leave it all
    the same, where git does not look. Fifty of them start processes of their own, and each would compile our modules
    anew; those of the environment were compiled when it was made. (Bytecode in a folder of its own, taken away in the
    end, made every run compile those once more: 1,900 modules, 12 s of CPU.)
    """
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
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
