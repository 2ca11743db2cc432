"""Questions to the person at the terminal; where nobody is there, no command waits for an answer."""

from __future__ import annotations

import sys

import click

from pipelines.errors import ConfigurationError


def agreed(question: str, *, otherwise: str) -> bool:
    """What the person says. Raises ConfigurationError where there is none; `otherwise` names the option to give."""
    if not someone_is_there():
        raise ConfigurationError(f"{question} Nobody can be asked here, so nothing was done; {otherwise}.")
    return click.confirm(question, default=True, err=True)


def someone_is_there() -> bool:
    """Whether a question would be seen and could be answered."""
    return sys.stdin.isatty() and sys.stderr.isatty()
