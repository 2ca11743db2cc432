"""Which articles an export takes: `--where`, `--since` and `--until` as SQL with parameters."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from pipelines.errors import ConfigurationError

# What may stand before the `=` of --where, and the condition that it makes; {} holds the placeholders.
WHERE: dict[str, str] = {
    "source": "articles.source IN ({})",
    "section": "articles.section IN ({})",
    "language": "articles.language IN ({})",
    "place": "articles.place IN ({})",
    "country": "articles.country IN ({})",
    "year": "articles.published_year IN ({})",
    "month": "articles.published_month IN ({})",
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
