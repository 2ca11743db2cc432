"""Bot walls, by the headers with which they sign their answers."""

from __future__ import annotations

from collections.abc import Mapping

_SIGNED_WHEN_REFUSING = {"cf-mitigated": "Cloudflare"}
# These stand on every answer of a site behind the wall, so they say something only where the answer refuses.
_SIGNED_ALWAYS = {
    "x-datadome": "DataDome",
    "x-amzn-waf-action": "AWS WAF",
    "x-sucuri-block": "Sucuri",
    "x-iinfo": "Imperva",
}
# With 404, 410 and 451 the site itself speaks: its article is gone, wall or no wall.
_REFUSALS = frozenset((202, 401, 403, 405, 406, 429, 503))


def wall(status: int, headers: Mapping[str, str]) -> str | None:
    """The name of the bot wall that answered in the place of the site; None where none did.

    `headers` maps lower-case names to values.
    """
    named = next((name for header, name in _SIGNED_WHEN_REFUSING.items() if header in headers), None)
    if named is None and status in _REFUSALS:
        named = next((name for header, name in _SIGNED_ALWAYS.items() if header in headers), None)
    return named
