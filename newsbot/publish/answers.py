"""How a page of ours is answered: who may read, one snapshot, one template."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import parse_qsl

from datasette.utils.asgi import Response

from newsbot.publish.connections import Snapshot, TookTooLong
from newsbot.publish.faults import answer_with, in_a_sentence
from pipelines.store.sqlite import sqlite3


async def render(
    datasette: Any,
    request: Any,
    name: str,
    read: Callable[[Snapshot], Any],
    more: Mapping[str, Any] | None = None,
) -> Any:
    """The page `newsbot/{name}.html` with what `read` found in one snapshot as `page`, and `more` beside it.

    A fault of the archive becomes its sentence; what else `read` raises goes on to the caller.
    """
    if (refused := only_reading(request)) is not None:
        return refused
    await allow(datasette, request)
    try:
        page = await datasette.room.connections.read(read)
    except (TookTooLong, sqlite3.Error) as error:
        return await answer_with(datasette, request, *in_a_sentence(error))
    body = await datasette.render_template(
        f"newsbot/{name}.html", {"page": page, **(more or {})}, request=request, view_name=f"newsbot-{name}"
    )
    return Response.html(body, headers={"cache-control": "no-cache"})


def only_reading(request: Any) -> Any:
    """The refusal of whatever is neither GET nor HEAD; None where the request may go on."""
    if request.method in ("GET", "HEAD"):
        return None
    return Response.text("This page can only be read.\n", status=405, headers={"allow": "GET, HEAD"})


async def allow(datasette: Any, request: Any) -> None:
    """Routes of a plugin check permissions themselves."""
    name = datasette.room.name
    await datasette.ensure_permissions(
        request.actor, [("view-table", (name, "articles")), ("view-database", name), "view-instance"]
    )


def pairs(request: Any) -> list[tuple[str, str]]:
    """The query string as pairs, empty values too."""
    return parse_qsl(request.query_string, keep_blank_values=True)
