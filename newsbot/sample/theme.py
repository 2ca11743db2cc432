"""Templates of the three outlets and the documents they make: the same bytes for the same stories."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup


@dataclass(frozen=True, slots=True)
class Document:
    """What a URL of the newsroom holds: bytes as they lie on the server, uncompressed."""

    body: bytes
    content_type: str
    modified: datetime

    @property
    def etag(self) -> str:
        """A strong validator (RFC 9110, 8.8.3): another one as soon as one byte differs."""
        return f'"{hashlib.sha256(self.body).hexdigest()[:20]}"'


@cache
def environment(outlet: str) -> Environment:
    """Templates in `pages/<outlet>/theme`, with filters for the dates that feeds and metas print."""
    made = Environment(
        loader=PackageLoader("newsbot.sample", f"pages/{outlet}/theme"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    made.filters["iso"] = lambda at: at.isoformat(timespec="seconds")
    made.filters["utc"] = lambda at: at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    made.filters["rfc2822"] = format_datetime
    made.filters["jsonld"] = jsonld
    made.filters["english_day"] = lambda at: f"{at:%B} {at.day}, {at.year}"
    made.filters["german_day"] = lambda at: f"{at.day:02}.{at.month:02}.{at.year}, {at:%H:%M} Uhr"
    return made


def jsonld(value: Any) -> Markup:
    """JSON for a script element; `</` cannot end the element early."""
    return Markup(json.dumps(value, ensure_ascii=False, indent=1).replace("</", "<\\/"))


def render(
    outlet: str, template: str, modified: datetime, content_type: str, charset: str = "utf-8", **context: Any
) -> Document:
    """One document from a template.

    Characters that `charset` lacks become character references, as old publishing systems wrote them.
    """
    text = environment(outlet).get_template(template).render(**context)
    return Document(text.encode(charset, "xmlcharrefreplace"), content_type, modified)
