"""`newsbot export warc`: the captured pages of articles, for players of web archives and for other archives."""

from __future__ import annotations

import json
import sys
from collections import Counter as Tally
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from newsbot.cli.manifest import manifest_of, manifest_of_files
from newsbot.cli.options import SIZE, archive_option, force_option, quiet_option
from newsbot.cli.output import counted, refuse_to_overwrite, write
from newsbot.cli.progress import Counter
from newsbot.cli.selection import Selection, State, selection_options, snapshot
from newsbot.cli.table import plain
from newsbot.cli.warc_files import ENDING, Sorted, WarcFiles, refuse
from newsbot.log import say

if TYPE_CHECKING:
    from pipelines.store.exported_captures import KeptCapture

_SENTENCES = 20  # about captures that could not be copied, in the manifest
_SOME_WERE_NOT_COPIED = 1


@dataclass(frozen=True)
class Wanted:
    """How the pages are to be written."""

    latest: bool
    with_reading: bool
    largest: int | None  # bytes of a file

    @property
    def query(self) -> dict[str, Any]:
        """What of it decides the records."""
        return {"latest": self.latest, "with_reading": self.with_reading}


@dataclass
class Done:
    """What came of the captures."""

    articles: int = 0
    without: int = 0  # articles of which no page was kept
    copied: int = 0
    erased: int = 0
    reasons: Tally[str] = field(default_factory=Tally)
    sentences: list[str] = field(default_factory=list)

    def failed(self, reason: str, sentence: str) -> None:
        """Notes a capture that could not be copied."""
        self.reasons[reason] += 1
        if len(self.sentences) < _SENTENCES:
            self.sentences.append(sentence)

    def told(self) -> dict[str, Any]:
        """As it stands in a manifest."""
        return {
            "articles": self.articles,
            "articles_without_capture": self.without,
            "captures": self.copied,
            "not_copied": dict(sorted(self.reasons.items())),
            "not_copied_first": self.sentences,
        }


@click.command()
@click.argument("out", type=click.Path(path_type=Path, allow_dash=True), metavar="OUT.warc.gz")
@archive_option
@selection_options
@click.option("--latest", is_flag=True, help="Of each article only the page that it is read from now.")
@click.option(
    "--with-reading",
    is_flag=True,
    help="Behind each such page a metadata record: headline, byline, dates and the rest as JSON.",
)
@click.option(
    "--max-size",
    "largest",
    type=SIZE,
    metavar="SIZE",
    help='Begin a new file before one grows beyond this, for example "1GB": OUT-00001.warc.gz and so on.',
)
@click.option(
    "--index", "with_index", is_flag=True, help="Write OUT.cdxj beside it, by which pywb finds pages."
)
@click.option("--no-manifest", is_flag=True, help="Write no description beside the file.")
@force_option
@quiet_option
@click.pass_context
def warc(
    ctx: click.Context,
    out: Path,
    archive: Path,
    selection: Selection,
    latest: bool,
    with_reading: bool,
    largest: int | None,
    with_index: bool,
    no_manifest: bool,
    force: bool,
    quiet: bool,
) -> None:
    """Copy captured pages, as WARC records.

    Every page that was captured of the chosen articles, each record byte for byte as it
    lies in captures/, behind a record that says what was asked for. pywb and other
    players of web archives show such a file; other archives take it in. Pages that were
    erased or taken down never leave. A record that is missing or damaged is told and
    left out, and the exit code is 1.

    Beside it stands OUT.warc.gz.manifest.json with the query, the state of the archive,
    the number of records, and a checksum of every file.

    \b
    Examples:
        newsbot export warc bridge.warc.gz --search 'bridge -toll' --index
        newsbot export warc all.warc.gz --latest --with-reading --max-size 1GB
        newsbot export warc - --where source=arabtimes | ssh elsewhere 'cat > arabtimes.warc.gz'
    """
    file = None if str(out) == "-" else out
    if file is None and (largest or with_index):
        raise click.UsageError("--max-size and --index want a file, not stdout.")
    if file is None and sys.stdout.isatty():
        raise click.UsageError("WARC is no text for a terminal: name a file, or pipe it on.")
    if file is not None and not file.name.endswith(ENDING):
        raise click.UsageError(f"{file}: players know a WARC file by its name; let it end in {ENDING}.")
    beside = manifest_of(file) if file is not None and not no_manifest else None
    index = (
        file.with_name(f"{file.name.removesuffix(ENDING)}.cdxj") if file is not None and with_index else None
    )
    if file is not None:
        refuse(file, largest, force=force)
    for target in filter(None, (beside, index)):
        refuse_to_overwrite(target, force=force)
    wanted = Wanted(latest, with_reading, largest)
    done = _export(archive, selection, wanted, file, index, beside, force=force, quiet=quiet)
    _tell(done, file, quiet=quiet)
    ctx.exit(_SOME_WERE_NOT_COPIED if done.reasons else 0)


