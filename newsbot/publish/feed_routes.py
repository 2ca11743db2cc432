"""The routes of the feeds: any listing and the changes, as Atom and JSON Feed, sent only where there is news."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from datasette.utils.asgi import BadRequest, Response

from newsbot.publish.answers import allow, only_reading, pairs
from newsbot.publish.connections import Snapshot, TookTooLong
from newsbot.publish.faults import answer_with, in_a_sentence
from newsbot.publish.feed_entries import ENTRIES, KINDS, MOST, Wanted, article_entries, change_entries
from newsbot.publish.feeds import TYPES, WRITERS, Entry, Feed, tag_uri, unchanged, validators
from newsbot.publish.query import Query, parse
from pipelines.store.sqlite import sqlite3

_CACHE = "no-cache"  # may be kept, and is asked for again with its tag


@dataclass(frozen=True)
class Asked:
    """A feed as its URL asks for it."""

    name: str
    title: str
    path: str  # of the feed, with its query, without its ending
    query: str
    page: str  # path of its page
    read: Callable[[Snapshot, Callable[[str], str]], list[Entry]]


async def articles_feed_view(request: Any, datasette: Any) -> Any:
    room = datasette.room
    limit, rest = _limit(pairs(request))
    query = parse(rest)
    if query is None:
        raise BadRequest(
            "A feed knows the search and the filters of the browse page, and limit; the address names something else."
        )
    query = query.first_page()
    asked = Asked(
        "articles",
        f"{room.title}: {_in_words(query)}",
        "/feeds/articles",
        urlencode(query.pairs() + _limited(limit)),
        query.address(f"{room.base}/articles"),
        lambda snapshot, absolute: article_entries(snapshot, query, limit, absolute),
    )
    return await _answer(request, datasette, asked)


async def changes_feed_view(request: Any, datasette: Any) -> Any:
    limit, rest = _limit(pairs(request))
    unknown = {name for name, _ in rest} - {"kind", "source"}
    kinds = tuple(dict.fromkeys(value for name, value in rest if name == "kind" and value))
    strange = [kind for kind in kinds if kind not in KINDS]
    if unknown or strange:
        raise BadRequest(
            f"The feed of changes knows kind, source and limit; kind is one of {', '.join(KINDS)}."
        )
    wanted = Wanted(kinds, tuple(dict.fromkeys(value for name, value in rest if name == "source" and value)))
    known = [(name, value) for name, value in rest if value]
    asked = Asked(
        "changes",
        f"{datasette.room.title}: {'changes' if not kinds else ', '.join(kinds)}",
        "/feeds/changes",
        urlencode(known + _limited(limit)),
        "/changes",
        lambda snapshot, absolute: change_entries(snapshot, wanted, limit, absolute),
    )
    return await _answer(request, datasette, asked)


async def _answer(request: Any, datasette: Any, asked: Asked) -> Any:
    if (refused := only_reading(request)) is not None:
        return refused
    await allow(datasette, request)
    kind = request.url_vars["kind"]

    def absolute(path: str) -> str:
        return f"{request.scheme}://{request.host}{datasette.urls.path(path)}"

    try:
        entries = await datasette.room.connections.read(lambda snapshot: asked.read(snapshot, absolute))
    except (TookTooLong, sqlite3.Error) as error:
        return await answer_with(datasette, request, *in_a_sentence(error))
    query = f"?{asked.query}" if asked.query else ""
    feed = Feed(
        id=tag_uri(datasette.room.name, asked.name + query),
        title=asked.title,
        address=absolute(f"{asked.path}.{kind}{query}"),
        page=absolute(asked.page),
        entries=entries,
    )
    body = WRITERS[kind](feed)
    headers = {"cache-control": _CACHE, **validators(body, feed)}
    if unchanged(lambda name: request.headers.get(name, ""), headers):
        return Response(b"", status=304, headers=headers)
    return Response(body, headers=headers, content_type=f"{TYPES[kind]}; charset=utf-8")


def _limit(asked: list[tuple[str, str]]) -> tuple[int, list[tuple[str, str]]]:
    """How many entries, and what else the URL says."""
    rest = [(name, value) for name, value in asked if name != "limit"]
    given = next((value for name, value in asked if name == "limit" and value), str(ENTRIES))
    if not given.isdecimal() or not 1 <= int(given[:9]) <= MOST:
        raise BadRequest(f"limit is a number from 1 to {MOST}.")
    return int(given), rest


def _limited(limit: int) -> list[tuple[str, str]]:
    return [("limit", str(limit))] if limit != ENTRIES else []


def _in_words(query: Query) -> str:
    parts = [f"“{query.words.text}”"] if query.words.text else []
    parts += [value for name in sorted(query.picked) for value in query.picked[name]]
    return ", ".join(parts) or "articles"
