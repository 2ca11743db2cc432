"""The outlines of the countries, and which part of the world a map shows."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from newsbot.publish.projection import HEIGHT, WIDTH, project

_FILE: Final = Path(__file__).with_name("world.json")
_RATIO = WIDTH / HEIGHT
_NARROWEST = 90.0  # units: a map of one town still shows its neighbours

PARTS: Final[dict[str, tuple[str, tuple[float, float, float, float]]]] = {
    "africa": ("Africa", (-20, -36, 54, 38)),
    "americas": ("Americas", (-168, -56, -34, 72)),
    "asia": ("Asia", (58, -11, 150, 56)),
    "europe": ("Europe", (-26, 34, 46, 71)),
    "middle-east": ("Middle East", (24, 11, 64, 43)),
    "oceania": ("Oceania", (108, -48, 179, 2)),
}
"""Parts of the world by name: label, and west, south, east, north in degrees."""


@dataclass(frozen=True)
class Country:
    """One outline; `code` is ISO 3166 alpha-2, or empty."""

    code: str
    box: tuple[float, float, float, float]
    path: str


@dataclass(frozen=True)
class Frame:
    """What of the map is shown, in its units."""

    x: float
    y: float
    width: float
    height: float

    def holds(self, x: float, y: float) -> bool:
        """Whether a point lies inside."""
        return self.x <= x <= self.x + self.width and self.y <= y <= self.y + self.height

    def meets(self, box: tuple[float, float, float, float]) -> bool:
        """Whether any of a box (left, top, right, bottom) may lie inside."""
        left, top, right, bottom = box
        return (
            right >= self.x
            and left <= self.x + self.width
            and bottom >= self.y
            and top <= self.y + self.height
        )

    @property
    def view(self) -> str:
        """As the viewBox of an SVG."""
        return f"{self.x:g} {self.y:g} {self.width:g} {self.height:g}"


WORLD: Final = Frame(0.0, 0.0, WIDTH, HEIGHT)


@cache
def _read() -> tuple[str, tuple[Country, ...]]:
    told = json.loads(_FILE.read_text("utf-8"))
    countries = tuple(Country(row["code"], tuple(row["box"]), row["path"]) for row in told["countries"])
    return told["credit"], countries


def credit() -> str:
    """Whose outlines they are."""
    return _read()[0]


def countries(frame: Frame) -> list[Country]:
    """The outlines that a frame meets."""
    return [country for country in _read()[1] if frame.meets(country.box)]


def part(name: str) -> Frame:
    """The frame of one of `PARTS`; the world for any other name."""
    if name not in PARTS:
        return WORLD
    west, south, east, north = PARTS[name][1]
    corners = [
        project(x, y) for x in (west, (west + east) / 2, east) for y in (south, (south + north) / 2, north)
    ]
    return around(corners, margin=0.0)


def around(points: Sequence[tuple[float, float]], margin: float = 0.12) -> Frame:
    """A frame of the map's shape around points, with a share of its size left free at every side."""
    if not points:
        return WORLD
    xs, ys = [x for x, _ in points], [y for _, y in points]
    wide = max(
        _NARROWEST, (max(xs) - min(xs)) * (1 + 2 * margin), (max(ys) - min(ys)) * (1 + 2 * margin) * _RATIO
    )
    if wide >= WIDTH * 0.8:
        return WORLD
    tall = wide / _RATIO
    x = min(max(0.0, (max(xs) + min(xs) - wide) / 2), WIDTH - wide)
    y = min(max(0.0, (max(ys) + min(ys) - tall) / 2), HEIGHT - tall)
    return Frame(round(x, 1), round(y, 1), round(wide, 1), round(tall, 1))
