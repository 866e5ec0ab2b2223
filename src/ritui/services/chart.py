"""Chart: the records of an answer on a view of the world, those that stand together as one.

The screen and ``ritui map`` show the same because both draw this.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from ritui.services.atlas import ACROSS, DOWN, Drawing, View, drawn
from ritui.services.coast import countries
from ritui.store.spots import UNSORTED, Spots

SHAPES: Final = "●★◆▲■▼"
HOLLOW: Final = "○☆◇△□▽"
"""What stands for the values that records are told apart by, in their order; hollow where no
more is known of a place than its country."""
OTHER, HOLLOW_OTHER = "◉", "◎"
"""What stands for a record that has no value."""
MANY: Final = "+"
"""What stands for more records than a digit can count."""

POINT, COUNTRY, NOWHERE = "point", "country", "none"
"""How precisely one knows where a record is."""

Cell = tuple[int, int]
"""A column and a line of a view."""


class Marks(NamedTuple):
    """The records of an answer, as they are put on a map."""

    spots: Spots
    places: Sequence[int]
    """Those that have a point come first, then those that stand in the middle of a country."""
    lats: Sequence[float]
    lons: Sequence[float]
    precise: int
    """How many of them have a point."""
    unplaced: Sequence[int]
    """Places of the records that are nowhere on a map."""

    def precision(self, number: int) -> str:
        """How precisely one knows where one is: `POINT` or `COUNTRY`."""
        return POINT if number < self.precise else COUNTRY

    def sort(self, number: int, by: str) -> int:
        """The number of the value that one is told apart by; `UNSORTED` without."""
        return self.spots.sorts[by].get(self.places[number], UNSORTED)


def marks_of(spots: Spots) -> Marks:
    """Put records on the earth, those known only by country well inside of it."""
    # Copies: the spots stay what they are.
    places, lats, lons = spots.places[:], spots.lats[:], spots.lons[:]
    precise, unplaced = len(places), [*spots.nowhere]
    for code, vague in spots.vague.items():
        country = countries().get(code)
        if country is None:
            unplaced += vague
            continue
        places.extend(vague)
        lats.extend([country.lat] * len(vague))
        lons.extend([country.lon] * len(vague))
    return Marks(spots, places, lats, lons, precise, unplaced)


class Sign(NamedTuple):
    """What a cell shows of the records in it."""

    text: str
    """One character: a shape, or how many there are."""
    sort: int | None
    """Number of the value that all of them have; `UNSORTED` where none has one; None where they
    differ."""
    precise: bool
    """Whether any of them has a point."""


@dataclass(frozen=True, slots=True)
class Chart:
    """A view, its land, and the records in it."""

    view: View
    drawing: Drawing
    marks: Marks
    stacks: Mapping[Cell, Sequence[int]]
    """Cell to the numbers of the marks in it."""
    signs: Mapping[Cell, Sign]
    """What each of those cells shows."""
    sorts: Sequence[int]
    """Numbers of the values that the records in sight have, in their order; `UNSORTED` last."""

    @property
    def count(self) -> int:
        """Records in sight."""
        return sum(map(len, self.stacks.values()))

    def lines(self) -> Iterator[str]:
        """The whole chart as plain text, line by line."""
        for line, text in enumerate(self.drawing.texts):
            row = [*text]
            for column in range(self.view.columns):
                if sign := self.signs.get((column, line)):
                    row[column] = sign.text
            yield "".join(row)


def charted(view: View, marks: Marks, by: str, drawing: Drawing | None = None) -> Chart:
    """Put marks on a view.

    Args:
        view: What is shown.
        marks: On all of the earth.
        by: What they are told apart by: a facet of `SORTS`.
        drawing: Of that view, where it was drawn before.
    """
    seen = view.seen
    across, down = view.scale * view.narrow / ACROSS, view.scale / DOWN
    west, north, columns, lines = seen.west, seen.north, view.columns, view.lines
    stacks: dict[Cell, list[int]] = {}
    for number, (lat, lon) in enumerate(zip(marks.lats, marks.lons, strict=True)):
        y = (north - lat) * down
        if 0 <= y < lines:
            x = (lon - west) % 360 * across
            if x < columns:
                stacks.setdefault((int(x), int(y)), []).append(number)
    signs: dict[Cell, Sign] = {}
    every: set[int] = set()
    for cell, stack in stacks.items():
        sorts = {marks.sort(number, by) for number in stack}
        signs[cell] = _sign(sorts, len(stack), precise=stack[0] < marks.precise)
        every |= sorts
    return Chart(view, drawing or drawn(view), marks, stacks, signs, sorted(every))


def _sign(sorts: set[int], count: int, *, precise: bool) -> Sign:
    sort = next(iter(sorts)) if len(sorts) == 1 else None
    if count == 1:
        return Sign(shape(sort, precise=precise), sort, precise)
    return Sign(str(count) if count < 10 else MANY, sort, precise)


def unseen(charts: Sequence[Chart]) -> int:
    """How many of the marks that are on some charts none of them shows."""
    seen = {number for chart in charts for stack in chart.stacks.values() for number in stack}
    return len(charts[0].marks.places) - len(seen) if charts else 0


def shape(sort: int | None, *, precise: bool) -> str:
    """What stands for one record of a sort."""
    if sort is None or sort == UNSORTED:
        return OTHER if precise else HOLLOW_OTHER
    return (SHAPES if precise else HOLLOW)[sort]


def way(cells: Sequence[Cell]) -> list[Cell]:
    """The cells in an order in which each is near the one before: that of Hilbert's curve.

    It is the same whichever one begins with, so a walk can be turned round.
    """
    return sorted(cells, key=_along)


_ORDER: Final = 10
"""Steps of the curve: it fills a square of 1,024 cells. A line is as high as two columns."""


def _along(cell: Cell) -> int:
    """How far along the curve a cell is."""
    x, y = cell[0], 2 * cell[1]
    far = 0
    side = 1 << (_ORDER - 1)
    while side:
        right, below = int(x & side > 0), int(y & side > 0)
        far += side * side * ((3 * right) ^ below)
        if not below:
            if right:
                x, y = (1 << _ORDER) - 1 - x, (1 << _ORDER) - 1 - y
            x, y = y, x
        side >>= 1
    return far


def nearest(cells: Sequence[Cell], column: float, line: float) -> Cell | None:
    """The cell nearest to a place on the grid, or None where there are none."""
    return min(
        cells,
        key=lambda cell: ((cell[0] + 0.5 - column) ** 2 + 4 * (cell[1] + 0.5 - line) ** 2, cell),
        default=None,
    )
