"""The page of changes: what publishers altered or took down after we had it, latest first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from newsbot.publish.browse import is_sample, source_names
from newsbot.publish.comparison import Piece, excerpts, words
from newsbot.publish.connections import Snapshot, TookTooLong
from newsbot.publish.policy import shown_lede
from newsbot.publish.remembered import Remembered
from newsbot.publish.versions import CHANGES, parts

PAGE = 40
_HEAD = "substr(text, 1, 40000)"  # of a text that is compared for a list of changes

# What came after a revision is the next one of the same article, or the article itself.
_CHANGES = """
SELECT revisions.id, revisions.article, revisions.changed, revisions.seen_at, revisions.headline AS before, revisions.lede AS lede_before,
  articles.public_id, articles.headline AS now, articles.lede AS lede_now, articles.language, articles.state,
  articles.source, sources.name AS source_name, sources.publish AS publish, next.id AS later,
  next.headline AS next_headline, next.lede AS next_lede
FROM revisions
JOIN articles ON articles.id = revisions.article
LEFT JOIN sources ON sources.id = articles.source
LEFT JOIN revisions AS next ON next.id =
  (SELECT min(id) FROM revisions AS later WHERE later.article = revisions.article AND later.id > revisions.id)
WHERE revisions.kind = 'publisher' AND articles.state <> 'withheld' AND (revisions.seen_at, revisions.id) < (?, ?)
{narrowed}
ORDER BY revisions.seen_at DESC, revisions.id DESC
LIMIT ?
"""
_COUNTS = """
SELECT changed, count(*) FROM revisions JOIN articles ON articles.id = revisions.article
WHERE revisions.kind = 'publisher' AND articles.state <> 'withheld' {narrowed} GROUP BY changed
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
    lede: tuple[Piece, ...] = ()  # likewise the lede, as far as the policy of the source shows it
    article: int = 0
    later: int | None = None  # the next revision of the same article
    publish: str = "full"
    passages: tuple[tuple[Piece, ...], ...] = ()  # what else changed in the text, a few words around it


@dataclass(frozen=True)
class Kind:
    """One kind of change as a filter."""

    name: str
    count: int | None
    address: str
    chosen: bool


@dataclass(frozen=True)
class ChangesPage:
    """Everything that the page of changes shows."""

    changes: tuple[Change, ...]
    kinds: tuple[Kind, ...]
    source: tuple[str, str] | None  # id and name, where one is chosen
    all_sources: str
    older: str | None
    feed: str  # the query of its feeds
    narrowed: bool
    sample: bool


def changes(
    snapshot: Snapshot,
    position: tuple[str, int] = ("~", 0),
    limit: int = PAGE,
    kinds: Sequence[str] = (),
    source: str = "",
) -> tuple[list[Change], tuple[str, int] | None]:
    """Changes seen before a position (instant, revision), and the position of the next page if there is one.

    `kinds` are words of `revisions.changed`, any of them; none means all.
    """
    conditions, parameters = _narrowed(kinds, source)
    sql = _CHANGES.format(narrowed=conditions)
    rows = snapshot.rows(sql, (*position, *parameters, limit + 1))
    found = []
    for row in rows[:limit]:
        after, lede_after = (
            (row["next_headline"], row["next_lede"]) if row["later"] else (row["now"], row["lede_now"])
        )
        changed = parts(row["changed"])
        publish = row["publish"] or "full"
        lede_before, lede_after = shown_lede(row["lede_before"], publish), shown_lede(lede_after, publish)
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
                lede=words(lede_before, lede_after) if lede_before != lede_after and lede_before else (),
                article=row["article"],
                later=row["later"],
                publish=publish,
            )
        )
    following = (found[-1].seen_at, found[-1].id) if len(rows) > limit else None
    return found, following


def changes_page(
    snapshot: Snapshot,
    position: tuple[str, int],
    kinds: Sequence[str],
    source: str,
    remembered: Remembered,
) -> ChangesPage:
    """One page of changes with its filters; unknown kinds are left out."""
    chosen = tuple(dict.fromkeys(kind for kind in kinds if kind in CHANGES))
    found, following = changes(snapshot, position, kinds=chosen, source=source)
    found = [_with_passages(snapshot, change) for change in found]
    counts = remembered(("changes", source), lambda: _counts(snapshot, source))
    asked = [("kind", kind) for kind in chosen] + ([("source", source)] if source else [])
    older = [*asked, ("before", "{}~{}".format(*following))] if following else None
    return ChangesPage(
        changes=tuple(found),
        kinds=tuple(_kinds(chosen, source, counts)),
        source=(source, source_names(snapshot).get(source, source)) if source else None,
        all_sources=_address([("kind", kind) for kind in chosen]),
        older=_address(older) if older else None,
        feed=urlencode(asked),
        narrowed=bool(asked),
        sample=is_sample(snapshot),
    )


def _with_passages(snapshot: Snapshot, change: Change) -> Change:
    """What changed in the text beside headline and lede, as far as the policy of the source shows it."""
    if change.publish != "full":
        return change
    before = snapshot.row(f"SELECT {_HEAD} FROM revisions WHERE id = ?", (change.id,))  # noqa: S608
    after = (
        snapshot.row(f"SELECT {_HEAD} FROM revisions WHERE id = ?", (change.later,))  # noqa: S608
        if change.later
        else snapshot.row(f"SELECT {_HEAD} FROM article_text WHERE article = ?", (change.article,))  # noqa: S608
    )
    if before is None or after is None or before[0] is None or before[0] == after[0]:
        return change
    told = {_marks(change.pieces), _marks(change.lede)}
    passages = [pieces for pieces in excerpts(before[0], after[0], 3) if _marks(pieces) not in told]
    return replace(change, passages=tuple(passages[:2]))


def _marks(pieces: Sequence[Piece]) -> tuple[Piece, ...]:
    """What was removed and added, without what stands around it."""
    return tuple(Piece(piece.kind, piece.text.strip()) for piece in pieces if piece.kind != "same")


def _counts(snapshot: Snapshot, source: str) -> Counter[str] | None:
    """Changes of each kind; a change of two kinds counts for both. None where counting took too long."""
    conditions, parameters = _narrowed((), source)
    counts: Counter[str] = Counter()
    try:
        rows = snapshot.rows(_COUNTS.format(narrowed=conditions), parameters, 1.5)
    except TookTooLong:
        return None
    for changed, count in rows:
        for part in parts(changed):
            counts[part] += count
    return counts


def _kinds(chosen: Sequence[str], source: str, counts: Counter[str] | None) -> Iterable[Kind]:
    for name in CHANGES:
        if name not in chosen and counts is not None and not counts[name]:
            continue
        rest = [kind for kind in chosen if kind != name] if name in chosen else [*chosen, name]
        asked = [("kind", kind) for kind in rest] + ([("source", source)] if source else [])
        yield Kind(name, counts[name] if counts is not None else None, _address(asked), name in chosen)


def _narrowed(kinds: Sequence[str], source: str) -> tuple[str, list[str]]:
    conditions, parameters = "", []
    if kinds:
        tests = " OR ".join(["instr(',' || revisions.changed || ',', ?)"] * len(kinds))
        conditions += f" AND ({tests})"
        parameters += [f",{kind}," for kind in kinds]
    if source:
        conditions += " AND articles.source = ?"
        parameters.append(source)
    return conditions, parameters


def _address(pairs: Sequence[tuple[str, str]]) -> str:
    return f"/changes?{urlencode(pairs)}" if pairs else "/changes"
