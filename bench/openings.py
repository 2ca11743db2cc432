"""Openings of articles with known datelines: how many are found, how many that are none are taken for one."""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

from pipelines.dateline import parse_dateline
from pipelines.dateline.agencies import agency
from pipelines.items import Dateline


@dataclass(frozen=True, slots=True)
class Opening:
    """One opening and what is known of it."""

    id: str
    mined: bool  # from a real page; else written to be difficult
    text: str
    language: str | None
    url: str | None
    published: date | datetime | None
    fetched: datetime | None
    known: Mapping[str, Any] | None  # None: no dateline


def load(file: Path) -> list[Opening]:
    """The openings of a JSON Lines file; none where it is not there."""
    if not file.is_file():
        return []
    rows = [json.loads(line) for line in file.read_text("utf-8").splitlines() if line.strip()]
    return [
        Opening(
            row["id"],
            row["origin"] == "mined",
            row["opening"],
            row["lang"],
            row["url"],
            _moment(row["published"]),
            _instant(row["fetched"]),
            row["gold"] if row["label"] == "dateline" else None,
        )
        for row in rows
    ]


def digest(openings: Sequence[Opening]) -> str:
    """One name for these openings with what is known of them."""
    return hashlib.sha256(repr(sorted(openings, key=lambda one: one.id)).encode()).hexdigest()[:16]


def read(opening: Opening) -> Dateline | None:
    """What newsbot reads, as `newsbot dateline --jsonl` tells it."""
    return parse_dateline(
        opening.text,
        published=opening.published,
        fetched_at=opening.fetched,
        language=opening.language,
        url=opening.url,
    )


def measures(openings: Sequence[Opening]) -> dict[str, float]:
    """Parts of those known: found, place, country, day, date, agency. Counts: false alarms, years guessed."""
    told = [(opening.known, read(opening)) for opening in openings]
    datelines = [(known, found) for known, found in told if known is not None]
    dated = [(known, found) for known, found in datelines if known["month"]]
    return {
        "found": _part([found is not None for _, found in datelines]),
        "place": _part([_right_place(known, found) for known, found in datelines if known["places"]]),
        "country": _part(
            [found is not None and found.country == known["countries"][0] for known, found in datelines if _country(known)]
        ),
        "day": _part([_day(found)[-5:] == f"{known['month']:02d}-{known['day']:02d}" for known, found in dated]),
        "date": _part([_day(found) == known["date"] for known, found in dated if known["date"]]),
        "agency": _part([_agencies(known, found) for known, found in datelines if known["agency"]]),
        "false_alarms": sum(known is None and found is not None for known, found in told),
        "years_guessed": sum(not known["date"] and not _day(found).startswith("-") and found is not None for known, found in dated),
    }  # fmt: skip


def _country(known: Mapping[str, Any]) -> bool:
    return bool(known["countries"] and known["countries"][0])


def _right_place(known: Mapping[str, Any], found: Dateline | None) -> bool:
    """Any of the places, in the page's language or in English."""
    if found is None or not found.place:
        return False
    got = {_fold(name.split(",")[0]) for name in re.split(r"\s*(?:/|·| and )\s*", found.place)}
    got.add(_fold(found.place.split(",")[0]))
    want = (*known["places"], *known["places_en"], *(name.split("/")[0] for name in known["places"]))
    return any(_fold(name) in got for name in want)


def _day(found: Dateline | None) -> str:
    if found is None:
        return ""
    return found.date.isoformat() if found.date else found.month_day or ""


def _agencies(known: Mapping[str, Any], found: Dateline | None) -> bool:
    got = {_agency(name) for name in found.agencies} if found else set()
    return got == {_agency(name) for name in known["agency"]}


def _agency(name: str) -> str:
    return _fold(agency(name) or agency(name.split("/")[0]) or name)


def _fold(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.replace("İ", "I").replace("ı", "i"))
    plain = "".join(char for char in plain if not unicodedata.combining(char)).casefold()
    return " ".join(re.sub(r"[\W_]+", " ", plain).split())


def _part(right: Sequence[bool]) -> float:
    return sum(right) / len(right) if right else 1.0


def _moment(printed: str | None) -> date | datetime | None:
    if not printed:
        return None
    return date.fromisoformat(printed) if len(printed) == 10 else datetime.fromisoformat(printed)


def _instant(printed: str | None) -> datetime | None:
    moment = _moment(printed)
    if moment is None or isinstance(moment, datetime):
        return moment
    return datetime.combine(moment, time(12), tzinfo=UTC)
