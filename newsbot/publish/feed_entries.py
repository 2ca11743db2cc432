"""What stands in the feeds: articles of any listing as they came in, and changes by their kind."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from newsbot.publish import labels
from newsbot.publish.connections import Snapshot
from newsbot.publish.feeds import Entry, tag_uri
from newsbot.publish.listing import Item, items
from newsbot.publish.query import Query
from newsbot.publish.search import passages, understand
from newsbot.publish.versions import CHANGES, in_words
from pipelines.store.sqlite import sqlite3

ENTRIES = 50  # of a feed, unless asked otherwise
MOST = 500

Absolute = Callable[[str], str]
"""A path of ours as an address that a feed reader can follow."""


def article_entries(snapshot: Snapshot, query: Query, limit: int, absolute: Absolute) -> list[Entry]:
    """The articles of a listing that came into the archive last.

    In that order, and not by publication, because a feed is an alert: what was found late must not sink below what
    a reader has seen.
    """
    query = replace(query.first_page(), words=understand(snapshot, query.words))
    where, parameters = query.where()
    found = items(snapshot, where, parameters, limit, "articles.id DESC")
    hits = passages(snapshot, query.words, [item.id for item in found if item.publish == "full"])
    return [_article(item, hits.get(item.id), absolute) for item in found]


def _article(item: Item, passage: object, absolute: Absolute) -> Entry:
    shown = str(getattr(passage, "striptags", lambda: "")()) or None
    return Entry(
        id=tag_uri("article", item.public_id),
        title=item.headline or "Without a headline",
        address=absolute(f"/a/{item.public_id}"),
        updated=max(item.first_seen_at, item.changed_at or ""),
        published=item.published_at,
        original=labels.web_address(item.url) or None,
        summary=item.lede,
        text=shown,
        author=item.byline or item.source_name,
        language=item.language,
        tags=tuple(filter(None, (item.source_name, item.section, item.place))),
    )


@dataclass(frozen=True)
class Wanted:
    """Which changes: of these kinds (any of them; none means all), of these sources."""

    kinds: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()


_REVISIONS = """
SELECT revisions.id, revisions.changed, revisions.seen_at, revisions.headline AS before,
  articles.public_id, articles.url, articles.headline AS now, articles.language, articles.byline,
  ifnull(sources.name, articles.source) AS source_name,
  (SELECT id FROM revisions AS later WHERE later.article = revisions.article AND later.kind = 'publisher'
     AND later.id > revisions.id ORDER BY later.id LIMIT 1) AS next
FROM revisions
JOIN articles ON articles.id = revisions.article
LEFT JOIN sources ON sources.id = articles.source
WHERE revisions.kind = 'publisher' AND articles.state <> 'withheld'{conditions}
ORDER BY revisions.seen_at DESC, revisions.id DESC
LIMIT ?
"""


def change_entries(snapshot: Snapshot, wanted: Wanted, limit: int, absolute: Absolute) -> list[Entry]:
    """Changes that publishers made, latest first."""
    conditions = ""
    parameters: list[object] = []
    if wanted.kinds:
        # Words in a list: ",headline,text," holds ",text,".
        test = "instr(',' || replace(revisions.changed, ' ', '') || ',', ',' || ? || ',')"
        conditions += f" AND ({' OR '.join([test] * len(wanted.kinds))})"
        parameters += wanted.kinds
    if wanted.sources:
        conditions += f" AND articles.source IN ({', '.join('?' * len(wanted.sources))})"
        parameters += wanted.sources
    rows = snapshot.rows(_REVISIONS.format(conditions=conditions), [*parameters, limit])
    after = _headlines(snapshot, [row["next"] for row in rows if row["next"]])
    return [_change(row, after.get(row["next"], row["now"]), absolute) for row in rows]


def _headlines(snapshot: Snapshot, revisions: Sequence[int]) -> dict[int, str | None]:
    holes = ", ".join("?" * len(revisions))
    rows = snapshot.rows(f"SELECT id, headline FROM revisions WHERE id IN ({holes})", revisions)  # noqa: S608
    return {int(row[0]): row[1] for row in rows}


def _change(row: sqlite3.Row, after: str | None, absolute: Absolute) -> Entry:
    changed = [part.strip() for part in row["changed"].split(",") if part.strip()]
    what = in_words(changed)
    summary = f"{what[:1].upper()}{what[1:]}."
    if "headline" in changed and row["before"] != after:
        summary += f" Before: {row['before'] or 'no headline'} Now: {after or 'no headline'}"
    return Entry(
        id=tag_uri("revision", row["public_id"], row["seen_at"]),
        title=row["now"] or "Without a headline",
        address=absolute(f"/a/{row['public_id']}") + "#revisions",
        updated=row["seen_at"],
        published=row["seen_at"],
        original=labels.web_address(row["url"]) or None,
        summary=summary,
        author=row["source_name"],
        language=row["language"],
        tags=(row["source_name"], *changed),
    )


KINDS = tuple(CHANGES)
"""What may have changed, as `revisions.changed` says it."""
