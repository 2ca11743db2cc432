"""Which articles an export takes: `--where`, `--since` and `--until` as SQL with parameters."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from pipelines.errors import ConfigurationError

if TYPE_CHECKING:
    from pipelines.store.sqlite import sqlite3

# What may stand before the `=` of --where, and the condition that it makes; {} holds the placeholders.
WHERE: dict[str, str] = {
    "source": "articles.source IN ({})",
    "section": "articles.section IN ({})",
    "language": "articles.language IN ({})",
    "place": "articles.place IN ({})",
    "country": "articles.country IN ({})",
    "year": "articles.published_year IN ({})",
    "month": "articles.published_month IN ({})",
    "form": "articles.form IN ({})",
    "state": "articles.state IN ({})",
    "author": "articles.id IN (SELECT article FROM article_authors WHERE author IN ({}))",
    "tag": "articles.id IN (SELECT article FROM article_tags WHERE tag IN ({}))",
    "agency": "articles.id IN (SELECT article FROM article_agencies WHERE agency IN ({}))",
}

# The day as the outlet printed it; where none is known, the day by which the archive orders the article.
_DAY = "coalesce(articles.published_day, substr(articles.published_sort, 1, 10))"


def condition(wheres: Sequence[str], since: date | None, until: date | None) -> tuple[str, list[str]]:
    """SQL over `articles`, and its parameters. Both days belong to the choice.

    The same name given twice means either value; different names all have to hold.
    Raises ConfigurationError for what is not NAME=VALUE or has an unknown name.
    """
    wanted: dict[str, list[str]] = {}
    for where in wheres:
        name, equals, value = where.partition("=")
        name = name.strip()
        if not equals:
            raise ConfigurationError(
                f"--where {where}: write it as NAME=VALUE, for example source=arabtimes."
            )
        if name not in WHERE:
            from newsbot.sources.spelling import meant

            hint = meant(name, WHERE) or f"; these are: {', '.join(WHERE)}."
            raise ConfigurationError(f"--where {where}: {name} cannot be chosen by{hint}")
        wanted.setdefault(name, []).append(value.strip())
    parts, values = ["1"], []
    for name, alternatives in wanted.items():
        parts.append(WHERE[name].format(", ".join("?" * len(alternatives))))
        values += alternatives
    for comparison, day in ((">=", since), ("<=", until)):
        if day:
            parts.append(f"{_DAY} {comparison} ?")
            values.append(day.isoformat())
    return " AND ".join(parts), values


_FOUND = "articles.id IN (SELECT rowid FROM articles_fts WHERE articles_fts MATCH ?)"


def searched(db: sqlite3.Connection, words: str) -> tuple[str, list[str]]:
    """SQL over `articles` for a search as it is typed in the browser, and its parameters.

    Raises ConfigurationError with a sentence for a search that cannot be read: nothing is guessed here, because what
    is written may be used unseen.
    """
    from newsbot.search.language import read

    german = db.execute("SELECT 1 FROM articles WHERE language = 'de' LIMIT 1").fetchone() is not None
    found = read(words, german=german)
    if found.note:
        raise ConfigurationError(
            f"The search {words!r} cannot be read: {found.note.partition(' So its words')[0]}"
        )
    chosen, values = condition([f"{name}={value}" for name, value in found.filters], None, None)
    if found.expression is not None:
        chosen, values = f"{chosen} AND {_FOUND}", [*values, found.expression]
    return chosen, values


def shown_at(db: sqlite3.Connection, url: str) -> tuple[str, list[object]]:
    """SQL over `articles` for what an address of a listing shows in the browser, and its parameters.

    Raises ConfigurationError where the address asks for something else.
    """
    from dataclasses import replace
    from urllib.parse import parse_qsl

    from newsbot.publish.query import parse
    from newsbot.publish.search import Words

    query = parse(parse_qsl(url.partition("?")[2] or url, keep_blank_values=True))
    if query is None:
        raise ConfigurationError(
            f"--url {url}: this is no address of a listing, or names something that is no filter."
        )
    chosen, values = replace(query.first_page(), words=Words("")).where()
    if query.words.text:
        found, words = searched(db, query.words.text)
        chosen, values = f"({chosen}) AND ({found})", [*values, *words]
    return chosen, values
