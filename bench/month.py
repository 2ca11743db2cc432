"""A month of nights on a site whose every edit and removal is known: what was found, what was missed, what it cost.

    python -m bench month                                               a small site of our own
    python -m bench month --site-command "python …/newsroom.py --root …"    real pages

The site of the command is a program that takes the options of the newsroom bench (--port, --articles, --future, --spacing, --revise,
--revise-after, --remove, --remove-after, --noise) and answers /_clock?advance=SECONDS, /_manifest (JSON Lines: url,
revision, removed) and /_stats?reset=1 (codes, bytes). Each night its clock moves on by a day, `newsbot crawl` runs with
that clock, and then a crawler that asks for everything again does, in the same way: the sitemaps, and every article.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import shlex
import sqlite3
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from bench.changing import ChangingSite
from pipelines.dedupe import url_key

DAY = 86_400
# The site adds a sentence with these words to a paragraph of its page. Where it knows no paragraph of the article it
# takes any: of a caption, a menu, a script. No reader of the article would see that.
NOTE = "Corrected version"
_EDITED = """
SELECT article FROM article_text WHERE text LIKE :note UNION
SELECT article FROM revisions WHERE text LIKE :note UNION SELECT id FROM articles WHERE lede LIKE :note"""
REVISITS = 45  # nights after first sight on which an article is looked at again
SOURCES = """
[defaults]
contact = "bench@example.org"

[[source]]
id = "site"
name = "Site"
homepage = "{site}"
every = "20h"
revisit = {revisit}
delay = 0.0
allow_private = true
max_requests = 1000000
"""


@dataclass(slots=True)
class Night:
    """What one night cost: requests by status, bytes as they came."""

    night: int
    codes: dict[str, int]
    received: int
    seconds: float
    plain_requests: int = 0  # of the crawler that asks for everything again
    plain_bytes: int = 0


@dataclass(slots=True)
class Truth:
    """What the site did to the articles that the archive has, from the night on which each was first seen."""

    revision: dict[str, int] = field(default_factory=dict)  # by URL, at the last visit
    edits: Counter[str] = field(default_factory=Counter)  # edits that a nightly visit can see
    removed: set[str] = field(default_factory=set)


@contextmanager
def served(command: str, port: int, options: list[str]) -> Iterator[str]:
    """The site, while the block lasts; gives its address."""
    process = subprocess.Popen(  # noqa: S603  the command is the caller's
        [*shlex.split(command), "--port", str(port), *options], stdout=subprocess.DEVNULL
    )
    site = f"http://127.0.0.1:{port}/"
    try:
        for _ in range(600):
            if process.poll() is not None:
                sys.exit("The site ended at its start.")
            try:
                asked(site + "_stats")
                break
            except urllib.error.URLError:
                time.sleep(0.1)
        yield site
    finally:
        process.terminate()
        process.wait()


def asked(url: str) -> bytes:
    """The body of an answer, as it came; b"" where the article is gone."""
    request = urllib.request.Request(url, headers={"Accept-Encoding": "gzip"})  # noqa: S310  our own site
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310
            body: bytes = answer.read()
            return body
    except urllib.error.HTTPError as error:
        error.close()
        return b""


def crawl(folder: Path, now: str) -> float:
    """One night of newsbot; gives its seconds."""
    began = time.monotonic()
    done = subprocess.run(  # noqa: S603
        [str(Path(sys.executable).with_name("newsbot")), "crawl", "-q"],
        cwd=folder,
        env={**os.environ, "NEWSBOT_CLOCK": now},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode not in (0, 1) or "Traceback" in done.stderr:
        sys.exit(f"newsbot crawl ended with {done.returncode}: {done.stderr[-2000:]}")
    return time.monotonic() - began


def everything_again(site: str) -> None:
    """What a crawler without a memory does: the sitemaps, then every article in them, whole."""
    maps, articles = [site + "sitemap.xml"], []
    while maps:
        body = asked(maps.pop())
        if body[:2] == b"\x1f\x8b":
            body = gzip.decompress(body)
        if body[:2] == b"\x1f\x8b":
            body = gzip.decompress(body)
        for element in ElementTree.fromstring(body or b"<none/>"):  # noqa: S314  our own site
            address = next((child.text or "" for child in element if child.tag.endswith("loc")), "")
            (maps if element.tag.endswith("sitemap") else articles).append(address)
    for url in dict.fromkeys(articles):
        if _key(url):
            asked(url)


def stats(site: str) -> tuple[dict[str, int], int]:
    """Answers by status and bytes since the last time."""
    told = json.loads(asked(site + "_stats?reset=1"))
    return told["codes"], told["bytes"]


def stored(archive: Path) -> dict[str, int]:
    """The articles of the archive by key."""
    with closing(sqlite3.connect(archive)) as db:
        return dict(
            db.execute("SELECT key, article FROM urls WHERE article IS NOT NULL AND alias_of IS NULL")
        )


def observe(site: str, archive: Path, truth: Truth) -> None:
    """After a crawl: what the site changed since the night before in articles that were in the archive then."""
    have = stored(archive)
    for line in asked(site + "_manifest").splitlines():
        one = json.loads(line)
        key = _key(one["url"])
        if key not in have or key in truth.removed:
            continue
        before = truth.revision.get(key)
        if before is not None and one["removed"]:
            truth.removed.add(key)
        elif before is not None and one["revision"] != before:
            truth.edits[key] += 1
        truth.revision[key] = one["revision"]


def _key(url: str) -> str:
    """The key of an address; some of the site's are none, and the archive has no article there."""
    try:
        return url_key(url)
    except ValueError:
        return ""


