"""A page made for one test: a story of six paragraphs, and what its head, body and JSON-LD say besides."""

from __future__ import annotations

import json

from pipelines.clean import Cleaned, clean
from pipelines.document import parse
from pipelines.items import Rules

STORY = "".join(
    f"<p>{number}. The harbour council voted late on Sunday to rebuild the northern pier after two winters without it.</p>"
    for number in range(1, 7)
)
URL = "https://www.post.example/harbour/pier"


def read(
    *,
    head: str = "",
    body: str = f"<h1>Pier vote</h1>{STORY}",
    node: object = None,
    url: str = URL,
    headers: dict[str, str] | None = None,
    rules: Rules | None = None,
    lang: str = "",
) -> Cleaned:
    block = f'<script type="application/ld+json">{json.dumps(node)}</script>' if node is not None else ""
    page = f"<html{lang}><head>{head}{block}</head><body>{body}</body></html>"
    return clean(parse(page.encode(), headers or {}, url), rules or Rules(outlet="Island Post"))


def article(**fields: object) -> dict[str, object]:
    return {"@type": "NewsArticle", "publisher": {"@type": "Organization", "name": "Island Post"}, **fields}


def h1(text: str) -> str:
    return f"<h1>{text}</h1>{STORY}"


def og(text: str) -> str:
    return f'<meta property="og:title" content="{text}"><meta property="og:site_name" content="Island Post">'
