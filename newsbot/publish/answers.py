"""How a page of ours is answered: who may read, one snapshot, one template."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from datetime import tzinfo
from typing import Any
from urllib.parse import parse_qsl

from datasette.utils.asgi import Response

from newsbot.publish import labels
from newsbot.publish.connections import Snapshot, TookTooLong
from newsbot.publish.datasette_api import ensure_readable
from newsbot.publish.faults import answer_with, in_a_sentence
from pipelines.store.sqlite import sqlite3


async def render(
    datasette: Any,
    request: Any,
    name: str,
    read: Callable[[Snapshot], Any],
    more: Callable[[Any], Mapping[str, Any]] = lambda _: {},
) -> Any:
    """The page `newsbot/{name}.html` with what `read` found in one snapshot as `page`, and what `more` makes of it.

    Templates know the clocks of the outlets as `zones`. A fault of the archive becomes its sentence; what else `read` raises goes on to the caller.
    """
    if (refused := only_reading(request)) is not None:
        return refused
    await allow(datasette, request)
    try:
        page, zones = await datasette.room.connections.read(
            lambda snapshot: (read(snapshot), _zones(snapshot))
        )
    except (TookTooLong, sqlite3.Error) as error:
        return await answer_with(datasette, request, *in_a_sentence(error))
    body = await datasette.render_template(
        f"newsbot/{name}.html",
        {"page": page, "zones": zones, **more(page)},
        request=request,
        view_name=f"newsbot-{name}",
    )
    return Response.html(body, headers={"cache-control": "no-cache"})


def _zones(snapshot: Snapshot) -> defaultdict[str, tzinfo | None]:
    """The clock of each source, by its id; None where it is not known."""
    rows = snapshot.rows("SELECT id, timezone FROM sources")
    return defaultdict(lambda: None, {str(row[0]): labels.zone(row[1]) for row in rows})


def only_reading(request: Any) -> Any:
    """The refusal of whatever is neither GET nor HEAD; None where the request may go on."""
    if request.method in ("GET", "HEAD"):
        return None
    return Response.text("This page can only be read.\n", status=405, headers={"allow": "GET, HEAD"})


async def allow(datasette: Any, request: Any) -> None:
    """Routes of a plugin check permissions themselves."""
    await ensure_readable(datasette, request)


def pairs(request: Any) -> list[tuple[str, str]]:
    """The query string as pairs, empty values too."""
    return parse_qsl(request.query_string, keep_blank_values=True)
