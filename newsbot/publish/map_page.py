"""The map: where the articles of a listing were written, by the places of their datelines."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from math import sqrt

from newsbot.publish import labels, world
from newsbot.publish.browse import Chip, is_sample, source_names
from newsbot.publish.connections import Snapshot, TookTooLong
from newsbot.publish.counting import counting
from newsbot.publish.narrowing import chips, with_pairs
from newsbot.publish.projection import project
from newsbot.publish.query import Query
from newsbot.publish.remembered import Remembered
from newsbot.publish.search import understand
from newsbot.publish.world import Country, Frame

PLACES = 1500  # that are counted
LISTED = 40
DRAWN = 400  # circles of one map
_MOST = 0.95  # of the articles lie inside the frame that is chosen by itself
_LARGEST = 0.022  # radius of the largest circle, as a share of the frame's width


@dataclass(frozen=True)
class Place:
    """One place with the articles that were written there."""

    name: str  # as most of the articles print it
    others: tuple[str, ...]  # how the others print it: in another script, or another language
    country: str
    count: int
    address: str
    x: float | None  # on the map; None where it is not known where it lies
    y: float | None


@dataclass(frozen=True)
class Circle:
    """A place on the map."""

    place: Place
    x: float
    y: float
    radius: float


@dataclass(frozen=True)
class Land:
    """An outline, with how much was written in the country: level 0 (nothing) to 3."""

    path: str
    level: int
    title: str


@dataclass(frozen=True)
class View:
    """One choice of what the map shows."""

    name: str
    label: str
    address: str
    chosen: bool


@dataclass(frozen=True)
class MapPage:
    """Everything that the map shows."""

    query: Query
    chips: tuple[Chip, ...]
    places: tuple[Place, ...]
    more: int  # places that are not listed
    total: int  # articles with a place
    unknown: int  # of these, with a place whose position is not known
    outside: int  # of these, outside the frame
    circles: tuple[Circle, ...]
    land: tuple[Land, ...]
    frame: Frame
    views: tuple[View, ...]
    view: str
    credit: str
    listing: str
    too_slow: bool
    sample: bool


def map_page(snapshot: Snapshot, query: Query, view: str, base: str, remembered: Remembered) -> MapPage:
    """The map of a listing. `view` is one of `world.PARTS`, `world`, or anything else for where most articles are."""
    query = replace(query.first_page(), words=understand(snapshot, query.words))
    path = f"{base}/articles"
    view = view if view in (*world.PARTS, "world") else "most"
    try:
        if query.plain:
            counted, by_country = remembered(
                "map", lambda: (_counts(snapshot, query), _countries(snapshot, query))
            )
        else:
            counted, by_country = _counts(snapshot, query), _countries(snapshot, query)
        too_slow = False
    except TookTooLong:
        counted, by_country, too_slow = [], {}, True
    places = _placed(snapshot, counted, query, path)
    frame = _most(places) if view == "most" else world.part(view)
    sources = source_names(snapshot)
    known = [place for place in places if place.x is not None]
    return MapPage(
        query=query,
        chips=tuple(chips(query, "/map", sources, [("view", "" if view == "most" else view)])),
        places=tuple(places[:LISTED]),
        more=max(0, len(places) - LISTED),
        total=sum(place.count for place in places),
        unknown=sum(place.count for place in places if place.x is None),
        outside=sum(place.count for place in known if not frame.holds(place.x or 0, place.y or 0)),
        circles=tuple(_circles(known, frame)),
        land=tuple(_land(world.countries(frame), by_country)),
        frame=frame,
        views=tuple(_views(query, view)),
        view=view,
        credit=world.credit(),
        listing=query.address(path),
        too_slow=too_slow,
        sample=is_sample(snapshot),
    )


def _counts(snapshot: Snapshot, query: Query) -> list[tuple[str, str, int]]:
    """(place, country, articles), most first. Only names that stand for more than one place are counted by country."""
    countries: dict[str, list[str]] = {}
    for name, country in snapshot.rows("SELECT name, country FROM places"):
        countries.setdefault(str(name), []).append(str(country or ""))
    found = []
    for name, count in _every(snapshot, query, "place")[:PLACES]:
        known = countries.get(name, [""])
        if len(known) == 1:
            found.append((name, known[0], count))
            continue
        there = replace(query, picked={**query.picked, "place": (name,)})
        split = _every(snapshot, there, "country")
        found += [(name, country, part) for country, part in split]
        rest = count - sum(part for _, part in split)  # those of which the country is not known
        if rest > 0:
            found.append((name, "", rest))
    return sorted(found, key=lambda row: (-row[2], row[0], row[1]))


def _countries(snapshot: Snapshot, query: Query) -> dict[str, int]:
    return dict(_every(snapshot, query, "country"))


def _every(snapshot: Snapshot, query: Query, facet: str) -> list[tuple[str, int]]:
    """The values of a facet under all filters, its own too. Raises TookTooLong."""
    with counting(snapshot, query) as counts:
        found = counts.every(facet)
    picked = query.picked.get(facet)
    return [row for row in found if row[0] in picked] if picked else found


def _placed(
    snapshot: Snapshot, counted: Iterable[tuple[str, str, int]], query: Query, path: str
) -> list[Place]:
    """Places with their articles, most first. Names of one point in one country are one place: a town in two scripts."""
    where = {
        (str(row[0]), str(row[1] or "")): (row[2], row[3])
        for row in snapshot.rows("SELECT name, country, latitude, longitude FROM places")
    }
    names = Counter(name for name, _ in where)
    together: dict[object, list[tuple[str, str, int]]] = {}
    for name, country, count in counted:
        position = where.get((name, country), (None, None))
        key = (country, name if None in position else position)
        together.setdefault(key, []).append((name, country, count))
    found = []
    for printed in together.values():
        name, country, _ = printed[0]
        latitude, longitude = where.get((name, country), (None, None))
        x, y = (
            project(longitude, latitude) if latitude is not None and longitude is not None else (None, None)
        )
        spellings = tuple(spelling for spelling, _, _ in printed)
        alone = all(names[spelling] <= 1 for spelling in spellings)
        address = _narrowed(query, spellings, "" if alone else country).address(path)
        found.append(
            Place(name, spellings[1:], country, sum(count for _, _, count in printed), address, x, y)
        )
    return sorted(found, key=lambda place: (-place.count, place.name, place.country))


def _narrowed(query: Query, spellings: Iterable[str], country: str) -> Query:
    """The same for one place, and for one country where its name needs that to be told apart."""
    wanted = [("place", spelling) for spelling in spellings] + ([("country", country)] if country else [])
    for name, value in wanted:
        if value not in query.picked.get(name, ()):
            query = query.with_value(name, value)
    return query


def _most(places: list[Place]) -> Frame:
    """The frame around the places that together have nearly all articles, the farthest of them left out."""
    known = [(place, place.x, place.y) for place in places if place.x is not None and place.y is not None]
    total = sum(place.count for place, _, _ in known)
    if not total:
        return world.WORLD
    x = _middle([(x, place.count) for place, x, _ in known])
    y = _middle([(y, place.count) for place, _, y in known])
    near = sorted(known, key=lambda row: (row[1] - x) ** 2 + (row[2] - y) ** 2)
    kept, count = [], 0
    for place, px, py in near:
        if count >= total * _MOST:
            break
        kept.append((px, py))
        count += place.count
    return world.around(kept)


def _middle(values: list[tuple[float, int]]) -> float:
    """The median, each value as often as it counts."""
    half = sum(count for _, count in values) / 2
    for value, count in sorted(values):
        half -= count
        if half <= 0:
            return value
    return values[0][0]


def _circles(places: list[Place], frame: Frame) -> Iterable[Circle]:
    """Circles whose areas are as the counts, the large ones first, so that small ones lie on top."""
    inside = [place for place in places if frame.holds(place.x or 0, place.y or 0)][:DRAWN]
    peak = max((place.count for place in inside), default=1)
    for place in inside:
        radius = max(0.16, sqrt(place.count / peak)) * frame.width * _LARGEST
        yield Circle(place, round(place.x or 0, 1), round(place.y or 0, 1), round(radius, 2))


def _land(outlines: Iterable[Country], counts: Mapping[str, int]) -> Iterable[Land]:
    peak = max(counts.values(), default=1)
    for country in outlines:
        count = counts.get(country.code, 0)
        level = 0 if not count else min(3, 1 + int(3 * sqrt(count / peak) - 1e-9))
        title = f"{labels.country(country.code)}: {count:,}" if count else ""
        yield Land(country.path, level, title)


def _views(query: Query, view: str) -> Iterable[View]:
    address = query.address("/map")
    yield View("most", "Where most are", address, view == "most")
    yield View("world", "World", with_pairs(address, [("view", "world")]), view == "world")
    for name, (label, _) in world.PARTS.items():
        yield View(name, label, with_pairs(address, [("view", name)]), view == name)
