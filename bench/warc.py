"""`newsbot backfill warc` beside its peers, on one CC-NEWS-shaped file of real pages, in one run.

    python -m bench warc --corpora DIR                              newsbot and bare fastwarc + trafilatura
    python -m bench warc --corpora DIR --news-please PYTHON         … and news-please, installed for that interpreter
    python -m bench warc --corpora DIR --pages 200 --processes 1

newsbot reads every record, dates and cleans its page, decides, stores it with its record in archive.db and captures/. The
peers only extract: fastwarc with `trafilatura.extract(with_metadata=True)`, whose text is thrown away, and news-please's
own way through a WARC file (`CommonCrawlExtractor.extract_from_commoncrawl`), whose articles are thrown away.

With N processes: newsbot has N readers beside the process that writes; fastwarc + trafilatura N processes that take every
Nth record; news-please N extractors with a part of the file each, as its own crawler has one a file. Seconds on the wall
and CPU seconds of all processes count, from start to end of the command.
"""

from __future__ import annotations

import argparse
import ctypes
import io
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from bench import corpora
from bench.corpora import Page

BEGUN = datetime(2026, 11, 1, 11, 11, 10, tzinfo=UTC)  # after every page was published, as captures are
NAME = "CC-NEWS-20261101111110-{:05}.warc.gz"
_SUBREAPER = 36  # PR_SET_CHILD_SUBREAPER: what a command leaves running ends here, and its CPU is counted

_NEWSBOT = """
import atexit, resource, sys
from newsbot.cli import main
def told():
    used = resource.getrusage(resource.RUSAGE_SELF)
    print(f"main {used.ru_utime + used.ru_stime:.2f}", file=sys.stderr)
atexit.register(told)
main(sys.argv[1:])
"""
_FASTWARC = """
import sys, trafilatura
from fastwarc.warc import ArchiveIterator, WarcRecordType
file, share, shares = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
pages = 0
with open(file, "rb") as opened:
    for number, record in enumerate(ArchiveIterator(opened, record_types=WarcRecordType.response)):
        if number % shares == share:
            trafilatura.extract(record.reader.read(), url=record.headers.get("WARC-Target-URI"), with_metadata=True)
            pages += 1
print(pages)
"""
_NEWS_PLEASE = """
import logging, sys
import newsplease.crawler.commoncrawl_crawler  # first: the two modules import each other
from newsplease.crawler.commoncrawl_extractor import CommonCrawlExtractor
folder, name = sys.argv[1:]
articles = []
totals = []
CommonCrawlExtractor().extract_from_commoncrawl(
    name, articles.append, lambda path, passed, discarded, errors, total: totals.append((passed, errors)),
    local_download_dir_warc=folder, reuse_previously_downloaded_files=True, ignore_unicode_errors=True,
    delete_warc_after_extraction=False, log_level=logging.CRITICAL)
print(totals[0][0])
"""


class Cost(NamedTuple):
    """What a command took."""

    pages: int
    seconds: float
    cpu: float  # seconds of all its processes
    told: str = ""


