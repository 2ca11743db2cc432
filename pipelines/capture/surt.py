"""URLs in the order in which indexes of web archives sort them: `com,example)/news?a=1`."""

from __future__ import annotations

import contextlib
import re
from typing import Final
from urllib.parse import quote_from_bytes, unquote_to_bytes

# RFC 3986, appendix B, over bytes.
_PARTS: Final = re.compile(rb"(?:[a-z][a-z0-9+.-]*:)?(?://([^/?#]*))?([^?#]*)(?:\?([^#]*))?", re.I | re.S)
_WWW: Final = re.compile(rb"www\d*\.")
_KEPT: Final = "!\"$&'()*+,-./:;<=>?@[\\]^_`{|}~"  # printable ASCII that stands as it is

# Sessions of the servers of old, left out by the web archives that agreed on this form.
_PATH_SESSIONS: Final = re.compile(
    rb"(.*/)(?:\((?:[a-z]\([0-9a-z]{24}\))+\)|\([0-9a-z]{24}\))/([^?]+\.aspx.*)", re.I | re.S
)
_QUERY_SESSIONS: Final = tuple(
    re.compile(rb"(.*)(?:" + name + rb")(?:&(.*))?", re.I | re.S)
    for name in (
        rb"jsessionid=[0-9a-z]{32}",
        rb"phpsessid=[0-9a-z]{32}",
        rb"sid=[0-9a-z]{32}",
        rb"aspsessionid[a-z]{8}=[a-z]{24}",
        rb"cfid=[^&]+&cftoken=[^&]+",
    )
)


def surt(url: str) -> str:
    """The key of an http(s) URL in CDX and CDXJ files ("Sort-friendly URI Reordering Transform").

    As the Internet Archive's wayback and pywb make it: scheme, `www.`, user, default port, fragment, empty query and
    session ids left out, percent signs undone, dots and double slashes in the path gone, all lower case, parameters
    sorted. Two addresses with one key are one page to a player of web archives.
    """
    raw = re.sub(rb"[\r\n\t]", b"", url.strip().encode("utf-8", "replace"))
    found = _PARTS.match(raw)
    authority, path, query = found.groups() if found else (b"", raw, None)
    https = raw[:6].lower() == b"https:"
    key = _host(authority or b"", https) + b")" + _path(path)
    if wanted := _query(query or b""):
        key += b"?" + wanted
    return key.decode("ascii")


def _host(authority: bytes, https: bool) -> bytes:
    host, _, port = authority.rpartition(b"@")[2].partition(b":")
    host = _unescaped(host)
    if not host.isascii():
        with contextlib.suppress(UnicodeError):  # no name that DNS could hold: it stays, escaped
            host = host.decode("utf-8", "ignore").encode("idna")
    host = _escaped(host.replace(b"..", b".").strip(b".").lower())
    www = _WWW.match(host)
    labels = host[www.end() if www else 0 :].split(b".")
    key = b",".join(reversed(labels))
    return key if port in (b"", b"443" if https else b"80") else key + b":" + port


def _path(path: bytes) -> bytes:
    kept: list[bytes] = []
    segments = _unescaped(path).split(b"/")[1:]
    for segment in segments:
        if segment == b".." and kept:
            kept.pop()
        elif segment != b".":
            kept.append(segment)
    last = kept.pop() if kept else b""
    plain = b"/" + b"".join(segment + b"/" for segment in kept if segment) + last
    plain = _PATH_SESSIONS.sub(rb"\1\2", _escaped(plain).lower())
    return plain.removesuffix(b"/") or b"/"


def _query(query: bytes) -> bytes:
    plain = _escaped(_unescaped(query))
    for session in _QUERY_SESSIONS:
        if found := session.fullmatch(plain):
            plain = found[1] + (found[2] or b"")
    pairs = sorted(pair.split(b"=", 1) for pair in plain.lower().split(b"&"))
    return b"&".join(map(b"=".join, pairs))


def _unescaped(text: bytes) -> bytes:
    """Percent signs undone until none is left."""
    while (plain := unquote_to_bytes(text)) != text:
        text = plain
    return text


def _escaped(text: bytes) -> bytes:
    return quote_from_bytes(text, safe=_KEPT).encode("ascii")