def verdict(archive: Path, truth: Truth) -> dict[str, Any]:
    """What the archive says of revisions and removals beside what happened."""
    have = stored(archive)
    keys = {article: key for key, article in have.items()}
    found: Counter[str] = Counter()
    gone: Counter[str] = Counter()
    kinds: Counter[str] = Counter()
    with closing(sqlite3.connect(archive)) as db:
        for article, changed in db.execute("SELECT article, changed FROM revisions WHERE kind = 'publisher'"):
            kinds[changed] += 1
            (gone if changed == "removed" else found)[keys[article]] += 1
        fetches = dict(
            db.execute("SELECT outcome || coalesce(' ' || reason, ''), count(*) FROM fetches GROUP BY 1")
        )
        inside = {
            keys[article] for (article,) in db.execute(_EDITED, {"note": f"%{NOTE}%"}) if article in keys
        }
    every = set(truth.edits) | set(found)
    outside = Counter(
        {key: times for key, times in truth.edits.items() if key not in inside and not found[key]}
    )
    return {
        "articles": len(have),
        "edits": truth.edits.total(),
        "edits_outside_the_article": outside.total(),
        "articles_edited_outside": sorted(outside),
        "edits_found": sum(min(found[key], truth.edits[key]) for key in every),
        "edits_missed": {
            key: truth.edits[key] - found[key]
            for key in every
            if truth.edits[key] > found[key] and key not in outside
        },
        "false_revisions": {
            key: found[key] - truth.edits[key] for key in every if found[key] > truth.edits[key]
        },
        "removals": len(truth.removed),
        "removals_found": sum(gone[key] == 1 for key in truth.removed),
        "false_removals": sorted(set(gone) - truth.removed),
        "removed_twice": sorted(key for key, times in gone.items() if times > 1),
        "revisions_by_kind": dict(kinds),
        "fetches": fetches,
    }


def month(site: str, folder: Path, nights: int, again: bool) -> tuple[list[Night], dict[str, Any]]:
    """So many nights in a row, and the verdict on them."""
    revisit = json.dumps([f"{24 * night - 4}h" for night in range(1, REVISITS)])
    (folder / "sources.toml").write_text(SOURCES.format(site=site, revisit=revisit), encoding="utf-8")
    truth, spent = Truth(), []
    for number in range(nights):
        now = json.loads(asked(f"{site}_clock?advance={DAY if number else 0}"))["now"]
        stats(site)
        seconds = crawl(folder, now)
        codes, received = stats(site)
        if not codes:
            sys.exit(f"newsbot asked for nothing in night {number}: see {folder / 'archive.db'}.")
        night = Night(number, codes, received, seconds)
        observe(site, folder / "archive.db", truth)
        if again:
            stats(site)
            everything_again(site)
            plain, night.plain_bytes = stats(site)
            night.plain_requests = sum(plain.values())
        spent.append(night)
        told(night)
    return spent, verdict(folder / "archive.db", truth)


