"""What a crawl changed in the archive, in a few lines: revised, removed and new headlines."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path

from newsbot.cli.table import plain, shortened

LINES = 8  # of each kind; the archive itself shows the rest
WIDTH = 70  # columns of one headline

# A revision holds what stood there before; the article holds what stands there now.
_REVISED = """
    select revisions.headline, articles.headline, revisions.changed, articles.url
    from revisions join articles on articles.id = revisions.article, runs
    where runs.id = ? and revisions.kind = 'publisher'
      and revisions.seen_at between runs.started_at and coalesce(runs.ended_at, '9999')
    order by revisions.id
"""
_NEW = """
    select articles.headline, articles.url from articles, runs
    where runs.id = ? and articles.first_seen_at between runs.started_at and coalesce(runs.ended_at, '9999')
    order by articles.published_sort desc, articles.id desc
"""
_OLDER = """
    select exists (select 1 from articles, runs where runs.id = ? and first_seen_at < runs.started_at)
"""


def changes(archive: Path, run: int) -> Iterator[str]:
    """Lines about one run. None for the first crawl of an archive, where everything is new."""
    from pipelines.store import open_readonly

    with closing(open_readonly(archive)) as db:
        if not db.execute(_OLDER, (run,)).fetchone()[0]:
            return
        revised, removed = [], []
        for before, now, changed, url in db.execute(_REVISED, (run,)):
            parts = [part.strip() for part in changed.split(",")]
            if "removed" in parts:
                removed.append(_headline(now, url))
            else:
                revised.append(_change(before, now, parts, url))
        new = [_headline(headline, url) for headline, url in db.execute(_NEW, (run,))]
    if revised or removed or new:
        yield ""
        yield "What changed since the last crawl:"
    for kind, told in (("revised", revised), ("removed", removed), ("new", new)):
        for line in told[:LINES]:
            yield f"  {kind:<8} {line}"
        if len(told) > LINES:
            yield f"  {kind:<8} and {len(told) - LINES:,} more"


def _change(before: str | None, now: str | None, parts: Sequence[str], url: str) -> str:
    if "headline" not in parts:
        return f"{_headline(now, url)} ({', '.join(parts)})"
    return f"{_headline(before, url)} → {_headline(now, url)}"


def _headline(headline: str | None, url: str) -> str:
    return shortened(plain(headline or url), WIDTH)
