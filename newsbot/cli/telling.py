"""The story of one URL in sentences: rows of the archive in, lines for a person out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from newsbot.cli.table import plain, shortened, table
from pipelines.reasons import sentence_of
from pipelines.store.backlog import WHY as LAID_ASIDE

if TYPE_CHECKING:
    from pipelines.store.story import Row, Story

WIDTH = 60  # columns of what a listing or a page printed

# What a listing is called in a sentence, by `evidence.origin`.
_LISTINGS = {
    "feed": "The feed",
    "news_sitemap": "The news sitemap",
    "sitemap": "The sitemap",
    "section": "The section page",
    "autodiscovery": "The page",
    "robots": "The robots.txt",
    "list": "The list",
    "sources": "The file",
}
_OUTCOMES = {
    "stored": "stored as a new article",
    "revised": "the publisher had changed it",
    "unchanged": "nothing had changed",
    "listed": "its links were read",
    "gone": "the article is gone",
    "skipped": "skipped",
    "failed": "failed",
}


_KEPT_OUT = {
    "hidden": "It is hidden since {}: {}.",
    "erased": "It was erased at {} and stays out: {}.",
    "expired": "It was erased at {} because its time was over ({}).",
}
_ACTIONS = {"hide": "hid it", "erase": "erased it", "undo": "lifted that"}


def telling(story: Story) -> Iterator[str]:
    """What it is now, what happened in order of time, what comes next, and how it was dated."""
    yield plain(story.url["url"] if story.url else story.key)
    yield from _standing(story)
    yield ""
    yield from _events(story)
    if ahead := _ahead(story.waiting):
        yield ""
        yield ahead
    if story.dates:
        yield ""
        yield from _dates(story)


def _standing(story: Story) -> Iterator[str]:
    article = story.article
    if story.tombstone:
        since, why = _minute(story.tombstone["made_at"]), plain(story.tombstone["reason"]).rstrip(".")
        yield _KEPT_OUT.get(str(story.tombstone.get("mode")), "It is kept out since {}: {}.").format(
            since, why
        )
    if article:
        yield f"Article {article['public_id']} of {article['source']}, {article['state']}: {_quoted(article['headline'])}"
        yield _published(article)
    elif story.url and not story.url["outcome"]:
        yield "It was found, but not visited yet."
    elif story.url and not story.visits and not story.tombstone and story.url.get("reason"):
        yield f"It was never visited. {plain(sentence_of(story.url['reason']))}"
    if story.url and story.url["alias_of"]:
        yield f"It is another address of {plain(story.url['alias_of'])}."
    if story.addresses:
        yield f"Other addresses of the article: {', '.join(map(plain, story.addresses))}."


def _published(article: Row) -> str:
    if article["published_precision"] is None:
        return (
            f"Its date is not known; it is ordered by its first visit, {_minute(article['first_seen_at'])}."
        )
    when = article["published_at"] or article["published_day"] or article["published_sort"]
    sure = f", confidence {article['published_confidence']}" if article["published_confidence"] else ""
    return f"Published {_minute(when)} (from {plain(article['published_from'])}{sure})."


def _events(story: Story) -> Iterator[str]:
    """Every dated row as a line; rows of one moment in the order in which things happen."""
    events = [(str(row["seen_at"]), 0, _found(row)) for row in story.found]
    events += [(str(row["captured_at"]), 1, _capture(row)) for row in story.captures]
    events += [(str(row["visited_at"]), 2, _visit(row)) for row in story.fetches]
    events += [(str(row["seen_at"]), 3, _revision(row)) for row in story.revisions]
    events += [(str(row["seen_at"]), 4, _doubt(row)) for row in story.doubts]
    events += [(str(row["made_at"]), 5, _correction(row)) for row in story.corrections]
    events += [(str(row["made_at"]), 6, _takedown(row)) for row in story.takedowns]
    if story.visits > len(story.fetches):
        yield f"{story.visits - len(story.fetches):,} earlier visits are left out here."
    for at, _, sentence in sorted(events):
        yield f"{_minute(at)}  {sentence}"


def _found(row: Row) -> str:
    if row["origin"] == "web_archive":
        return f"A web archive has it: {plain(row['seen_in'])}."
    where = f" {plain(row['seen_in'])}" if row["seen_in"] else ""
    said = [f"as {_quoted(row['title'])}"] if row["title"] else []
    said += [f"dated {_quoted(row['printed'])}"] if row["printed"] else []
    said += [f"last changed {_quoted(row['lastmod'])}"] if row["lastmod"] else []
    said += [f"by {plain(row['author'])}"] if row["author"] else []
    told = f" {', '.join(said)}" if said else ""
    return f"{_LISTINGS.get(str(row['origin']), 'A listing')}{where} named it{told}."


def _visit(row: Row) -> str:
    status = f", status {row['status']}" if row["status"] else ""
    where = f" as a web archive has it ({plain(row['memento'])})" if row.get("memento") else ""
    sentence = (
        f"Visited in run {row['run']}{where}{status}: {_OUTCOMES.get(str(row['outcome']), row['outcome'])}."
    )
    if row["outcome"] == "listed" and row["new_links"]:
        sentence = f"{sentence[:-1]}, {row['new_links']:,} of them new."
    if row["reason"]:
        sentence += f" {plain(sentence_of(row['reason']))}"
    if row["detail"]:
        sentence += f" ({plain(row['detail']).rstrip('.')})"
    if row["final_url"] and row["final_url"] != row["url"]:
        sentence += f" It led to {plain(row['final_url'])}."
    return sentence


def _capture(row: Row) -> str:
    folder = plain(row.get("place") or "captures").rstrip("/")
    where = f"{folder}/{plain(row['file'])} at {row['offset']} ({row['length']} bytes)"
    if row.get("erased_at"):
        return f"The page as received lay in {where}; it was erased at {_minute(row['erased_at'])}."
    return f"The page as received lies in {where}."


def _takedown(row: Row) -> str:
    who = plain(row["author"]) if row["author"] else "Somebody"
    return f"{who} {_ACTIONS.get(str(row['action']), row['action'])}: {plain(row['reason']).rstrip('.')}."


def _correction(row: Row) -> str:
    before = "nothing" if row["before"] is None else _quoted(row["before"])
    now = "nothing" if row["value"] is None else _quoted(row["value"])
    return (
        f"{plain(row['author'])} corrected {row['field']}: {now}, read as {before}. ({plain(row['reason'])})"
    )


def _changed(row: Row) -> str:
    return ", ".join(part.strip().replace("_", " ") for part in plain(row["changed"]).split(","))


def _revision(row: Row) -> str:
    if row["kind"] == "reading":
        return f"newsbot reads it differently now: {_changed(row)}. The publisher changed nothing."
    if row["changed"] == "removed":
        return "The publisher removed it; what it said is kept."
    if row["changed"] == "restored":
        return "The publisher put it back."
    before = f" The headline was {_quoted(row['headline'])}." if "headline" in str(row["changed"]) else ""
    return f"The publisher changed {_changed(row)}.{before}"


def _doubt(row: Row) -> str:
    return f"In doubt ({plain(row['doubt']).replace('_', ' ')}): {plain(row['detail'])}"


def _ahead(waiting: Row | None) -> str:
    if waiting is None:
        return ""
    if waiting["state"] == "parked" and waiting.get("why") == LAID_ASIDE:
        return f"It {LAID_ASIDE}."
    if waiting["state"] == "parked":
        return "It will not be visited again by itself."
    if waiting["state"] == "leased":
        return f"Run {waiting['run']} has taken it and is on its way, or was killed."
    why = f": {plain(waiting['why'])}" if waiting["why"] else ""
    first = "again " if waiting["visits"] else ""
    return f"It is due {first}at {_minute(waiting['due_at'])}{why}."


def _dates(story: Story) -> Iterator[str]:
    """Every candidate for the date, the one that decided marked."""
    yield "What spoke of its date (* decided):"
    rows = [
        (
            "*" if row["chosen"] else "",
            f"{row['origin']} {row['name'] or ''}",
            shortened(plain(row["printed"] or ""), WIDTH),
            row["role"] or "",
            "" if row["confidence"] is None else f"{row['confidence']:.2f}",
            row["note"] or "",
        )
        for row in story.dates
    ]
    yield from table(("", "where", "printed", "of", "sure", "note"), rows, right=(4,))


def _quoted(text: object) -> str:
    return f"“{shortened(plain(text), WIDTH)}”" if text else "without a headline"


def _minute(at: object) -> str:
    """An instant of the archive to the minute; a day stays a day."""
    return str(at)[:16].replace("T", " ")
