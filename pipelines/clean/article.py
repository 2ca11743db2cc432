"""clean(): a parsed page to its article, with what was removed and why."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from pipelines.clean.blocks import REASONS, mark
from pipelines.clean.byline import authors_of
from pipelines.clean.canonical import canonical_of
from pipelines.clean.extract import main_lines
from pipelines.clean.headline import headline_of, titles_of
from pipelines.clean.image import image_of
from pipelines.clean.language import language_of
from pipelines.clean.lede import lede_of, with_standfirst
from pipelines.clean.lines import Context, Dropped, sift
from pipelines.clean.live import entries_of, is_live, parted
from pipelines.clean.markdown import markdown_of, text_of
from pipelines.clean.metadata import site_of
from pipelines.clean.missed import put_back, stands_in
from pipelines.clean.notes import notes_of
from pipelines.clean.page_kind import kind_of
from pipelines.clean.paywall import paywalled
from pipelines.clean.pictures import pictures_of
from pipelines.clean.rights import rights_of
from pipelines.clean.runs import Run, in_order, key_of, prose_of, runs_of, shown
from pipelines.clean.section import section_of, tags_of
from pipelines.clean.structure import blocks_of
from pipelines.clean.subheads import set_apart
from pipelines.document import Document
from pipelines.items import Doubt, Image, LiveEntry, Note, RemovedBlock, Rights, Rules
from pipelines.reasons import Reason

MAX_REMOVED = 200  # blocks of one page
MAX_BLOCK = 4000  # characters of one of them
_WORTH_KEEPING = 40  # unlinked characters of a line inside the article that the extractor left out

# Blocks that are worth keeping even where the extractor had left them out by itself.
_KEPT_ALWAYS = frozenset({"check_also", "related_block", "second_article"})


@dataclass(frozen=True, slots=True)
class Cleaned:
    """What cleaning makes of a page; unknown stays None."""

    is_article: bool
    reason: Reason | None = None  # why it is no article
    detail: str = ""
    headline: str | None = None
    lede: str | None = None
    text: str = ""  # paragraphs, sub-heads and list items, each separated by one blank line
    markdown: str = ""  # the same words, with sub-heads, items, quotes and tables marked
    story_at: int = 0  # offset in `text` behind a stand-first that opens it
    apart: int = (
        0  # the same, where the stand-first stood so far from the story that the extractor left it out
    )
    form: str = "article"  # or live_blog
    entries: tuple[LiveEntry, ...] = ()
    byline: str | None = None  # as printed
    authors: tuple[str, ...] = ()
    section: str | None = None
    tags: tuple[str, ...] = ()
    language: str | None = None  # BCP 47 primary subtag
    image: str | None = None
    images: tuple[Image, ...] = ()
    notes: tuple[Note, ...] = ()
    paywalled: bool | None = None
    canonical_url: str | None = None
    removed: tuple[RemovedBlock, ...] = ()
    doubts: tuple[Doubt, ...] = ()
    rights: Rights = field(default_factory=Rights)


def clean(document: Document, rules: Rules) -> Cleaned:
    """Headline, byline, lede, text and the rest of a page; deterministic; changes nothing of the document.

    A page that is no article comes back with `is_article` False, a reason and a sentence, and with what
    metadata it has; its text is left out.
    """
    site = site_of(document, rules.outlet)
    runs = runs_of(document.tree)
    extracted = main_lines(document.tree, document.url, rules.strip, prose_of(runs))
    found = in_order(shown(extracted.lines, runs), runs)
    mark(runs, {key_of(line) for line in found} - {""})
    headline = headline_of(document, runs, site)
    authors, byline = authors_of(document, runs, site)
    by_key: dict[str, list[Run]] = {}
    for run in runs:
        by_key.setdefault(run.key, []).append(run)
    context = Context(headline, authors, byline, by_key, titles_of(document, site), document.url)
    lines, dropped = sift(put_back(found, runs), context)
    lines, heads = set_apart(lines, by_key)
    kind = kind_of(document, runs, lines, headline)
    cleaned = Cleaned(
        is_article=kind.is_article,
        reason=kind.reason,
        detail=kind.detail,
        headline=headline,
        byline=byline,
        authors=authors,
        section=section_of(document, site),
        tags=tags_of(document, site),
        language=language_of(document, "\n\n".join(lines), rules.language),
        image=image_of(document),
        paywalled=paywalled(document, "\n\n".join(lines)),
        canonical_url=canonical_of(document),
        doubts=extracted.doubts,
        rights=rights_of(document),
    )
    if not kind.is_article:
        return cleaned
    lede = lede_of(document, runs, lines, context)
    story, lines = lines, with_standfirst(lines, lede)
    behind = len(lines[0]) + 2 if lede.marked and lines[:1] == [lede.text] else 0
    entries = entries_of(document, runs, lines)
    lines, entry_heads = parted(lines, entries)
    blocks = blocks_of(lines, by_key, heads | entry_heads)
    return replace(
        cleaned,
        lede=lede.text,
        text=text_of(blocks),
        markdown=markdown_of(blocks),
        story_at=behind,
        apart=behind if lines[:1] != story[:1] else 0,
        form="live_blog" if entries or is_live(document) else "article",
        entries=entries,
        images=pictures_of(document, by_key, [context.headline_key, *map(key_of, lines)], cleaned.image),
        notes=notes_of(document, runs, lines, context.headline_key),
        removed=_removed(runs, lines, dropped, extracted.stripped),
    )


def _removed(
    runs: Sequence[Run], text: Sequence[str], dropped: Sequence[Dropped], stripped: Sequence[str]
) -> tuple[RemovedBlock, ...]:
    """Neighbouring lines that one rule took out, as one block; in the order of the page."""
    lines = {(d.position, d.text): d for d in dropped}
    seen = {key_of(d.text) for d in dropped}
    for run in [*(run for run in runs if run.rule in _KEPT_ALWAYS), *_left_out(runs, text)]:
        if run.key and run.key not in seen:
            seen.add(run.key)
            rule = run.rule or "left_out"
            reason = f"{REASONS[rule]} ({run.why})" if run.rule else REASONS[rule]
            lines[run.position, run.text] = Dropped(rule, reason, run.text, run.position)
    blocks: list[Dropped] = []
    for line in sorted(lines.values(), key=lambda d: d.position):
        last = blocks[-1] if blocks else None
        if last is not None and (last.rule, last.reason) == (line.rule, line.reason):
            blocks[-1] = Dropped(last.rule, last.reason, f"{last.text}\n{line.text}", last.position)
        else:
            blocks.append(line)
    found = [RemovedBlock(d.rule, d.reason, d.text[:MAX_BLOCK], d.position) for d in blocks]
    found += [
        RemovedBlock("strip_rule", "A rule of the source leaves this block out.", text[:MAX_BLOCK], 0)
        for text in stripped
    ]
    return tuple(found[:MAX_REMOVED])


def _left_out(runs: Sequence[Run], text: Sequence[str]) -> Iterator[Run]:
    """Lines between the first and the last of the text that the extractor left out by itself.

    What stands before and after is the frame of the page; what is nearly all links, its furniture.
    """
    keys = {key_of(line) for line in text}
    held = [run.position for run in runs if run.key in keys]
    if not held:
        return
    whole = " ".join(key_of(line) for line in text)
    for run in runs[held[0] : held[-1]]:
        if len(run.text) - run.linked >= _WORTH_KEEPING and not stands_in(run.key, whole):
            yield run
