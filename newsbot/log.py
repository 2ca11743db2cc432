"""What newsbot says on stderr while it works: short lines for people, or one JSON object a line for machines.

Whoever logs gives the event and its values: `logger.info("…", extra=event("host_held", host=host))`.
"""

from __future__ import annotations

import json
import logging
import re
import sys
from collections.abc import Mapping
from typing import Any

from newsbot.clock import utc_now

OURS = ("newsbot", "pipelines")
KEYS = ("at", "level", "event", "message")  # of every line; those of the event follow

_LONGEST = 2000  # characters of a message; a server's words may be in it
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]+")
_USERINFO = re.compile(r"(?<=://)[^/\s@?#]{1,500}@")
_SECRET = re.compile(
    r"(\b(?:proxy-)?authorization\b|\b(?:set-)?cookie\b|\b(?:api[-_]?key|token|password|passwd|secret)\b)"
    r"(['\"]?\s*[:=]\s*['\"]?)(?:(?:basic|bearer|digest)\s+)?[^\s,;&'\"]+",
    re.IGNORECASE,
)

_state = {"json": False}


def event(name: str, **values: Any) -> dict[str, Any]:
    """The `extra` of a logging call: the stable name of what happened, and what happened to what."""
    return {"event": name, "values": values}


def configure(*, quiet: bool = False, verbose: int = 0, as_json: bool = False) -> None:
    """Puts one handler of ours in the place of those there are.

    Quiet: errors alone. Else warnings; with `as_json` what happens to the run too; verbose: each visit; twice: what
    Scrapy says, and where in the code a fault lay.
    """
    _state["json"] = as_json
    handler = logging.StreamHandler(sys.stderr)
    handler.setLevel(logging.ERROR if quiet else _level(verbose, as_json))
    handler.addFilter(_Ours(logging.INFO if verbose > 1 else logging.WARNING))
    handler.setFormatter(_Json(verbose > 1) if as_json else _Human(verbose > 1))
    for known in list(logging.root.handlers):
        if isinstance(known.formatter, _Human):
            logging.root.removeHandler(known)
    logging.root.addHandler(handler)
    # Scrapy opens the root logger for everything: what nobody will read is not made.
    for name in OURS:
        logging.getLogger(name).setLevel(handler.level)
    logging.getLogger("scrapy").setLevel(logging.INFO if verbose > 1 else logging.WARNING)


def say(message: str, *, name: str = "error", level: str = "error", **values: Any) -> None:
    """One line on stderr now, in the form that was chosen: an error that ends a command, a sentence of a loop."""
    if _state["json"]:
        line = _line(level, name, message, values)
    else:
        line = f"newsbot: {clean(message)}"
    try:
        sys.stderr.write(line + "\n")
        sys.stderr.flush()
    except (OSError, ValueError):  # a terminal that went away
        return


def clean(message: str) -> str:
    """One line without control and direction characters, and without passwords."""
    line = _CONTROL.sub(" ", message[: 4 * _LONGEST])
    return _SECRET.sub(r"\1\2***", _USERINFO.sub("***@", line))[:_LONGEST].rstrip()


def _level(verbose: int, as_json: bool) -> int:
    if verbose:
        return logging.DEBUG
    return logging.INFO if as_json else logging.WARNING


class _Ours(logging.Filter):
    """Lets our own lines pass, and those of others from a level on."""

    def __init__(self, level: int) -> None:
        super().__init__()
        self._level = level

    def filter(self, record: logging.LogRecord) -> bool:
        return record.levelno >= self._level or record.name.partition(".")[0] in OURS


class _Human(logging.Formatter):
    """ "newsbot: what happened"; a fault with its name, and with its place in the code only where that was asked for."""

    def __init__(self, places: bool) -> None:
        super().__init__()
        self._places = places

    def format(self, record: logging.LogRecord) -> str:
        where = "" if record.name.partition(".")[0] in OURS else f"{record.name}: "
        line = f"newsbot: {where}{clean(_told(record))}"
        if record.exc_info and self._places:
            line += "\n" + self.formatException(record.exc_info)
        return line


class _Json(_Human):
    """The same as an object."""

    def format(self, record: logging.LogRecord) -> str:
        values = dict(getattr(record, "values", {}))
        if record.name.partition(".")[0] not in OURS:
            values["logger"] = record.name
        if record.exc_info and self._places:
            values["traceback"] = self.formatException(record.exc_info)
        return _line(record.levelname.lower(), getattr(record, "event", "message"), _told(record), values)


def _told(record: logging.LogRecord) -> str:
    try:
        message = record.getMessage()
    except (TypeError, ValueError):  # another's line with other arguments than it has places
        message = str(record.msg)
    fault = record.exc_info[1] if record.exc_info else None
    return f"{message} ({type(fault).__name__}: {fault})" if fault is not None else message


def _line(level: str, name: str, message: str, values: Mapping[str, Any]) -> str:
    at = utc_now().isoformat(timespec="milliseconds").replace("+00:00", "Z")
    row: dict[str, Any] = {"at": at, "level": level, "event": name, "message": clean(message)}
    row |= {key: clean(value) if isinstance(value, str) else value for key, value in values.items()}
    return json.dumps(row, ensure_ascii=True, default=str)
