"""Coast: the shores and borders of the world, and where its countries are, as they are carried.

`tools/coastlines.py` writes both files and says how; ``assets/map/NOTICE.md`` where they are from.
"""

from __future__ import annotations

import json
import sys
import zlib
from array import array
from collections.abc import Mapping, Sequence
from functools import cache
from itertools import accumulate
from typing import NamedTuple

from ritui.resources import asset


class Box(NamedTuple):
    """A part of the world, in degrees; it may reach beyond 180 where it crosses that meridian."""

    west: float
    south: float
    east: float
    north: float

    @property
    def lat(self) -> float:
        """Of its middle."""
        return (self.south + self.north) / 2

    @property
    def lon(self) -> float:
        """Of its middle."""
        return (self.west + self.east) / 2

    def holds(self, lat: float, lon: float) -> bool:
        """Whether a point is in it."""
        return self.south <= lat <= self.north and (lon - self.west) % 360 <= self.east - self.west


class Outline(NamedTuple):
    """A line on the earth, in degrees."""

    lons: Sequence[float]
    lats: Sequence[float]
    box: Box


class Shores(NamedTuple):
    """What a map is drawn from."""

    coasts: Sequence[Outline]
    """Closed rings around land, or around what is no land within it; the first point again at
    the end."""
    borders: Sequence[Outline]
    """Open lines between countries."""


class Country(NamedTuple):
    """Where a country is."""

    lat: float
    lon: float
    """A point well inside its largest part."""
    box: Box
    """Around that part, and those not far from it."""


@cache
def shores() -> Shores:
    """The shores and borders of the world, read once."""
    data = zlib.decompress(asset("map", "shores.bin").read_bytes())
    raw = bytearray(len(data))
    raw[::2], raw[1::2] = data[: len(data) // 2], data[len(data) // 2 :]
    numbers = array("h")
    numbers.frombytes(bytes(raw))
    if sys.byteorder == "big":
        numbers.byteswap()
    rings, lines = numbers[0], numbers[1]
    sizes = numbers[2 : 2 + rings + lines]
    lons, lats = 2 + len(sizes), 2 + len(sizes) + sum(sizes)
    found = []
    for number, size in enumerate(sizes):
        is_ring = number < rings
        found.append(_outline(numbers[lons : lons + size], numbers[lats : lats + size], is_ring))
        lons, lats = lons + size, lats + size
    return Shores(tuple(found[:rings]), tuple(found[rings:]))


def _outline(lons: array[int], lats: array[int], is_ring: bool) -> Outline:
    xs, ys = ([value / 100 for value in accumulate(steps)] for steps in (lons, lats))
    box = Box(min(xs), min(ys), max(xs), max(ys))
    if is_ring:
        xs.append(xs[0])
        ys.append(ys[0])
    return Outline(xs, ys, box)


@cache
def countries() -> Mapping[str, Country]:
    """Where the countries are, by ISO 3166-1 alpha-2 code, in the order of the codes."""
    table = json.loads(asset("map", "countries.json").read_bytes())
    return {code: Country(lat, lon, Box(*box)) for code, (lat, lon, *box) in table.items()}
