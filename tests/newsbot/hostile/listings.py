"""Feeds, sitemaps and sections: what sources.toml names, and where those lead."""

from __future__ import annotations

import gzip
from collections.abc import Callable

from compression import br_bomb, gzip_bomb
from house import Answer, Door
from stories import CANARY, HEALTHY, PAGES, SECRET, feed, repeated, story

LISTINGS: dict[str, Answer] = {}  # what sources.toml names
MORE: dict[str, Answer] = {}  # where those lead

LISTINGS["/feed/"] = lambda door: door.reply(
    200,
    feed(door, [*PAGES, *BAIT, *(f"{HEALTHY[0]}/2026/11/20/healthy-{n}/" for n in range(1, 4))]),
    "application/rss+xml",
)
BAIT = [f"http://127.0.0.1:{CANARY}/direct", f"http://2130706433:{CANARY}/direct", f"http://0177.0.0.1:{CANARY}/direct", f"http://[::1]:{CANARY}/direct", "file:///etc/passwd", "http://169.254.169.254/latest/", "http://user:secret@127.0.0.1/", "http://\u2488.example.\u0000/", "http://" + "a" * 5000 + ".example/"]  # fmt: skip
BOMB = (
    '<!DOCTYPE r [<!ENTITY a "haha">'
    + "".join(f'<!ENTITY {chr(c + 1)} "{f"&{chr(c)};" * 10}">' for c in range(97, 110))
    + "]>"
)
OUTSIDE = f'<!DOCTYPE r [<!ENTITY x SYSTEM "file://{SECRET}"><!ENTITY y SYSTEM "http://127.0.0.1:{CANARY}/dtd"><!ENTITY % z SYSTEM "http://127.0.0.1:{CANARY}/dtd">%z;]>'


def listing(path: str, body: Callable[[Door], bytes], kind: str = "application/xml", **headers: str) -> None:
    LISTINGS[path] = lambda door: door.reply(200, body(door), kind, **headers)


def urlset(door: Door, locs: list[str], head: str = "") -> bytes:
    urls = "".join(f"<url><loc>{door.home}{loc}</loc></url>" for loc in locs)
    return f'<?xml version="1.0"?>{head}<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{urls}</urlset>'.encode()


def index(door: Door, locs: list[str]) -> bytes:
    maps = "".join(f"<sitemap><loc>{door.home}{loc}</loc></sitemap>" for loc in locs)
    return f'<?xml version="1.0"?><sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{maps}</sitemapindex>'.encode()


def lies(door: Door) -> bytes:
    """Says of the healthy paper's articles what is not true."""
    items = "".join(
        f"<item><title>Bought</title><link>{HEALTHY[0]}/2026/11/20/healthy-{n}/</link><author>Mallory</author>"
        "<pubDate>Fri, 01 Jan 1999 10:00:00 GMT</pubDate></item>"
        for n in range(1, 13)
    )
    return f"<rss><channel>{items}</channel></rss>".encode()


