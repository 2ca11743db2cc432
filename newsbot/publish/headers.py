"""What stands on every answer, errors included, and who is answered at all."""

from __future__ import annotations

import logging

from newsbot.publish.asgi import App, Message, Receive, Scope, Send, header
from newsbot.publish.assets import ASSETS

SCRIPT = ASSETS["reading-room.js"].digest

# The pages load nothing from elsewhere. The one script that makes them handier is named by its digest (CSP Level 3,
# "External JavaScript"): no other script runs, not even one from this origin.
POLICY = "; ".join(
    (
        "default-src 'none'",
        f"script-src '{SCRIPT}'",
        "style-src 'self'",
        "img-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
HEADERS: dict[str, str] = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
}
_log = logging.getLogger(__name__)
_RAW = [(name.encode(), value.encode()) for name, value in HEADERS.items()]
_NAMES = frozenset(name for name, _ in _RAW)
_NOT_OURS = (
    "This archive is not published under the name {!r}."
    " Whoever runs it can allow the name with `newsbot serve --name`."
)
_FAILED = "This request failed. The terminal of whoever runs this archive says why."
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


def protect(app: App, hosts: frozenset[str] | None) -> App:
    """The app with `HEADERS` on every answer, answering only requests for `hosts` (None: for any).

    A page elsewhere whose name is made to point to 127.0.0.1 (DNS rebinding) asks under its own name: it is
    turned away with 421.
    """

    async def protected(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await app(scope, receive, send)
            return

        started = False

        async def send_with_headers(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                kept = [pair for pair in message.get("headers", ()) if bytes(pair[0]).lower() not in _NAMES]
                message = {**message, "headers": [*kept, *_RAW]}
            await send(message)

        name = host_name(header(scope, b"host"))
        if hosts is not None and name not in hosts:
            await _say(send_with_headers, 421, _NOT_OURS.format(name[:100]))
            return
        try:
            await app(scope, receive, send_with_headers)
        except Exception:  # noqa: BLE001 (the seam: what fails outside every page still gets an answer with these headers)
            _log.exception("A request failed outside every page.")
            if not started:
                await _say(send_with_headers, 500, _FAILED)

    return protected


def allowed_hosts(host: str, more: tuple[str, ...] = ()) -> frozenset[str] | None:
    """Names that a server bound to `host` answers to; None (any) where it is open to the network anyway."""
    if "*" in more or (host not in _LOOPBACK and not more):
        return None
    return _LOOPBACK | {host.lower()} | {name.lower() for name in more}


def host_name(value: str) -> str:
    """The name in a Host header without its port; `[::1]:8001` is `::1`."""
    if value.startswith("["):
        return value[1:].partition("]")[0].lower()
    return value.partition(":")[0].lower()


async def _say(send: Send, status: int, sentence: str) -> None:
    body = (sentence + "\n").encode()
    start = [(b"content-type", b"text/plain; charset=utf-8"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": start})
    await send({"type": "http.response.body", "body": body})
