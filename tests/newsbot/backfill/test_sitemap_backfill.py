"""Backfill from a paper's own sitemaps: old to new, within the limits of a run, and on from there the next time."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

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


def test_sitemaps_of_the_past_are_gone_through_old_to_new_within_the_limits_of_a_run(tmp_path: Path) -> None:
    with printing(Edition(articles=2)) as press:
        archive_of(press, {(2013, 12): 2, (2014, 1): 3, (2014, 2): 3, (2015, 1): 2, (2016, 1): 1})
        press.edition.answers["/sitemap-2015-01.xml"] = lambda h: h.reply(500)
        sources(tmp_path, press, sitemaps="auto", max_requests=6)
        first = backfilled(tmp_path, "--from", "2014-01-01", "--to", "2015-12-31")
        assert first.returncode == 0, first.stderr
        asked = [one.path for one in press.log if one.path != "/robots.txt"]
        # The index, the oldest month, its articles, the next month; then the limit of a run came.
        assert asked[:5] == ["/index.xml", "/sitemap-2014-01.xml", *(story(n, 2014, 1) for n in (3, 4, 5))]
        assert len(asked) == 5
        told = json.loads(first.stdout)
        assert (told["maps"], told["summary"]["stored"], told["open_maps"]) == (3, 3, 2)
        # Nothing of it is due for a nightly crawl, not even the maps.
        assert rows(
            tmp_path,
            "select count(*) from frontier where kind in ('sitemap', 'article') and state = 'due'",
        ) == [(0,)]

        second = backfilled(tmp_path, "--from", "2014-01-01", "--to", "2015-12-31")
    assert second.returncode in (0, 1), second.stderr
    asked = [one.path for one in press.log if one.path != "/robots.txt"]
    assert asked[5:9] == ["/sitemap-2014-02.xml", *(story(n, 2014, 2) for n in (6, 7, 8))]
    assert set(asked[9:]) == {"/sitemap-2015-01.xml"}  # it failed: it stays open
    assert len(press.asked("/river-")) == 6
    assert rows(tmp_path, "select count(*) from articles") == [(6,)]
    assert rows(tmp_path, "select unit from bulk_units where state = 'open'") == [
        (f"{press.home}/sitemap-2015-01.xml",)
    ]
    ((seen_in,),) = rows(tmp_path, "select seen_in from evidence where kind = 'found' and key like '%-3'")
    assert seen_in == f"{press.home}/sitemap-2014-01.xml"
    ((state, why),) = rows(tmp_path, "select state, why from frontier where key like '%-3'")
    assert state == "parked" and not why  # what is years old is visited once
