"""`newsbot dateline`: place, date and wire agency from the opening of an article."""

from __future__ import annotations

import sys
from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING, Any

import click

from newsbot.cli.lines import Line, answer_lines, write_json
from newsbot.cli.options import MOMENT, json_option, moment
from newsbot.cli.table import plain

if TYPE_CHECKING:
    from pipelines.items import Dateline


@click.command()
@click.argument("text", required=False)
@click.option("--published", type=MOMENT, help="When the article was published, where that is known.")
@click.option("--fetched", type=MOMENT, help="When the page was fetched.")
@click.option("--language", help="Language of the text, e.g. de.")
@click.option("--country", help="Country of the publisher, e.g. KW: settles which of two places is meant.")
@click.option("--url", help="Address of the article; a date in it helps to find the year.")
@click.option("--jsonl", is_flag=True, help="Read JSON Lines from stdin, write JSON Lines to stdout.")
@json_option
def dateline(
    text: str | None,
    published: date | datetime | None,
    fetched: date | datetime | None,
    language: str | None,
    country: str | None,
    url: str | None,
    jsonl: bool,
    as_json: bool,
) -> None:
    """Read the dateline of an article: place, date and wire agency.

    TEXT is the opening of an article, or - for stdin. No archive is needed. A year that
    cannot be told stays open: the date is then written --06-22.

    --jsonl reads objects with id, text, published_at, fetched_at, language and url and
    writes objects with id, place, country, date, agencies and confidence. A line that
    cannot be read gets an object with an error.

    \b
    Examples:
        newsbot dateline "BAGHDAD, June 22, (Agencies): The river port" --published 2014-06-22
        newsbot dateline --jsonl < openings.jsonl > datelines.jsonl
    """
    if jsonl:
        if text is not None:
            raise click.UsageError("--jsonl reads from stdin; leave TEXT out.")
        answer_lines(sys.stdin.buffer, _answer_line, "line")
        return
    if text is None:
        raise click.UsageError("Give the opening of an article, - for stdin, or --jsonl.")
    if text == "-":
        text = sys.stdin.buffer.read().decode("utf-8", "replace")
    found = _parse(text, published, fetched, language, country, url)
    if as_json:
        write_json(_answer(found))
    else:
        _show(found)


def _answer_line(line: Line) -> dict[str, Any]:
    row = line.row
    who = {"id": row.get("id")}
    if line.error:
        return who | {"error": line.error}
    text = row.get("text")
    if not isinstance(text, str):
        return who | {"error": f"Line {line.number} has no text."}
    try:
        found = _parse(
            text,
            _moment(row, "published_at"),
            _moment(row, "fetched_at"),
            _word(row, "language"),
            _word(row, "country"),
            _word(row, "url"),
        )
    except Exception as error:  # noqa: BLE001 - the seam: a line's fault becomes its object's error
        return who | {"error": f"Line {line.number}: {error}"}
    return who | _answer(found)


def _parse(
    text: str,
    published: date | datetime | None,
    fetched: date | datetime | None,
    language: str | None,
    country: str | None,
    url: str | None,
) -> Dateline | None:
    from pipelines.dateline import parse_dateline

    if fetched is not None and not isinstance(fetched, datetime):
        fetched = datetime.combine(fetched, time(12), UTC)  # noon is never a day away from what was meant
    return parse_dateline(
        text, published=published, fetched_at=fetched, language=language, url=url, country=country
    )


def _moment(row: dict[str, Any], name: str) -> date | datetime | None:
    printed = _word(row, name)
    return moment(printed) if printed else None


def _word(row: dict[str, Any], name: str) -> str | None:
    value = row.get(name)
    if value is None or isinstance(value, str):
        return value
    raise ValueError(f"{name} is {type(value).__name__} and not text.")


def _answer(found: Dateline | None) -> dict[str, Any]:
    if found is None:
        return {"place": None, "country": None, "date": None, "agencies": [], "confidence": 0.0}
    return {
        "place": found.place,
        "country": found.country,
        "date": found.date.isoformat() if found.date else found.month_day,
        "agencies": list(found.agencies),
        "confidence": found.confidence,
    }


def _show(found: Dateline | None) -> None:
    if found is None:
        click.echo("No dateline.")
        return
    place = f"{found.place} ({found.country})" if found.place and found.country else found.place
    day = None
    if found.date:
        day = f"{found.date} (year from: {found.year_from})" if found.year_from else str(found.date)
    elif found.month_day:
        day = f"{found.month_day} (the year cannot be told; --published helps)"
    for name, value in (
        ("dateline", found.printed),
        ("place", place),
        ("date", day),
        ("agencies", ", ".join(found.agencies)),
        ("confidence", f"{found.confidence:.2f}"),
    ):
        click.echo(f"{name:<11} {plain(value or '-')}")
