"""Our routes: each takes a request, reads one snapshot and renders one page."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any
from urllib.parse import unquote

from datasette.utils.asgi import BadRequest, NotFound, Response

from newsbot.publish.answers import allow, only_reading, pairs, render
from newsbot.publish.article_routes import article_view, capture_view, cite_view, compare_view
from newsbot.publish.asgi import Receive, Send
from newsbot.publish.assets import ASSETS
from newsbot.publish.batch_routes import batch_csv_view, batch_view
from newsbot.publish.browse import browse, is_sample
from newsbot.publish.changes_page import changes_page
from newsbot.publish.connections import Snapshot, TookTooLong
from newsbot.publish.csv_route import send_export, wanted
from newsbot.publish.datasette_api import stock_table
from newsbot.publish.faults import answer_with, in_a_sentence
from newsbot.publish.feed_routes import articles_feed_view, changes_feed_view
from newsbot.publish.front_page import front_page
from newsbot.publish.narrowing import asked, with_pairs
from newsbot.publish.query import Query
from newsbot.publish.room import Room
from newsbot.publish.search import Words, narrowed
from newsbot.publish.source_page import SourcePage, source_page
from newsbot.publish.sources_page import sources_list
from newsbot.publish.time_routes import attention_csv_view, attention_view, map_view
from pipelines.store.schema import TABLES
from pipelines.store.sqlite import sqlite3

View = Callable[..., Awaitable[Any]]

# Pages of Datasette that tell a stranger about the machine: file paths, threads, plugins, permissions; and its tools for
# whoever runs it. Those from `tasks` on are of 1.0.
_CLOSED = (
    r"/-/(?:databases|threads|plugins|settings|config|versions|permissions|allow-debug|messages|patterns|auth-token|login"
    r"|password-tool|tasks|actions|allowed|rules|check|api|create-token|queries|debug/[a-z]+)(?:\.json)?$"
)
_CURSOR = re.compile(r"(?P<seen>[0-9T:.+Z-]{4,40})~(?P<id>[0-9]{1,18})")


def routes(room: Room) -> list[tuple[str, View]]:
    """Patterns of paths with their views; the room's database goes by its file's name."""
    database = f"/(?P<database>{re.escape(room.base[1:])})"
    return [
        (r"/$", front_view),
        (database + r"/(?P<table>articles)(?P<format>)$", browse_view),
        (database + r"/articles/(?P<number>[0-9]{1,18})$", article_view),
        (r"/a/(?P<public_id>[^/.]+)$", article_view),
        (r"/a/(?P<public_id>[^/.]+)/compare$", compare_view),
        (r"/a/(?P<public_id>[^/.]+)/capture/(?P<capture>[0-9]{1,18})\.warc\.gz$", capture_view),
        (r"/a/(?P<public_id>[^/.]+)/cite\.(?P<kind>[a-z]{2,5})$", cite_view),
        (r"/changes$", changes_view),
        (r"/map$", map_view),
        (r"/attention$", attention_view),
        (r"/attention\.csv$", attention_csv_view),
        (r"/batch$", batch_view),
        (r"/batch\.csv$", batch_csv_view),
        (r"/sources$", sources_view),
        (r"/sources/(?P<source>[^/]+)$", source_view),
        (r"/(?:dictionary|about)$", dictionary_view),
        (r"/export/articles\.(?P<kind>csv|jsonl|parquet)$", export_view),
        (r"/feeds/articles\.(?P<kind>atom|json)$", articles_feed_view),
        (r"/feeds/changes\.(?P<kind>atom|json)$", changes_feed_view),
        (r"/assets/(?P<name>[a-z.-]+)$", asset_view),
        (r"/favicon\.ico$", favicon_view),
        (_CLOSED, closed_view),
    ]


async def front_view(request: Any, datasette: Any) -> Any:
    remembered = datasette.room.remembered
    return await render(datasette, request, "front", lambda snapshot: front_page(snapshot, remembered))


async def browse_view(request: Any, datasette: Any) -> Any:
    room = datasette.room
    query, own = asked(pairs(request), ("_layout",))
    if query is None:  # a filter of stock Datasette, or its own table page by name
        return await stock_table(datasette, request)
    if query.words.text and (elsewhere := await _narrowed(request, datasette, query)) is not None:
        return elsewhere
    layout = "rows" if own.get("_layout") == "rows" else "cards"
    return await render(
        datasette,
        request,
        "browse",
        lambda snapshot: browse(snapshot, query, room.base),
        lambda page: _around(page.query, layout, room.base),
    )


def _around(query: Query, layout: str, base: str) -> dict[str, Any]:
    """What the template of a listing needs beside the listing: its layout, kept in every address, and ways on."""
    rows = [("_layout", "rows")]
    bare = Query(query.words, query.picked)
    words = [("q", query.words.text)]
    return {
        "layout": layout,
        "keep": lambda address: with_pairs(address, rows if layout == "rows" else []),
        "rows": lambda address: with_pairs(address, rows),
        "on_map": bare.address("/map"),
        "searched": Query(query.words).address(f"{base}/articles"),
        "many": bare.without_words().address("/batch"),
        "over_time": with_pairs(bare.without_words().address("/attention"), words),
    }


async def _narrowed(request: Any, datasette: Any, query: Query) -> Any:
    """Where a search says author:, source: …: on to the address in which they are filters, else None."""
    if (refused := only_reading(request)) is not None:
        return refused
    await allow(datasette, request)
    room = datasette.room
    try:
        found = await room.connections.read(lambda snapshot: narrowed(snapshot, query.words.text))
    except (TookTooLong, sqlite3.Error) as error:
        return await answer_with(datasette, request, *in_a_sentence(error))
    if found is None:
        return None
    text, filters = found
    there = replace(query.first_page(), words=Words(text))
    for name, value in filters:
        there = there.with_value(name, value)
    return Response.redirect(datasette.urls.path(there.address(f"{room.base}/articles")))


async def changes_view(request: Any, datasette: Any) -> Any:
    match = _CURSOR.fullmatch(request.args.get("before") or "")
    position = (match["seen"], int(match["id"])) if match else ("~", 0)
    kinds, source = request.args.getlist("kind"), (request.args.get("source") or "").replace("\x00", "")
    remembered = datasette.room.remembered
    return await render(
        datasette,
        request,
        "changes",
        lambda snapshot: changes_page(snapshot, position, kinds, source, remembered),
    )


async def sources_view(request: Any, datasette: Any) -> Any:
    remembered = datasette.room.remembered
    order, holding = request.args.get("order") or "", request.args.get("holding") or ""
    return await render(
        datasette,
        request,
        "sources",
        lambda snapshot: sources_list(snapshot, order, holding, remembered),
    )


async def source_view(request: Any, datasette: Any) -> Any:
    source, remembered = unquote(request.url_vars["source"]), datasette.room.remembered

    def read(snapshot: Snapshot) -> SourcePage:
        found = source_page(snapshot, source.replace("\x00", ""), remembered)
        if found is None:
            raise NotFound("source")
        return found

    return await render(datasette, request, "source", read)


async def dictionary_view(request: Any, datasette: Any) -> Any:
    def read(snapshot: Snapshot) -> dict[str, Any]:
        return {"tables": TABLES, "sample": is_sample(snapshot)}

    return await render(datasette, request, "dictionary", read)


async def export_view(request: Any, datasette: Any, receive: Receive, send: Send) -> Any:
    if (refused := only_reading(request)) is not None:
        return refused
    await allow(datasette, request)
    asked = wanted(request.url_vars["kind"], pairs(request))
    if asked is None:
        raise BadRequest(
            "The export knows the filters of the browse page, text=1, bom=1 and guard=0; the address names something else."
        )
    await send_export(datasette.room, asked, receive, send, head=request.method == "HEAD")
    return None


async def asset_view(request: Any) -> Any:
    found = ASSETS.get(request.url_vars["name"])
    if found is None:
        raise NotFound("asset")
    current = request.args.get("v") == found.version
    caching = "public, max-age=31536000, immutable" if current else "no-cache"
    return Response(found.body, headers={"cache-control": caching}, content_type=found.media_type)


async def favicon_view(datasette: Any) -> Any:
    return Response.redirect(datasette.urls.path(ASSETS["icon.svg"].address))


async def closed_view(request: Any) -> Any:
    raise NotFound("closed")
