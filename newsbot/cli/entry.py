"""The error seam of the command: what went wrong becomes one sentence on stderr and an exit code."""

from __future__ import annotations

import contextlib
import errno
import os
import sys
from typing import Any, NoReturn

import click

from newsbot.cli.interrupted import STOPPED
from newsbot.log import say
from pipelines.errors import ArchiveUnusable, ConfigurationError, NewsbotError, NoRoom


class Entry(click.Group):
    """A group whose commands may raise NewsbotError; click's own usage errors keep exit code 2."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """In the order in which they were added: help reads as a first visit goes."""
        return list(self.commands)

    def make_context(self, *args: Any, **kwargs: Any) -> click.Context:
        """As click does it; Ctrl-C while the arguments are read is no other Ctrl-C than any."""
        try:
            return super().make_context(*args, **kwargs)
        except KeyboardInterrupt:
            raise click.exceptions.Exit(STOPPED) from None

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; exit with the code of what stopped it."""
        for stream in (sys.stdout, sys.stderr):
            _survive_odd_text(stream)
        try:
            result = super().invoke(ctx)
            sys.stdout.flush()  # a closed pipe shows here and not when the interpreter ends
        except BrokenPipeError:
            _leave_pipe(ctx)
        except KeyboardInterrupt:
            say("stopped.", name="stopped", exit_code=STOPPED)
            ctx.exit(STOPPED)
        except _expected() as error:
            stop = as_newsbot_error(error)
            say(str(stop), exit_code=stop.exit_code)
            ctx.exit(stop.exit_code)
        return result


def _expected() -> tuple[type[Exception], ...]:
    """What becomes a sentence. SQLite's errors are those of the module that the archive was opened with."""
    opened = sys.modules.get("pipelines.store.sqlite")
    return (NewsbotError, OSError, *((opened.sqlite3.Error,) if opened else ()))


def as_newsbot_error(error: Exception) -> NewsbotError:
    """The error itself, or the one of our tree that says the same.

    The operating system and SQLite raise theirs at any line that touches a file; a person needs the
    file and what to do, not a traceback.
    """
    if isinstance(error, NewsbotError):
        return error
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
        return NoRoom(f"There is no room left on the disk{_where(error)}. Make room and run it again.")
    if isinstance(error, OSError):
        return ConfigurationError(f"{error.strerror or error}{_where(error)}.")
    return ArchiveUnusable(f"The archive could not be used: {error}. `newsbot doctor` says more.")


def _where(error: OSError) -> str:
    return f": {error.filename}" if error.filename else ""


def _survive_odd_text(stream: Any) -> None:
    """Let no headline stop a command because the terminal cannot show one of its letters."""
    if hasattr(stream, "reconfigure"):
        stream.reconfigure(errors="backslashreplace")


def _leave_pipe(ctx: click.Context) -> NoReturn:
    """The reader (`head`, a pager) has enough: that is no failure, and no word is needed."""
    with contextlib.suppress(OSError, ValueError):  # stdout may be no real file
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    ctx.exit(0)
