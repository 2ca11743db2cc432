"""The map and attention over time, and the latter's numbers as a file."""

from __future__ import annotations

from typing import Any

from datasette.utils.asgi import BadRequest, Response

from newsbot.publish.answers import allow, only_reading, pairs, render
from newsbot.publish.attention import OWN, Attention, asked_for, attention, rows
from newsbot.publish.connections import Snapshot
from newsbot.publish.map_page import map_page
from newsbot.publish.narrowing import asked
from pipelines.store.comma_separated import csv_pieces

_NO_FILTER = (
    "The address names a filter that this archive does not know; those of the browse page may be used."
)
_COLUMNS = ("period", "search", "articles", "all_articles", "share")


async def map_view(request: Any, datasette: Any) -> Any:
    query, own = asked(pairs(request), ("view",))
    if query is None:
        raise BadRequest(_NO_FILTER)
    room, view = datasette.room, own.get("view", "")
    return await render(
        datasette,
        request,
        "map",
        lambda snapshot: map_page(snapshot, query, view, room.base, room.remembered),
    )


async def attention_view(request: Any, datasette: Any) -> Any:
    read = _attention(request, datasette)
    return await render(datasette, request, "attention", read)


async def attention_csv_view(request: Any, datasette: Any) -> Any:
    if (refused := only_reading(request)) is not None:
        return refused
    await allow(datasette, request)
    found = await datasette.room.connections.read(_attention(request, datasette))
    body = "".join(csv_pieces(_COLUMNS, rows(found), bom=request.args.get("bom") == "1"))
    headers = {"content-disposition": 'attachment; filename="attention.csv"', "cache-control": "no-store"}
    return Response(body, headers=headers, content_type="text/csv; charset=utf-8")


def _attention(request: Any, datasette: Any) -> Any:
    query, own = asked(pairs(request), OWN)
    if query is None or query.words.text:
        raise BadRequest(_NO_FILTER)
    room, wanted = datasette.room, asked_for(own)

    def read(snapshot: Snapshot) -> Attention:
        return attention(snapshot, query, wanted, room.base, room.remembered)

    return read
