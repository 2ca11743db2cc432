"""An address as a person types it, and the article that it stands for."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from pipelines.errors import NothingDone

if TYPE_CHECKING:
    from pipelines.store.sqlite import sqlite3


def key_of(url: str) -> str:
    """The key of an address; the scheme may be missing. A usage error where it is no address."""
    from pipelines.dedupe import url_key

    try:
        return url_key(url if "://" in url else f"https://{url}")
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="URL") from None


def article_at(db: sqlite3.Connection, archive: Path, url: str) -> int:
    """The number of the article at an address; raises NothingDone where the archive has none."""
    from pipelines.store.versions import article_of

    key = key_of(url)
    article = article_of(db, key)
    if article is None:
        raise NothingDone(
            f"{archive} has no article at {url} (known as {key}): `newsbot explain` says whether it heard of it."
        )
    return article
