"""Live blogs: their entries, each with its time, from JSON-LD and from the page."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from lxml.html import HtmlElement

from pipelines.clean.labels import labels
from pipelines.clean.metadata import plain, values
from pipelines.clean.names import words_of
from pipelines.clean.runs import HEADINGS, Run, key_of
from pipelines.document import Document
from pipelines.items import LiveEntry
from pipelines.jsonld import types_of

MAX_ENTRIES = 500
MAX_ENTRY = 20_000  # characters of one
_SOME = 3  # entries that a live blog has at least
_SHORT = 60  # characters of a line with time or author
_MOST = 0.5  # of the text, by characters
_ABOVE = 4  # elements above an entry whose names are asked

_LIVE = re.compile(
    r"-(?:live-?(?:blogs?|ticker|updates?|events?|posts?|entr(?:y|ies)|feed|stream|text)|(?:news|live)-?ticker|ticker-?(?:entry|item|post|event)s?"
    r"|liveblog(?:-[a-z]+)*|minuto-a-minuto|key-events?)-"
)
_SUMMARY = re.compile(r"-(?:key-events?|summary|highlights?|timeline-nav|lead-entry|pinned-summary)-")
_TIME_NAME = re.compile(r"-(?:[a-z]*time(?:-?stamp)?|[a-z]*date|uhrzeit|hora|heure)-")
_BYLINE_NAME = re.compile(r"-(?:[a-z]*author(?:-name)?|byline|creator|reporter|autor)-")
_CLOCK = re.compile(r"(?<!\d)(?:[01]?\d|2[0-3])\s?[:.h]\s?[0-5]\d(?!\d)")
_TAG = re.compile(r"<(?:/p|br\s*/?|/div|/li|/h\d|/blockquote)\s*>", re.IGNORECASE)
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_ISO = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d")
_HEAD_TIME = re.compile(
    r"^\W*((?:[01]?\d|2[0-3])[:.][0-5]\d(?:\s?(?:Uhr|h|a\.?m\.?|p\.?m\.?|[A-Z]{2,4}))?)\s*[:|–—-]\s*(\S.*)$"
)


def is_live(document: Document) -> bool:
    """Whether JSON-LD says that the page is a live blog (schema.org LiveBlogPosting)."""
    return any("LiveBlogPosting" in types_of(node) for node in document.jsonld)


def entries_of(document: Document, runs: Sequence[Run], text: Sequence[str]) -> tuple[LiveEntry, ...]:
    """The entries of a live blog in the order of the page, at most 500; none for any other page.

    On the page, an entry is one of at least three neighbours of one tag and class that each hold a time and words, in a
    block that is called a live blog or ticker and holds most of the text, or on a page that says it is one. JSON-LD's
    `liveBlogUpdate` gives their instants; it may know entries that the page has not loaded. Where neither is there,
    headings that begin with a time of day ("12.31 Uhr: …") make entries of what stands below them. An instant is
    told only where a date and zone stand with the time. `text`: the kept lines.
    """
    told = _told(document)
    keys = {key_of(line) for line in text}
    shown = _shown(runs, keys, certain=is_live(document))
    if told and shown:
        return _joined(told, shown)
    return tuple((told or shown or _by_headings(runs, keys))[:MAX_ENTRIES])


def parted(lines: Sequence[str], entries: Sequence[LiveEntry]) -> tuple[list[str], frozenset[str]]:
    """(lines, heads): the lines of a live blog with each entry under a heading of its own: its time and headline.

    Entries that the page does not show stay out of its text, unless it shows none at all.
    """
    opening = {key: entry for entry in reversed(entries) for key in _openings(entry) if key}
    parted: list[str] = []
    heads: set[str] = set()
    opened: set[int] = set()
    for line in lines:
        key = key_of(line)
        entry = opening.get(key)
        if entry is not None and id(entry) not in opened:
            opened.add(id(entry))
            if key != key_of(f"{entry.printed} {entry.headline}"):  # else the page prints them so
                heads.add(_head(entry))
                parted.append(_head(entry))
            if key != key_of(entry.headline or ""):
                parted.append(line)
        else:
            parted.append(line)
    if not opened and entries:
        for entry in entries:
            heads.add(_head(entry))
            parted += [_head(entry), *entry.text.split("\n\n")]
    return [line for line in parted if line], frozenset(heads)


def _openings(entry: LiveEntry) -> tuple[str, str, str]:
    """Lines by which an entry begins, folded: headline, time and headline, first paragraph."""
    first = entry.text.partition("\n\n")[0]
    return key_of(entry.headline or ""), key_of(f"{entry.printed} {entry.headline or ''}"), key_of(first)


def _head(entry: LiveEntry) -> str:
    time = entry.printed[:16].replace("T", " ") if _ISO.match(entry.printed) else entry.printed
    return " · ".join(part for part in (time, entry.headline or "") if part)


def _told(document: Document) -> list[LiveEntry]:
    found: list[LiveEntry] = []
    for node in document.jsonld:
        if "LiveBlogPosting" in types_of(node):
            found += [
                _update(update) for update in values(node, "liveBlogUpdate") if isinstance(update, dict)
            ]
            if len(found) >= MAX_ENTRIES:
                break
    return [entry for entry in found[:MAX_ENTRIES] if entry.text or entry.headline]


def _update(update: Mapping[str, Any]) -> LiveEntry:
    printed = plain(update.get("datePublished")) or plain(update.get("dateModified")) or ""
    names = (
        author.get("name") if isinstance(author, dict) else author for author in values(update, "author")
    )
    byline = ", ".join(name for name in map(plain, names) if name)
    body = update.get("articleBody")
    paragraphs = _TAG.sub("\n", body[: 2 * MAX_ENTRY]).split("\n") if isinstance(body, str) else []
    text = "\n\n".join(line for line in map(plain, paragraphs) if line)
    return LiveEntry(
        _instant(printed), printed[:40], plain(update.get("headline")), byline or None, text[:MAX_ENTRY]
    )


def _instant(printed: str) -> datetime | None:
    """UTC, where date, time and offset are told."""
    try:
        at = datetime.fromisoformat(printed)
        return at.astimezone(UTC) if at.tzinfo is not None else None
    except (ValueError, OverflowError):
        return None


def _joined(told: Sequence[LiveEntry], shown: Sequence[LiveEntry]) -> tuple[LiveEntry, ...]:
    """JSON-LD's entries with the words of the page, whose paragraphs are whole."""
    on_page = {key_of(entry.headline or entry.text[:80]): entry for entry in reversed(shown)}
    joined = []
    for entry in told:
        same = on_page.get(key_of(entry.headline or entry.text[:80]))
        if same is not None:
            byline, printed = entry.byline or same.byline, same.printed or entry.printed
            entry = replace(entry, text=same.text or entry.text, byline=byline, printed=printed)
        joined.append(entry)
    return tuple(joined[:MAX_ENTRIES])


