"""Our plugin for Datasette: the routes of the reading room, and what holds for every answer."""

from __future__ import annotations

import logging
import re
import sqlite3
from collections.abc import Awaitable, Callable, Generator
from typing import Any, TypeVar
from urllib.parse import parse_qsl

from datasette import hookimpl
from datasette.filters import FilterArguments
from datasette.utils.asgi import BadRequest, NotFound, Response
from datasette.views.base import DatasetteError
from datasette.views.table import TableView

from newsbot.publish import labels
from newsbot.publish.article_page import ArticlePage, TakenDown, by_number, by_public_id, in_words
from newsbot.publish.asgi import App, Receive, Scope, Send
from newsbot.publish.assets import ASSETS
from newsbot.publish.browse import browse, is_sample
from newsbot.publish.changes_page import changes
from newsbot.publish.compression import compress
from newsbot.publish.connections import Snapshot, TookTooLong
from newsbot.publish.csv_route import send_export, wanted
from newsbot.publish.front_page import front_page
from newsbot.publish.headers import protect
from newsbot.publish.query import TABLES as TABLES_OF_FILTERS
from newsbot.publish.query import parse, through
from newsbot.publish.room import Room
from newsbot.publish.sources_page import DAYS, sources_page
from pipelines.store.export import SHOWN
from pipelines.store.fulltext import CONTENT
from pipelines.store.fulltext import TABLE as FULLTEXT
from pipelines.store.schema import TABLES

F = TypeVar("F", bound=Callable[..., Any])

_log = logging.getLogger(__name__)
_hook: Callable[[F], F] = hookimpl  # Datasette and pluggy have no types
_wrapping_hook: Callable[[F], F] = hookimpl(hookwrapper=True)
View = Callable[..., Awaitable[Any]]

# Pages of Datasette that tell a stranger about the machine: file paths, threads, plugins, permissions.
_CLOSED = r"/-/(?:databases|threads|plugins|settings|config|versions|permissions|allow-debug|messages|patterns|auth-token)(?:\.json)?$"
_CURSOR = re.compile(r"(?P<seen>[0-9T:.+Z-]{4,40})~(?P<id>[0-9]{1,18})")


@_hook
def register_routes(datasette: Any) -> list[tuple[str, View]]:
    """Our pages come before the stock ones; what they do not know, they hand on."""
    room = _room(datasette)
    if room is None:
        return []
    database = f"/(?P<database>{re.escape(room.base[1:])})"
    return [
        (r"/$", _front),
        (database + r"/(?P<table>articles)(?P<format>)$", _browse),
        (database + r"/articles/(?P<number>[0-9]{1,18})$", _article),
        (r"/a/(?P<public_id>[^/.]+)$", _article),
        (r"/changes$", _changes),
        (r"/sources$", _sources),
        (r"/(?:dictionary|about)$", _dictionary),
        (r"/export/articles\.(?P<kind>csv|jsonl)$", _export),
        (r"/assets/(?P<name>[a-z.-]+)$", _asset),
        (r"/favicon\.ico$", _favicon),
        (_CLOSED, _closed),
    ]


@_hook
def asgi_wrapper(datasette: Any) -> Callable[[App], App]:
    """Headers, host check and compression around every answer."""
    room = _room(datasette)
    if room is None:
        return lambda app: app
    hosts, policy = room.hosts, room.policy

    def wrap(app: App) -> App:
        async def refreshed(scope: Scope, receive: Receive, send: Send) -> None:
            if scope["type"] == "http":
                await policy.refresh()
            await app(scope, receive, send)

        return compress(protect(refreshed, hosts))

    return wrap


@_hook
def prepare_connection(conn: sqlite3.Connection, database: str, datasette: Any) -> None:
    """What `sources.publish` holds back reads as empty on the connections of the stock pages."""
    room = _room(datasette)
    if room is not None and database == room.name:
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
    conditions, parameters = through((name, request.args.getlist(f"_{name}")) for name in TABLES_OF_FILTERS)
    return FilterArguments([SHOWN, *conditions], parameters)


@_hook
def permission_allowed(datasette: Any, action: str, resource: Any) -> bool | None:
    """The tables inside the full-text index are nobody's reading."""
    if _room(datasette) is None or action != "view-table":
        return None
    return False if str(resource[1]).lower().startswith((FULLTEXT, CONTENT)) else None


@_hook
def prepare_jinja2_environment(env: Any, datasette: Any) -> None:
    """Words, dates and addresses for the templates."""
    room = _room(datasette)
    if room is None:
        return
    for name in ("country", "language", "day", "weekday", "instant", "clock", "number", "size", "cut"):
        env.filters[name] = getattr(labels, name)
    env.filters["web_address"] = labels.web_address
    env.filters["host"] = labels.host
    env.filters["direction"] = labels.direction
    env.filters["in_words"] = in_words
    env.globals["room"] = room
    env.globals["here"] = datasette.urls.path
    env.globals["asset"] = lambda name: datasette.urls.path(ASSETS[name].address)


@_wrapping_hook
def handle_exception(datasette: Any, request: Any, exception: Exception) -> Generator[None, Any, None]:
    """A sentence instead of a traceback or an SQL statement.

    A wrapper, because the stock handler would otherwise run too and print a traceback for every 404.
    """
    outcome = yield
    if _room(datasette) is not None:

        async def answer() -> Any:
            status, sentence = _in_a_sentence(exception)
            if status == 500:
                _log.error("%s failed", request.path, exc_info=exception)
            return await _fault(datasette, request, status, sentence)

        outcome.force_result([answer])


