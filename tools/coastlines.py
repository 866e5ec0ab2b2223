"""Write the coasts, borders and countries of the map, from TopoJSON of Natural Earth.

Source: Natural Earth 1:50m land and countries (public domain), as packaged in
world-atlas 2.0.2 (files land-50m.json and countries-50m.json, ISC licence),
an npm package. Numeric country ids become alpha-2 by the aliases of CLDR, as
packaged in Babel.

    python tools/coastlines.py land-50m.json countries-50m.json assets/map

shores.bin: zlib over 16-bit integers: the low bytes of all, then the high
bytes of all. How many coasts there are and how many borders; how many points
each has, in the same order; then the longitudes of all points and then the
latitudes, in hundredths of a degree, of which the first of each line is
stated and the others are steps from the one before. A coast is a closed ring,
its end left out; longitudes go on beyond 180 where one crosses that meridian.
A border is an open line between two countries.

countries.json: one country a line, sorted by code: {"AR": [lat, lon, west,
south, east, north], ...}. The point is inside the largest part of the
country, and as far from its edges as any; the box holds the parts that are
not far from that one.
"""

import json
import math
import sys
import zlib
from array import array
from collections import Counter
from itertools import pairwise
from pathlib import Path
from typing import Any

from babel.core import get_global

from boxes import NAMED, PARTS, inside

NEAR = 0.06
"""Degrees that a line may be away from what it was."""
SMALL = 0.1
"""Share of its length that a small island may be away from what it was."""
LEAST = 0.004
"""Square degrees under which an island is left out, unless it is a country's largest part."""
APART = 3.0
"""Degrees of sea between the largest part of a country and one that its box leaves out."""
Point = tuple[float, float]
Line = list[Point]
Box = tuple[float, float, float, float]


def arcs_of(topology: dict[str, Any]) -> list[Line]:
    """Return the arcs in degrees."""
    scale_x, scale_y = topology["transform"]["scale"]
    left, bottom = topology["transform"]["translate"]
    arcs = []
    for deltas in topology["arcs"]:
        x = y = 0
        points = []
        for step_x, step_y in deltas:
            x += step_x
            y += step_y
            points.append((x * scale_x + left, y * scale_y + bottom))
        arcs.append(points)
    return arcs


def unwrapped(points: Line) -> Line:
    """Return the points without jumps from one side of the antimeridian to the other."""
    found = [points[0]]
    for x, y in points[1:]:
        before = found[-1][0]
        found.append((x - 360 * round((x - before) / 360), y))
    return found


def ring_of(numbers: list[int], arcs: list[Line]) -> Line:
    """Return a closed ring, its last point left out; one that goes round the pole is led to it."""
    points: Line = []
    for number in numbers:
        arc = arcs[number] if number >= 0 else arcs[~number][::-1]
        points += arc[1:] if points else arc
    ring = unwrapped(points)
    first, last = ring[0][0], ring[-1][0]
    if abs(last - first) < 180:
        return ring[:-1]
    # Beyond the pole, where no coast is to be seen. With a bend, which is not left out again: no
    # step may be longer than 327 degrees.
    return [*ring, (last, -99.0), ((first + last) / 2, -97.0), (first, -99.0)]


def polygons_of(shape: dict[str, Any]) -> list[list[list[int]]]:
    """Return the polygons of a geometry, as rings of numbers of arcs."""
    if shape["type"] == "GeometryCollection":
        return [each for part in shape["geometries"] for each in polygons_of(part)]
    parts: list[list[list[int]]] = shape.get("arcs", [])
    return [shape["arcs"]] if shape["type"] == "Polygon" else parts


def rings_of(shape: dict[str, Any], arcs: list[Line]) -> list[Line]:
    """Return all rings of a geometry but the circle round the pole that Antarctica is a hole in."""
    rings = [ring_of(each, arcs) for part in polygons_of(shape) for each in part]
    return [ring for ring in rings if max(y for _, y in ring) > -89]


def area(ring: Line) -> float:
    """Return the square degrees of a ring, at its latitude."""
    pairs = zip(ring, [*ring[1:], ring[0]], strict=True)
    flat = abs(sum(x * other_y - other_x * y for (x, y), (other_x, other_y) in pairs)) / 2
    middle = sum(y for _, y in ring) / len(ring)
    return flat * math.cos(math.radians(middle))


def simplified(points: Line, near: float = NEAR) -> Line:
    """Return an open line without the points that it does without (Douglas and Peucker)."""
    keep = {0, len(points) - 1}
    left = [(0, len(points) - 1)]
    while left:
        first, last = left.pop()
        far, place = 0.0, 0
        for number in range(first + 1, last):
            away = distance(points[number], points[first], points[last])
            if away > far:
                far, place = away, number
        if far > near:
            keep.add(place)
            left += [(first, place), (place, last)]
    return [points[number] for number in sorted(keep)]


def distance(point: Point, first: Point, last: Point) -> float:
    """Return how far a point is from a stretch, in degrees of latitude."""
    narrow = max(0.2, math.cos(math.radians(point[1])))
    x, y = (point[0] - first[0]) * narrow, point[1] - first[1]
    along_x, along_y = (last[0] - first[0]) * narrow, last[1] - first[1]
    length = along_x**2 + along_y**2
    share = max(0.0, min(1.0, (x * along_x + y * along_y) / length)) if length else 0.0
    return math.hypot(x - share * along_x, y - share * along_y)


def simplified_ring(ring: Line) -> Line:
    """Return a ring without the points that it does without; it is cut at two far ends."""
    far = max(range(len(ring)), key=lambda n: math.dist(ring[n], ring[0]))
    if not far:
        return ring
    near = min(NEAR, SMALL * math.dist(ring[far], ring[0]))
    return simplified(ring[: far + 1], near)[:-1] + simplified([*ring[far:], ring[0]], near)[:-1]


