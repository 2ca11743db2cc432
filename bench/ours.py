"""newsbot itself, as `newsbot crawl` runs it, with the loop's stalls measured: prints one JSON line."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from pipelines import forkserver


def main() -> None:
    """Crawl a sources.toml into an archive and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sources", type=Path)
    parser.add_argument("archive", type=Path)
    arguments = parser.parse_args()
    forkserver.start(("newsbot.discovery",))
    # Not above: every reader imports this module anew, as it does the `newsbot` script, and needs no Scrapy.
    from scrapy.crawler import AsyncCrawlerProcess
    from scrapy.settings import Settings

    settings = Settings()
    settings.setmodule("newsbot.settings", priority="project")
    settings.set(
        "EXTENSIONS",
        {**settings.getdict("EXTENSIONS"), "newsbot.extensions.loop_stall.LoopStall": 0},
        "cmdline",
    )
    settings.update(
        {
            "NEWSBOT_SOURCES": str(arguments.sources),
            "NEWSBOT_ARCHIVE": str(arguments.archive),
            "LOOP_STALL_ENABLED": True,
            "PROGRESS_ENABLED": False,
            "LOG_LEVEL": "ERROR",
        },
        priority="cmdline",
    )
    process = AsyncCrawlerProcess(settings)
    crawler = process.create_crawler("news")
    process.crawl(crawler)
    process.start()
    assert crawler.stats is not None
    stats = crawler.stats.get_stats()
    json.dump({key: value for key, value in stats.items() if isinstance(value, int | float)}, sys.stdout)


if __name__ == "__main__":
    main()
