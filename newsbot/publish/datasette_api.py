"""What Datasette 0.65, which is pinned, and 1.0, which is being made, do differently, behind functions that know both.

Everything else that this package uses of Datasette is the same in the two. `make datasette-next` tries the newest 1.0.
"""

from __future__ import annotations

from typing import Any

from datasette.utils.asgi import Forbidden
from datasette.views import table as table_pages

from newsbot.publish.room import Room
from pipelines.store.fulltext import CONTENT
from pipelines.store.fulltext import TABLE as FULLTEXT

INSIDE_THE_INDEX = (FULLTEXT, CONTENT)
"""What the names of tables open with that are nobody's reading: the inside of the full-text index."""


async def stock_table(datasette: Any, request: Any) -> Any:
    """Datasette's own page of the table that the address names, as HTML."""
    request.scope["url_route"]["kwargs"]["format"] = None
    if hasattr(table_pages, "TableView"):  # 0.65
        return await table_pages.TableView.as_view(datasette)(request, None)
    return await table_pages.table_view(datasette, request)


async def ensure_readable(datasette: Any, request: Any) -> None:
    """Raises Forbidden where whoever asks may not read the table of articles."""
    name = datasette.room.name
    if hasattr(datasette, "ensure_permissions"):  # 0.65
        await datasette.ensure_permissions(
            request.actor, [("view-table", (name, "articles")), ("view-database", name), "view-instance"]
        )
        return
    from datasette.resources import TableResource

    resource = TableResource(database=name, table="articles")
    if not await datasette.allowed(action="view-table", resource=resource, actor=request.actor):
        raise Forbidden("view-table")


def no_inside_of_the_index(room: Room) -> Any:
    """The rule of 1.0 by which tables inside the full-text index are nobody's reading: SQL over its own catalogue."""
    from datasette.permissions import PermissionSQL

    names = " OR ".join(f"lower(table_name) GLOB '{name}*'" for name in INSIDE_THE_INDEX)
    return PermissionSQL(
        sql=f"SELECT database_name AS parent, table_name AS child, 0 AS allow, 'inside the index' AS reason FROM catalog_tables WHERE database_name = :newsbot_room AND ({names})",  # noqa: S608  names are ours
        params={"newsbot_room": room.name},
    )