def _in_a_sentence(exception: Exception) -> tuple[int, str]:
    if isinstance(exception, NotFound):
        return 404, "There is nothing under this address."
    if isinstance(exception, BadRequest):
        return 400, str(exception)
    if isinstance(exception, DatasetteError):
        if exception.message_is_html:
            return 503, "This took too long and was stopped. Ask for less at once."
        return exception.status, str(exception.message)
    if isinstance(exception, TookTooLong):
        return (
            503,
            "This took too long and was stopped. Ask for less at once, or try again when the archive is at rest.",
        )
    if isinstance(exception, sqlite3.Error):
        return 503, f"The archive could not be read just now ({exception}). Try again in a moment."
    return 500, "This page failed. The terminal of whoever runs this archive says why."


async def _fault(datasette: Any, request: Any, status: int, sentence: str) -> Any:
    if request.path.endswith((".json", ".jsonl")):
        return Response.json({"ok": False, "error": sentence, "status": status, "title": None}, status=status)
    body = await datasette.render_template(
        "error.html", {"status": status, "error": sentence}, request=request, view_name="error"
    )
    return Response.html(body, status=status)


async def _front(request: Any, datasette: Any) -> Any:
    return await _page(datasette, request, "front", front_page)


async def _browse(request: Any, datasette: Any) -> Any:
    room = datasette.room
    pairs = _pairs(request)
    query = parse(pairs)
    if query is None:  # a filter of stock Datasette, or its own table page by name
        return await TableView.as_view(datasette)(_without_format(request), None)
    return await _page(datasette, request, "browse", lambda snapshot: browse(snapshot, query, room.base))


async def _article(request: Any, datasette: Any) -> Any:
    public_id, number = request.url_vars.get("public_id"), request.url_vars.get("number")

    def read(snapshot: Snapshot) -> ArticlePage:
        found = by_number(snapshot, int(number)) if number else by_public_id(snapshot, str(public_id))
        if found is None:
            raise NotFound("article")
        return found

    try:
        return await _page(datasette, request, "article", read)
    except TakenDown:
        sentence = "This article was taken down here and is not shown any more."
        return await _fault(datasette, request, 410, sentence)


async def _changes(request: Any, datasette: Any) -> Any:
    match = _CURSOR.fullmatch(request.args.get("before") or "")
    position = (match["seen"], int(match["id"])) if match else ("~", 0)

    def read(snapshot: Snapshot) -> dict[str, Any]:
        found, following = changes(snapshot, position)
        older = "/changes?before={}~{}".format(*following) if following else None
        return {"changes": found, "older": older, "sample": is_sample(snapshot)}

    return await _page(datasette, request, "changes", read)


async def _sources(request: Any, datasette: Any) -> Any:
    def read(snapshot: Snapshot) -> dict[str, Any]:
        return {"rows": sources_page(snapshot), "days": DAYS, "sample": is_sample(snapshot)}

    return await _page(datasette, request, "sources", read)


async def _dictionary(request: Any, datasette: Any) -> Any:
    def read(snapshot: Snapshot) -> dict[str, Any]:
        return {"tables": TABLES, "sample": is_sample(snapshot)}

    return await _page(datasette, request, "dictionary", read)


async def _export(request: Any, datasette: Any, receive: Receive, send: Send) -> Any:
    if (refused := _only_reading(request)) is not None:
        return refused
    await _allow(datasette, request)
    asked = wanted(request.url_vars["kind"], _pairs(request))
    if asked is None:
        raise BadRequest(
            "The export knows the filters of the browse page, text=1, bom=1 and guard=0; the address names something else."
        )
    await send_export(datasette.room, asked, receive, send, head=request.method == "HEAD")
    return None


async def _asset(request: Any) -> Any:
    found = ASSETS.get(request.url_vars["name"])
    if found is None:
        raise NotFound("asset")
    current = request.args.get("v") == found.version
    caching = "public, max-age=31536000, immutable" if current else "no-cache"
    return Response(found.body, headers={"cache-control": caching}, content_type=found.media_type)


async def _favicon(datasette: Any) -> Any:
    return Response.redirect(datasette.urls.path(ASSETS["icon.svg"].address))


async def _closed(request: Any) -> Any:
    raise NotFound("closed")


async def _page(datasette: Any, request: Any, name: str, read: Callable[[Snapshot], Any]) -> Any:
    """Render one page of ours from one snapshot."""
    if (refused := _only_reading(request)) is not None:
        return refused
    await _allow(datasette, request)
    try:
        page = await datasette.room.connections.read(read)
    except (TookTooLong, sqlite3.Error) as error:
        return await _fault(datasette, request, *_in_a_sentence(error))
    body = await datasette.render_template(
        f"newsbot/{name}.html", {"page": page}, request=request, view_name=f"newsbot-{name}"
    )
    return Response.html(body, headers={"cache-control": "no-cache"})


def _only_reading(request: Any) -> Any:
    if request.method in ("GET", "HEAD"):
        return None
    return Response.text("This page can only be read.\n", status=405, headers={"allow": "GET, HEAD"})


async def _allow(datasette: Any, request: Any) -> None:
    """Routes of a plugin check permissions themselves."""
    name = datasette.room.name
    await datasette.ensure_permissions(
        request.actor, [("view-table", (name, "articles")), ("view-database", name), "view-instance"]
    )


def _pairs(request: Any) -> list[tuple[str, str]]:
    return parse_qsl(request.query_string, keep_blank_values=True)


def _without_format(request: Any) -> Any:
    """The request as the stock table view wants it: no format means HTML."""
    request.scope["url_route"]["kwargs"]["format"] = None
    return request


def _room(datasette: Any) -> Room | None:
    return getattr(datasette, "room", None)
