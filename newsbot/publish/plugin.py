"""Our plugin for Datasette: its hooks."""

from __future__ import annotations

import logging
from collections.abc import Callable, Generator
from importlib.util import find_spec
from typing import Any, TypeVar

from datasette import hookimpl
from datasette.filters import FilterArguments

from newsbot.publish import labels, markdown
from newsbot.publish.asgi import App, Receive, Scope, Send
from newsbot.publish.assets import ASSETS
from newsbot.publish.attention import period_label
from newsbot.publish.charts import as_bars
from newsbot.publish.compression import compress
from newsbot.publish.datasette_api import INSIDE_THE_INDEX, no_inside_of_the_index
from newsbot.publish.faults import answer_with, in_a_sentence
from newsbot.publish.headers import protect
from newsbot.publish.query import TABLES, through
from newsbot.publish.room import Room
from newsbot.publish.routes import View, routes
from newsbot.publish.versions import KINDS, in_words
from pipelines.store import fulltext
from pipelines.store.export import SHOWN
from pipelines.store.sqlite import sqlite3

F = TypeVar("F", bound=Callable[..., Any])

_FILTERS = (
    "country", "language", "day", "brief", "weekday", "instant", "clock", "local", "local_clock", "number", "size", "cut",
    "column", "note_kind", "web_address", "host", "direction",
)  # fmt: skip
_log = logging.getLogger(__name__)
_hook: Callable[[F], F] = hookimpl  # Datasette and pluggy have no types
_wrapping_hook: Callable[[F], F] = hookimpl(hookwrapper=True)


@_hook
def register_routes(datasette: Any) -> list[tuple[str, View]]:
    """Our pages come before the stock ones; what they do not know, they hand on."""
    room = _room(datasette)
    if room is None:
        return []
    return routes(room)


@_hook
def asgi_wrapper(datasette: Any) -> Callable[[App], App]:
    """Headers, host check and compression around every answer."""
    room = _room(datasette)
    if room is None:
        return lambda app: app
    hosts, policy, gate = room.hosts, room.policy, room.gate

    def wrap(app: App) -> App:
        async def refreshed(scope: Scope, receive: Receive, send: Send) -> None:
            if scope["type"] == "http":
                await policy.refresh()
                # The gate has read it; datasette-auth-passwords, where it is installed, would hash it once more.
                headers = [pair for pair in scope["headers"] if bytes(pair[0]).lower() != b"authorization"]
                scope = {**scope, "headers": headers}
            await app(scope, receive, send)

        return compress(protect(gate.before(refreshed) if gate else refreshed, hosts))

    return wrap


@_hook
def prepare_connection(conn: sqlite3.Connection, database: str, datasette: Any) -> None:
    """What `sources.publish` holds back reads as empty on the connections of the stock pages."""
    room = _room(datasette)
    if room is not None and database == room.name:
        fulltext.prepare(conn)
        room.policy.guard(conn)


@_hook
def filters_from_request(request: Any, database: str, table: str, datasette: Any) -> Any:
    """On the stock table of articles too: nothing withheld, and `_agency`, `_author`, `_tag` as filters.

    `_through`, the stock way to filter by another table, names its parameters as the column filters do and
    finds nothing beside one (0.65.5).
    """
    room = _room(datasette)
    if room is None or database != room.name or table != "articles":
        return None
    conditions, parameters = through((name, request.args.getlist(f"_{name}")) for name in TABLES)
    return FilterArguments([SHOWN, *conditions], parameters)


@_hook
def permission_allowed(datasette: Any, action: str, resource: Any) -> bool | None:
    """The tables inside the full-text index are nobody's reading (Datasette 0.65)."""
    if _room(datasette) is None or action != "view-table":
        return None
    return False if str(resource[1]).lower().startswith(INSIDE_THE_INDEX) else None


@_hook
def permission_resources_sql(datasette: Any, action: str) -> Any:
    """The same for Datasette 1.0, which asks for a rule instead of a verdict."""
    room = _room(datasette)
    return no_inside_of_the_index(room) if room is not None and action == "view-table" else None


@_hook
def prepare_jinja2_environment(env: Any, datasette: Any) -> None:
    """Words, dates and addresses for the templates."""
    room = _room(datasette)
    if room is None:
        return
    for name in _FILTERS:
        env.filters[name] = getattr(labels, name)
    env.filters["as_bars"] = as_bars
    env.filters["paragraphs"] = markdown.plain
    env.filters["in_words"] = in_words
    env.filters["period"] = period_label
    env.filters["change_kind"] = lambda kind: KINDS.get(kind, kind)
    env.globals["room"] = room
    env.globals["has_parquet"] = find_spec("pyarrow") is not None
    env.globals["here"] = datasette.urls.path
    env.globals["digest"] = lambda name: ASSETS[name].digest
    env.globals["asset"] = lambda name: datasette.urls.path(ASSETS[name].address)


@_wrapping_hook
def handle_exception(datasette: Any, request: Any, exception: Exception) -> Generator[None, Any, None]:
    """A sentence instead of a traceback or an SQL statement.

    A wrapper, because the stock handler would otherwise run too and print a traceback for every 404.
    """
    outcome = yield
    if _room(datasette) is not None:

        async def answer() -> Any:
            status, sentence = in_a_sentence(exception)
            if status == 500:
                _log.error("%s failed", request.path, exc_info=exception)
            return await answer_with(datasette, request, status, sentence)

        outcome.force_result([answer])


def _room(datasette: Any) -> Room | None:
    return getattr(datasette, "room", None)
