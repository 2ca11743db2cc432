"""How visits and what is known of URLs travel through PostgreSQL: JSON of the dataclasses, checked when it comes back."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Any, Final, TypeVar

import msgspec

from pipelines.decisions import KnownArticle
from pipelines.items import Found, Visit
from pipelines.shared.faults import FromNewer, Undecodable
from pipelines.store import PlannedSource
from pipelines.store.values import words

WIRE: Final = 1  # of the form of a visit; one that a newer newsbot wrote is left for a newer one to read
LARGEST: Final = 64 << 20  # bytes of one visit, unpacked: a sitemap of 50,000 addresses has some 20 MB
_LEVEL: Final = (
    6  # of zlib: 15.2 KB of JSON become 4.6 KB in 0.32 ms; level 1 makes 5.0 KB in 0.23 ms (30 real pages)
)

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class _Letter:
    wire: int
    visit: msgspec.Raw


_LETTERS: Final = msgspec.json.Decoder(_Letter)
_VISITS: Final = msgspec.json.Decoder(Visit)
_FOUND: Final = msgspec.json.Decoder(tuple[Found, ...])
_KNOWN: Final = msgspec.json.Decoder(KnownArticle)
_SOURCES: Final = msgspec.json.Decoder(PlannedSource)


def encode_visit(visit: Visit) -> bytes:
    """A visit as the outbox keeps it. Raises ValueError where it is larger than a collector would take."""
    letter = {"wire": WIRE, "visit": visit}
    try:
        plain = msgspec.json.encode(letter)
    except UnicodeEncodeError:  # half a surrogate pair, as JSON in pages has it
        plain = msgspec.json.encode({**letter, "visit": _clean(visit)})
    if len(plain) > LARGEST:
        raise ValueError(f"It has {len(plain):,} bytes, and {LARGEST:,} may travel.")
    return zlib.compress(plain, _LEVEL)


def decode_visit(packed: bytes) -> Visit:
    """The visit of `encode_visit`; types are checked. Raises Undecodable with a sentence."""
    inflater = zlib.decompressobj()
    try:
        plain = inflater.decompress(packed, LARGEST)
    except zlib.error as error:
        raise Undecodable(f"The visit is damaged: {error}.") from error
    if not inflater.eof:
        raise Undecodable(f"The visit is cut off, or has more than {LARGEST:,} bytes.")
    letter = _decoded(_LETTERS, plain, "visit")
    if letter.wire > WIRE:
        raise FromNewer(
            f"The visit was written by a newer newsbot (form {letter.wire}, this newsbot reads {WIRE}): "
            "bring newsbot up to date on this machine."
        )
    return _decoded(_VISITS, bytes(letter.visit), "visit")


def encode_found(found: Sequence[Found]) -> str:
    """What listings said of one URL, as `frontier.found` keeps it; its address and key stand in the row already."""
    said = (replace(link, url="", key="", refused=None) for link in found)
    names = [one.name for one in fields(Found)]
    told = ({name: getattr(link, name) for name in names} for link in said)
    return _told([{name: value for name, value in link.items() if value not in (None, ())} for link in told])


def decode_found(kept: str | bytes, key: str = "", url: str = "") -> tuple[Found, ...]:
    """The links of `encode_found`, with address and key of their row. Raises Undecodable."""
    links = _decoded(_FOUND, kept, "evidence")
    return tuple(replace(link, key=key, url=url) for link in links)


def encode_known(article: KnownArticle) -> str:
    """An article as `frontier.known` keeps it: what a decision needs, without its texts."""
    return _told(replace(article, text=None, notes=None))


def decode_known(kept: str | bytes) -> KnownArticle:
    """The article of `encode_known`. Raises Undecodable."""
    return _decoded(_KNOWN, kept, "article")


def encode_source(source: PlannedSource) -> str:
    """A source as `sources.planned` keeps it."""
    return _told(source)


def decode_source(kept: str | bytes) -> PlannedSource:
    """The source of `encode_source`. Raises Undecodable."""
    return _decoded(_SOURCES, kept, "source")


def _told(value: Any) -> str:
    """JSON that jsonb takes: no NUL, no half of a surrogate pair."""
    return msgspec.json.encode(_clean(value)).decode()


def _decoded(decoder: msgspec.json.Decoder[_T], kept: str | bytes, what: str) -> _T:
    try:
        return decoder.decode(kept)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise Undecodable(f"The {what} is none that newsbot wrote: {error}.") from error


def _clean(value: Any) -> Any:
    """The same value with text that UTF-8 and PostgreSQL can hold."""
    if isinstance(value, str):
        return words(value) if type(value) is str else value  # members of an enum are ours
    if isinstance(value, (list, tuple)):
        return tuple(map(_clean, value))
    if isinstance(value, dict):
        return {_clean(name): _clean(one) for name, one in value.items()}
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{one.name: _clean(getattr(value, one.name)) for one in fields(value)})
    return value
