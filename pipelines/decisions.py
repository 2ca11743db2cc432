"""What the archive knows of a URL before a visit, and what is decided on it: the plain values between store and dedupe."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from pipelines.items import Doubt
from pipelines.reasons import Outcome, Reason


@dataclass(frozen=True, slots=True)
class KnownArticle:
    """An article as the archive has it, as far as a decision needs it."""

    id: int
    public_id: str
    source: str
    state: str  # published | gone | withheld
    first_seen_at: datetime
    reading: str | None = None  # version of the reading that made the row
    content_hash: str | None = None
    headline: str | None = None
    lede: str | None = None
    byline: str | None = None
    text: str | None = None  # None where the policy of the source keeps no text
    word_count: int = 0
    paywalled: bool | None = None
    text_hash: str | None = None
    notes: tuple[str, ...] | None = None  # texts of the notes kept; None where the policy keeps no text
    modified_at: datetime | None = None  # last change that its page stated


@dataclass(frozen=True, slots=True)
class Peer:
    """Another article whose folded text is the same, or nearly the same."""

    id: int
    source: str
    cluster: int | None = None
    url: str = ""
    headline: str | None = None
    published: str | None = None  # as in published_sort; None where the date is unknown
    likeness: float = 1.0  # share of the smaller text that stands in the other, 0 to 1


@dataclass(frozen=True, slots=True)
class Standing:
    """How a listing stands before its next look is decided."""

    quiet: int = 0  # visits in a row, before this one, that brought nothing new
    named: bool = True  # sources.toml names it; else another listing does
    lastmod: str | None = None  # as its index printed it
    fresh: bool = True  # this visit names articles never seen
    mostly_new: bool = False  # half or more of them


@dataclass(frozen=True, slots=True)
class Stage:
    """An article as it stood for a while."""

    seen_at: datetime  # when it was first seen to stand so
    made_by: str  # first, publisher (the outlet changed it) or reading (newsbot read better)
    words: KnownArticle


@dataclass(frozen=True, slots=True)
class Known:
    """All that the archive knows of a URL before it decides on a visit."""

    source: str = ""  # of the article, where there is one, else of the visit
    article: KnownArticle | None = None  # under the key asked
    elsewhere: KnownArticle | None = None  # another article, under the key of the address that answered
    claimed: KnownArticle | None = None  # another article that a canonical link ties to this URL, unconfirmed
    alias: bool = False  # the key asked is a second address of its article
    withheld: bool = False  # a tombstone keeps one of the two keys out
    failures: int = 0  # in a row, before this visit
    host_failures: int = 0  # in a row, of the host
    first_due_at: datetime | None = None
    missing_since: datetime | None = None  # first of the 404s since the page was last there
    peers: tuple[Peer, ...] = ()  # with the same text
    near: tuple[Peer, ...] = ()  # of other sources, with nearly the same text, the most alike first
    standing: Standing = field(default_factory=Standing)  # of a listing
    stages: tuple[Stage, ...] = ()  # of the article, the oldest first; only where a capture of the past came
    confirmed_at: datetime | None = None  # when the article was last seen to stand as it does; likewise


class Write(StrEnum):
    """What a decision does to the article's row."""

    NOTHING = "nothing"
    STORE = "store"  # a new article
    REPLACE = "replace"  # the reading takes the place of the old one
    REFRESH = "refresh"  # same words: only what else was read of them (dates, tags) is taken over
    MODIFIED = "modified"  # same words by the same reading: only the page's own modification date moved
    REMOVE = "remove"  # the publisher removed it: the text stays, the state changes
    RESTORE = "restore"  # it is back as it was
    EARLIER = (
        "earlier"  # an older capture: a version goes into its history, or was seen sooner than was known
    )


class Validators(StrEnum):
    """What a decision does to ETag and Last-Modified."""

    KEEP = "keep"
    SAVE = "save"
    CLEAR = "clear"


@dataclass(frozen=True, slots=True)
class Earlier:
    """What an older capture does to the history of an article."""

    behind: int  # number of the stages that lie before it
    same: bool = False  # it has the words of the stage behind it, which was only seen sooner
    changed: tuple[str, ...] = ()  # from the stage before it; empty where it is the first
    changed_again: tuple[str, ...] = ()  # from it to the stage behind it; to the last one again where none is


@dataclass(frozen=True, slots=True)
class Decision:
    """What the archive does with a visit."""

    outcome: Outcome
    reason: Reason | None = None
    detail: str = ""
    write: Write = Write.NOTHING
    article: int | None = None  # the article that the URL belongs to, where there is one already
    revision: str | None = None  # publisher | reading
    changed: tuple[str, ...] = ()  # headline, lede, figure, correction_note, byline, text, removed, restored
    validators: Validators = Validators.KEEP
    due_at: datetime | None = None  # None: parked
    failures: int = 0
    host_failures: int = 0
    host_retry_at: datetime | None = None
    cluster: bool = False  # the article ran in another source with the same text
    near: tuple[Peer, ...] = ()  # the article ran in these other sources with nearly the same text
    doubts: tuple[Doubt, ...] = ()
    why: str = ""  # it is due then, in words
    earlier: Earlier | None = None  # set where `write` is EARLIER
    quiet: int = 0  # of a listing: visits in a row that brought nothing new