def main(arguments: list[str]) -> None:
    """Make the files, run everybody, print a table."""
    parser = argparse.ArgumentParser(
        prog="python -m bench warc", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    named = os.environ.get("CORPORA")
    parser.add_argument("--corpora", type=Path, default=Path(named) if named else None)
    parser.add_argument("--pages", type=int, default=690, help="At most so many pages, each once.")
    parser.add_argument("--processes", type=int, nargs="*", default=[1, 2])
    parser.add_argument(
        "--news-please", metavar="PYTHON", help="An interpreter that has news-please; else left out."
    )
    asked = parser.parse_args(arguments)
    if asked.corpora is None or not asked.corpora.is_dir():
        sys.exit(f"No pages to read: {asked.corpora or 'no folder is named'} (--corpora DIR or CORPORA=DIR).")
    ctypes.CDLL(None).prctl(_SUBREAPER, 1, 0, 0, 0)
    pages = [page for name in corpora.CORPORA for page in corpora.load(asked.corpora, name)][: asked.pages]
    with tempfile.TemporaryDirectory() as folder:
        compare(Path(folder), pages, asked.processes, asked.news_please)


def compare(folder: Path, pages: Sequence[Page], processes: Sequence[int], news_please: str | None) -> None:
    """A line for each number of processes and each of the three."""
    file = folder / NAME.format(0)
    size = write(file, pages)
    print(f"{len(pages)} pages, {size / 1e6:.1f} MB packed", flush=True)
    print(f"{'':34}{'pages':>6}{'seconds':>9}{'pages/s':>9}{'CPU s':>8}{'CPU ms/page':>13}{'newsbot is':>12}")
    for number in processes:
        ours = newsbot(folder, file, number)
        _tell(f"newsbot, {number} readers {ours.told}", ours, ours)
        _tell(f"fastwarc + trafilatura, {number}", fastwarc(file, number), ours)
        if news_please:
            _tell(f"news-please, {number}", please(folder, pages, number, news_please), ours)


def _tell(name: str, cost: Cost, ours: Cost) -> None:
    rate = cost.pages / cost.seconds
    print(
        f"{name:34}{cost.pages:6}{cost.seconds:9.1f}{rate:9.1f}{cost.cpu:8.1f}{1000 * cost.cpu / cost.pages:13.1f}"
        f"{ours.pages / ours.seconds / rate:11.2f}x",
        flush=True,
    )


def write(file: Path, pages: Sequence[Page]) -> int:
    """A file as Common Crawl's news crawler writes them (StormCrawler): a warcinfo record, then for each page its request
    and its response, unpacked, with the original encoding told under another name. Gives its size."""
    with file.open("wb") as out:
        writer = WARCWriter(out, gzip=True, warc_version="1.0")
        writer.write_record(
            writer.create_warcinfo_record(file.name, {"software": "StormCrawler", "format": "WARC/1.0"})
        )
        for number, page in enumerate(pages):
            body = corpora.raw(page)
            url = page.url or f"https://paper{number}.example/news/{number}"
            at = {"WARC-Date": (BEGUN + timedelta(seconds=number)).strftime("%Y-%m-%dT%H:%M:%SZ")}
            asked = StatusAndHeaders("GET / HTTP/1.1", [("User-Agent", "CCBot/2.0")], is_http_request=True)
            writer.write_record(
                writer.create_warc_record(
                    url, "request", io.BytesIO(b""), 0, http_headers=asked, warc_headers_dict=dict(at)
                )
            )
            headers = [
                ("Content-Type", "text/html"),
                ("X-Crawl-Content-Encoding", "gzip"),
                ("Content-Length", str(len(body))),
            ]
            answer = StatusAndHeaders("200 OK", headers, protocol="HTTP/1.1")
            writer.write_record(
                writer.create_warc_record(
                    url, "response", io.BytesIO(body), len(body), http_headers=answer, warc_headers_dict=at
                )
            )
        return out.tell()


def newsbot(folder: Path, file: Path, workers: int) -> Cost:
    """The whole command, into an archive of its own."""
    archive = folder / f"archive-{workers}" / "archive.db"
    archive.parent.mkdir()
    asked = [
        "backfill",
        "warc",
        str(file),
        "--any-host",
        "--workers",
        str(workers),
        "--json",
        "--db",
        str(archive),
    ]
    cost, [(out, err)] = run([[sys.executable, "-c", _NEWSBOT, *asked]], archive.parent)
    told = json.loads(out)
    pages = sum(
        source[name] if isinstance(source[name], int) else sum(source[name].values())
        for source in told["sources"]
        for name in ("stored", "revised", "unchanged", "skipped", "failed")
    )
    return cost._replace(pages=pages, told=f"(writer {err.split()[-1]} s)")


def fastwarc(file: Path, processes: int) -> Cost:
    """Bare extraction, every Nth record a process."""
    commands = [
        [sys.executable, "-c", _FASTWARC, str(file), str(n), str(processes)] for n in range(processes)
    ]
    cost, outs = run(commands, file.parent)
    return cost._replace(pages=sum(int(out) for out, _ in outs))


def please(folder: Path, pages: Sequence[Page], processes: int, python: str) -> Cost:
    """news-please's own way, a file a process."""
    downloads = folder / f"news-please-{processes}"
    downloads.mkdir()
    names = []
    for part in range(processes):
        names.append(NAME.format(part))
        write(downloads / names[-1], pages[part::processes])
    commands = [[python, "-c", _NEWS_PLEASE, f"{downloads}/", name] for name in names]
    cost, outs = run(commands, downloads)
    return cost._replace(pages=sum(int(out.split()[-1]) for out, _ in outs))


def run(commands: Sequence[Sequence[str]], folder: Path) -> tuple[Cost, list[tuple[str, str]]]:
    """Runs commands side by side; what they took together, and what each said."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    begun = time.monotonic()
    going = [
        subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)  # noqa: S603
        for command in commands
    ]
    outs = [one.communicate() for one in going]
    seconds = time.monotonic() - begun
    for one, (_, err) in zip(going, outs, strict=True):
        if one.returncode:
            sys.exit(f"It ended with {one.returncode}: {err[-2000:]}")
    _reap()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Cost(0, seconds, cpu), outs


def _reap() -> None:
    """Waits for what the commands had begun themselves."""
    while True:
        try:
            os.waitpid(-1, 0)
        except ChildProcessError:
            return
