"""Backfill from a paper's own sitemaps: old to new, within the limits of a run, and on from there the next time."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from ..press import NEWSBOT, Edition, Press, printing, rows, sources

NAMESPACE = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'


def story(n: int, year: int, month: int) -> str:
    return f"/{year}/{month:02}/20/river-rises-at-millford-{n}/"


def urlset(press: Press, *paths: str) -> bytes:
    return f"<urlset {NAMESPACE}>{''.join(f'<url><loc>{press.home}{path}</loc></url>' for path in paths)}</urlset>".encode()


def archive_of(press: Press, months: dict[tuple[int, int], int]) -> None:
    """A robots.txt that names an index, whose maps are of one month each, and one map of all the rest."""
    maps = {f"/sitemap-{year}-{month:02}.xml": (year, month, n) for (year, month), n in months.items()}
    index = "".join(f"<sitemap><loc>{press.home}{path}</loc></sitemap>" for path in reversed(list(maps)))
    answers = press.edition.answers
    answers["/robots.txt"] = lambda h: h.page(
        f"User-agent: *\nSitemap: {press.home}/index.xml\n".encode(), "text/plain"
    )
    answers["/index.xml"] = lambda h: h.page(
        f"<sitemapindex {NAMESPACE}>{index}</sitemapindex>".encode(), "application/xml"
    )
    number = 0
    for path, (year, month, n) in maps.items():
        listed = [story(number + k, year, month) for k in range(1, n + 1)]
        number += n
        answers[path] = lambda h, listed=listed: h.page(
            urlset(press, *listed, "/tag/river/"), "application/xml"
        )
        for one in listed:
            answers[one] = lambda h, one=one: h.page(
                press.story(int(one.rstrip("/").rpartition("-")[2])), "text/html"
            )


def backfilled(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [NEWSBOT, "backfill", "sitemap", "paper1", "--json", *arguments],
        cwd=folder, capture_output=True, text=True, timeout=100,
    )  # fmt: skip


@contextmanager
def paper(folder: Path) -> Iterator[Press]:
    """A paper with maps of five months, one of which cannot be had."""
    with printing(Edition(articles=2)) as press:
        archive_of(press, {(2013, 12): 2, (2014, 1): 3, (2014, 2): 3, (2015, 1): 2, (2016, 1): 1})
        press.edition.answers["/sitemap-2015-01.xml"] = lambda h: h.reply(500)
        sources(folder, press, sitemaps="auto", max_requests=6)
        yield press


WINDOW = ("--from", "2014-01-01", "--to", "2015-12-31")


def asked_of(press: Press) -> list[str]:
    return [one.path for one in press.log if one.path != "/robots.txt"]


def test_sitemaps_of_the_past_are_gone_through_old_to_new_within_the_limits_of_a_run(tmp_path: Path) -> None:
    with paper(tmp_path) as press:
        first = backfilled(tmp_path, *WINDOW)
    assert first.returncode == 0, first.stderr
    # The index, the oldest month, its articles; with robots.txt these are the requests of one run.
    assert asked_of(press) == ["/index.xml", "/sitemap-2014-01.xml", *(story(n, 2014, 1) for n in (3, 4, 5))]
    told = json.loads(first.stdout)
    assert (told["maps"], told["summary"]["stored"], told["open_maps"]) == (3, 3, 2)
    # Nothing of it is due for a nightly crawl, not even the maps.
    due = "select count(*) from frontier where kind in ('sitemap', 'article') and state = 'due'"
    assert rows(tmp_path, due) == [(0,)]
    ((seen_in,),) = rows(tmp_path, "select seen_in from evidence where kind = 'found' and key like '%-3'")
    assert seen_in == f"{press.home}/sitemap-2014-01.xml"
    ((state, why),) = rows(tmp_path, "select state, why from frontier where key like '%-3'")
    assert state == "parked" and not why  # what is years old is visited once


@pytest.mark.soak
def test_the_next_run_goes_on_and_a_map_that_failed_stays_open(tmp_path: Path) -> None:
    with paper(tmp_path) as press:
        counted = json.loads(backfilled(tmp_path, *WINDOW, "--dry-run").stdout)
        assert (counted["months"], counted["failed_maps"]) == ({"2014-01": 3, "2014-02": 3}, 1)
        assert not (tmp_path / "archive.db").exists()
        press.log.clear()
        backfilled(tmp_path, *WINDOW)
        second = backfilled(tmp_path, *WINDOW)
        assert second.returncode in (0, 1), second.stderr
        asked = asked_of(press)
        assert asked[5:9] == ["/sitemap-2014-02.xml", *(story(n, 2014, 2) for n in (6, 7, 8))]
        assert set(asked[9:]) == {"/sitemap-2015-01.xml"}
        assert len(press.asked("/river-")) == 6
    assert rows(tmp_path, "select count(*) from articles") == [(6,)]
    (left,) = rows(tmp_path, "select unit from bulk_units where state = 'open'")
    assert left == (f"{press.home}/sitemap-2015-01.xml",)