listing("/feeds/liar", lies)
listing("/feeds/malformed", lambda door: b"<rss><channel><item><title>Cut <b>off</title><link>http://")
listing("/feeds/no-feed", lambda door: b"\x00\x01\x02" * 3000)
listing("/feeds/empty", lambda door: b"")
listing("/feeds/hundred-thousand", lambda door: feed(door, [f"/left-out/{n}/" for n in range(100_000)]))
listing("/feeds/entity-bomb", lambda door: feed(door, ["/left-out/a&n;/"], BOMB))
listing("/feeds/external-entity", lambda door: feed(door, ["/left-out/&x;&y;/"], OUTSIDE))
listing("/feeds/nested", lambda door: b"<rss><channel>" + b"<item>" * 200_000)
listing(
    "/feeds/attributes",
    lambda door: b"<rss><channel><item " + b" ".join(b"a%d='1'" % n for n in range(100_000)) + b"/>",
)
listing(
    "/feeds/utf-16",
    lambda door: (
        feed(door, ["/left-out/utf16/"])
        .decode()
        .replace('<?xml version="1.0"?>', '<?xml version="1.0" encoding="utf-16"?>')
        .encode("utf-16")
    ),
)
listing(
    "/feeds/mislabelled",
    lambda door: feed(door, ["/left-out/ä/"]).decode().encode("latin-1"),
    "application/xml; charset=utf-8",
)
listing(
    "/feeds/json-deep", lambda door: b'{"version":"https://jsonfeed.org/version/1","items":' + b"[" * 100_000
)
listing("/feeds/a-page", lambda door: story("feedpage"), "text/html")
listing("/feeds/gzip-bomb", lambda door: gzip_bomb(60, b"<rss><channel>"), Content_Encoding="gzip")
listing(
    "/feeds/gzip-cut",
    lambda door: gzip.compress(feed(door, ["/left-out/cut/"]))[:-20],
    Content_Encoding="gzip",
)
LISTINGS["/feeds/endless"] = lambda door: door.raw(
    "HTTP/1.1 200 OK\nContent-Type: application/xml\n\n<rss><channel>",
    repeated(b"<item><link>/left-out/</link></item>" * 2000, 100_000),
)
LISTINGS["/feeds/redirect-loop"] = lambda door: door.reply(301, Location="/feeds/redirect-loop")
LISTINGS["/feeds/to-canary"] = lambda door: door.reply(301, Location=f"http://127.0.0.1:{CANARY}/feed")
LISTINGS["/feeds/to-file"] = lambda door: door.reply(301, Location="file:///etc/passwd")
listing("/maps/bomb.xml.gz", lambda door: gzip_bomb(60, b"<urlset>"), "application/gzip")
listing("/maps/bomb-br.xml", lambda door: br_bomb(), Content_Encoding="br")
listing("/maps/loop-a.xml", lambda door: index(door, ["/maps/loop-b.xml", "/maps/loop-a.xml"]))
listing("/maps/itself.xml", lambda door: index(door, ["/maps/itself.xml"]))
listing("/maps/entity-bomb.xml", lambda door: urlset(door, ["/left-out/&n;/"], BOMB))
listing("/maps/external-entity.xml", lambda door: urlset(door, ["/left-out/&x;&y;/"], OUTSIDE))
listing("/maps/many.xml", lambda door: urlset(door, [f"/left-out/map-{n}/" for n in range(20_000)]))
listing(
    "/maps/to-canary.xml",
    lambda door: index(door, []).replace(
        b"</sitemapindex>",
        b"<sitemap><loc>http://127.0.0.1:%s/map.xml</loc></sitemap><sitemap><loc>file:///etc/passwd</loc></sitemap></sitemapindex>"
        % CANARY.encode(),
    ),
)
MORE["/maps/loop-b.xml"] = lambda door: door.reply(200, index(door, ["/maps/loop-a.xml"]), "application/xml")


def deeper(door: Door) -> None:
    """An index whose only map is an index, without end."""
    n = int("".join(filter(str.isdigit, door.path)) or 0)
    door.reply(200, index(door, [f"/maps/deep/{n + 1}.xml"]), "application/xml")


def endless(door: Door) -> None:
    """A section that always has a next page: /endless/new brings new links on each, /endless/same the same ones."""
    kind = door.path.split("?")[0].split("/")[2]
    n = int("".join(filter(str.isdigit, door.query)) or 1)
    first = n * 10 if kind == "new" else 0
    links = "".join(
        f"<h2><a href='/left-out/2026/11/20/{kind}-story-number-{first + k}/'>A long headline of story number {first + k}</a></h2>"
        for k in range(10)
    )
    follow = (
        f"<a rel=next href='?page={n + 1}'>next</a>"
        if kind != "cursor"
        else f"<a rel=next href='?after={n}7'>next</a>"
    )
    door.reply(200, f"<html><body><main>{links}{follow}</main></body></html>".encode())


def calendar(door: Door) -> None:
    month = int(door.path.rstrip("/").rpartition("/")[2] or 1)
    links = "".join(
        f"<a href='/calendar/2026/{month + k}/'>Events of the next month {month + k}</a>"
        for k in range(1, 40)
    )
    door.reply(200, f"<html><body>{links}</body></html>".encode())


for _kind in ("new", "same", "cursor"):
    LISTINGS[f"/endless/{_kind}"] = endless
MORE["/endless/"] = endless
LISTINGS["/calendar/2026/1/"] = MORE["/calendar/"] = calendar
listing("/sections/nested", lambda door: b"<html>" + b"<div>" * 200_000, "text/html")
listing(
    "/sections/links",
    lambda door: (
        b"<html>"
        + b"".join(
            b"<h2><a href=/left-out/2026/11/20/section-story-%d/>The headline of story %d</a></h2>" % (n, n)
            for n in range(50_000)
        )
    ),
    "text/html",
)
listing(
    "/sections/session-ids",
    lambda door: "".join(
        f"<h2><a href='/left-out/2026/11/20/one-story-told-again/?PHPSESSID={n}&utm_source={n}'>One story told again and again</a></h2>"
        for n in range(3000)
    ).encode(),
    "text/html",
)
listing("/sections/binary", lambda door: bytes(range(256)) * 1000, "text/html")
