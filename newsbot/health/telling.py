"""Whoever is to know is told: alarms and hits go to a command of the owner's, as JSON or as lines."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from newsbot.health.searches import Hits
from newsbot.sources import Alerts
from pipelines.store.alarms import Alarm
from pipelines.store.values import instant

ENVIRONMENT = (
    "PATH",
    "HOME",
    "USER",
    "LOGNAME",
    "LANG",
    "LC_ALL",
    "LC_CTYPE",
    "TZ",
    "TMPDIR",
    "SSL_CERT_FILE",
)
"""What the command gets of our environment: nothing that happens to lie in it."""

_HINTS = {
    "silence": "`newsbot crawl {source} --limit 5 -v` shows what it answers",
    "drop": "`newsbot crawl {source} --limit 5 -v` shows what it answers",
    "layout": "look at one of its newest articles in the reading room, and at `strip` in sources.toml",
    "feed": "`newsbot add` on its homepage finds where its feeds are now",
    "robots": "ask the publisher, or take the source out of sources.toml",
    "certificate": "look at its homepage in a browser; newsbot asks no site whose certificate is wrong",
    "expect": "change `expect` in sources.toml where the paper has changed",
}


@dataclass(frozen=True, slots=True)
class News:
    """What there is to tell."""

    archive: str
    at: datetime
    raised: Sequence[Alarm] = ()
    cleared: Sequence[Alarm] = ()
    searches: Sequence[Hits] = ()
    test: bool = False

    def __bool__(self) -> bool:
        """Whether there is anything."""
        return bool(self.raised or self.cleared or self.searches or self.test)


def tell(alerts: Alerts, news: News) -> str:
    """Runs the command of `[alerts]` with the news on its stdin; gives a sentence where that did not go well.

    No shell is run, the environment is cut to `ENVIRONMENT`, and the command is stopped after its timeout.
    """
    environment = {name: os.environ[name] for name in ENVIRONMENT if name in os.environ}
    program = alerts.command[0]
    try:
        done = subprocess.run(  # noqa: S603  the owner's own command, without a shell
            alerts.command,
            input=written(alerts, news).encode("utf-8", "replace"),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            env=environment,
            timeout=alerts.timeout,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return f"The alert command {program} took longer than {alerts.timeout:g} seconds and was stopped."
    except OSError as error:
        return f"The alert command {program} cannot be run: {error.strerror}."
    if done.returncode:
        said = " ".join(done.stderr.decode("utf-8", "replace").split())[:200]
        return f"The alert command {program} ended with {done.returncode}{f': {said}' if said else ''}."
    return ""


def written(alerts: Alerts, news: News) -> str:
    """The news as the command reads them."""
    if alerts.format == "text":
        return "".join(f"{_plain(line)}\n" for line in lines(news))
    return json.dumps(asdict(news) | {"at": instant(news.at)}, ensure_ascii=False) + "\n"


def lines(news: News) -> Iterator[str]:
    """The news for a person."""
    yield f"newsbot, {news.archive}, {instant(news.at)}"
    if news.test:
        yield "This is a test: nothing is wrong."
    for alarm in news.raised:
        yield f"! {sentence(alarm)}"
    for alarm in news.cleared:
        yield f"ok {alarm.name}: over: {alarm.sentence}."
    for search in news.searches:
        yield f"{search.articles:,} new for “{search.name}” ({search.query}):"
        yield from (
            f"  {hit.headline or 'without a headline'} ({hit.source}) {hit.url}" for hit in search.hits
        )
        if search.articles > len(search.hits):
            yield f"  and {search.articles - len(search.hits):,} more"


def _plain(line: str) -> str:
    """A line without characters that a terminal or a mail program obeys: headlines are other people's."""
    return "".join(letter if letter.isprintable() else " " for letter in line)


def sentence(alarm: Alarm) -> str:
    """An alarm as one line: whose, what, and what to do."""
    hint = _HINTS.get(alarm.alarm, "").format(source=alarm.source)
    return f"{alarm.name}: {alarm.sentence}; {hint}." if hint else f"{alarm.name}: {alarm.sentence}."
