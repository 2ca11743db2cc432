"""Long proofs of exports: replayed by pywb, opened by LibreOffice, killed, and of any size in flat memory."""

from __future__ import annotations

import csv
import json
import os
import resource
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from html import unescape
from pathlib import Path

import duckdb
import pytest

from newsbot.clock import utc_now
from pipelines import dedupe
from pipelines.capture import CaptureWriter, read_capture
from pipelines.store import Archive

pytestmark = [pytest.mark.soak, pytest.mark.timeout(900)]

NEWSBOT = Path(sys.executable).with_name("newsbot")
# pywb wants a virtual environment of its own: name its command with NEWSBOT_WAYBACK.
WAYBACK = os.environ.get("NEWSBOT_WAYBACK") or shutil.which("wayback")
OFFICE = shutil.which("soffice")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


def newsbot(*arguments: str | Path, folder: Path) -> None:
    subprocess.run([NEWSBOT, *arguments], cwd=folder, check=True, capture_output=True)


def until(ready: Callable[[], bool], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not ready():
        assert time.monotonic() < end, "it never came"
        time.sleep(0.05)


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("crawled")
    newsbot("crawl", "--sample", "-q", folder=folder)
    return folder


@contextmanager
def replaying(folder: Path, config: str) -> Iterator[str]:
    """pywb over a folder; gives its address."""
    (folder / "config.yaml").write_text(config)
    with closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    home = f"http://127.0.0.1:{port}"

    def answers() -> bool:
        assert player.poll() is None, "pywb ended"
        try:
            with urllib.request.urlopen(home):
                return True
        except urllib.error.URLError:
            return False

    with (folder / "said").open("w") as said:
        player = subprocess.Popen(
            [str(WAYBACK), "-p", str(port), "-b", "127.0.0.1"], cwd=folder, stdout=said, stderr=said
        )
        try:
            until(answers)
            yield home
        finally:
            player.terminate()
            player.wait()


@pytest.mark.skipif(
    WAYBACK is None, reason="pywb is not there: install it apart and set NEWSBOT_WAYBACK to its wayback"
)
def test_pywb_shows_every_exported_article(crawled: Path, tmp_path: Path) -> None:
    pages = tmp_path / "pages"
    pages.mkdir()
    newsbot(
        "export",
        "warc",
        pages / "all.warc.gz",
        "--index",
        "--with-reading",
        "--max-size",
        "60KB",
        folder=crawled,
    )
    assert len(list(pages.glob("all-*.warc.gz"))) > 1
    config = f"collections:\n  pages:\n    index_paths: {pages}/all.cdxj\n    archive_paths: {pages}/\n"
    with (
        closing(sqlite3.connect(crawled / "archive.db")) as db,
        replaying(tmp_path, config) as home,
    ):
        shown_pages = db.execute(
            'SELECT articles.url, headline, file, "offset", length FROM articles JOIN captures ON captures.id = capture'
        ).fetchall()
        for url, _, *place in shown_pages:
            with urllib.request.urlopen(f"{home}/pages/id_/{url}") as answer:  # noqa: S310  of ours
                assert answer.read() == read_capture(crawled / "captures", *place).payload, url
        if CHROMIUM is not None:
            url, headline, *_ = next(row for row in shown_pages if "gulfcourier" in row[0])
            dumped = subprocess.run(
                [CHROMIUM, "--headless", "--no-sandbox", "--virtual-time-budget=8000", "--dump-dom", f"{home}/pages/mp_/{url}"],
                capture_output=True, text=True, check=True,
            )  # fmt: skip
            assert headline in unescape(dumped.stdout)


@pytest.mark.skipif(OFFICE is None, reason="LibreOffice (soffice) is not there")
def test_libreoffice_opens_the_csv_with_the_archives_cells(crawled: Path, tmp_path: Path) -> None:
    newsbot("export", "csv", tmp_path / "articles.csv", "--text", "--bom", "--no-guard", folder=crawled)
    # Comma, double quote, UTF-8, first line, every column as text; then back to CSV from what it had understood.
    with (tmp_path / "articles.csv").open(encoding="utf-8-sig", newline="") as lines:
        written = list(csv.reader(lines))
    as_text = "/".join(f"{number}/2" for number in range(1, len(written[0]) + 1))
    convert = [str(OFFICE), "--headless", f"-env:UserInstallation=file://{tmp_path}/profile", "--convert-to"]
    run = {"cwd": tmp_path, "check": True, "capture_output": True}
    subprocess.run([*convert, "ods", f"--infilter=CSV:44,34,76,1,{as_text}", "articles.csv"], **run)  # type: ignore[call-overload]
    (tmp_path / "back").mkdir()
    subprocess.run(
        [*convert, "csv:Text - txt - csv (StarCalc):44,34,76,1", "--outdir", "back", "articles.ods"], **run
    )  # type: ignore[call-overload]
    with (tmp_path / "back" / "articles.csv").open(encoding="utf-8-sig", newline="") as lines:
        opened = list(csv.reader(lines))
    assert len(opened) == len(written)
    assert opened == written
    with closing(sqlite3.connect(crawled / "archive.db")) as db:
        kept = dict(db.execute("SELECT public_id, headline FROM articles"))
    at = written[0].index("headline")
    assert {row[0]: row[at] for row in opened[1:]} == {key: headline or "" for key, headline in kept.items()}


def archive_of(path: Path, articles: int, *, captured: bool) -> None:
    """An archive whose rows are as wide as real ones; with a page of each where asked for."""
    Archive.open(path, judgement=dedupe, now=utc_now).close()
    writer = CaptureWriter(path.parent / "captures", 1)
    at = datetime(2026, 1, 1, tzinfo=UTC)
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("INSERT INTO sources (id, name, first_seen_at) VALUES ('s', 'S', '2026-01-01T00:00:00Z')")
        for n in range(1, articles + 1):
            key, day = f"https://s.example/{n}", f"20{10 + n % 16}-{1 + n % 12:02d}-{1 + n % 28:02d}"
            capture = None
            if captured:
                ref = writer.write(key, 200, [("Content-Type", "text/html")], f"<p>{n}".encode() * 60, at)
                capture = db.execute(
                    'INSERT INTO captures (key, url, file, "offset", length, digest, captured_at, status, payload_bytes)'
                    " VALUES (?, ?, ?, ?, ?, ?, '', 200, 0)",
                    (key, key, ref.file, ref.offset, ref.length, ref.digest),
                ).lastrowid
            db.execute(
                "INSERT INTO articles (id, public_id, url, source, headline, lede, published_day, published_month, published_sort,"
                " first_seen_at, capture) VALUES (?, ?, ?, 's', ?, ?, ?, ?, ?, '2026-01-01T00:00:00Z', ?)",
                (n, f"p{n}", key, f"Headline {n}", "lede " * 40, day, day[:7], day, capture),
            )
            db.execute(
                "INSERT INTO urls (key, url, source, article, first_seen_at) VALUES (?, ?, 's', ?, '')",
                (key, key, n),
            )
    writer.close()


def peak(*arguments: str | Path, folder: Path) -> int:
    """Memory that a command took at its most, in KB."""
    with subprocess.Popen([str(NEWSBOT), *map(str, arguments)], cwd=folder) as process:
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0
    assert isinstance(used, resource.struct_rusage)
    return used.ru_maxrss


def test_memory_is_flat_whatever_is_exported(tmp_path: Path) -> None:
    """Ten times as many articles: neither the pages with their index nor a dataset may take 24 MB more."""
    used: dict[str, list[int]] = {"warc": [], "parquet": []}
    for articles in (6_000, 60_000):
        folder = tmp_path / str(articles)
        folder.mkdir()
        archive_of(folder / "archive.db", articles, captured=True)
        used["warc"].append(peak("export", "warc", "all.warc.gz", "--index", "-q", folder=folder))
        used["parquet"].append(peak("export", "parquet", "--partition", "month", "all", "-q", folder=folder))
        told = json.loads((folder / "all.warc.gz.manifest.json").read_text())
        assert told["captures"] == articles
        with (folder / "all.cdxj").open("rb") as lines:
            keys = [line.split(b" ", 1)[0] for line in lines]
        assert len(keys) == articles
        assert keys == sorted(keys)
    for form, (small, large) in used.items():
        assert large - small < 24 * 1024, (form, small, large)


@pytest.mark.parametrize(
    ("form", "name"),
    [
        pytest.param(("warc", "all.warc.gz", "--index"), "all.warc.gz", id="pages"),
        pytest.param(("parquet", "--partition", "month", "all"), "all", id="a dataset"),
    ],
)
def test_a_killed_export_leaves_nothing_that_looks_whole(
    form: tuple[str, ...], name: str, tmp_path: Path
) -> None:
    archive_of(tmp_path / "archive.db", 30_000, captured=True)

    def under_way() -> bool:
        parts = [path for path in tmp_path.rglob(".*.part*") if path.is_file()]
        return (
            sum(path.stat().st_size for path in (*parts, *tmp_path.glob(".all.*.part/*/*.parquet"))) > 50_000
        )

    with subprocess.Popen([str(NEWSBOT), "export", *form, "-q"], cwd=tmp_path) as process:
        until(under_way)
        process.send_signal(signal.SIGKILL)
    assert process.returncode == -signal.SIGKILL
    assert not (tmp_path / name).exists()
    assert not list(tmp_path.glob("all*"))
    newsbot("export", *form, "-q", folder=tmp_path)
    assert (tmp_path / name).exists()
    if name == "all":
        counted = duckdb.execute("SELECT count(*) FROM read_parquet(?)", [f"{tmp_path}/all/*/*.parquet"])
        assert counted.fetchall() == [(30_000,)]
