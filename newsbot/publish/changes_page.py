"""The page of changes: what publishers altered or took down after we had it, latest first."""

from __future__ import annotations

from dataclasses import dataclass

from newsbot.publish.comparison import Piece, words
from newsbot.publish.connections import Snapshot

PAGE = 50

# What came after a revision is the next one of the same article, or the article itself.
_CHANGES = """
SELECT revisions.id, revisions.changed, revisions.seen_at, revisions.headline AS before,
  articles.public_id, articles.headline AS now, articles.language, articles.state, articles.source,
  sources.name AS source_name,
  (SELECT count(*) FROM revisions AS later WHERE later.article = revisions.article
     AND later.id > revisions.id) AS later,
  (SELECT headline FROM revisions AS later WHERE later.article = revisions.article
     AND later.id > revisions.id ORDER BY later.id LIMIT 1) AS next_headline
FROM revisions
JOIN articles ON articles.id = revisions.article
LEFT JOIN sources ON sources.id = articles.source
WHERE revisions.kind = 'publisher' AND articles.state <> 'withheld' AND (revisions.seen_at, revisions.id) < (?, ?)
ORDER BY revisions.seen_at DESC, revisions.id DESC
LIMIT ?
"""


@dataclass(frozen=True)
class Change:
    """One revision by a publisher."""

    id: int
    public_id: str
    seen_at: str
    changed: tuple[str, ...]
    headline: str | None
    language: str | None
    source: str
    source_name: str
    state: str
    pieces: tuple[Piece, ...]  # the headline before and after, where it changed


def changes(
    snapshot: Snapshot, position: tuple[str, int] = ("~", 0), limit: int = PAGE
) -> tuple[list[Change], tuple[str, int] | None]:
    """Changes seen before a position (instant, revision), and the position of the next page if there is one."""
    rows = snapshot.rows(_CHANGES, (*position, limit + 1))
    found = []
    for row in rows[:limit]:
        after = row["next_headline"] if row["later"] else row["now"]
        changed = tuple(part.strip() for part in row["changed"].split(",") if part.strip())
        found.append(
            Change(
                id=row["id"],
                public_id=row["public_id"],
                seen_at=row["seen_at"],
                changed=changed,
                headline=row["now"],
                language=row["language"],
                source=row["source"],
                source_name=row["source_name"] or row["source"],
                state=row["state"],
                pieces=words(row["before"], after) if "headline" in changed else (),
            )
        )
    following = (found[-1].seen_at, found[-1].id) if len(rows) > limit else None
    return found, following
