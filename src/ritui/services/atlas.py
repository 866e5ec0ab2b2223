"""Atlas: parts of the world on a grid of cells, each of two by four dots, and the land drawn so.

The projection is the plainest: degrees as they are, those of longitude as narrow as they are in
the middle of what is shown. A dot is then about as high as wide on most terminals.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from ritui.services.coast import Box, Outline, shores

ACROSS, DOWN = 2, 4
"""Dots of a cell."""
LAC: Final = "LAC"
EU: Final = "EU"
WORLD: Final = "world"
REGIONS: Final[Mapping[str, Box]] = {
    LAC: Box(-117.5, -56.0, -33.5, 33.0),
    EU: Box(-11.0, 34.0, 35.0, 71.5),
    WORLD: Box(-170.0, -56.0, 190.0, 88.0),
}
"""What is shown of the world, by the name of a region."""
SEA, LAND, BORDER = range(3)
"""What a cell is: its dots, if any, are coast; on land without coast they are a border."""

_NARROWEST: Final = 0.12
_CLOSEST: Final = 0.4
"""Degrees of latitude from the top to the bottom of the closest view."""
_BORDERS_FROM: Final = 2.2
"""Dots a degree has where borders begin to help."""
_ROOM: Final = 1.1
_LEAST: Final = 1.5
"""Degrees of the smallest part of the world that is gone to."""
_WIDEST: Final = 400.0
_EVERYWHERE: Final = 180.0
"""Degrees of latitude that the widest view has."""


@dataclass(frozen=True, slots=True)
class View:
    """A part of the world as a grid of cells shows it."""

    box: Box
    """What has to be in sight; where the grid has another form, more is."""
    columns: int
    lines: int
    scale: float = field(init=False)
    """Dots a degree of latitude has."""
    narrow: float = field(init=False)
    """How much narrower a degree of longitude is."""

    def __post_init__(self) -> None:
        box = self.box
        narrow = max(_NARROWEST, math.cos(math.radians(box.lat)))
        across = ACROSS * self.columns / (max(0.01, box.east - box.west) * narrow)
        down = DOWN * self.lines / max(0.01, box.north - box.south)
        object.__setattr__(self, "narrow", narrow)
        object.__setattr__(self, "scale", max(0.01, min(across, down)))

    @property
    def seen(self) -> Box:
        """All that is in sight."""
        wide = self.columns * ACROSS / (2 * self.scale * self.narrow)
        high = self.lines * DOWN / (2 * self.scale)
        box = self.box
        return Box(box.lon - wide, box.lat - high, box.lon + wide, box.lat + high)

    def cell(self, lat: float, lon: float) -> tuple[int, int] | None:
        """The column and line a point is in, or None where it is out of sight."""
        seen = self.seen
        x = (lon - seen.west) % 360 * self.scale * self.narrow / ACROSS
        y = (seen.north - lat) * self.scale / DOWN
        inside = 0 <= x < self.columns and 0 <= y < self.lines
        return (int(x), int(y)) if inside else None

    def point(self, column: float, line: float) -> tuple[float, float]:
        """The latitude and longitude of a place on the grid, in cells."""
        seen = self.seen
        lon = seen.west + column * ACROSS / (self.scale * self.narrow)
        return seen.north - line * DOWN / self.scale, (lon + 180) % 360 - 180


def zoomed(box: Box, factor: float, lat: float, lon: float) -> Box:
    """A box so many times as large, in which a point is where it was.

    Args:
        box: What is shown.
        factor: Below 1 shows less of the world, and that larger.
        lat: Of the point, as ``lon``.
        lon: Of the point.
    """
    factor = max(factor, _CLOSEST / (box.north - box.south))
    widest = min(_WIDEST / (box.east - box.west), _EVERYWHERE / (box.north - box.south))
    factor = min(factor, max(1.0, widest)) if factor > 1 else factor
    lon = box.lon + (lon - box.lon + 180) % 360 - 180
    return _within(
        Box(
            lon + (box.west - lon) * factor,
            lat + (box.south - lat) * factor,
            lon + (box.east - lon) * factor,
            lat + (box.north - lat) * factor,
        )
    )


def moved(box: Box, right: float, up: float) -> Box:
    """A box so many degrees further along."""
    return _within(Box(box.west + right, box.south + up, box.east + right, box.north + up))


def around(box: Box) -> Box:
    """A box with some room around it, and not so small that nothing could be recognised."""
    wide = max(box.east - box.west, _LEAST) * _ROOM / 2
    high = max(box.north - box.south, _LEAST) * _ROOM / 2
    return Box(box.lon - wide, box.lat - high, box.lon + wide, box.lat + high)


def _within(box: Box) -> Box:
    """A box whose middle is on the earth."""
    up = max(-90.0, min(90.0, box.lat)) - box.lat
    along = (box.lon + 180) % 360 - 180 - box.lon
    return Box(box.west + along, box.south + up, box.east + along, box.north + up)


class Drawing(NamedTuple):
    """Land and coasts of a view."""

    texts: Sequence[str]
    """By line: a character for each cell, braille or a space."""
    grounds: Sequence[bytes]
    """By line: for each cell whether it is `SEA`, `LAND` or `BORDER`."""


def drawn(view: View) -> Drawing:
    """Draw the land of a view, with coasts, and with borders where there is room for them."""
    world = shores()
    land, specks = _Dots(view), _Dots(view)
    for outline in world.coasts:
        for shift in land.shifts(outline.box):
            if not specks.speck(outline.box, shift):
                land.fill(outline, shift)
    coast = [a | b for a, b in zip(_edges(land), specks.rows, strict=True)]
    lines = _Dots(view)
    if view.scale >= _BORDERS_FROM:
        for outline in world.borders:
            for shift in lines.shifts(outline.box):
                lines.line(outline, shift)
    texts, grounds = [], []
    for top in range(0, DOWN * view.lines, DOWN):
        four = slice(top, top + DOWN)
        text, ground = _cells(land.rows[four], coast[four], lines.rows[four], view.columns)
        texts.append(text)
        grounds.append(ground)
    return Drawing(texts, grounds)


class _Dots:
    """The dots of a view, a number for each row of them: the first bit is the leftmost dot."""

    def __init__(self, view: View) -> None:
        """No dot is set."""
        self._seen = seen = view.seen
        self._x, self._y = view.scale * view.narrow, view.scale
        self._west, self._north = seen.west, seen.north
        self.across, self.down = ACROSS * view.columns, DOWN * view.lines
        self.rows = [0] * self.down
        self.full = (1 << self.across) - 1
        # From a column on, all dots to the right.
        self._beyond = [self.full >> n << n for n in range(self.across + 1)]

    def shifts(self, box: Box) -> Iterator[int]:
        """By how many degrees a box must be moved round the earth to be in sight; if ever."""
        seen = self._seen
        if box.north >= seen.south and box.south <= seen.north:
            for shift in (-360, 0, 360):
                if box.east + shift >= seen.west and box.west + shift <= seen.east:
                    yield shift

    def speck(self, box: Box, shift: int) -> bool:
        """Set one dot for what is smaller than that; whether it was."""
        if (box.east - box.west) * self._x > 1 or (box.north - box.south) * self._y > 1:
            return False
        self._set((box.lon + shift - self._west) * self._x, (self._north - box.lat) * self._y)
        return True

    def fill(self, outline: Outline, shift: int) -> None:
        """Turn every dot inside a ring over: set once it is land, set twice a lake."""
        west, north, x_scale, y_scale = self._west - shift, self._north, self._x, self._y
        down, across, rows, beyond = self.down, self.across, self.rows, self._beyond
        xs = [(lon - west) * x_scale for lon in outline.lons]
        # A row of dots is crossed in its middle.
        ys = [(north - lat) * y_scale - 0.5 for lat in outline.lats]
        firsts = [math.ceil(y) for y in ys]
        for n in range(len(xs) - 1):
            first, last = firsts[n], firsts[n + 1]
            if first == last:
                continue
            x, y = xs[n], ys[n]
            slope = (xs[n + 1] - x) / (ys[n + 1] - y)
            if first > last:
                first, last = last, first
            for row in range(max(first, 0), min(last, down)):
                column = math.ceil(x + (row - y) * slope - 0.5)
                if column < across:
                    rows[row] ^= beyond[column if column > 0 else 0]

    def line(self, outline: Outline, shift: int) -> None:
        """Set every other dot along a line."""
        west, north = self._west - shift, self._north
        xs = [(lon - west) * self._x for lon in outline.lons]
        ys = [(north - lat) * self._y for lat in outline.lats]
        for n in range(len(xs) - 1):
            x, y, to_x, to_y = xs[n], ys[n], xs[n + 1], ys[n + 1]
            if max(x, to_x) < 0 or min(x, to_x) > self.across:
                continue
            if max(y, to_y) < 0 or min(y, to_y) > self.down:
                continue
            steps = max(1, math.ceil(max(abs(to_x - x), abs(to_y - y))))
            for step in range(steps):
                share = step / steps
                self._set(x + (to_x - x) * share, y + (to_y - y) * share, sparse=True)

    def _set(self, x: float, y: float, *, sparse: bool = False) -> None:
        column, row = math.floor(x), math.floor(y)
        inside = 0 <= column < self.across and 0 <= row < self.down
        if inside and not (sparse and (column + row) % 2):
            self.rows[row] |= 1 << column


def _edges(land: _Dots) -> list[int]:
    """The dots of land beside which is a dot of sea; beyond the view all is as at its edge."""
    rows, last, found = land.rows, land.across - 1, []
    for n, row in enumerate(rows):
        above, below = rows[max(0, n - 1)], rows[min(len(rows) - 1, n + 1)]
        left, right = row << 1 | row & 1, row >> 1 | row >> last << last
        found.append(row & ~(above & below & left & right))
    return found


_BRAILLE: Final = 0x2800
_WEIGHTS: Final = ((0, 1, 8, 9), (0, 2, 16, 18), (0, 4, 32, 36), (0, 64, 128, 192))
"""Of each row of dots in a cell: what they add to the braille character, by their two bits."""
_COUNT: Final = (0, 1, 1, 2)
_MOSTLY: Final = 4
"""Dots of land from which a cell is land."""


def _cells(
    land: Sequence[int], coast: Sequence[int], border: Sequence[int], columns: int
) -> tuple[str, bytes]:
    """A line of cells of four rows of dots."""
    text: list[str] = []
    ground = bytearray(columns)
    for column in range(columns):
        at = ACROSS * column
        dots = more = full = 0
        for row, weights in enumerate(_WEIGHTS):
            full += _COUNT[land[row] >> at & 3]
            dots |= weights[coast[row] >> at & 3]
            more |= weights[border[row] >> at & 3]
        text.append(chr(_BRAILLE | dots | more) if dots | more else " ")
        if full >= _MOSTLY:
            ground[column] = BORDER if more and not dots else LAND
    return "".join(text), bytes(ground)
