"""For how long an answer says that it stays as it is."""

from __future__ import annotations

import pytest

from newsbot.middlewares.headers import fresh_for

DATE = "Sun, 22 Nov 2026 12:00:00 GMT"


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        pytest.param({}, None, id="nothing said"),
        pytest.param({"cache-control": "public, max-age=600"}, 600.0, id="max-age"),
        pytest.param({"cache-control": 'MAX-AGE="600"'}, 600.0, id="in capitals and quotes"),
        pytest.param(
            {"cache-control": "max-age=600", "age": "150"}, 450.0, id="less its age in caches on the way"
        ),
        pytest.param({"cache-control": "max-age=600", "age": "900"}, None, id="stale already"),
        pytest.param({"cache-control": "max-age=0"}, None, id="ask each time"),
        pytest.param({"cache-control": "no-cache, max-age=600"}, None, id="no-cache wins"),
        pytest.param({"cache-control": "no-store"}, None, id="no-store"),
        pytest.param({"cache-control": "max-age=-5"}, None, id="nonsense"),
        pytest.param({"cache-control": "max-age=" + "9" * 40}, None, id="a number that is none"),
        pytest.param({"expires": "Sun, 22 Nov 2026 12:30:00 GMT", "date": DATE}, 1800.0, id="Expires"),
        pytest.param({"expires": "0", "date": DATE}, None, id="Expires: 0, as many servers say"),
        pytest.param({"expires": "Sun, 22 Nov 2026 12:30:00 GMT"}, None, id="Expires without Date"),
        pytest.param(
            {"cache-control": "max-age=60", "expires": "Sun, 22 Nov 2026 12:30:00 GMT", "date": DATE},
            60.0,
            id="max-age before Expires",
        ),
    ],
)
def test_seconds_of_freshness(headers: dict[str, str], seconds: float | None) -> None:
    assert fresh_for(headers) == seconds
