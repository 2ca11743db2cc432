"""Bytes of a page to text: which charset it is really in, whatever it says of itself."""

from __future__ import annotations

import codecs
import re

from charset_normalizer import from_bytes
from w3lib.encoding import (
    html_body_declared_encoding,
    http_content_type_encoding,
    read_bom,
    to_unicode,
)

_SAMPLE = 1024  # bytes looked at for UTF-16 without a byte order mark
_DETECT = 5000  # bytes from each end given to the detector, which is slow
_SLIPS = 0.02  # of the non-ASCII characters may be wrong before a charset is disbelieved
_CONTROLS = bytes(c for c in range(32) if c not in b"\t\n\f\r")  # the same ones, as bytes of UTF-8
_BAD_UTF8 = re.compile(b"\xef\xbf[\xbe\xbf]")  # U+FFFE and U+FFFF
_UNWANTED = re.compile("[\x00-\x08\x0b\x0e-\x1f\ufffe\uffff\ud800-\udfff]")  # lxml refuses them


def decode(body: bytes, content_type: str | None) -> str:
    """Text of a page, without control characters; never fails.

    Order: byte order mark, UTF-16 by its NULs, UTF-8 where the bytes prove it (real text in another
    charset is not valid UTF-8 by accident, so this overrules a wrong label), then what the HTTP header
    says, what the page says (both as the WHATWG Encoding Standard names charsets), then a guess.
    """
    encoding, bom = read_bom(body)
    if encoding is not None and bom is not None:
        return clean_text(to_unicode(body[len(bom) :], encoding))
    if wide := _wide(body):
        return clean_text(to_unicode(body, wide))
    return _narrow(body, content_type)


def clean_text(text: str) -> str:
    """The text without NULs, lone surrogates and other characters that no parser takes."""
    return _UNWANTED.sub("", text) if _UNWANTED.search(text) else text


def _wide(body: bytes) -> str | None:
    """UTF-16 without a byte order mark: every second byte of markup is NUL."""
    sample = body[:_SAMPLE]
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    half = len(sample) // 2
    if half < 4:
        return None
    if odd > 0.6 * half and even < 0.1 * half:
        return "utf-16-le"
    if even > 0.6 * half and odd < 0.1 * half:
        return "utf-16-be"
    return None


def _narrow(body: bytes, content_type: str | None) -> str:
    declared = [
        name
        for name in (http_content_type_encoding(content_type), html_body_declared_encoding(body))
        if name and not name.startswith(("utf-16", "utf-32"))  # it cannot be: the label was read as ASCII
    ]
    seven_bit = next((name for name in declared if name.startswith(("iso2022", "hz"))), None)
    if seven_bit and body.isascii():
        return clean_text(to_unicode(body, seven_bit))
    try:
        return _BAD_UTF8.sub(b"", body.translate(None, _CONTROLS)).decode("utf-8")
    except UnicodeDecodeError:
        pass
    for name in declared:
        text = to_unicode(body, name)
        if _plausible(text):
            return clean_text(text)
    return clean_text(_guess(body))


def _plausible(text: str) -> bool:
    wrong = text.count("\ufffd")
    if not wrong:
        return True
    foreign = sum(1 for c in text if c > "\x7f")
    return wrong <= max(2, _SLIPS * foreign)


def _guess(body: bytes) -> str:
    text = body.decode("utf-8", "replace")
    if _plausible(text):  # UTF-8 with a torn character or two
        return text
    sample = body if len(body) <= 2 * _DETECT else body[:_DETECT] + body[-_DETECT:]
    best = from_bytes(sample).best()
    name = best.encoding if best is not None else "cp1252"
    try:
        codecs.lookup(name)
    except LookupError:  # pragma: no cover - the detector names only codecs of this Python
        name = "cp1252"
    return to_unicode(body, name)
