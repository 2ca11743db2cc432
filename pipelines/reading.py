"""read(): one page in, one Reading out; the one function that the reader processes run for articles."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from pipelines.clean import Cleaned, clean
from pipelines.dateline import Dated, date_article
from pipelines.dedupe import content_hash, signature_of, text_hash
from pipelines.document import Document, Unreadable, parse
from pipelines.items import Doubt, Found, LiveEntry, Reading, Rules

# Changes whenever the same page may read differently: a publisher's revision is told from ours by it.
READING_VERSION = "2026.11.2"

LONGEST_HEADLINE = 500  # characters; real ones end below 300


# A character of Han, Hiragana or Katakana, or whatever else stands between spaces.
_HAN_AND_KANA = r"\u3041-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_UNSPACED = re.compile(f"[{_HAN_AND_KANA}]")
_WORD = re.compile(rf"[{_HAN_AND_KANA}]|[^\s{_HAN_AND_KANA}]+")


def read(
    body: bytes,
    headers: Mapping[str, str],
    url: str,
    fetched_at: datetime,
    evidence: Sequence[Found] = (),
    rules: Rules | None = None,
) -> Reading:
    """Read one page as received (content-encoding undone): clean, then date it.

    `headers` are the response's, by lower-case name; `fetched_at` is aware UTC and nothing is dated
    after it; `evidence` is what listings said of the URL. Same input and READING_VERSION give the same
    Reading, in any order of calls. A page that cannot be read, or is no article, gives a Reading with
    `is_article` False and its reason: nothing is raised for what a page contains.
    """
    rules = rules or Rules()
    version = version_of(rules)
    try:
        document = parse(body, headers, url)
    except Unreadable as fault:
        return Reading(version, url, False, reason=fault.reason, detail=fault.detail)
    cleaned = clean(document, rules)
    if not cleaned.is_article:
        return _no_article(version, url, cleaned)
    language = cleaned.language or rules.language
    dated = _dated(document, cleaned, evidence, fetched_at, rules, language)
    return _article(version, url, fetched_at, cleaned, dated, language)


def _dated(
    document: Document,
    cleaned: Cleaned,
    evidence: Sequence[Found],
    fetched_at: datetime,
    rules: Rules,
    language: str | None,
) -> Dated:
    """Dated by the story; a stand-first that the page sets apart is passed over: no dateline stands in it."""
    story = cleaned.text[cleaned.apart :]
    behind = cleaned.story_at - cleaned.apart
    dated = date_article(document, story, evidence, fetched_at, rules, language, story_at=behind)
    if not cleaned.apart or dated.dateline is None:
        return dated
    return replace(dated, dateline=replace(dated.dateline, end=dated.dateline.end + cleaned.apart))


def bounded(headline: str | None) -> tuple[str | None, tuple[Doubt, ...]]:
    """The headline cut to 500 characters, and a doubt where it was longer: every listing shows headlines, and a page
    may call a megabyte one."""
    if headline is None or len(headline) <= LONGEST_HEADLINE:
        return headline, ()
    detail = (
        f"The headline of the page has {len(headline):,} characters; {LONGEST_HEADLINE} of them are kept."
    )
    return headline[: LONGEST_HEADLINE - 1].rstrip() + "…", (Doubt("long_headline", detail),)


def version_of(rules: Rules) -> str:
    """The version of a reading with these rules: an operator who changes `strip` reads differently too."""
    if not rules.strip:
        return READING_VERSION
    return (
        f"{READING_VERSION}+{hashlib.sha1(repr(rules.strip).encode(), usedforsecurity=False).hexdigest()[:8]}"
    )


def count_words(text: str) -> int:
    """Words of a text. Chinese and Japanese do not part them: there each character counts as one, as in word processors."""
    return len(_WORD.findall(text)) if _UNSPACED.search(text) else len(text.split())


def _no_article(version: str, url: str, cleaned: Cleaned) -> Reading:
    return Reading(
        version,
        url,
        False,
        reason=cleaned.reason,
        detail=cleaned.detail,
        canonical_url=cleaned.canonical_url,
        headline=bounded(cleaned.headline)[0],
        language=cleaned.language,
        rights=cleaned.rights,
    )


def _not_after(entry: LiveEntry, fetched_at: datetime) -> LiveEntry:
    """An entry whose time lies after the fetch keeps what is printed: clocks go wrong, and zones are left out."""
    return replace(entry, at=None) if entry.at is not None and entry.at > fetched_at else entry


def _article(
    version: str, url: str, fetched_at: datetime, cleaned: Cleaned, dated: Dated, language: str | None
) -> Reading:
    begins = max(cleaned.story_at, dated.dateline.end if dated.dateline else 0)
    headline, doubts = bounded(cleaned.headline)
    return Reading(
        version,
        url,
        True,
        canonical_url=cleaned.canonical_url,
        headline=headline,
        lede=cleaned.lede,
        text=cleaned.text,
        markdown=cleaned.markdown,
        byline=cleaned.byline,
        authors=cleaned.authors,
        section=cleaned.section,
        tags=cleaned.tags,
        language=language,
        image=cleaned.image,
        form=cleaned.form,
        entries=tuple(_not_after(entry, fetched_at) for entry in cleaned.entries),
        images=cleaned.images,
        notes=cleaned.notes,
        paywalled=cleaned.paywalled,
        word_count=count_words(cleaned.text),
        agencies=dated.agencies,
        dateline=dated.dateline,
        published=dated.published,
        modified_at=dated.modified_at,
        candidates=dated.candidates,
        removed=cleaned.removed,
        doubts=cleaned.doubts + dated.doubts + doubts,
        rights=cleaned.rights,
        content_hash=content_hash(headline, cleaned.lede, cleaned.byline, cleaned.text),
        text_hash=text_hash(cleaned.text[begins:]) or "",
        signature=signature_of(cleaned.text[begins:]),
    )
