"""Many searches at once, as a page and as a file."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from datasette.utils.asgi import BadRequest, Response

from newsbot.publish.answers import allow, only_reading, pairs, render
from newsbot.publish.batch_page import BatchPage, batch_page, table
from newsbot.publish.connections import Snapshot, TookTooLong
from newsbot.publish.faults import answer_with, in_a_sentence
from newsbot.publish.narrowing import asked
from pipelines.store.comma_separated import csv_pieces
from pipelines.store.sqlite import sqlite3

_OWN = ("queries", "bom")
_NO_FILTER = "The address names a filter that this archive does not know; those of a listing may be used."


async def batch_view(request: Any, datasette: Any) -> Any:
    return await render(datasette, request, "batch", _reading(request, datasette))


async def batch_csv_view(request: Any, datasette: Any) -> Any:
    if (refused := only_reading(request)) is not None:
        return refused
    await allow(datasette, request)
    try:
        page = await datasette.room.connections.read(_reading(request, datasette))
    except (TookTooLong, sqlite3.Error) as error:
        return await answer_with(datasette, request, *in_a_sentence(error))
    if page.fault:
        raise BadRequest(page.fault)
    absolute = str(datasette.absolute_url(request, datasette.urls.path("/"))).rstrip("/")
    columns, rows = table(page, absolute)
    body = "".join(csv_pieces(columns, rows, bom=request.args.get("bom") == "1"))
    headers = {"content-disposition": 'attachment; filename="searches.csv"', "cache-control": "no-store"}
    return Response(body, headers=headers, content_type="text/csv; charset=utf-8")


def _reading(request: Any, datasette: Any) -> Callable[[Snapshot], BatchPage]:
    query, own = asked(pairs(request), _OWN)
    if query is None or query.words.text:
        raise BadRequest(_NO_FILTER)
    base, text = datasette.room.base, own.get("queries", "")
    return lambda snapshot: batch_page(snapshot, query.first_page(), text, base)
