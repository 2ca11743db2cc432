"""The date that stands in an article's address."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlsplit

_SEP = r"[/_.-]"
_DAY = re.compile(
    rf"(?<!\d)(?P<year>(?:19|20)\d\d)(?P<sep>{_SEP}?)(?P<month>0?[1-9]|1[0-2])(?P=sep)(?P<day>0?[1-9]|[12]\d|3[01])(?!\d)"
)
_MONTH_DAY = re.compile(
    r"(?<![\d])(?P<year>(?:19|20)\d\d)/(?P<month>0[1-9]|1[0-2])(?P<day>0[1-9]|[12]\d|3[01])(?!\d)"
)
_DAY_FIRST = re.compile(
    rf"(?<!\d)(?P<day>0[1-9]|[12]\d|3[01])(?P<sep>{_SEP})(?P<month>0[1-9]|1[0-2])(?P=sep)(?P<year>20\d\d)(?!\d)"
)
_MONTH = re.compile(r"/(?P<year>(?:19|20)\d\d)[/-](?P<month>0[1-9]|1[0-2])(?=/|$)")
_NAMED = re.compile(
    r"/(?P<year>(?:19|20)\d\d)/(?P<name>jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*/(?P<day>\d{1,2})(?=/|$)"
)
_NAMES = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


@dataclass(frozen=True, slots=True)
class UrlDate:
    """A day, or a month where only that is told."""

    year: int
    month: int
    day: int | None
    printed: str

    @property
    def last(self) -> date:
        """The day, or the last day of the month."""
        return date(self.year, self.month, self.day or monthrange(self.year, self.month)[1])


def url_date(url: str) -> UrlDate | None:
    """The date in the path: /2014/06/22/, /2014-06-22, /20140622, /2024/0424/, /2014/jun/22/, /22-06-2014, /2014/06/.

    Digits without separators count only as a whole run of eight (an article number is no date).
    """
    path = urlsplit(url[:2000]).path.lower() if "://" in url[:20] else url[:2000]
    for form in (_DAY, _NAMED, _MONTH_DAY, _DAY_FIRST, _MONTH):
        for match in form.finditer(path):
            parts = match.groupdict()
            month = _NAMES.index(parts["name"]) + 1 if "name" in parts else int(parts["month"])
            if parts.get("sep") == "" and len(match[0]) != 8:
                continue
            try:
                day = int(parts["day"]) if "day" in parts else None
                date(int(parts["year"]), month, day or 1)
            except ValueError:
                continue
            return UrlDate(int(parts["year"]), month, day, match[0].strip("/"))
    return None
