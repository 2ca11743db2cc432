"""The one exception by which a middleware turns a request or an answer down."""

from __future__ import annotations

from datetime import datetime

from scrapy.exceptions import IgnoreRequest

from pipelines.reasons import Reason


class Refused(IgnoreRequest):
    """A request that is not made, or an answer that is not taken; the spider's errback makes a row of it.

    `reason` and `detail` go into the ledger as they are. `status` is the HTTP status where there was an answer,
    `retry_at` (aware UTC) the instant before which the host wants no request.
    """

    def __init__(
        self,
        reason: Reason,
        detail: str,
        *,
        status: int | None = None,
        retry_at: datetime | None = None,
    ) -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason = reason
        self.detail = detail
        self.status = status
        self.retry_at = retry_at


class Elsewhere(Refused):
    """A request that is not made because its host is the turn of another crawler; its lease is given back."""

    def __init__(self, host: str) -> None:
        super().__init__(Reason.STOPPED, f"another crawler asks {host} now")