def _shown(runs: Sequence[Run], keys: AbstractSet[str], *, certain: bool) -> list[LiveEntry]:
    """Entries by the shape of the page."""
    groups: dict[tuple[HtmlElement, str, str], dict[HtmlElement, None]] = {}
    for run in runs:
        if len(run.text) > _SHORT or not (_CLOCK.search(run.text) or run.block.tag == "time"):
            continue
        for step in (run.block, *run.block.iterancestors())[:_ABOVE]:
            parent = step.getparent()
            if parent is None or step.tag in ("html", "body", "main"):
                break
            groups.setdefault((parent, str(step.tag), step.get("class") or ""), {})[step] = None
    named = [
        group for group, steps in groups.items() if len(steps) >= _SOME and _is_ticker(group, certain=certain)
    ]
    best: list[LiveEntry] = []
    for group in named:
        held = _held(list(groups[group]), runs)
        if not certain and not _holds_the_text(held, keys):
            continue
        entries = [entry for element, lines in held.items() if (entry := _entry(element, lines)) is not None]
        if len(entries) >= _SOME and sum(len(e.text) for e in entries) > sum(len(e.text) for e in best):
            best = entries[:MAX_ENTRIES]
    return best


def _is_ticker(group: tuple[HtmlElement, str, str], *, certain: bool) -> bool:
    parent, _, name = group
    names = [words_of(name), *(words_of(f"{e.get('class') or ''} {e.get('id') or ''}") for e in _up(parent))]
    if any(_SUMMARY.search(words) for words in names[:3]):
        return False
    return certain or any(_LIVE.search(words) for words in names)


def _up(element: HtmlElement) -> list[HtmlElement]:
    steps = [element, *element.iterancestors()][:_ABOVE]
    return [step for step in steps if step.tag not in ("html", "body")]


