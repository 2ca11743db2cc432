"""The baseline: what most people write. One spider, trafilatura in an item pipeline, SQLite in the reactor.

Run as a process of its own by bench.crawl: prints one JSON line with its figures.
"""

from __future__ import annotations

import argparse
import json
import sqlite3
import sys
from collections.abc import Iterator
from typing import Any

from scrapy.crawler import AsyncCrawlerProcess
from scrapy.http import Response
from scrapy.spiders import SitemapSpider


class NaiveSpider(SitemapSpider):
    """Every page of the sitemap."""

    name = "naive"

    def parse(self, response: Response) -> Iterator[dict[str, Any]]:
        yield {"url": response.url, "html": response.text}


class NaivePipeline:
    """Extract and insert where Scrapy calls us: on the event loop."""

    def __init__(self) -> None:
        self.connection: sqlite3.Connection | None = None

    def open_spider(self) -> None:
        self.connection = sqlite3.connect(":memory:")
        self.connection.execute(
            "create table articles (url text primary key, title text, text text, date text)"
        )

    def process_item(self, item: dict[str, Any]) -> dict[str, Any]:
        import trafilatura

        document = trafilatura.bare_extraction(item["html"], url=item["url"], with_metadata=True)
        assert self.connection is not None
        if document is not None:
            row = (item["url"], document.title, document.text, document.date)
            self.connection.execute("insert or replace into articles values (?, ?, ?, ?)", row)
            self.connection.commit()
        return {"url": item["url"]}


def main() -> None:
    """Crawl the sitemap given and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sitemap")
    arguments = parser.parse_args()
    process = AsyncCrawlerProcess(
        {
            "ITEM_PIPELINES": {NaivePipeline: 300},
            "EXTENSIONS": {"newsbot.extensions.loop_stall.LoopStall": 0},
            "LOOP_STALL_ENABLED": True,
            "LOG_LEVEL": "ERROR",
            "TELNETCONSOLE_ENABLED": False,
            "CONCURRENT_REQUESTS_PER_DOMAIN": 1,
            "DOWNLOAD_DELAY": 0,
        }
    )
    crawler = process.create_crawler(NaiveSpider)
    process.crawl(crawler, sitemap_urls=[arguments.sitemap])
    process.start()
    assert crawler.stats is not None
    json.dump(
        {key: value for key, value in crawler.stats.get_stats().items() if isinstance(value, int | float)},
        sys.stdout,
    )


if __name__ == "__main__":
    main()
