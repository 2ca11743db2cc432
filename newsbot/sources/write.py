"""sources.toml out: a new entry at the end of a file, and the commented file that `newsbot init` begins with."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import tomlkit

from newsbot.sources.keys import BY_NAME, KEYS
from newsbot.sources.load import check_entry, parse, read_text
from newsbot.sources.source import Source
from newsbot.whole_file import write_whole
from pipelines.errors import ConfigurationError

_HEAD = """\
# Whom newsbot reads. `newsbot add URL` finds out how a paper can be read and writes its entry;
# docs/add-a-source.md says what every key means.

[defaults]
# An address by which a publisher can reach you. It goes into the user agent; no real crawl starts without it.
# contact = "editor@example.org"

# One [[source]] for each paper. Only id, name and homepage must be given.
#
"""

_EXAMPLE = """\
[[source]]
id = "arabtimes"                            # short and stable: it names the source in every table and CSV
name = "Arab Times"
homepage = "https://www.example.com/"
country = "KW"                              # tells apart places of the same name
language = "en"
timezone = "Asia/Kuwait"                    # of dates that are printed without one
feeds = ["https://www.example.com/feed/"]   # left out: found from the homepage
sitemaps = "auto"                           # "auto", "off" or a list of URLs
sections = ["/world/"]                      # pages to look for article links on
every = "2h"                                # how often feeds, sitemaps and sections are looked at
revisit = ["1h", "6h", "1d", "7d", "30d"]   # when an article is looked at again for corrections
delay = 2.0                                 # seconds between two requests
max_requests = 500                          # in one run; likewise max_bytes = "500MB" and max_minutes = 60
include = ['/20\\d\\d/']                      # regular expressions that an article URL must match
exclude = ["/video/"]                       # and must not match
strip = ["//section[@id='check-also-box']"] # XPath of blocks that are no part of the article
store = "full"                              # "full", "text" or "metadata"
publish = "full"                            # "full", "excerpt" or "metadata"
noarchive = "keep"                          # or "skip": leave out pages that ask not to be archived
retain = "forever"                          # or "365d"; noted, not acted on yet
expect = { articles_a_day = [5, 200], with_date = 0.9, with_byline = 0.5 }  # likewise
"""


def init_text() -> str:
    """A commented sources.toml without a source, ready for `newsbot add` and for the editor."""
    return _HEAD + "".join(f"# {line}\n" for line in _EXAMPLE.splitlines())


def example_text() -> str:
    """The example of `init_text` as if it stood there without its comment signs."""
    return _EXAMPLE


def entry_text(entry: Mapping[str, object]) -> str:
    """One `[[source]]` table in TOML, its keys in the order of the docs. `entry` has TOML values, not checked ones."""
    table = tomlkit.table()
    for key in KEYS:
        if key.name in entry:
            table.add(key.name, tomlkit.item(entry[key.name]))
    array = tomlkit.aot()
    array.append(table)
    document = tomlkit.document()
    document.add("source", array)
    return tomlkit.dumps(document).strip() + "\n"


def append_source(path: str | Path, entry: Mapping[str, object]) -> Source:
    """Write one entry at the end of a sources.toml; whatever stands in the file stays as it is.

    A file that is not there yet is begun with `init_text`; a full disk leaves the old one. Raises ConfigurationError where the entry is wrong, its id is taken, or the file is
    not in order as it is.
    """
    path = Path(path)
    source = check_entry(entry, path)
    text = read_text(path) if path.exists() else init_text()
    whole = f"{text.rstrip()}\n\n{entry_text(entry)}"
    parse(whole, path)
    write_text(path, whole)
    return source


def write_text(path: Path, text: str) -> None:
    """Replace a file in one step. Raises ConfigurationError where it cannot be written."""
    try:
        write_whole(path, [text.encode("utf-8")])
    except OSError as error:
        raise ConfigurationError(f"{path}: it cannot be written ({error.strerror or error}).") from None


def entry_of(source: Source) -> dict[str, object]:
    """The TOML values of a source that say who it is and where it is read (for lists in other formats)."""
    said: dict[str, object] = {"id": source.id, "name": source.name, "homepage": source.homepage}
    for key in ("country", "language", "timezone"):
        if value := getattr(source, key):
            said[key] = value
    if source.feeds is not None:
        said["feeds"] = list(source.feeds)
    if source.sitemaps != "auto":
        said["sitemaps"] = source.sitemaps if isinstance(source.sitemaps, str) else list(source.sitemaps)
    if source.sections:
        said["sections"] = list(source.sections)
    assert said.keys() <= BY_NAME.keys()
    return said