def told(night: Night) -> None:
    """One line of the table."""
    requests = sum(night.codes.values())
    print(
        f"{night.night:5}{requests:10}{night.codes.get('304', 0):8}{night.codes.get('200', 0):8}"
        f"{night.received / 1e6:9.1f}{night.seconds:9.1f}{night.plain_requests:12}{night.plain_bytes / 1e6:9.1f}",
        flush=True,
    )


def main(arguments: list[str]) -> None:
    """Run the month and print a line a night, then the verdict as JSON."""
    parser = argparse.ArgumentParser(
        prog="python -m bench month",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--site-command")
    parser.add_argument("--port", type=int, default=8471)
    parser.add_argument("--nights", type=int, default=30)
    parser.add_argument("--articles", type=int, default=300, help="out on the first night")
    parser.add_argument("--a-day", type=int, default=12, help="new ones")
    parser.add_argument("--revise", type=int, default=10, help="every n-th article is edited ...")
    parser.add_argument("--revise-days", type=float, default=3.0, help="... each time so many days pass")
    parser.add_argument("--remove", type=int, default=25, help="every n-th article is removed ...")
    parser.add_argument("--remove-days", type=float, default=8.0, help="... so many days after it came out")
    parser.add_argument(
        "--noise", action="store_true", help="a box that differs at every fetch, and no validators"
    )
    parser.add_argument(
        "--alone", action="store_true", help="leave the crawler out that asks for everything again"
    )
    parser.add_argument("--folder", type=Path, help="keep archive and report there")
    asked_for = parser.parse_args(arguments)
    options = [
        "--articles", str(asked_for.articles), "--future", str(asked_for.a_day * asked_for.nights),
        "--spacing", str(DAY / asked_for.a_day), "--revise", str(asked_for.revise),
        "--revise-after", str(asked_for.revise_days * DAY), "--remove", str(asked_for.remove),
        "--remove-after", str(asked_for.remove_days * DAY),
        *(["--noise"] if asked_for.noise else []),
    ]  # fmt: skip
    print(f"{'night':>5}{'requests':>10}{'304':>8}{'200':>8}{'MB':>9}{'seconds':>9}{'again':>12}{'MB':>9}")
    with tempfile.TemporaryDirectory() as temporary:
        folder = asked_for.folder or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        with _site(asked_for, options) as site:
            nights, found = month(site, folder, asked_for.nights, not asked_for.alone)
        report = {"nights": [asdict(night) for night in nights], **found}
        (folder / "report.json").write_text(json.dumps(report, indent=1), encoding="utf-8")
    print(json.dumps(found | _sums(nights), indent=1))


@contextmanager
def _site(asked_for: argparse.Namespace, options: list[str]) -> Iterator[str]:
    if asked_for.site_command:
        with served(asked_for.site_command, asked_for.port, options) as site:
            yield site
        return
    with ChangingSite(
        asked_for.articles, asked_for.a_day, asked_for.revise, asked_for.revise_days, asked_for.remove,
        asked_for.remove_days, asked_for.noise,
    ) as own:  # fmt: skip
        yield own.url


def _sums(nights: list[Night]) -> dict[str, Any]:
    """All nights but the first, which fetches everything in any case."""
    later = nights[1:]
    codes = sum((Counter(night.codes) for night in later), Counter[str]())
    requests, received = codes.total(), sum(night.received for night in later)
    plain, plain_bytes = sum(n.plain_requests for n in later), sum(n.plain_bytes for n in later)
    return {
        "later_nights": {
            "requests": requests,
            "share_of_304": round(codes["304"] / max(1, requests), 3),
            "megabytes": round(received / 1e6, 1),
            "requests_asking_for_everything_again": plain,
            "megabytes_asking_for_everything_again": round(plain_bytes / 1e6, 1),
        }
    }
