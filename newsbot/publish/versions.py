"""The versions of one article, and what changed between any two of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from newsbot.publish.comparison import Paragraph, Piece, compare, words
from newsbot.publish.connections import Snapshot
from newsbot.publish.policy import shown_lede

MAX_VERSIONS = 200
MAX_TEXT = 1_000_000
"""Characters of a text that are put on one page, or compared."""

_REVISIONS = (
    "SELECT id, kind, changed, seen_at, capture FROM revisions WHERE article = ? ORDER BY id DESC LIMIT ?"
)
_CONTENT = "SELECT headline, lede, byline, text FROM revisions WHERE id = ?"
_CURRENT = """
SELECT headline, lede, byline, text FROM articles LEFT JOIN article_text ON article_text.article = articles.id
WHERE articles.id = ?
"""

CHANGES: dict[str, str] = {
    "headline": "the headline",
    "lede": "the lede",
    "figure": "a figure",
    "correction_note": "a correction note",
    "byline": "the byline",
    "text": "the text",
    "removed": "taken down by the publisher",
    "restored": "put back by the publisher",
}
"""The words of `revisions.changed` as a reader says them."""

KINDS: dict[str, str] = {
    "headline": "headlines",
    "lede": "ledes",
    "figure": "figures",
    "correction_note": "correction notes",
    "byline": "bylines",
    "text": "texts",
    "removed": "removed",
    "restored": "put back",
}
"""The same as names of groups of changes."""


def parts(changed: str) -> tuple[str, ...]:
    """`revisions.changed` as its single words."""
    return tuple(part.strip() for part in changed.split(",") if part.strip())


def in_words(changed: Sequence[str]) -> str:
    """What changed, as a reader says it."""
    return ", ".join(CHANGES.get(part, part) for part in changed)


@dataclass(frozen=True)
class Version:
    """One state of an article, numbered from 1 for the first that the archive has."""

    number: int
    revision: int | None  # the row that keeps it; None: the article as it stands
    since: str  # UTC instant at which it was first seen
    until: str | None  # UTC instant at which what ended it was seen
    changed: tuple[str, ...]  # what ended it
    kind: str  # of that: publisher or reading
    capture: int | None


@dataclass(frozen=True)
class Field:
    """One short field before and after."""

    label: str
    pieces: tuple[Piece, ...]


@dataclass(frozen=True)
class Difference:
    """What is different between two versions, as far as the policy of the source shows it."""

    old: Version
    new: Version
    fields: tuple[Field, ...]
    text: tuple[Paragraph, ...]

    @property
    def empty(self) -> bool:
        """Nothing that is shown differs."""
        return not self.fields and not self.text


def versions(snapshot: Snapshot, article: Mapping[str, Any] | Any) -> list[Version]:
    """All versions, the oldest first, the article as it stands last; of very many, the newest."""
    rows = snapshot.rows(_REVISIONS, (article["id"], MAX_VERSIONS))[::-1]
    before = 0
    if len(rows) == MAX_VERSIONS:
        before = snapshot.number("SELECT count(*) FROM revisions WHERE article = ?", (article["id"],)) - len(
            rows
        )
    since = article["first_seen_at"]
    found = []
    for number, row in enumerate(rows, before + 1):
        found.append(
            Version(
                number, row["id"], since, row["seen_at"], parts(row["changed"]), row["kind"], row["capture"]
            )
        )
        since = row["seen_at"]
    found.append(Version(before + len(rows) + 1, None, since, None, (), "", article["capture"]))
    return found


def difference(
    snapshot: Snapshot, article: int, old: Version, new: Version, publish: str, *, whole: bool = False
) -> Difference:
    """What is different. `whole` keeps every unchanged paragraph; `publish` is the policy of the source."""
    before, after = _content(snapshot, article, old), _content(snapshot, article, new)
    fields = []
    for name in ("headline", "lede", "byline"):
        left, right = before[name], after[name]
        if name == "lede":
            left, right = shown_lede(left, publish), shown_lede(right, publish)
        if (left or "") != (right or ""):
            fields.append(Field(name.capitalize(), words(left, right)))
    text: list[Paragraph] = []
    if publish == "full" and (whole or before["text"] != after["text"]):
        text = compare((before["text"] or "")[:MAX_TEXT], (after["text"] or "")[:MAX_TEXT], whole=whole)
    return Difference(old, new, tuple(fields), tuple(text))


def _content(snapshot: Snapshot, article: int, version: Version) -> Mapping[str, Any]:
    row = (
        snapshot.row(_CURRENT, (article,))
        if version.revision is None
        else snapshot.row(_CONTENT, (version.revision,))
    )
    return dict(row) if row else {"headline": None, "lede": None, "byline": None, "text": None}
