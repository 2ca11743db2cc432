"""The one identity of a URL, and which hosts are one site."""

from __future__ import annotations

import ipaddress
import re
from functools import lru_cache
from typing import Final
from urllib.parse import SplitResult, quote, unquote_to_bytes, urlsplit

import idna
import tldextract

from pipelines.dedupe.tracking import SESSIONS, says_nothing

LONGEST: Final = 4096  # characters; servers refuse longer request lines (8 KB in nginx and Apache) as it is

_CONTROLS: Final = re.compile(r"[\x00-\x1f\x7f]")
_HOST: Final = re.compile(r"[a-z0-9_]([a-z0-9_.-]*[a-z0-9_-])?")
_LEADING_WWW: Final = re.compile(r"^(?:www\.)+(?=[^.]+\.)")
_PATH_SESSION: Final = re.compile(rf";(?:{'|'.join(sorted(SESSIONS))})=[^/;?]*", re.IGNORECASE)
_PATH_SAFE: Final = "!$&'()*+,;=:@~/"
_QUERY_SAFE: Final = "!$'()*,;:@~/?"
_DEFAULT_PORTS: Final = {"http": 80, "https": 443}


def url_key(url: str) -> str:
    """The key under which a URL is known: written as an https URL, but never fetched.

    One page, one key: http and https, a leading "www.", the default ports, the fragment, user and password,
    tracking parameters, session ids, the order of the query, a slash at the end, upper and lower case in the
    host and the spelling of percent-encodings make no difference. Case in path and query does. The choices
    are those of web archives (the SURT canonicalisation of pywb and the Wayback Machine), except that
    path and query keep their case: outlets with case-sensitive ids exist.

    Raises ValueError with a sentence where the URL is malformed or not http(s).
    """
    parts = _split(url)
    host = _host(parts)
    bare = _LEADING_WWW.sub("", host)
    port = _port(parts)
    netloc = bare if port is None or port in (80, 443) else f"{bare}:{port}"
    query = _query(parts.query)
    return f"https://{netloc}{_path(parts.path)}{'?' + query if query else ''}"


def host_of(url: str) -> str:
    """The host that a request for `url` goes to, with its port where that is not the scheme's default.

    Raises ValueError as `url_key` does.
    """
    parts = _split(url)
    port = _port(parts)
    host = _host(parts)
    return host if port is None or port == _DEFAULT_PORTS[parts.scheme] else f"{host}:{port}"


def same_site(a: str, b: str) -> bool:
    """Whether two URLs belong to one site: one registrable domain by the Public Suffix List.

    Private suffixes count (two blogs of one host are two sites), IP addresses, one-word hosts and ports are
    compared exactly. A URL that is malformed belongs to no site.
    """
    try:
        return _site(a) == _site(b)
    except ValueError:
        return False


def site_of(url: str) -> str:
    """The registrable domain that a URL belongs to, or its host where it has none; raises ValueError as `url_key` does."""
    return _site(url)[0]


def _split(url: str) -> SplitResult:
    """The parts of an http(s) URL, spelt as browsers read it (WHATWG URL: controls out, backslashes turned)."""
    if len(url) > LONGEST:
        raise ValueError(f"The URL is {len(url):,} characters long; newsbot takes {LONGEST:,}.")
    cleaned = _CONTROLS.sub("", url.strip())
    before, mark, query = cleaned.partition("?")
    try:
        parts = urlsplit(before.replace("\\", "/") + mark + query)
    except ValueError as error:
        raise ValueError(f"The URL {_shown(url)} is malformed: {error}.") from error
    if parts.scheme not in _DEFAULT_PORTS:
        raise ValueError(f"The URL {_shown(url)} is not http or https.")
    if not parts.hostname:
        raise ValueError(f"The URL {_shown(url)} names no host.")
    return parts


def _host(parts: SplitResult) -> str:
    """The host in lower case ASCII: IDN as punycode (UTS 46), without a dot at the end."""
    printed = (parts.hostname or "").rstrip(".")
    if ":" in printed:  # IPv6
        try:
            return f"[{ipaddress.IPv6Address(printed).compressed}]"
        except ValueError as error:
            raise ValueError(f"The host {_shown(printed)} is no IPv6 address.") from error
    if not printed.isascii() or "%" in printed:
        try:
            printed = idna.encode(unquote_to_bytes(printed).decode(), uts46=True, transitional=False).decode()
        except (idna.IDNAError, UnicodeError) as error:
            raise ValueError(f"The host {_shown(printed)} is no valid name: {error}.") from error
    host = printed.lower()
    if not _HOST.fullmatch(host) or ".." in host:
        raise ValueError(f"The host {_shown(printed)} is no valid name.")
    return host


def _port(parts: SplitResult) -> int | None:
    try:
        return parts.port
    except ValueError as error:
        raise ValueError(f"The port in {_shown(parts.netloc)} is no port.") from error


def _path(path: str) -> str:
    """The path without dot segments, session ids and a slash at the end, percent-encoded in one way."""
    kept: list[str] = []
    for segment in _PATH_SESSION.sub("", path).split("/"):
        spelt = _respell(segment, _PATH_SAFE)
        if spelt == "..":
            if len(kept) > 1:
                kept.pop()
        elif spelt != ".":
            kept.append(spelt)
    return "/" + "/".join(kept).strip("/")


def _query(query: str) -> str:
    """The query without what says nothing, sorted by name; equal names keep their order."""
    kept: list[tuple[str, str]] = []
    for pair in query.split("&"):
        name, equals, value = pair.replace("+", " ").partition("=")
        name, value = _respell(name, _QUERY_SAFE), _respell(value, _QUERY_SAFE + "=")
        if pair and not says_nothing(name, value):
            kept.append((name, name + equals + value))
    kept.sort(key=lambda item: item[0])
    return "&".join(pair for _, pair in kept)


def _respell(printed: str, safe: str) -> str:
    """One spelling for one string (RFC 3986 section 6.2.2): what needs no escape has none, escapes in capitals."""
    pieces = re.split("(%[0-9A-Fa-f]{2})", printed)
    return "".join(
        _escape(piece, safe) if at % 2 else quote(piece, safe=safe, errors="replace")
        for at, piece in enumerate(pieces)
    )


def _escape(escape: str, safe: str) -> str:
    """An escape as it stands in a key: resolved where it hides a letter, digit or one of `-._~`."""
    character = chr(int(escape[1:], 16))
    return (
        character if character.isascii() and (character.isalnum() or character in "-._~") else escape.upper()
    )


def _site(url: str) -> tuple[str, int | None]:
    parts = _split(url)
    host, port = _host(parts), _port(parts)
    port = None if port == _DEFAULT_PORTS[parts.scheme] else port
    return _registrable(host), port


@lru_cache(maxsize=4096)
def _registrable(host: str) -> str:
    """The registrable domain of a host; the host itself where it has none."""
    if host.startswith("[") or re.fullmatch(r"[0-9.]+", host):
        return host
    extracted = _suffixes()(host)
    if extracted.suffix:
        return f"{extracted.domain}.{extracted.suffix}" if extracted.domain else host
    return ".".join(host.split(".")[-2:])  # a top-level domain that the list does not know: its rule is "*"


@lru_cache(maxsize=1)
def _suffixes() -> tldextract.TLDExtract:
    # The snapshot inside the package: tldextract goes to the network on first use unless told otherwise.
    return tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None, include_psl_private_domains=True)


def _shown(printed: str) -> str:
    return repr(printed if len(printed) <= 200 else printed[:200] + "…")
