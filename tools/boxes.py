"""Write a bounding box for every country, from a TopoJSON of countries.

Source: Natural Earth 1:50m countries (public domain), as packaged in
world-atlas 2.0.2 (file countries-50m.json, ISC licence), an npm package.
Numeric country ids become alpha-2 by the aliases of CLDR, as packaged in
Babel.

    python tools/boxes.py countries-50m.json assets/vocab/boxes.json

One country a line, sorted by code: {"AR": [west, south, east, north], ...},
degrees with two decimals, 0.3 degrees wider on every side. A country on both
sides of the antimeridian gets -180 to 180. Overseas parts which have a code
of their own are measured apart from the state Natural Earth draws them with
(PARTS). Svalbard counts for NO and, with Jan Mayen, for SJ; Northern Cyprus
counts for CY, Somaliland for SO. Without a shape at this scale, and so
without a box: BV, GI, TV, UM (and EU, which is no country).
"""

import json
import sys
from pathlib import Path
from typing import Any

from babel.core import get_global

MARGIN = 0.3

# Shapes without an ISO number, by the name Natural Earth gives them.
NAMED = {"Kosovo": "XK", "N. Cyprus": "CY", "Somaliland": "SO", "Indian Ocean Ter.": "CC"}

# (drawn with, own code, window): a polygon inside the window is the part's.
PARTS = (
    ("FR", "GF", (-55.0, 1.0, -51.0, 7.0)),
    ("FR", "GP", (-62.0, 15.8, -60.9, 16.6)),
    ("FR", "MQ", (-61.4, 14.3, -60.7, 15.0)),
    ("FR", "RE", (55.0, -22.0, 56.0, -20.5)),
    ("FR", "YT", (44.8, -13.2, 45.5, -12.5)),
    ("NL", "BQ", (-69.0, 11.8, -62.8, 17.8)),
    ("NZ", "TK", (-173.0, -10.0, -171.0, -8.0)),
    ("CC", "CX", (105.0, -11.0, 106.0, -10.0)),
)

# As PARTS, but the polygon counts for the state as well.
ALSO = (("NO", "SJ", (-10.0, 70.0, 36.0, 81.0)),)

# A country wider than this lies on both sides of the antimeridian.
WIDE = 180.0

Box = tuple[float, float, float, float]


def polygon_boxes(topology: dict[str, Any]) -> dict[str, list[Box]]:
    """Return code -> one box a polygon."""
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

    alias = get_global("territory_aliases")
    found: dict[str, list[Box]] = {}
    for shape in topology["objects"]["countries"]["geometries"]:
        number = shape.get("id")
        code = alias[number][0] if number else NAMED.get(shape["properties"]["name"])
        if code is None:
            continue
        polygons = [shape["arcs"]] if shape["type"] == "Polygon" else shape["arcs"]
        for polygon in polygons:
            # ~i is the arc i read backwards: the same points.
            points = [p for i in polygon[0] for p in arcs[i if i >= 0 else ~i]]
            xs, ys = zip(*points, strict=True)
            found.setdefault(code, []).append((min(xs), min(ys), max(xs), max(ys)))
    return found


def inside(box: Box, window: Box) -> bool:
    """Whether the box lies wholly in the window."""
    return (
        box[0] >= window[0] and box[1] >= window[1] and box[2] <= window[2] and box[3] <= window[3]
    )


def divide(found: dict[str, list[Box]]) -> dict[str, list[Box]]:
    """Return the boxes with overseas parts under their own codes."""
    for state, part, window in ALSO:
        # The mainland reaches into the window: only wholly contained islands
        # north of it are meant, hence the test on the southern edge.
        found[part] = [b for b in found[state] if inside(b, window) and (b[1] > 74 or b[2] < 0)]
    for state, part, window in PARTS:
        found[part] = [b for b in found[state] if inside(b, window)]
        found[state] = [b for b in found[state] if not inside(b, window)]
    return {code: boxes for code, boxes in found.items() if boxes}


def union(boxes: list[Box]) -> list[float]:
    """Return the box around all, with the margin, inside the world."""
    west = min(b[0] for b in boxes) - MARGIN
    south = min(b[1] for b in boxes) - MARGIN
    east = max(b[2] for b in boxes) + MARGIN
    north = max(b[3] for b in boxes) + MARGIN
    if east - west > WIDE:
        west, east = -180.0, 180.0
    edges = (max(west, -180.0), max(south, -90.0), min(east, 180.0), min(north, 90.0))
    return [round(edge, 2) for edge in edges]


def main() -> None:
    """Read and write the files named on the command line."""
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    topology = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    boxes = divide(polygon_boxes(topology))
    lines = [f"{json.dumps(code)}: {json.dumps(union(boxes[code]))}" for code in sorted(boxes)]
    Path(sys.argv[2]).write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
