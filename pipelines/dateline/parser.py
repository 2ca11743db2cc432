"""From the opening of an article to its dateline: place, country, date, agency, and how sure we are."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from urllib.parse import urlsplit

from pipelines.dateline.agencies import home_of
from pipelines.dateline.cjk import LANGUAGES as CJK_LANGUAGES
from pipelines.dateline.cjk import read_cjk
from pipelines.dateline.elements import Opening
from pipelines.dateline.folding import fold
from pipelines.dateline.gazetteer import Region, Spot, gazetteer
from pipelines.dateline.opening import OpeningReader
from pipelines.dateline.printed_dates import DateReader, PrintedDate
from pipelines.dateline.regions import is_country, regions
from pipelines.dateline.tokens import LOOK
from pipelines.dateline.verdict import Case, confidence
from pipelines.dateline.words import words
from pipelines.dateline.years import EVIDENCE, Evidence, Settled, settle
from pipelines.items import Dateline

_SURE_CJK = 0.9
_LEAST = 0.5


def parse_dateline(
    text: str,
    *,
    published: date | datetime | None,
    fetched_at: datetime | None,
    language: str | None,
    url: str | None,
    country: str | None = None,
    body: str = "",
) -> Dateline | None:
    """The dateline `text` opens with, or None.

    `published` and `fetched_at` settle a year that is not printed, with `url` and the `body` (default: the text
    itself); `language` is a BCP 47 tag; `country` (ISO 3166 alpha-2) is the publisher's, the prior for places of
    one name. Only the first 300 characters of the text and 12,000 of the body are looked at. Nothing is
    invented: what is not printed or proven stays None. Raises nothing for any text.
    """
    body = (body or text)[:EVIDENCE]
    text = text[: LOOK * 4]
    skipped = len(text) - len(text.lstrip())
    text = text.lstrip()
    spoken = (language or "").split("-")[0].lower() or None
    evidence = Evidence(_day(published), _day(fetched_at), url, body)
    country = country or country_of(url)
    if spoken in CJK_LANGUAGES or (text and _is_cjk(text)):
        found = _cjk_dateline(text, spoken, evidence, country)
        if found is not None:
            return _moved(found, skipped)
    found = _alphabetic_dateline(text, spoken, evidence, country, url)
    return _moved(found, skipped) if found else None


def _cjk_dateline(
    text: str, language: str | None, evidence: Evidence, country: str | None
) -> Dateline | None:
    read = read_cjk(text)
    if read is None:
        return None
    spots = [gazetteer().best(place, country=country, language=language) for place in read.places]
    settled = settle(read.date, evidence, DateReader(language)) if read.date else Settled(None, None, None)
    return _dateline(
        text[: read.end].strip(),
        " / ".join(read.places) or None,
        None,
        spots[0] if spots else None,
        read.agencies,
        settled,
        _SURE_CJK,
        read.end,
    )


def _alphabetic_dateline(
    text: str, language: str | None, evidence: Evidence, country: str | None, url: str | None
) -> Dateline | None:
    reader = DateReader(language)
    site = (urlsplit(url).hostname or "").removeprefix("www.") if url and "://" in url else ""
    opening = OpeningReader(text, reader, language, site).read()
    if opening.empty:
        return None
    spot, hinted = _on_map(opening, language, country)
    case = Case(
        opening,
        spot,
        language or "en",
        text[opening.end :],
        elsewhere=f"{url or ''} {evidence.body}",
        published=evidence.published,
    )
    sure = confidence(case)
    if sure < _LEAST:
        return None
    printed_date = _best_date(opening.dates)
    settled = settle(printed_date, evidence, reader) if printed_date else Settled(None, None, None)
    place = " / ".join(
        _title_case(place.printed) if place.capitals else place.printed for place in opening.places
    )
    return _dateline(
        text[opening.start : opening.end].rstrip(),
        place or None,
        opening.regions[0] if opening.regions else None,
        _point(opening, spot) or hinted,
        tuple(opening.agencies),
        settled,
        sure,
        opening.end,
    )


def _dateline(
    printed: str,
    place: str | None,
    region: str | None,
    spot: Spot | Region | None,
    agencies: tuple[str, ...],
    settled: Settled,
    sure: float,
    end: int,
) -> Dateline:
    return Dateline(
        printed=printed,
        place=place,
        region=region,
        country=spot.country if spot else None,
        latitude=spot.latitude if isinstance(spot, Spot) else None,
        longitude=spot.longitude if isinstance(spot, Spot) else None,
        agencies=agencies,
        date=settled.date,
        month_day=settled.month_day,
        year_from=settled.year_from,
        confidence=sure,
        end=end,
    )


def _moved(found: Dateline, by: int) -> Dateline:
    if not by:
        return found
    return replace(found, end=found.end + by)


def _on_map(opening: Opening, language: str | None, country: str | None) -> tuple[Spot | None, Region | None]:
    """The first place on the map; where it is not there, the region printed after it."""
    if not opening.places:
        return None, None
    meant = tuple(region for printed in opening.regions for region in regions(printed, language))
    countries = tuple(region for region in meant if not region.code)
    first = opening.places[0]
    name = first.printed.rpartition(" ")[0] if first.landmark else first.printed
    spot = gazetteer().best(name, regions=meant, country=country, language=language) if meant else None
    home = home_of(opening.agencies)
    if spot is None and not meant:
        spot = gazetteer().best(name, country=country, language=language, agency_home=home)
    if spot is None and meant:
        return None, (countries or meant)[0]
    if is_country(name, language):
        whole = next((region for region in regions(name, language) if not region.code), None)
        if whole and (spot is None or (spot.country != whole.country and not spot.capital)):
            return None, whole
    return spot, None


def _point(opening: Opening, spot: Spot | None) -> Spot | Region | None:
    """Where on the map it is. A landmark lies where its town does, if a region tells which or one town has that name;
    else only the country is told: FLUSHING MEADOWS is not in Flushing, Michigan."""
    if spot is None or opening.regions or not opening.places[0].landmark:
        return spot
    towns = gazetteer().find(opening.places[0].printed.rpartition(" ")[0])
    return spot if len(towns) == 1 else Region(spot.country, "")


def _best_date(dates: list[PrintedDate]) -> PrintedDate | None:
    """Of two calendars side by side the Gregorian day; of a weekday and a day both."""
    days = [found for found in dates if found.day is not None]
    if not days:
        return next((found for found in dates if found.weekday is not None), None)
    return next((found for found in days if found.calendar == "gregorian"), days[0])


def _title_case(name: str) -> str:
    """ "RIO DE JANEIRO" -> "Rio de Janeiro"; "ABOARD THE USS NIMITZ" -> "Aboard the USS Nimitz"."""
    words = []
    for position, word in enumerate(name.split(" ")):
        small = word.lower().replace("i̇", "i")
        if position and small in _SMALL_WORDS:
            words.append(small)
        elif fold(word) in _KEPT_CAPITALS:
            words.append(word)
        else:
            words.append("-".join(_capitalised(piece) for piece in word.split("-")))
    return " ".join(words).replace("եվ", "և")


def _capitalised(word: str) -> str:
    """ "O'FALLON" -> "O'Fallon", "N'DJAMENA" -> "N'Djamena"."""
    head, mark, tail = word.partition("'" if "'" in word else "’")
    if mark and len(head) == 1:
        return head + mark + _capitalised(tail)
    return word[:1] + word[1:].lower().replace("i̇", "i")


_SMALL_WORDS = words("small")
_KEPT_CAPITALS = words("kept_capitals")


def _day(value: date | datetime | None) -> date | None:
    return value.date() if isinstance(value, datetime) else value


def country_of(url: str | None) -> str | None:
    """The country of a two-letter top domain; None for those sold to everyone."""
    host = (urlsplit(url).hostname or "") if url and "://" in url else ""
    top = host.rpartition(".")[2]
    if len(top) != 2 or top in ("co", "io", "tv", "me", "ai", "cc", "to", "fm", "ly", "eu", "su"):
        return None
    return {"uk": "GB"}.get(top, top.upper())


def _is_cjk(text: str) -> bool:
    return any("\u3040" <= char <= "\u9fff" or "\uac00" <= char <= "\ud7af" for char in text[:12])
