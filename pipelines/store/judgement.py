"""What the store asks of `pipelines.dedupe`, which it does not import: the module itself fits this protocol."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from pipelines.decisions import Decision, Known, KnownArticle
from pipelines.items import Reading, Signature, Visit


class Judgement(Protocol):
    """Identity of URLs and the decision on a visit; all of it pure."""

    def url_key(self, url: str, /) -> str:
        """The one identity of a URL; raises ValueError for what is no web address."""

    def host_of(self, url: str, /) -> str:
        """Host with port, where it is not the default one; raises ValueError."""

    def same_site(self, a: str, b: str, /) -> bool:
        """Whether two URLs belong to one registrable domain."""

    def alike(self, key: str, /) -> tuple[str, ...]:
        """Keys at which copies of the page of `key` may stand, for phones, printers or as AMP."""

    def public_id(self, key: str, /) -> str:
        """The public id of the article first seen under `key`."""

    def decide(self, visit: Visit, known: Known, now: datetime, /) -> Decision:
        """What to do with a visit."""

    def decide_reread(self, article: KnownArticle, reading: Reading, /) -> Decision:
        """What to do with today's reading of the capture that an article was read from."""

    def is_near(
        self,
        one: str,
        signature: Signature,
        other: str | None,
        algorithm: str,
        groups: int,
        numbers: bytes,
        /,
    ) -> float:
        """How much of the smaller of two texts stands in the other; 0 where that is too little for one story."""
