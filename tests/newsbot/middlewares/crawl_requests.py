"""Runs the requests given on standard input through newsbot's own settings, and prints what came of each as JSON."""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from typing import Any

from scrapy import Request, Spider
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.utils.project import get_project_settings

from newsbot.middlewares.headers import plain
from newsbot.middlewares.outcome import reason_of, reason_of_status
from newsbot.middlewares.run import WithoutArchive
from newsbot.sources import Source
from newsbot.spiders.frontier import FrontierSpider
from pipelines.items import CaptureRef

JOB: dict[str, Any] = json.load(sys.stdin)
RESULTS: dict[str, dict[str, Any]] = {}


class Notebook:
    """Stands in for the WARC writer."""

    def write(self, url, status, headers, payload, captured_at):  # type: ignore[no-untyped-def]
        names = [name for name, _ in headers]
        return CaptureRef(
            ",".join(names), 0, len(payload), payload[:2].hex(), captured_at, status, url, len(payload)
        )


class Requests(Spider):
    name = "requests"
    custom_settings = dict(FrontierSpider.custom_settings)  # noqa: RUF012  Scrapy reads it from the class

    @classmethod
    def from_crawler(cls, crawler, *args, **kwargs):  # type: ignore[no-untyped-def]
        sources = {given["id"]: Source(**{"name": given["id"], **given}) for given in JOB["sources"]}
        crawler.newsbot = WithoutArchive(sources, capture=Notebook())
        return super().from_crawler(crawler, *args, **kwargs)

    async def start(self):  # type: ignore[no-untyped-def]
        for number, given in enumerate(JOB["requests"]):
            meta = {
                "kind": "article",
                "source": "paper",
                "case": given.get("case", given["url"]),
                **given.get("meta", {}),
            }
            yield Request(given["url"], meta=meta, errback=self.failed, priority=-number)

    def parse(self, response):  # type: ignore[no-untyped-def]
        reason = reason_of_status(response.status, plain(response.headers))
        note(
            response.request,
            status=response.status,
            final=response.url,
            reason=reason,
            size=len(response.body),
        )

    def failed(self, failure):  # type: ignore[no-untyped-def]
        reason, detail = reason_of(failure)
        note(failure.request, reason=reason, detail=detail, status=getattr(failure.value, "status", None))


def note(request: Request, **values: Any) -> None:
    from twisted.internet import reactor

    capture = request.meta.get("capture")
    RESULTS[request.meta["case"]] = {
        **values,
        "capture": capture
        and {"bytes": capture.payload_bytes, "begins": capture.digest, "headers": capture.file},
        "retry_at": request.meta.get("retry_at"),
        "slot": request.meta.get("download_slot"),
        "resolver": type(reactor.nameResolver).__name__,  # type: ignore[attr-defined]
        "at": datetime.now(UTC).timestamp(),
    }


settings = get_project_settings()
settings.setdict(
    {  # the network settings as they are; no archive, no spiders of the project
        "LOG_LEVEL": "ERROR",
        "SPIDER_MODULES": [],
        "ITEM_PIPELINES": {},
        "EXTENSIONS": {},
        **JOB.get("settings", {}),
    },
    priority="cmdline",
)
if JOB.get("resolver_in_custom_settings"):
    settings.set("TWISTED_DNS_RESOLVER", "scrapy.resolver.CachingHostnameResolver", priority="cmdline")
    Requests.custom_settings |= {"TWISTED_DNS_RESOLVER": "newsbot.middlewares.resolver.GuardedResolver"}
process = AsyncCrawlerProcess(settings)
process.crawl(Requests)
process.start()
json.dump(RESULTS, sys.stdout)
