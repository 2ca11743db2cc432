"""The addresses under one article: the page, two versions side by side, its record, its citation."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any

from datasette.utils.asgi import BadRequest, NotFound, Response

from newsbot.publish.answers import allow, only_reading, render
from newsbot.publish.article_page import (
    ArticlePage,
    TakenDown,
    article_page,
    captures,
    citation,
    find,
)
from newsbot.publish.browse import is_sample
from newsbot.publish.citation import FORMATS, sentence, written
from newsbot.publish.connections import Snapshot
from newsbot.publish.faults import answer_with
from newsbot.publish.versions import Difference, Version, difference, versions
from pipelines.capture import Unreadable, read_record
from pipelines.store.sqlite import sqlite3

_TAKEN_DOWN = "This article was taken down here and is not shown any more."


@dataclass(frozen=True)
class ComparePage:
    """Two versions of an article."""

    article: sqlite3.Row
    publish: str
    versions: tuple[Version, ...]
    difference: Difference
    whole: bool
    sample: bool


async def article_view(request: Any, datasette: Any) -> Any:
    def read(snapshot: Snapshot) -> ArticlePage:
        return article_page(snapshot, _found(snapshot, request))

    def cited(page: ArticlePage) -> dict[str, Any]:
        found = citation(page, _permalink(datasette, request, page), datasette.room.title)
        return {"citation": found, "sentence": sentence(found)}

    try:
        return await render(datasette, request, "article", read, cited)
    except TakenDown:
        return await answer_with(datasette, request, 410, _TAKEN_DOWN)


async def compare_view(request: Any, datasette: Any) -> Any:
    def read(snapshot: Snapshot) -> ComparePage:
        article = _found(snapshot, request)
        publish = article["publish"] or "full"
        told = versions(snapshot, article)
        old = _version(told, request.args.get("old"), told[max(0, len(told) - 2)])
        new = _version(told, request.args.get("new"), told[-1])
        whole = request.args.get("whole") == "1"
        return ComparePage(
            article,
            publish,
            tuple(told),
            difference(snapshot, article["id"], old, new, publish, whole=whole),
            whole,
            is_sample(snapshot),
        )

    try:
        return await render(datasette, request, "compare", read)
    except TakenDown:
        return await answer_with(datasette, request, 410, _TAKEN_DOWN)


async def capture_view(request: Any, datasette: Any) -> Any:
    """One WARC record as a file. What was captured is a stranger's page: it never leaves as HTML."""
    if (refused := only_reading(request)) is not None:
        return refused
    await allow(datasette, request)
    room = datasette.room

    def read(snapshot: Snapshot) -> sqlite3.Row:
        article = _found(snapshot, request)
        if (article["publish"] or "full") != "full":
            raise NotFound("capture")
        for capture in captures(snapshot, article["id"], article["capture"]):
            if capture["id"] == int(request.url_vars["capture"]):
                return capture
        raise NotFound("capture")

    try:
        capture = await room.connections.read(read)
    except TakenDown:
        return await answer_with(datasette, request, 410, _TAKEN_DOWN)
    folder = room.path.parent / "captures"
    try:
        record = await asyncio.to_thread(
            read_record,
            folder,
            capture["file"],
            capture["offset"],
            capture["length"],
            capture["place"] if "place" in capture.keys() else None,  # noqa: SIM118  an older archive
        )
    except Unreadable:
        sentence_ = (
            "The record of this capture is not beside this archive, or was erased: see `newsbot doctor`."
        )
        return await answer_with(datasette, request, 404, sentence_)
    name = f"{request.url_vars['public_id']}-{capture['id']}.warc.gz"
    return _file(record, "application/octet-stream", name)


async def cite_view(request: Any, datasette: Any) -> Any:
    if (refused := only_reading(request)) is not None:
        return refused
    await allow(datasette, request)
    kind = request.url_vars["kind"]
    if kind not in FORMATS:
        raise BadRequest("Citations come as .bib, .ris and .json.")
    try:
        page = await datasette.room.connections.read(
            lambda snapshot: article_page(snapshot, _found(snapshot, request))
        )
    except TakenDown:
        return await answer_with(datasette, request, 410, _TAKEN_DOWN)
    cited = citation(page, _permalink(datasette, request, page), datasette.room.title)
    body = written(cited, kind).encode("utf-8", "replace")
    return _file(body, f"{FORMATS[kind][0]}; charset=utf-8", f"{cited.public_id}.{kind}")


def _found(snapshot: Snapshot, request: Any) -> sqlite3.Row:
    number = request.url_vars.get("number")
    found = find(snapshot, request.url_vars.get("public_id"), int(number) if number else None)
    if found is None:
        raise NotFound("article")
    return found


def _version(told: list[Version], asked: str | None, otherwise: Version) -> Version:
    return next((version for version in told if str(version.number) == asked), otherwise)


def _permalink(datasette: Any, request: Any, page: ArticlePage) -> str:
    return str(datasette.absolute_url(request, datasette.urls.path(f"/a/{page.article['public_id']}")))


def _file(body: bytes, media_type: str, name: str) -> Any:
    headers = {"content-disposition": f'attachment; filename="{name}"', "cache-control": "no-store"}
    return Response(body, headers=headers, content_type=media_type)