def _held(elements: Sequence[HtmlElement], runs: Sequence[Run]) -> dict[HtmlElement, list[Run]]:
    """The lines that stand in each of the elements, buttons left out."""
    held: dict[HtmlElement, list[Run]] = {element: [] for element in elements}
    for run in runs:
        home = next((step for step in (run.block, *run.block.iterancestors()) if step in held), None)
        if home is not None and run.key and run.key not in labels("interface"):
            held[home].append(run)
    return held


def _holds_the_text(held: Mapping[HtmlElement, Sequence[Run]], keys: AbstractSet[str]) -> bool:
    """Whether most of the article's text stands there: else it is a ticker beside it."""
    inside = {run.key for lines in held.values() for run in lines}
    return sum(len(key) for key in keys & inside) > _MOST * sum(len(key) for key in keys)


def _entry(element: HtmlElement, lines: Sequence[Run]) -> LiveEntry | None:
    heading = next((run for run in lines if run.is_heading or _in_heading(run, element)), None)
    time = next(element.iter("time"), None)
    told = [run for run in lines if run is not heading and run.rule in (None, "date_block")]
    clock = next((run for run in told if len(run.text) <= _SHORT and _CLOCK.search(run.text)), None)
    story = [run for run in told if run is not clock and not _is_margin(run)]
    text = "\n\n".join(run.text for run in story)[:MAX_ENTRY]
    if not text and heading is None:
        return None
    printed = _CLOCK.search(clock.text) if clock is not None else None
    shown = " ".join("".join(time.itertext()).split()) if time is not None else ""
    stated = (time.get("datetime") or "").strip() if time is not None else ""
    return LiveEntry(
        _instant(stated),
        _time_as_printed(shown) or (printed.group() if printed else stated[:_SHORT]),
        heading.text if heading is not None else None,
        _byline(element),
        text,
    )


def _time_as_printed(shown: str) -> str:
    """The words of a <time>, whole where they name a day; "21 mins ago 11:48" is 11:48."""
    clock = _CLOCK.search(shown)
    if clock is None or len(shown) > _SHORT:
        return ""
    return shown if _YEAR.search(shown) else clock.group()


def _in_heading(run: Run, entry: HtmlElement) -> bool:
    for step in run.block.iterancestors():
        if step is entry:
            return False
        if step.tag in HEADINGS:
            return True
    return False


def _is_margin(run: Run) -> bool:
    """A line with the time or the author, or a button."""
    words = words_of(run.block.get("class") or "")
    named = _TIME_NAME.search(words) or _BYLINE_NAME.search(words) or run.block.tag == "time"
    return bool(named) and len(run.text) <= 2 * _SHORT


def _byline(entry: HtmlElement) -> str | None:
    for element in entry.iter("span", "div", "p", "a", "strong"):
        name = element.get("class")
        if element.get("rel") == "author" or (name and _BYLINE_NAME.search(words_of(name))):
            text = " ".join("".join(element.itertext()).split())
            return text if 2 < len(text) <= 2 * _SHORT else None
    return None


def _by_headings(runs: Sequence[Run], keys: AbstractSet[str]) -> list[LiveEntry]:
    """What stands under headings of the text that begin with a time of day."""
    heads = [
        (run, match)
        for run in runs
        if run.is_heading and run.key in keys and (match := _HEAD_TIME.match(run.text))
    ]
    if len(heads) < _SOME:
        return []
    parent = heads[0][0].block.getparent()
    entries = []
    for (run, match), following in zip(heads, [*heads[1:], None], strict=True):
        end = following[0].position if following is not None else len(runs)
        story = []
        for line in runs[run.position + 1 : end]:
            if line.is_heading or (following is None and _leaves(line, parent)):
                break
            if line.rule is None and line.key:
                story.append(line.text)
        entries.append(LiveEntry(None, match[1], match[2], None, "\n\n".join(story)[:MAX_ENTRY]))
    return entries[:MAX_ENTRIES]


def _leaves(line: Run, parent: HtmlElement | None) -> bool:
    """Whether the line stands outside the block of the last entry's heading: two levels up are still inside."""
    above = parent.getparent() if parent is not None else None
    home = above if above is not None else parent
    return home is not None and all(step is not home for step in line.block.iterancestors())
