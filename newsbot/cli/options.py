"""Options that mean the same in every command."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

import click


class Day(click.ParamType[date]):
    """A calendar day as YYYY-MM-DD."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """The day; anything else is a usage error."""
        if isinstance(value, date):
            return value
        try:
            return date.fromisoformat(value)
        except ValueError:
            self.fail(f"{value!r} is not a day; write it as 2026-11-22.", param, ctx)


class Moment(click.ParamType["date | datetime"]):
    """A calendar day, or an instant in ISO 8601."""

    name = "date or time"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> date | datetime:
        """The day or instant; anything else is a usage error."""
        if isinstance(value, date):
            return value
        try:
            return moment(value)
        except ValueError as error:
            self.fail(str(error), param, ctx)


def moment(printed: str) -> date | datetime:
    """A day where no time or no offset is told (a wall clock is no instant), else an aware instant.

    Raises ValueError with a sentence.
    """
    try:
        at = datetime.fromisoformat(printed.strip())
    except ValueError:
        raise ValueError(f"{printed!r} is no date; write 2014-06-22 or 2014-06-22T18:30:00+03:00.") from None
    return at if at.tzinfo else at.date()


class Duration(click.ParamType[float]):
    """Seconds, written as in sources.toml: "45s", "30m", "2h", "1d"."""

    name = "duration"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """The seconds; anything else is a usage error."""
        from newsbot.sources.values import duration

        if isinstance(value, float):
            return value
        try:
            return duration(value)
        except ValueError as error:
            self.fail(f"it {error}.", param, ctx)


class Size(click.ParamType[int]):
    """Bytes, written as in sources.toml: "200MB", "1GB"."""

    name = "size"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """The bytes; anything else is a usage error."""
        from newsbot.sources.values import size

        try:
            return size(value)
        except ValueError as error:
            self.fail(f"it {error}.", param, ctx)


DAY = Day()
DURATION = Duration()
MOMENT = Moment()
SIZE = Size()

archive_option = click.option(
    "--db",
    "archive",
    type=click.Path(path_type=Path, dir_okay=False),
    default=Path("archive.db"),
    show_default=True,
    help="The archive.",
)
sources_option = click.option(
    "--sources",
    "sources_file",
    type=click.Path(path_type=Path, dir_okay=False),
    default=Path("sources.toml"),
    show_default=True,
    help="The file that says whom we read.",
)
json_option = click.option("--json", "as_json", is_flag=True, help="Write JSON to stdout.")
quiet_option = click.option("-q", "--quiet", is_flag=True, help="Say only what went wrong.")
force_option = click.option("--force", is_flag=True, help="Overwrite the file where it exists.")
engine_option = click.option(
    "--engine",
    "engine_name",
    default="local",
    metavar="local|tcp://HOST:PORT",
    show_default=True,
    help="Where pages are read: in processes of this machine, or by the workers of a Dask scheduler.",
)
workers_option = click.option(
    "--workers",
    type=click.IntRange(min=1),
    help="Reader processes of --engine local.  [default: one a core]",
)
