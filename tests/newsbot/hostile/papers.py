"""The papers: one that means harm, some that want to be left alone, a healthy one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pages  # noqa: F401  fills PAGES
import transport  # noqa: F401  likewise
from house import Answer
from listings import LISTINGS, MORE, deeper
from stories import HEALTHY, PAGES, SLOW, feed, healthy_story, story

ARTICLES = 12  # of the healthy paper


def healthy() -> dict[str, Answer]:
    paths = {n: f"/2026/11/20/healthy-{n}/" for n in range(1, ARTICLES + 1)}
    answers: dict[str, Answer] = {
        "/robots.txt": lambda door: door.reply(200, b"User-agent: *\nDisallow: /private/\n", "text/plain")
    }
    # A moment late: others have spoken of its articles by then.
    answers["/feed/"] = lambda door: (
        door.server.closing.wait(0.6)
        or door.reply(200, feed(door, [HEALTHY[0] + path for path in paths.values()]), "application/rss+xml")
    )
    for n, path in paths.items():
        answers[path] = lambda door, n=n: door.reply(200, healthy_story(n))  # type: ignore[misc]
    return answers


def held(value: Callable[[], str]) -> dict[str, Answer]:
    """A paper that wants to be left alone."""
    paths = [f"/2026/11/20/busy-{n}/" for n in range(5)]
    return {"/feed/": lambda door: door.reply(200, feed(door, paths))} | {
        path: (lambda door: door.reply(429, b"slow down", Retry_After=value())) for path in paths
    }


def with_robots(answer: Answer) -> dict[str, Answer]:
    return {
        "/robots.txt": answer,
        "/feed/": lambda door: door.reply(200, feed(door, ["/2026/11/20/story/", "/private/story/"])),
        "/2026/11/20/story/": lambda door: door.reply(200, story(f"robots {door.home}")),
        "/private/story/": lambda door: door.reply(200, story(f"private {door.home}")),
    }


RULES = b"User-agent: *\nDisallow: /private/\n"
DOORS: dict[str, dict[str, Answer]] = {
    "hostile": PAGES | LISTINGS | MORE,
    "deep": {
        "/sitemap.xml": deeper,
        "/maps/deep/": deeper,
        "/stall/": lambda door: door.stall(),
        "/feed/": lambda door: door.reply(200, feed(door, [])),
    },
    "slow": SLOW | {"/feed/": lambda door: door.reply(200, feed(door, list(SLOW)))},
    "busy_seconds": held(lambda: "3600"),
    "busy_date": held(lambda: format_datetime(datetime.now(UTC) + timedelta(hours=1), usegmt=True)),
    "robots_500": with_robots(lambda door: door.reply(500)),
    "robots_5mb": with_robots(lambda door: door.reply(200, RULES + b"# " + b"x" * 5_000_000, "text/plain")),
    "robots_3mb": with_robots(
        lambda door: door.reply(200, RULES + b"Disallow: /" + b"x" * 3_000_000, "text/plain")
    ),
    "robots_binary": with_robots(lambda door: door.reply(200, bytes(range(256)) * 2000, "text/plain")),
    "robots_loop": with_robots(lambda door: door.reply(302, Location="/robots.txt")),
    "healthy": healthy(),
}
