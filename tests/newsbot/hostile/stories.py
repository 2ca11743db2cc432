"""What a hostile paper tells: stories, feeds, and the tables that say what stands at which address."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator

from house import Answer, Door

CANARY, SECRET = sys.argv[1], sys.argv[2]  # a port that nobody may reach, a file that nobody may read
HEALTHY: list[str] = []  # address of the healthy paper, once it stands
PAGES: dict[str, Answer] = {}  # what the feed of the hostile paper lists
SLOW: dict[str, Answer] = {}  # what the feed of the slow one lists

LD = '<script type="application/ld+json">{}</script>'


def told(**said: object) -> str:
    return LD.format(json.dumps({"@type": "NewsArticle", **said}))


WORDS = (
    "The council of {name} met on the quay this morning and heard how the river had risen by {n} centimetres since "
    "the first gauge was read. Engineers said the old wall would hold, but they asked for {n} loads of clay before "
    "the week is over. Two boats carried sandbags to the lower streets while the school stayed open."
)


def story(name: str, n: int = 7, head: str = "", headline: str = "", body: str = "") -> bytes:
    """An article of some 200 words, none of them shared with another name."""
    headline = headline or f"River rises at {name} by {n} centimetres"
    paragraphs = "".join(
        f"<p>{WORDS.format(name=name, n=n * k + k)} Reported as item {k} of {name}.</p>" for k in range(1, 5)
    )
    return (
        f"<!doctype html><html lang=en><head><title>{headline}</title>{head}"
        f'<meta property="og:type" content="article"></head><body><article><h1>{headline}</h1>'
        f'<p class="byline">By Ann Lee</p>{paragraphs}{body}</article></body></html>'
    ).encode("utf-8", "surrogatepass")


def page(name: str, table: dict[str, Answer] = PAGES) -> Callable[[Answer], Answer]:
    """Puts an answer under /2026/11/20/<name>/."""

    def put(answer: Answer) -> Answer:
        table[f"/2026/11/20/{name}/"] = answer
        return answer

    return put


def html(
    name: str, body: Callable[[], bytes], kind: str = "text/html; charset=utf-8", **headers: str
) -> None:
    """A page that is answered honestly; its body is made when it is asked for."""
    page(name)(lambda door: door.reply(200, body(), kind, **headers))


def feed(door: Door, paths: list[str], head: str = "") -> bytes:
    items = "".join(
        f"<item><title>{path.strip('/')}</title><link>{path if ':' in path else door.home + path}</link></item>"
        for path in paths
    )
    return f'<?xml version="1.0"?>{head}<rss version="2.0"><channel><title>Bad</title>{items}</channel></rss>'.encode()


def repeated(piece: bytes, times: int) -> Iterator[bytes]:
    return (piece for _ in range(times))


def healthy_story(n: int, head: str = "") -> bytes:
    return story(f"Healthyville {n}", n, head or told(datePublished=f"2026-11-{n:02}T09:00:00+00:00"))
