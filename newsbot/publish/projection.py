"""Where a place stands on the map: the Equal Earth projection, which shows areas as large as they are."""

from __future__ import annotations

from math import asin, cos, radians, sin, sqrt

WIDTH = 2000.0
HEIGHT = 870.0
"""Units of the map: the whole width, and the height from 84° north to 57° south (without Antarctica)."""

NORTH = 84.0

# Šavrič, Patterson and Jenny, "The Equal Earth map projection" (2018).
_A1, _A2, _A3, _A4 = 1.340264, -0.081106, 0.000893, 0.003796
_M = sqrt(3) / 2


def _raw(longitude: float, latitude: float) -> tuple[float, float]:
    theta = asin(_M * sin(radians(latitude)))
    square = theta * theta
    sixth = square**3
    divisor = _M * (_A1 + 3 * _A2 * square + sixth * (7 * _A3 + 9 * _A4 * square))
    x = radians(longitude) * cos(theta) / divisor
    y = theta * (_A1 + _A2 * square + sixth * (_A3 + _A4 * square))
    return x, y


_SCALE = WIDTH / (2 * _raw(180.0, 0.0)[0])
_TOP = _raw(0.0, NORTH)[1]


def project(longitude: float, latitude: float) -> tuple[float, float]:
    """Degrees as (x, y) in units of the map, x to the right, y downwards."""
    x, y = _raw(max(-180.0, min(180.0, longitude)), max(-90.0, min(90.0, latitude)))
    return WIDTH / 2 + x * _SCALE, (_TOP - y) * _SCALE
