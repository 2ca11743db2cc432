"""How newsbot names itself."""

from __future__ import annotations

import re
from importlib.metadata import PackageNotFoundError, version

PRODUCT = "newsbot"  # the product token that robots.txt is read for (RFC 9309, 2.2.1)


def user_agent(contact: str | None) -> str:
    """The User-Agent header: "newsbot/0.2.0 (+editor@example.org)".

    `contact` is `defaults.contact` of sources.toml, an address or URL at which a webmaster finds a person. What would
    break the header (control characters, parentheses, anything but ASCII) is left out of it.
    """
    try:
        release = version("newsbot")
    except PackageNotFoundError:  # run from a folder that was never installed
        release = "0"
    kept = re.sub(r"[^\x21-\x27\x2a-\x7e]", "", contact or "")
    return f"{PRODUCT}/{release} (+{kept})" if kept else f"{PRODUCT}/{release}"
