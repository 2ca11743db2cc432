"""The axis of a listing's histogram: few articles far from all others stand aside, with their number and a link."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from newsbot.publish.histogram import _drawn
from newsbot.publish.query import Query


def spread(first: str, count: int) -> dict[str, int]:
    """An article a day from a day on."""
    start = date.fromisoformat(first)
    return {(start + timedelta(days=at)).isoformat(): 1 for at in range(count)}


MONTH = spread("2026-06-01", 30)


@pytest.mark.parametrize(
    ("days", "unit", "first", "last", "earlier", "later"),
    [
        pytest.param({"2014-06-22": 1} | MONTH, "day", "2026-06-01", "2026-06-30", 1, None, id="one of long ago"),
        pytest.param(MONTH | {"2106-01-01": 2}, "day", "2026-06-01", "2026-06-30", None, 2, id="two misdated ones"),
        pytest.param({"1901-01-01": 1, "1990-01-01": 1} | MONTH, "day", "2026-06-01", "2026-06-30", 2, None, id="one far, one farther"),
        pytest.param({"2014-06-22": 4} | MONTH, "month", "2014-06", "2026-06", None, None, id="more than few"),
        pytest.param({"2026-05-20": 1} | MONTH, "day", "2026-05-20", "2026-06-30", None, None, id="near the others"),
        pytest.param({"2014-06-22": 1, "2026-06-01": 1}, "month", "2014-06", "2026-06", None, None, id="two articles"),
        pytest.param({"1999-01-01": 1}, "day", "1999-01-01", "1999-01-01", None, None, id="one article"),
        pytest.param({"2001-01-01": 1} | spread("2001-02-01", 4000), "month", "2001-01", "2012-01", None, None, id="a long archive"),
    ],
)  # fmt: skip
def test_where_the_axis_begins_and_ends(days, unit, first, last, earlier, later) -> None:
    drawn = _drawn(days, Query(), "/archive/articles", 0)
    assert (drawn.unit, drawn.bars[0].period, drawn.bars[-1].period) == (unit, first, last)
    assert (drawn.earlier and drawn.earlier.count, drawn.later and drawn.later.count) == (earlier, later)
    aside = sum(one.count for one in (drawn.earlier, drawn.later) if one)
    assert sum(bar.count for bar in drawn.bars) + aside == sum(days.values())


def test_what_stands_aside_is_a_link_and_comes_back_once_it_is_picked() -> None:
    days = {"2014-06-22": 1} | MONTH
    aside = _drawn(days, Query(), "/archive/articles", 0).earlier
    assert aside is not None
    assert aside.address == "/archive/articles?published_day__gte=2014-06-22&published_day__lte=2014-06-22"
    picked = _drawn(days, Query().ranged("2014-06-22", "2014-06-22"), "/archive/articles", 0)
    assert picked.earlier is None
    assert picked.bars[0].period == "2014-06"
