"""`newsbot extract`: what newsbot reads in a page that lies on the disk; no archive, no network."""

from __future__ import annotations

import errno
import gzip
import sys
import zlib
from dataclasses import asdict
from datetime import UTC, datetime, timedelta, timezone
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from newsbot.cli.lines import Line, answer_lines, write_json
from newsbot.cli.options import json_option
from newsbot.cli.table import plain
from newsbot.clock import utc_now
from pipelines.errors import NothingDone
from pipelines.reasons import SENTENCES

if TYPE_CHECKING:
    from pipelines.items import Published, Reading

LARGEST = 8 * 1024 * 1024  # bytes; read() refuses more, so no more than one byte beyond is loaded
GZIP = b"\x1f\x8b"


@click.command()
@click.argument("file", required=False, type=click.Path(path_type=Path, allow_dash=True))
@click.option("--url", default="", help="Address of the page: makes links whole, and a date in it counts.")
@click.option("--jsonl", is_flag=True, help="Read JSON Lines from stdin, write JSON Lines to stdout.")
@json_option
def extract(file: Path | None, url: str, jsonl: bool, as_json: bool) -> None:
    """Read an article page: headline, byline, dates, dateline, text.

    FILE is an HTML page as a server sent it (gzip or not), or - for stdin. The text goes to stdout
    under its facts; --json writes all that was read: also the text as light Markdown, pictures
    with captions and credits, corrections, entries of a live blog, every candidate for the date
    and every block that cleaning removed.

    --jsonl reads objects with id, url and html_path (and fetched_at, where it is known)
    and writes objects with id, title, authors, published_at, text and language.
    published_at has an offset where the zone is known, none where only the clock is,
    and is a plain date where only the day is. A page that is no article has a reason,
    one that could not be read an error.

    \b
    Examples:
        newsbot extract page.html --url https://www.example.com/2014/06/22/story/
        curl -s https://www.example.com/story | newsbot extract - --json
        newsbot extract --jsonl < pages.jsonl > articles.jsonl
    """
    if jsonl:
        if file is not None:
            raise click.UsageError("--jsonl reads from stdin; leave FILE out.")
        answer_lines(sys.stdin.buffer, _answer_line, "page")
        return
    if file is None:
        raise click.UsageError("Give an HTML file, - for stdin, or --jsonl.")
    reading = _read(_load(file), url, utc_now())
    if as_json:
        write_json(asdict(reading))
    elif reading.is_article:
        _show(reading)
    if not reading.is_article:
        raise NothingDone(_why(reading))


def _answer_line(line: Line) -> dict[str, Any]:
    who = {"id": line.row.get("id")}
    if line.error:
        return who | {"error": line.error}
    path, url = line.row.get("html_path"), line.row.get("url") or ""
    if not isinstance(path, str) or not isinstance(url, str):
        return who | {"error": f"Line {line.number} needs html_path, and url, as text."}
    try:
        reading = _read(_load(Path(path)), url, _fetched_at(line.row))
    except OSError as error:
        return who | {"error": f"{path}: {error.strerror or error}."}
    except Exception as error:  # noqa: BLE001 - the seam: a page's fault becomes its object's error
        return who | {"error": f"Line {line.number}: {type(error).__name__}: {error}"}
    told = who | answer(reading)
    return told if reading.is_article else told | {"reason": reading.reason, "detail": reading.detail}


def _fetched_at(row: dict[str, Any]) -> datetime:
    """When the page was fetched, as the line tells, else now: nothing is dated later."""
    printed = row.get("fetched_at")
    if not printed:
        return utc_now()
    at = datetime.fromisoformat(printed)
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def _load(file: Path) -> bytes:
    """The page, at most one byte more than `read()` takes. Raises OSError, with a sentence for a broken gzip file."""
    if str(file) == "-":
        return _unpacked(sys.stdin.buffer.read(LARGEST + 1), file)
    with file.open("rb") as page:
        return _unpacked(page.read(LARGEST + 1), file)


def _unpacked(page: bytes, file: Path) -> bytes:
    """The page out of its gzip file, known by its first bytes: no more of it is unpacked than `read()` takes."""
    if not page.startswith(GZIP):
        return page
    try:
        with gzip.GzipFile(fileobj=BytesIO(page)) as packed:
            return packed.read(LARGEST + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise gzip.BadGzipFile(errno.EINVAL, f"Not a whole gzip file ({error})", str(file)) from error


def _read(body: bytes, url: str, fetched_at: datetime) -> Reading:
    from pipelines.reading import read

    return read(body, {"content-type": "text/html"}, url, fetched_at)


def answer(reading: Reading) -> dict[str, Any]:
    """What --jsonl tells of a reading."""
    return {
        "title": reading.headline,
        "authors": list(reading.authors),
        "published_at": _printed(reading.published),
        "text": reading.text,
        "language": reading.language,
    }


def _printed(published: Published) -> str | None:
    """The clock where the paper is, with its offset where the zone is known; else the day; else nothing.

    An offset that is only assumed from the address is none that is known: --json tells it.
    """
    at, local = published.at, published.local
    if at is None or (published.offset_from == "address" and local):
        known = local or published.day
        return known.isoformat() if known else None
    apart = local - at.replace(tzinfo=None) if local else timedelta(0)
    offset = timedelta(minutes=round(apart.total_seconds() / 60))  # twins may differ by a second
    return at.astimezone(timezone(offset)).isoformat()


def _why(reading: Reading) -> str:
    sentence = SENTENCES[reading.reason] if reading.reason else "The page could not be read as an article."
    return f"{sentence} ({reading.detail})" if reading.detail else sentence


def _show(reading: Reading) -> None:
    published = _printed(reading.published)
    facts = (
        ("headline", reading.headline),
        ("byline", reading.byline),
        ("authors", ", ".join(reading.authors)),
        ("published", f"{published} ({reading.published.origin})" if published else None),
        ("modified", reading.modified_at.isoformat() if reading.modified_at else None),
        ("dateline", reading.dateline.printed if reading.dateline else None),
        ("agencies", ", ".join(reading.agencies)),
        ("section", reading.section),
        ("tags", ", ".join(reading.tags)),
        ("language", reading.language),
        ("words", reading.word_count),
        ("form", f"live blog, {len(reading.entries)} entries" if reading.form == "live_blog" else None),
        ("pictures", len(reading.images)),
        ("notes", "; ".join(f"{note.kind}: {note.text}" for note in reading.notes)),
        ("removed", f"{len(reading.removed)} blocks" if reading.removed else None),
        ("doubts", "; ".join(f"{doubt.doubt}: {doubt.detail}" for doubt in reading.doubts)),
    )
    for name, value in facts:
        if value:
            click.echo(f"{name:<10} {plain(value)}")
    click.echo()
    for paragraph in reading.text.split("\n\n"):
        click.echo(plain(paragraph) + "\n")
