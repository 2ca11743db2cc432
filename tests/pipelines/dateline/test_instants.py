"""Dates as markup prints them."""

from __future__ import annotations

from datetime import datetime

import pytest

from pipelines.dateline.instants import read_instant
from pipelines.dateline.prose_dates import read_prose
from pipelines.items import Precision

SECOND, MINUTE, DAY = Precision.SECOND, Precision.MINUTE, Precision.DAY

# printed -> (wall clock, offset in hours or None, precision)
FORMS = {
    "2014-06-22T18:30:05+03:00": ("2014-06-22T18:30:05", 3, SECOND),
    "2014-06-22T18:30+0300": ("2014-06-22T18:30:00", 3, MINUTE),
    "2014-06-22T18:30:05.123456789Z": ("2014-06-22T18:30:05", 0, SECOND),
    "2014-06-22 18:30:05 +0530": ("2014-06-22T18:30:05", 5.5, SECOND),
    "2014-06-22T18:30:05+02:00[Europe/Berlin]": ("2014-06-22T18:30:05", 2, SECOND),
    "2014-06-22 18:30": ("2014-06-22T18:30:00", None, MINUTE),
    "2014-06-22": ("2014-06-22T00:00:00", None, DAY),
    "20140622": ("2014-06-22T00:00:00", None, DAY),
    "2014-06-22T00:00:00Z": ("2014-06-22T00:00:00", 0, DAY),
    "2014-06-22T00:00:00": ("2014-06-22T00:00:00", None, DAY),
    "2014-06-22T00:00:00+03:00": ("2014-06-22T00:00:00", 3, SECOND),
    "2014/06/22 06:30 PM": ("2014-06-22T18:30:00", None, MINUTE),
    "22.06.2014, 18:30 Uhr": ("2014-06-22T18:30:00", None, MINUTE),
    "22/06/2014": ("2014-06-22T00:00:00", None, DAY),
    "Do 26.06.14 | 14:07 Uhr": ("2014-06-26T14:07:00", None, MINUTE),
    "Sun, 22 Jun 2014 18:30:05 +0300": ("2014-06-22T18:30:05", 3, SECOND),
    "Sun, 22 Jun 2014 18:30:05 GMT": ("2014-06-22T18:30:05", 0, SECOND),
    "Sun, 22 Jun 2014 18:30:05 IST": ("2014-06-22T18:30:05", None, SECOND),
    "Sun Jun 22 18:30:05 GMT+0300 2014": ("2014-06-22T18:30:05", 3, SECOND),
    "Sun Jun 22 2014 18:30:05 GMT+0300 (Arabia Standard Time)": ("2014-06-22T18:30:05", 3, SECOND),
    "1403451005": ("2014-06-22T15:30:05", 0, SECOND),
    "1403451005000": ("2014-06-22T15:30:05", 0, SECOND),
}
NOTHING = [
    "",
    "today",
    "12345",
    "0",
    "2014-13-41",
    "2014-06-22T99:99",
    "22/22/2014",
    "0000-00-00",
    "June",
    "+02:00",
    "2014-6",
    "20146",
]


@pytest.mark.parametrize(("printed", "expected"), FORMS.items(), ids=FORMS.keys())
def test_a_form_is_read(printed, expected):
    found = read_instant(printed)
    assert found is not None
    offset = found.offset.total_seconds() / 3600 if found.offset is not None else None
    assert (found.wall.isoformat(), offset, found.precision) == expected


@pytest.mark.parametrize("printed", NOTHING)
def test_what_is_no_date_tells_nothing(printed):
    assert read_instant(printed) is None


def test_american_pages_put_the_month_first():
    assert read_instant("04/03/2018", month_first=True).day.isoformat() == "2018-04-03"  # type: ignore[union-attr]
    assert read_instant("04/03/2018").day.isoformat() == "2018-03-04"  # type: ignore[union-attr]


PROSE = {
    "22. Juni 2014, 18:30 Uhr": ("de", datetime(2014, 6, 22, 18, 30), MINUTE),
    "22 de junio de 2014": ("es", datetime(2014, 6, 22), DAY),
    "June 22, 2014 6:30 PM": ("en", datetime(2014, 6, 22, 18, 30), MINUTE),
    "22 июня 2014": ("ru", datetime(2014, 6, 22), DAY),
    "Sonntag, 22. Juni 2014 um 06:30 Uhr": ("de", datetime(2014, 6, 22, 6, 30), MINUTE),
    "June 22, 2014, 12:05 a.m. EDT": ("en", datetime(2014, 6, 22, 0, 5), MINUTE),
    "22. juni 2014 kl. 18.30": ("no", datetime(2014, 6, 22, 18, 30), MINUTE),
    "22 มิถุนายน 2557": ("th", datetime(2014, 6, 22), DAY),
    "22 Haziran 2014 Pazar, 18:30": ("tr", datetime(2014, 6, 22, 18, 30), MINUTE),
}


@pytest.mark.parametrize(("printed", "expected"), PROSE.items(), ids=PROSE.keys())
def test_a_date_for_people_is_read_in_the_page_s_language(printed, expected):
    language, wall, precision = expected
    found = read_prose(printed, language)
    assert found is not None
    assert (found.wall, found.precision) == (wall, precision)


@pytest.mark.parametrize(
    ("printed", "language"),
    [
        ("June 22", "en"),  # no year: dateparser would invent one
        ("22. Juni 2014", None),  # never without a language
        ("22. Juni 2014", "tlh"),  # a language nobody knows
        (
            "The bridge that was opened on June 22, 2014, by the mayor was closed again for the winter months",
            "en",
        ),
    ],
)
def test_prose_and_half_dates_are_not_handed_on(printed, language):
    assert read_prose(printed, language) is None
