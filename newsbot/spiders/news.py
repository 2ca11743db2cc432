"""The spider `news`: every due feed, sitemap, section and article of the sources, in one process."""

from __future__ import annotations

from typing import Any

from newsbot.clock import utc_now
from newsbot.sources import Source
from newsbot.spiders.arguments import is_true
from newsbot.spiders.frontier import FrontierSpider
from pipelines.store import PlannedSource


class NewsSpider(FrontierSpider):
    """All that is due in sources.toml.

    Arguments (`-a`): `source`, `limit`, `since` as in FrontierSpider; `all=1` visits every listing and every
    article inside its revisit window, due or not.
    """

    name = "news"

    def __init__(self, *args: Any, all: str | bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.everything = is_true(all)

    async def plan(self) -> None:
        """The listings of every source, and the articles whose revisit has come."""
        sources = [planned(source) for source in self.sources.values()]
        partial = len(self.sources) < len(self.file)
        await self.run.frontier.plan(sources, utc_now(), everything=self.everything, partial=partial)


def planned(source: Source) -> PlannedSource:
    """A source as the archive needs it."""
    return PlannedSource(
        id=source.id,
        name=source.name,
        homepage=source.homepage,
        country=source.country,
        language=source.language,
        timezone=source.timezone,
        store=source.store,
        publish=source.publish,
        listings=source.listings(),
        every=source.every,
        revisit=source.revisit,
        noarchive=source.noarchive,
        retain=source.retain,
    )
