"""Which IP addresses may be connected to, and how host names in URLs are to be read."""

from __future__ import annotations

import re
import unicodedata
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

# `ipaddress.is_global` is not asked: in Python 3.11 it lets 64:ff9b::/96, 2002::/16, ::127.0.0.1, fec0::/10 and
# multicast through. The networks are those of the IANA special-purpose address registries (RFC 6890 and updates).
_IPV4 = tuple(
    (ip_network(network), why)
    for network, why in (
        ("0.0.0.0/8", "this network"),
        ("10.0.0.0/8", "private"),
        ("100.64.0.0/10", "shared by carriers"),
        ("127.0.0.0/8", "loopback"),
        ("169.254.0.0/16", "link-local"),
        ("172.16.0.0/12", "private"),
        ("192.0.0.0/24", "reserved for protocols"),
        ("192.0.2.0/24", "reserved for documentation"),
        ("192.88.99.0/24", "6to4 relay"),
        ("192.168.0.0/16", "private"),
        ("198.18.0.0/15", "reserved for benchmarks"),
        ("198.51.100.0/24", "reserved for documentation"),
        ("203.0.113.0/24", "reserved for documentation"),
        ("224.0.0.0/4", "multicast"),
        ("240.0.0.0/4", "reserved"),
    )
)
_IPV6 = tuple(
    (ip_network(network), why)
    for network, why in (
        ("::/128", "unspecified"),
        ("::1/128", "loopback"),
        ("::ffff:0:0/96", "an IPv4 address in disguise (mapped)"),
        ("::ffff:0:0:0/96", "an IPv4 address in disguise (translated)"),
        ("::/96", "an IPv4 address in disguise (compatible)"),
        ("64:ff9b::/96", "an IPv4 address in disguise (NAT64)"),
        ("64:ff9b:1::/48", "an IPv4 address in disguise (local NAT64)"),
        ("100::/64", "discard-only"),
        ("2001::/32", "an IPv4 address in disguise (Teredo)"),
        ("2001::/23", "reserved for protocols"),
        ("2001:db8::/32", "reserved for documentation"),
        ("2002::/16", "an IPv4 address in disguise (6to4)"),
        ("3fff::/20", "reserved for documentation"),
        ("5f00::/16", "segment routing"),
        ("fc00::/7", "private"),
        ("fe80::/10", "link-local"),
        ("fec0::/10", "site-local"),
        ("ff00::/8", "multicast"),
    )
)
_GLOBAL_IPV6 = ip_network("2000::/3")  # all that IANA has given out for hosts so far

_NAME = re.compile(r"[a-z0-9_](?:[a-z0-9._-]*[a-z0-9_-])?")  # after IDNA; underscores occur in the wild
_NUMERIC_LABEL = re.compile(r"(?:0x[0-9a-f]*|[0-9]+)")
_DOTTED_QUAD = re.compile(r"(?:0|[1-9][0-9]{0,2})(?:\.(?:0|[1-9][0-9]{0,2})){3}")
_DOTS = str.maketrans("。．｡", "...")  # full stops of IDNA (RFC 3490, 3.1)
_IPV4_BITS = 32
_LONGEST_NAME = 253  # RFC 1035


class BadHost(ValueError):
    """The host of a URL is neither a name nor an address; the text says so."""


class OddAddress(BadHost):
    """The host of a URL is an address in a spelling that nobody needs; the text says which address it is."""


def forbidden(address: str | IPv4Address | IPv6Address) -> str | None:
    """Why `address` may not be connected to ("loopback", "private" …), or None where it may.

    An address that cannot be read, and an IPv6 address outside 2000::/3, is forbidden as well.
    """
    if isinstance(address, str):
        try:
            address = ip_address(address)
        except ValueError:
            return "no address"
    if isinstance(address, IPv4Address):
        return next((why for network, why in _IPV4 if address in network), None)
    why = next((why for network, why in _IPV6 if address in network), None)
    if why is None and (address not in _GLOBAL_IPV6 or address.scope_id):
        return "not given out for public hosts"
    return why


def read_host(host: str) -> str | IPv4Address | IPv6Address:
    """The host of a URL as its bare ASCII name in lower case, or as the address that it spells.

    Takes what `urlsplit(url).hostname` gives. One trailing dot is dropped. Raises BadHost for what is no host, and
    OddAddress for every spelling of an address other than the usual one (decimal, hexadecimal, octal and short
    forms of inet_aton): nobody publishes news there, and programs disagree about what they mean.
    """
    if ":" in host:
        try:
            address = IPv6Address(host)
        except ValueError:
            raise BadHost(f"{host!r} is no IPv6 address") from None
        if address.scope_id is not None:
            raise BadHost(f"{host!r} names a network interface of this machine")
        return address
    name = unicodedata.normalize("NFKC", host).translate(_DOTS).lower()
    name = name.removesuffix(".")
    if not name.isascii():
        try:
            name = name.encode("idna").decode("ascii")
        except UnicodeError:
            raise BadHost(f"{host!r} is no host name") from None
    if len(name) > _LONGEST_NAME or ".." in name or not _NAME.fullmatch(name):
        raise BadHost(f"{host!r} is no host name")
    if _NUMERIC_LABEL.fullmatch(name.rpartition(".")[2]):  # the WHATWG rule "ends in a number"
        if _DOTTED_QUAD.fullmatch(name) and name == host.removesuffix("."):
            try:
                return IPv4Address(name)
            except ValueError:
                pass
        raise OddAddress(_odd_form(host, name))
    return name


def _odd_form(host: str, name: str) -> str:
    spelled = _inet_aton(name)
    meant = f"{spelled} ({forbidden(spelled) or 'public'})" if spelled is not None else "no address"
    return f"{host!r} is an odd spelling of {meant}"


def _inet_aton(name: str) -> IPv4Address | None:
    """The address that inet_aton(3) reads in `name`, by the number parser of the WHATWG URL standard."""
    labels = name.split(".")
    if len(labels) > 4 or not all(_NUMERIC_LABEL.fullmatch(label) for label in labels):
        return None
    try:
        *heads, last = (_number(label) for label in labels)
    except ValueError:
        return None
    room = _IPV4_BITS - 8 * len(heads)
    if any(head > 255 for head in heads) or last >= 1 << room:
        return None
    value = last
    for position, head in enumerate(heads):
        value += head << (24 - 8 * position)
    return IPv4Address(value)


def _number(label: str) -> int:
    if label.startswith("0x"):
        return int(label[2:] or "0", 16)
    if len(label) > 1 and label.startswith("0"):
        return int(label, 8)
    return int(label)