def coasts(topology: dict[str, Any]) -> list[Line]:
    """Return the coasts of the world, the largest land first."""
    arcs = arcs_of(topology)
    rings = rings_of(topology["objects"]["land"], arcs)
    large = sorted((ring for ring in rings if area(ring) >= LEAST), key=area, reverse=True)
    return [found for ring in large if len(found := simplified_ring(ring)) > 2]


def borders(topology: dict[str, Any]) -> list[Line]:
    """Return the lines between countries: the arcs that two of them have."""
    arcs = arcs_of(topology)
    used: Counter[int] = Counter()
    for shape in topology["objects"]["countries"]["geometries"]:
        numbers = {n for polygon in polygons_of(shape) for ring in polygon for n in ring}
        used.update({n if n >= 0 else ~n for n in numbers})
    return [simplified(unwrapped(arcs[n])) for n, times in sorted(used.items()) if times > 1]


def packed(rings: list[Line], lines: list[Line]) -> bytes:
    """Return the bytes of the file of shores."""
    numbers = array("h", [len(rings), len(lines), *map(len, rings + lines)])
    for axis in (0, 1):
        for line in rings + lines:
            values = [round(100 * point[axis]) for point in line]
            numbers.append(values[0])
            numbers.extend(b - a for a, b in pairwise(values))
    if sys.byteorder == "big":
        numbers.byteswap()
    data = numbers.tobytes()
    return zlib.compress(data[::2] + data[1::2], 9)


def box_of(ring: Line) -> Box:
    """Return the box around a ring."""
    xs, ys = zip(*ring, strict=True)
    return min(xs), min(ys), max(xs), max(ys)


def within(x: float, y: float, ring: Line) -> bool:
    """Whether a point is inside a ring."""
    odd = False
    for (ax, ay), (bx, by) in zip(ring, [*ring[1:], ring[0]], strict=True):
        if (ay > y) != (by > y) and x < (bx - ax) * (y - ay) / (by - ay) + ax:
            odd = not odd
    return odd


def deepest(ring: Line) -> Point:
    """Return the point inside a ring that is farthest from its edges, on a fine grid."""
    west, south, east, north = box_of(ring)
    edges = list(zip(ring, [*ring[1:], ring[0]], strict=True))
    best, found = -1.0, ((west + east) / 2, (south + north) / 2)
    for row in range(1, 24):
        for column in range(1, 24):
            x, y = west + (east - west) * column / 24, south + (north - south) * row / 24
            if within(x, y, ring):
                away = min(distance((x, y), a, b) for a, b in edges)
                if away > best:
                    best, found = away, (x, y)
    return found


def gap(one: Box, other: Box) -> float:
    """Return how far two boxes are apart, in degrees."""
    x = max(one[0] - other[2], other[0] - one[2], 0)
    y = max(one[1] - other[3], other[1] - one[3], 0)
    return math.hypot(x, y)


def shapes(topology: dict[str, Any]) -> dict[str, list[Line]]:
    """Return code -> outer rings, overseas parts under their own codes."""
    arcs = arcs_of(topology)
    alias = get_global("territory_aliases")
    found: dict[str, list[Line]] = {}
    for shape in topology["objects"]["countries"]["geometries"]:
        number = shape.get("id")
        code = alias[number][0] if number else NAMED.get(shape["properties"]["name"])
        # What has no number, but counts for another country, has that one's middle.
        if code is not None and (number or code not in {"CY", "SO"}):
            rings = rings_of(shape, arcs)
            found.setdefault(code, []).extend(rings)
    for state, part, window in PARTS:
        found[part] = [ring for ring in found[state] if inside(box_of(ring), window)]
        found[state] = [ring for ring in found[state] if not inside(box_of(ring), window)]
    return {code: rings for code, rings in found.items() if rings}


def countries(topology: dict[str, Any]) -> dict[str, list[float]]:
    """Return code -> latitude and longitude of its middle, then west, south, east, north."""
    found = {}
    for code, rings in sorted(shapes(topology).items()):
        largest = max(rings, key=area)
        main = box_of(largest)
        boxes = [box for ring in rings if gap(box := box_of(ring), main) <= APART]
        lon, lat = deepest(largest)
        edges = (
            min(b[0] for b in boxes), max(-90.0, min(b[1] for b in boxes)),
            max(b[2] for b in boxes), max(b[3] for b in boxes),
        )  # fmt: skip
        if edges[2] - edges[0] > 360:
            edges = (-180.0, edges[1], 180.0, edges[3])
        found[code] = [round(value, 2) for value in (lat, (lon + 180) % 360 - 180, *edges)]
    return found


def main() -> None:
    """Read the files named on the command line, and write into the folder."""
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    land, states = (json.loads(Path(name).read_text("utf-8")) for name in sys.argv[1:3])
    folder = Path(sys.argv[3])
    rings, lines = coasts(land), borders(states)
    data = packed(rings, lines)
    (folder / "shores.bin").write_bytes(data)
    table = countries(states)
    rows = [f"{json.dumps(code)}: {json.dumps(values)}" for code, values in table.items()]
    (folder / "countries.json").write_text("{\n" + ",\n".join(rows) + "\n}\n", encoding="utf-8")
    points = [sum(map(len, each)) for each in (rings, lines)]
    print(f"{len(rings)} coasts of {points[0]} points, {len(lines)} borders of {points[1]} points")
    print(f"{len(data)} bytes; {len(table)} countries")


if __name__ == "__main__":
    main()
