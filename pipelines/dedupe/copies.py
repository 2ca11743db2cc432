"""Addresses at which the same article often stands too: for phones, for printers, as AMP."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

_DEVICES: Final = ("m", "mobile", "amp", "wap", "touch")
_HOST: Final = re.compile(rf"(?:{'|'.join(_DEVICES)})\.(?=[^.]+\.[^.]+)")
_FIRST: Final = ("amp", "mobile", "print", "m")  # segments with which the path of a copy begins
_LAST: Final = ("amp", "print")  # or ends
_MARKED: Final = re.compile(r"\.amp(?=\.html?$|$)")  # story.amp.html
_SAYS_COPY: Final = {
    "amp": ("", "1", "true", "yes"),
    "print": ("", "1", "true", "yes"),
    "mobile": ("", "1", "true", "yes"),
    "m": ("1",),
    "output": ("amp", "print"),
    "outputtype": ("amp", "print"),
    "view": ("print", "amp", "mobile"),
    "mode": ("print", "amp"),
    "page": ("print",),
    "action": ("print",),
}


def alike(key: str) -> tuple[str, ...]:
    """Keys (`url_key`) under which the article of `key` may be known already; `key` itself is none of them.

    They are only asked about: two addresses become one article where their pages show the same text, whatever the
    addresses look like.
    """
    original = _original(key)
    found = [original, *_copies(original)] if original != key else list(_copies(key))
    return tuple(dict.fromkeys(other for other in found if other != key))


def _original(key: str) -> str:
    """The key without what marks a copy."""
    parts = urlsplit(key)
    segments = [segment for segment in parts.path.split("/") if segment]
    if len(segments) > 1 and segments[0] in _FIRST:
        del segments[0]
    if len(segments) > 1 and segments[-1] in _LAST:
        del segments[-1]
    if segments:
        segments[-1] = _MARKED.sub("", segments[-1])
    query = parts.query
    pairs = parse_qsl(query, keep_blank_values=True)
    kept = [pair for pair in pairs if pair[1].lower() not in _SAYS_COPY.get(pair[0].lower(), ())]
    if len(kept) != len(pairs):  # spelt anew only where something went
        query = urlencode(kept)
    host = _HOST.sub("", parts.netloc, count=1)
    return urlunsplit((parts.scheme, host, "/" + "/".join(segments), query, ""))


def _copies(original: str) -> tuple[str, ...]:
    """The commonest addresses of copies."""
    parts = urlsplit(original)
    path, query = parts.path, parts.query
    hosts = [f"{device}.{parts.netloc}" for device in _DEVICES[:3]]
    paths = [f"/amp{path}", f"{path.rstrip('/')}/amp", f"{path.rstrip('/')}/print", f"/print{path}"]
    if path.endswith((".html", ".htm")):
        stem, _, suffix = path.rpartition(".")
        paths.append(f"{stem}.amp.{suffix}")
    queries = ["amp", "amp=1", "print=1", "outputType=amp"]
    return (
        *(urlunsplit((parts.scheme, host, path, query, "")) for host in hosts),
        *(urlunsplit((parts.scheme, parts.netloc, other, query, "")) for other in paths),
        *(
            urlunsplit((parts.scheme, parts.netloc, path, f"{query}&{one}" if query else one, ""))
            for one in queries
        ),
    )
