"""Many searches at once: a list of them in, for each how many articles, since when, and the listing of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from urllib.parse import urlencode

from newsbot.publish.browse import Chip, is_sample, source_names
from newsbot.publish.connections import Snapshot, TookTooLong
from newsbot.publish.narrowing import chips
from newsbot.publish.query import Query
from newsbot.publish.search import Words, narrowed, understand
from newsbot.search.batch import COLUMN, Asked, read_batch
from newsbot.search.language import NOTHING
from pipelines.errors import ConfigurationError

MOST = 200
"""Queries of one page; `newsbot search --batch` takes thousands."""

_LIMIT = 1.0  # seconds for one query
_COUNTED = (
    "SELECT count(*), min(published_day), max(published_day), count(DISTINCT source) FROM articles WHERE "
)
_TOO_LONG = "Counting took too long and was stopped; newsbot search --batch goes on to the end."


@dataclass(frozen=True)
class Counted:
    """One query with what was found."""

    query: str
    more: dict[str, str]  # other columns of its line
    articles: int | None  # None where it was not counted
    first_day: str | None
    last_day: str | None
    sources: int | None
    note: str
    address: str  # the listing


@dataclass(frozen=True)
class BatchPage:
    """Everything that the page shows."""

    query: Query  # the filters under which all of them are counted
    chips: tuple[Chip, ...]
    text: str  # as typed
    rows: tuple[Counted, ...]
    fault: str  # why nothing was counted
    csv: str
    most: int = MOST
    sample: bool = False
    columns: tuple[str, ...] = field(default=())  # the other columns, in their order


def batch_page(snapshot: Snapshot, query: Query, text: str, base: str) -> BatchPage:
    """Every query of `text` (one a line, or a CSV with a column `query`), counted under the filters of `query`."""
    rows: tuple[Counted, ...] = ()
    fault = ""
    if text.strip():
        try:
            asked = read_batch(text, "The list")
            if len(asked) > MOST:
                fault = f"These are {len(asked):,} queries; a page counts {MOST}. newsbot search --batch takes them all."
            else:
                rows = tuple(_counted(snapshot, query, one, f"{base}/articles") for one in asked)
        except ConfigurationError as error:
            fault = str(error)
    kept = [("queries", text)]
    return BatchPage(
        query=query,
        chips=tuple(chips(query, "/batch", source_names(snapshot), kept)),
        text=text,
        rows=rows,
        fault=fault,
        csv=f"/batch.csv?{urlencode(query.pairs() + kept)}",
        sample=is_sample(snapshot),
        columns=tuple(dict.fromkeys(name for row in rows for name in row.more)),
    )


def table(page: BatchPage, absolute: str) -> tuple[list[str], Iterator[Sequence[object]]]:
    """Columns and rows as a file has them; `absolute` stands before the links."""
    names = [*page.columns, COLUMN, "articles", "first_day", "last_day", "sources", "note", "link"]
    return names, (
        [
            *(row.more.get(name, "") for name in page.columns),
            row.query, row.articles, row.first_day, row.last_day, row.sources, row.note, f"{absolute}{row.address}",
        ]
        for row in page.rows
    )  # fmt: skip


def _counted(snapshot: Snapshot, query: Query, asked: Asked, path: str) -> Counted:
    one = replace(query, words=Words(asked.query))
    address = one.address(path)
    if (told := narrowed(snapshot, asked.query)) is not None:  # author:, source: … are filters
        text, filters = told
        one = replace(one, words=Words(text))
        for name, value in filters:
            one = one.with_value(name, value)
    one = replace(one, words=understand(snapshot, one.words))
    if one.words.expression == NOTHING and one.words.note:
        return Counted(asked.query, asked.more, None, None, None, None, one.words.note, address)
    where, parameters = one.where()
    try:
        found = snapshot.rows(_COUNTED + where, parameters, _LIMIT)[0]
    except TookTooLong:
        return Counted(asked.query, asked.more, None, None, None, None, _TOO_LONG, address)
    articles, first, last, sources = found
    return Counted(asked.query, asked.more, articles, first, last, sources, one.words.note, address)
