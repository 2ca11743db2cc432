"""What the commands of a shared frontier have in common: the option that says where it is, and what they need."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import click

from pipelines.errors import ConfigurationError

FRONTIER = "NEWSBOT_FRONTIER"
_OF_THE_EXTRA = ("psycopg", "psycopg_binary", "msgspec")

required_frontier_option = click.option(
    "--frontier",
    required=True,
    envvar=FRONTIER,
    show_envvar=True,
    metavar="ADDRESS",
    help="The shared frontier: postgresql://user@machine/database.",
)


@contextmanager
def with_postgres() -> Iterator[None]:
    """Around imports of what speaks with PostgreSQL: says what is missing where the extra is not installed."""
    try:
        yield
    except ModuleNotFoundError as error:
        if error.name not in _OF_THE_EXTRA:
            raise
        raise ConfigurationError(
            'A shared frontier needs the extra "postgres": pip install "newsbot[postgres]".'
        ) from error
