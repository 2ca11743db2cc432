"""The keys of sources.toml: what each takes, how it is checked, and what it means (docs are written from it)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from newsbot.sources import localities, patterns, values
from newsbot.sources.values import Check


@dataclass(frozen=True, slots=True)
class Key:
    """One key of a `[[source]]` table."""

    name: str
    takes: str  # an example in TOML
    check: Check
    meaning: str
    default: str = ""  # as a person would say it; empty: must be given
    shared: bool = False  # may stand in [defaults] too


# fmt: off
KEYS: tuple[Key, ...] = (
    Key("id", '"arabtimes"', values.identifier,
        "Short name, used in every table and CSV. Never change it: it is how the archive knows the source."),
    Key("name", '"Arab Times"', values.text,
        "Name of the outlet as readers know it."),
    Key("homepage", '"https://www.example.com/"', values.address,
        "Front page. Relative sections and feeds start from it."),
    Key("country", '"KW"', localities.country,
        "Country of the outlet (ISO 3166): tells apart places of the same name.", "unknown", shared=True),
    Key("language", '"en"', localities.language,
        "Language the outlet writes in, where a page does not say.", "as the pages say", shared=True),
    Key("timezone", '"Asia/Kuwait"', localities.timezone,
        "Time zone of dates that are printed without one.", "such dates give the day alone", shared=True),
    Key("feeds", '["/feed/"]', values.list_of(values.address_or_path),
        "RSS, Atom or JSON feeds. An empty list means none.", "found from the homepage"),
    Key("sitemaps", '"auto"', values.sitemaps,
        "`auto` (from robots.txt and the homepage), `off`, or a list of URLs.", "auto", shared=True),
    Key("sections", '["/world/"]', values.list_of(values.address_or_path),
        "Section pages to look for article links on.", "none"),
    Key("every", '"2h"', values.duration,
        "How often feeds, sitemaps and sections are looked at.", "2h", shared=True),
    Key("revisit", '["1h", "1d", "7d"]', values.list_of(values.duration),
        "When, after it was first seen, an article is looked at again for corrections.", "1h, 6h, 1d, 7d, 30d", shared=True),
    Key("delay", "2.0", values.number(0, 3600),
        "Seconds between two requests to the site; robots.txt may ask for more.", "2", shared=True),
    Key("max_requests", "500", values.whole(1),
        "Most requests to the source in one run; the rest waits for the next.", "500", shared=True),
    Key("max_bytes", '"500MB"', values.size,
        "Most bytes received from the source in one run.", "500MB", shared=True),
    Key("max_minutes", "60", values.number(0.01, 10_000),
        "Longest time for the source in one run.", "60", shared=True),
    Key("include", '["/20\\\\d\\\\d/"]', values.list_of(patterns.pattern),
        "Regular expressions: only article URLs in which one of them is found.", "every URL", shared=True),
    Key("exclude", '["/video/"]', values.list_of(patterns.pattern),
        "Regular expressions: no article URL in which one of them is found.", "none", shared=True),
    Key("strip", '["//aside"]', values.list_of(patterns.xpath),
        "XPath of blocks that are no part of the article.", "none", shared=True),
    Key("store", '"full"', values.one_of("full", "text", "metadata"),
        "What is kept: the page and its text, the text alone, or neither.", "full", shared=True),
    Key("publish", '"full"', values.one_of("full", "excerpt", "metadata"),
        "What the archive shows of an article: all of it, 300 characters of its lede, or no text.", "full", shared=True),
    Key("noarchive", '"skip"', values.one_of("keep", "skip"),
        "What to do with a page that says noarchive: keep it (its rights are noted), or skip it.", "keep", shared=True),
    Key("retain", '"365d"', values.retention,
        "How long articles are kept after they were first seen: `forever` or a duration. What is older is erased at the end of a crawl, captures too.", "forever", shared=True),
    Key("allow_private", "true", values.boolean,
        "Lets the source live at a private address such as 127.0.0.1 (its own host and port only).", "false"),
    Key("expect", "{ with_date = 0.9 }", values.expect,
        "What a healthy source gives in a week: `articles_a_day = [5, 200]`, `with_date` and `with_byline` as shares. Less "
        "raises an alarm.",
        "nothing", shared=True),
)
# fmt: on

BY_NAME: dict[str, Key] = {key.name: key for key in KEYS}
SHARED: dict[str, Key] = {key.name: key for key in KEYS if key.shared}
REQUIRED: tuple[str, ...] = tuple(key.name for key in KEYS if not key.default)


def key_table() -> Iterator[str]:
    """The lines of a Markdown table of all keys, for the docs."""
    yield "| key | example | left out | in `[defaults]` | meaning |"
    yield "|---|---|---|---|---|"
    for key in KEYS:
        left_out = key.default or "must be given"
        yield f"| `{key.name}` | `{key.takes}` | {left_out} | {'yes' if key.shared else ''} | {key.meaning} |"
