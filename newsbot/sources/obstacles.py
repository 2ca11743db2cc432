"""Why a page gives a reader nothing: a bot wall, a page that JavaScript draws, a consent wall, an error."""

from __future__ import annotations

import re
from collections.abc import Mapping

from newsbot.sources.walls import wall
from pipelines.document import Unreadable, parse
from pipelines.reasons import SENTENCES, Reason

_WALL_WORDS = re.compile(
    rb"cf-browser-verification|cf_chl_|challenge-platform|<title>Just a moment|captcha-delivery\.com|px-captcha"
    rb"|_Incapsula_Resource|Request unsuccessful\. Incapsula|<title>Attention Required|<title>Access Denied"
    rb"|<title>(?:Are you a robot|Robot or human|Verify you are human|Human Verification|Security check)"
    rb"|g-recaptcha|h-captcha|cf-turnstile|distil_r_captcha",
    re.IGNORECASE,
)
_CONSENT_HOSTS = re.compile(r"://(?:[\w-]+\.)*(?:consent|privacy-gate|cmp|zustimmung)\.", re.IGNORECASE)
_ASKS_FOR_SCRIPT = re.compile(
    r"(?:enable|turn on|requires?|activate|aktivier\w*|activer|activar|habilit\w*)\W+(?:\w+\W+){0,3}javascript",
    re.IGNORECASE,
)
_APP_ROOTS = ("root", "app", "__next", "__nuxt", "svelte", "app-root", "react-root")

LITTLE = 400  # characters of visible text; the emptiest front pages of papers have thousands
WALL_SIZE = 200_000  # bytes; a real page that merely holds a captcha in its comment form is larger


def obstacle(
    status: int,
    headers: Mapping[str, str],
    body: bytes,
    url: str,
    reason: Reason | None = None,
    detail: str = "",
) -> str | None:
    """A sentence on what stands between us and the page, or None. `headers` with lower-case names."""
    if wall := _wall(status, headers, body):
        return wall
    if reason is not None:
        told = SENTENCES[reason].rstrip(".")
        return f"{told} ({detail.rstrip('.')})." if detail else f"{told}."
    if status >= 400:
        return f"The server answered with status {status}."
    if _CONSENT_HOSTS.search(url):
        return "The site sends readers to a page that asks for consent to cookies before it shows anything."
    return _script_only(headers, body, url)


def _wall(status: int, headers: Mapping[str, str], body: bytes) -> str | None:
    named = wall(status, headers)
    marked = len(body) <= WALL_SIZE and _WALL_WORDS.search(body[:WALL_SIZE])
    if named or (marked and (status >= 400 or len(body) < 30_000)):
        by = f" ({named})" if named else ""
        return f"The site answers with a bot wall{by}: it lets browsers in and programs out; ask the publisher for a feed."
    if status in (401, 403):
        return f"The site refuses programs (status {status}); ask the publisher for access or a feed."
    return None


def _script_only(headers: Mapping[str, str], body: bytes, url: str) -> str | None:
    """A page with scripts and next to no text is drawn by them."""
    if b"<script" not in body.lower():
        return None
    try:
        tree = parse(body, headers, url).tree
    except Unreadable:
        return None
    hints = " ".join(" ".join(element.itertext()) for element in tree.iter("noscript"))
    roots = [
        element
        for element in tree.iter("div", "main", "app-root")
        if element.get("id") in _APP_ROOTS or element.tag == "app-root"
    ]
    visible = sum(
        len(text.strip())
        for text in tree.xpath(
            "//body//text()[not(ancestor::script or ancestor::style or ancestor::noscript or ancestor::template)]"
        )
    )
    if visible < LITTLE and (roots or _ASKS_FOR_SCRIPT.search(hints) or len(list(tree.iter("a"))) < 5):
        return "The site needs JavaScript: without it the page has no text. A feed or sitemap may still name its articles."
    return None
