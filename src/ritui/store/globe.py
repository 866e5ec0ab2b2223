"""The globe in squares of one degree: which of them a circle may touch, and how far points are."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Final

_KM_A_DEGREE: Final = 111.2
_EARTH_KM: Final = 6371.0088


def square(lat: float, lon: float) -> str:
    """The square of one degree that a point is in."""
    return f"{math.floor(lat)},{math.floor(lon)}"


def squares(held: Iterable[str], lat: float, lon: float, radius: float) -> list[str]:
    """Those of some squares that a circle may touch.

    Args:
        held: Squares, as `square` names them.
        lat: Of the centre, in degrees, as ``lon``.
        lon: Of the centre.
        radius: In kilometres.
    """
    reach = radius / _KM_A_DEGREE + 0.01
    widest = max(abs(lat - reach), abs(lat + reach))
    across = 180.0 if widest >= 89 else reach / math.cos(math.radians(widest))
    rows = range(math.floor(lat - reach), math.floor(lat + reach) + 1)
    columns = (
        range(-180, 181)
        if across >= 180
        else range(math.floor(lon - across), math.floor(lon + across) + 1)
    )
    around = {(column + 180) % 360 - 180 for column in columns}
    if -180 in around:
        # The same meridian, as the other half of the world writes it.
        around.add(180)
    found = []
    for term in held:
        row, _, column = term.partition(",")
        if int(row) in rows and int(column) in around:
            found.append(term)
    return found


def distance(lat: float, lon: float, other_lat: float, other_lon: float) -> float:
    """Kilometres on the sphere between two points, by the haversine formula."""
    a, b = math.radians(lat), math.radians(other_lat)
    half_lat = (b - a) / 2
    half_lon = math.radians(other_lon - lon) / 2
    share = math.sin(half_lat) ** 2 + math.cos(a) * math.cos(b) * math.sin(half_lon) ** 2
    return 2 * _EARTH_KM * math.asin(math.sqrt(min(1.0, share)))
