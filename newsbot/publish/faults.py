"""Faults as answers: a status, and a sentence instead of a traceback."""

from __future__ import annotations

from typing import Any

from datasette.utils.asgi import BadRequest, NotFound, Response
from datasette.views.base import DatasetteError

from newsbot.publish.connections import TookTooLong
from pipelines.errors import ConfigurationError
from pipelines.store.sqlite import sqlite3


def in_a_sentence(exception: Exception) -> tuple[int, str]:
    """Status and sentence for whatever stopped a page; nothing of its SQL or of the machine."""
    if isinstance(exception, NotFound):
        return 404, "There is nothing under this address."
    if isinstance(exception, BadRequest):
        return 400, str(exception)
    if isinstance(exception, ConfigurationError):  # what is asked for is not installed here
        return 501, str(exception)
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


async def answer_with(datasette: Any, request: Any, status: int, sentence: str) -> Any:
    """The error page, or its JSON where JSON was asked for."""
    if request.path.endswith((".json", ".jsonl")):
        return Response.json({"ok": False, "error": sentence, "status": status, "title": None}, status=status)
    body = await datasette.render_template(
        "error.html", {"status": status, "error": sentence}, request=request, view_name="error"
    )
    return Response.html(body, status=status)
