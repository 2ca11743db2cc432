"""Answers that are broken on the way: redirects, lengths, chunks, headers, silence."""

from __future__ import annotations

import socket
import struct

from house import Door
from stories import CANARY, SLOW, page, repeated, story


@page("redirect-to-itself")
def _(door: Door) -> None:
    door.reply(302, Location=f"/2026/11/20/redirect-to-itself/?hop={door.server.hits.total()}")


REDIRECTS = {
    "canary": f"http://127.0.0.1:{CANARY}/control",
    "canary-by-name": f"http://localhost:{CANARY}/control",
    "canary-decimal": f"http://2130706433:{CANARY}/control",
    "canary-hex": f"http://0x7f.1:{CANARY}/control",
    "canary-ipv6": f"http://[::1]:{CANARY}/control",
    "canary-mapped": f"http://[::ffff:127.0.0.1]:{CANARY}/control",
    "canary-userinfo": f"http://example.org@127.0.0.1:{CANARY}/control",
    "metadata-service": "http://169.254.169.254/latest/meta-data/",
    "private-network": "http://10.0.0.1/admin",
    "file": "file:///etc/passwd",
    "ftp": "ftp://127.0.0.1/x",
    "data": "data:text/html,<h1>x</h1>",
    "javascript": "javascript:alert(1)",
    "no-url": "http://[half",
    "mail-port": "http://127.0.0.1:25/",
}
for _name, _target in REDIRECTS.items():
    page(f"redirect-{_name}")(lambda door, target=_target: door.reply(302, Location=target))  # type: ignore[misc]

page("redirect-nowhere")(lambda door: door.reply(302))
page("length-too-long")(
    lambda door: door.raw(
        "HTTP/1.1 200 OK\nContent-Type: text/html\nContent-Length: 99999\n\n", [story("toolong")]
    )
)
page("length-too-short")(
    lambda door: door.raw(
        "HTTP/1.1 200 OK\nContent-Type: text/html\nContent-Length: 40\n\n", [story("tooshort")]
    )
)
page("length-negative")(lambda door: door.raw("HTTP/1.1 200 OK\nContent-Length: -5\n\n", [story("negative")]))
page("length-twice")(
    lambda door: door.raw("HTTP/1.1 200 OK\nContent-Length: 5\nContent-Length: 9\n\n", [b"<html>"])
)
page("chunk-cut")(
    lambda door: door.raw(
        "HTTP/1.1 200 OK\nContent-Type: text/html\nTransfer-Encoding: chunked\n\n", [b"fff\r\n<html>"]
    )
)
page("chunk-nonsense")(
    lambda door: door.raw("HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\n", [b"zz\r\nhello"])
)
page("no-http")(lambda door: door.raw("SSH-2.0-OpenSSH_9.2\n", [b"\x00\x01\x02" * 50]))
page("hung-up")(lambda door: door.raw(""))
page("many-headers")(
    lambda door: door.raw(
        "HTTP/1.1 200 OK\n" + "".join(f"X-{n}: {n}\n" for n in range(20_000)) + "\n", [b"x"]
    )
)
page("huge-header")(lambda door: door.raw("HTTP/1.1 200 OK\nX: " + "x" * 2_000_000 + "\n\n", [b"x"]))
page("odd-header")(
    lambda door: door.raw(
        "HTTP/1.1 200 OK\nContent-Type: text/html; charset=\xff\nETag: \xe9\x01\nConnection: close\n\n",
        [story("oddheader")],
    )
)
page("endless-body")(
    lambda door: door.raw(
        "HTTP/1.1 200 OK\nContent-Type: text/html\nConnection: close\n\n",
        repeated(b"<p>more</p>" * 6000, 100_000),
    )
)
page("status-999")(lambda door: door.raw("HTTP/1.1 999 Nope\nContent-Length: 0\n\n"))
page("not-modified-unasked")(lambda door: door.reply(304))
page("a-part-only")(lambda door: door.reply(206, story("partonly")[:300], Content_Range="bytes 0-299/4000"))
page("empty-200")(lambda door: door.reply(200))
page("flapping")(
    lambda door: (
        door.reply(500)
        if door.server.hits["/2026/11/20/flapping/"] % 2
        else door.reply(200, story("flapping"))
    )
)
page("always-500")(lambda door: door.reply(500, b"<h1>Traceback</h1>" * 1000))
page("gone")(lambda door: door.reply(410))


@page("reset")
def _(door: Door) -> None:
    door.close_connection = True
    door.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    door.connection.close()


def drip(door: Door, head: str, body: bytes) -> None:
    door.close_connection = True
    door.wfile.write(head.encode().replace(b"\n", b"\r\n"))
    for letter in body:
        if door.server.closing.wait(0.1):
            return
        door.wfile.write(bytes([letter]))


page("stall-at-once", SLOW)(lambda door: door.stall())
page("stall-in-body", SLOW)(
    lambda door: (door.reply(200, b"<html>", Content_Length="5000"), door.wfile.flush(), door.stall())[0]
)
page("drip-headers", SLOW)(lambda door: drip(door, "HTTP/1.1 200 OK\n", b"X-Drip: " + b"x" * 200))
page("drip-body", SLOW)(
    lambda door: drip(door, "HTTP/1.1 200 OK\nContent-Type: text/html\n\n", story("drip"))
)
