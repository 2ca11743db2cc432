"""What is left of a visit that could not be written."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from pipelines.items import Visit
from pipelines.reasons import Reason


def failed_visit(visit: Visit, fault: str, now: datetime) -> Visit:
    """The same visit without what it brought, as a failure with its fault (cut to 500 characters)."""
    return replace(
        visit,
        visited_at=visit.visited_at if isinstance(visit.visited_at, datetime) else now,
        final_url=None,
        status=None,
        reason=Reason.READER_FAULT,
        detail=fault[:500],
        ms=None,
        received_bytes=0,
        etag=None,
        last_modified=None,
        retry_at=None,
        capture=None,
        found=(),
        reading=None,
    )