def _export(
    archive: Path,
    selection: Selection,
    wanted: Wanted,
    file: Path | None,
    index: Path | None,
    beside: Path | None,
    *,
    force: bool,
    quiet: bool,
) -> Done:
    """Writes the files, then the index, then the manifest, by which a whole export is known."""
    from newsbot.clock import utc_now
    from pipelines.capture.copying import warcinfo
    from pipelines.store.exported_captures import counts
    from pipelines.store.values import instant

    now = utc_now()
    counter = Counter("captures", shown=not quiet)
    with ExitStack() as held:
        state = held.enter_context(snapshot(archive, selection, wanted.query))
        fields = _fields(state)
        files = held.enter_context(WarcFiles(file, wanted.largest, lambda name: warcinfo(name, fields, now)))
        lines = Sorted(held) if index else None
        done = _copy(state, wanted, files, lines, counter, now)
        done.articles, done.without = counts(state.db, state.where, state.parameters)
        files.finish()
        if index is not None and lines is not None:
            write(lines, index, force=force)
        withdrawn = state.withdrawn()
    made_at = instant(utc_now())
    if beside is not None:
        told = done.told() | ({"withdrawn": withdrawn} if withdrawn else {})
        whole = manifest_of_files(
            "warc", state.asked, told, [one.told() for one in files.files], state.named, made_at
        )
        write([whole], beside, force=force)
    state.remember(done.copied, files.files[0].sum.hexdigest(), made_at)
    return done


def _copy(
    state: State, wanted: Wanted, files: WarcFiles, lines: Sorted | None, counter: Counter, now: datetime
) -> Done:
    from newsbot.care.erasing import captures_of as folder_of
    from pipelines.capture import Erased, Unreadable
    from pipelines.capture.copying import cdxj_line, copied
    from pipelines.capture.places import named, record_at
    from pipelines.store.exported_captures import captures_of, number_of_captures

    done = Done()
    what = (state.db, state.where, state.parameters)
    counter.total = partial(number_of_captures, *what, latest=wanted.latest)
    folder = folder_of(state.archive)
    chosen = captures_of(*what, latest=wanted.latest)
    for capture in counter.each(chosen):
        where = named(capture.file, capture.offset, capture.place)
        try:
            raw = record_at(folder, capture.file, capture.offset, capture.length, capture.place)
            record = copied(raw, where, capture.digest)
        except Erased:  # a takedown that came in after this export began
            continue
        except Unreadable as error:
            done.failed(_reason(str(error), where), f"{capture.url}: {error}")
            continue
        members = [record.member]
        if wanted.with_reading and capture.article is not None:
            members.append(_reading(state, capture, record, now))
        name, offset = files.add(*members)
        if lines is not None:
            lines.add(cdxj_line(record, name, offset))
        done.copied += 1
    return done


def _reading(state: State, capture: KeptCapture, record: Any, now: datetime) -> bytes:
    from pipelines.capture.copying import reading_of
    from pipelines.store.exported_captures import reading_of_article

    assert capture.article is not None
    return reading_of(record, reading_of_article(state.db, capture.article), now)


def _fields(state: State) -> dict[str, str]:
    """What the first record of each file says."""
    from newsbot import __version__

    return {
        "software": f"newsbot/{__version__}",
        "format": "WARC File Format 1.1",
        "conformsTo": "http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/",
        "description": "Captured pages of news articles, copied record by record from a newsbot archive.",
        "newsbot-query": json.dumps(state.asked, ensure_ascii=False, sort_keys=True),
        "newsbot-archive": json.dumps(state.named, sort_keys=True),
    }


def _reason(sentence: str, where: str) -> str:
    """The kind of a fault: what is said of the capture, without the details behind a colon."""
    return sentence.removeprefix(where).partition(":")[0].strip(" .")


def _tell(done: Done, file: Path | None, *, quiet: bool) -> None:
    for reason, number in sorted(done.reasons.items()):
        say(f"{counted(number, 'capture')} could not be copied: {plain(reason)}.")
    if done.sentences:
        say(f"The first: {plain(done.sentences[0])} `newsbot doctor` looks at all of them.")
    if quiet:
        return
    without = f" Of {counted(done.without, 'article')} no page was kept." if done.without else ""
    click.echo(
        f"{counted(done.copied, 'capture')} of {counted(done.articles, 'article')} written{f' to {file}' if file else ''}.{without}",
        err=True,
    )
