"""Shores: one map or two side by side, and the cursor that walks the records on them."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.message import Message

from ritui.services.atlas import (
    EU,
    LAC,
    REGIONS,
    WORLD,
    Drawing,
    View,
    around,
    drawn,
    moved,
    zoomed,
)
from ritui.services.chart import Cell, Chart, Marks, charted, nearest, unseen, way
from ritui.services.coast import Box, countries
from ritui.ui.widgets.map import Shore

BOTH: Final = (LAC, EU)
"""The two shores, in the order in which they stand side by side."""
_SIDE_BY_SIDE: Final = 56
"""Columns from which two maps are shown."""
_CLOSER: Final = 0.6
_STEP: Final = 0.2
"""Share of what is in sight by which one moves."""
_KEPT: Final = 24
"""Drawings kept: as many steps back cost nothing."""


@dataclass(slots=True)
class Place:
    """Where on the map a reader is."""

    names: tuple[str, ...] = BOTH
    """Regions, or codes of countries, that are shown; empty for a part without a name."""
    boxes: tuple[Box, ...] = (REGIONS[LAC], REGIONS[EU])
    """What is shown of the world, by map."""
    active: int = 0
    """The map that the keys move."""
    at: tuple[float, float] | None = None
    """Latitude and longitude the cursor is kept at."""


class Shores(Horizontal):
    """The maps. What they show and where the cursor is belongs to a place, which is kept."""

    class Drawn(Message):
        """The maps show something else."""

    class Moved(Message):
        """The cursor came to another cell."""

    class Opened(Message):
        """What the cursor is on is wanted."""

    def __init__(self, place: Place) -> None:
        """Empty maps.

        Args:
            place: Where one is; it is brought up to date.
        """
        super().__init__(id="shores")
        self.place = place
        self._marks: Marks | None = None
        self._by = ""
        self._drawings: OrderedDict[View, Drawing] = OrderedDict()
        self._charts: tuple[Chart, ...] = ()
        self.unseen = 0
        """How many records are on no map that is shown."""
        self._cell: Cell | None = None

    def compose(self) -> ComposeResult:
        """Two maps; the second is there when both shores are shown."""
        yield Shore(id="first")
        yield Shore(id="second")

    # What is in sight.

    @property
    def charts(self) -> Sequence[Chart]:
        """What the maps show, from left to right."""
        return self._charts

    @property
    def marks(self) -> Marks | None:
        """The records that are shown, which may be others than those that are about to be."""
        return self._charts[0].marks if self._charts else None

    @property
    def names(self) -> Sequence[str]:
        """Of what each map shows; empty where that has no name."""
        place = self.place
        return (place.names[place.active],) if self._is_one else place.names

    @property
    def here(self) -> Sequence[int]:
        """Numbers of the marks, of those shown, that the cursor is on; in the order of names."""
        if self._cell is None:
            return ()
        chart = self._charts[self._map]
        return sorted(chart.stacks[self._cell], key=lambda number: chart.marks.places[number])

    @property
    def is_home(self) -> bool:
        """Whether both shores are shown, as at the beginning."""
        return self.place.names == BOTH

    @property
    def _is_one(self) -> bool:
        """Whether there is one map."""
        return len(self.place.boxes) == 1 or self.size.width < _SIDE_BY_SIDE

    @property
    def _map(self) -> int:
        return 0 if self._is_one else self.place.active

    @property
    def maps(self) -> Sequence[Shore]:
        """The maps that are shown."""
        found = [*self.query(Shore)]
        return found[:1] if self._is_one else found

    @property
    def active(self) -> Shore:
        """The map that the cursor is on."""
        return self.maps[self._map]

    def show(self, marks: Marks, by: str) -> None:
        """Show other records, or the same told apart by something else."""
        self._marks, self._by = marks, by
        self._draw()

    @on(Shore.Sized)
    def _sized(self) -> None:
        self._draw()

    def _draw(self) -> None:
        self.query("#second").set(display=not self._is_one)
        self.call_after_refresh(self._chart)

    @work(exclusive=True, group="chart")
    async def _chart(self) -> None:
        marks, place, maps = self._marks, self.place, self.maps
        boxes = (place.boxes[place.active],) if self._is_one else place.boxes
        views = [shore.view(box) for shore, box in zip(maps, boxes, strict=True)]
        wanted = [view for view in views if view is not None]
        if marks is None or len(wanted) < len(maps):
            return
        charts, beyond = await asyncio.to_thread(self._charted, wanted, marks)
        if self.is_attached:
            self._charts, self.unseen = tuple(charts), beyond
            self._find_cursor()
            for number, (shore, chart) in enumerate(zip(maps, charts, strict=True)):
                shore.show(chart, self._cell if number == self._map else None)
            self.post_message(self.Drawn())

    def _charted(self, views: Iterable[View], marks: Marks) -> tuple[list[Chart], int]:
        """Off the loop: land takes some milliseconds, many records do as well."""
        charts = []
        for view in views:
            if view not in self._drawings:
                self._drawings[view] = drawn(view)
                if len(self._drawings) > _KEPT:
                    self._drawings.popitem(last=False)
            charts.append(charted(view, marks, self._by, self._drawings[view]))
        return charts, unseen(charts)

    # The cursor.

    def _find_cursor(self) -> None:
        """Put it where it is kept, else on what is nearest to that on the map one is on."""
        self._cell, at = None, self.place.at
        order = sorted(range(len(self._charts)), key=lambda number: number != self._map)
        for number in order:
            chart = self._charts[number]
            cell = chart.view.cell(*at) if at else None
            if cell in chart.stacks:
                self._cell = cell
                self._to_map(number)
                return
        for number in order:
            chart = self._charts[number]
            middle = chart.view.columns / 2, chart.view.lines / 2
            near = (chart.view.cell(*at) if at else None) or middle
            self._cell = nearest([*chart.stacks], *near)
            if self._cell is not None:
                self._to_map(number)
                return

    def _to_map(self, number: int) -> None:
        if not self._is_one:
            self.place.active = number

    def put_cursor(self, number: int, cell: Cell) -> None:
        """Put the cursor on a cell of a map, and keep it there."""
        self._to_map(number)
        self._cell = cell
        chart = self._charts[number]
        first = self.here[0]
        self.place.at = chart.marks.lats[first], chart.marks.lons[first]
        for each, shore in enumerate(self.maps):
            shore.put_cursor(cell if each == number else None)
        self.post_message(self.Moved())

    def step(self, by: int) -> bool:
        """Put the cursor on the next cell with records, or the one before; whether there is one.

        The way leads over all maps, and from its end to its beginning.
        """
        stops = [
            (number, cell)
            for number, chart in enumerate(self._charts)
            for cell in way([*chart.stacks])
        ]
        if self._cell is None or len(stops) < 2:
            return False
        place = stops.index((self._map, self._cell))
        self.put_cursor(*stops[(place + by) % len(stops)])
        return True

    @on(Shore.Picked)
    def _picked(self, message: Shore.Picked) -> None:
        self.put_cursor([*self.maps].index(message.shore), message.cell)
        if message.twice:
            self.post_message(self.Opened())

    # Where one looks.

    def go(self, names: Sequence[str], boxes: Sequence[Box], active: int = 0) -> None:
        """Show other parts of the world."""
        place = self.place
        place.names, place.boxes, place.active = tuple(names), tuple(boxes), active
        self._draw()

    def go_to(self, name: str) -> None:
        """Show a region, or a country by its code."""
        box = REGIONS[name] if name in REGIONS else around(countries()[name].box)
        self.go((name,), (box,))

    def go_home(self) -> None:
        """Show both shores, and stay on the one that one is on."""
        at = self.place.at
        eastern = at is not None and REGIONS[EU].holds(*at)
        self.go(BOTH, [REGIONS[name] for name in BOTH], int(eastern))

    def zoom(self, closer: bool) -> None:
        """Show less of the world, and that larger; or more. The cursor stays where it is."""
        place = self.place
        box = place.boxes[place.active]
        if not closer and (len(place.boxes) > 1 or self._is_wide(box)):
            self.go_to(WORLD)
            return
        lat, lon = place.at or (box.lat, box.lon)
        if self._charts and self._charts[self._map].view.cell(lat, lon) is None:
            lat, lon = box.lat, box.lon
        self.go(("",), (zoomed(box, _CLOSER if closer else 1 / _CLOSER, lat, lon),))

    def _is_wide(self, box: Box) -> bool:
        world = REGIONS[WORLD]
        return (box.north - box.south) / _CLOSER >= world.north - world.south

    def pan(self, right: int, up: int) -> None:
        """Look further along, by a part of what is in sight."""
        if not self._charts:
            return
        place, seen = self.place, self._charts[self._map].view.seen
        lon, lat = _STEP * (seen.east - seen.west), _STEP * (seen.north - seen.south)
        boxes, names = [*place.boxes], [*place.names]
        boxes[place.active] = moved(boxes[place.active], right * lon, up * lat)
        names[place.active] = ""
        self.go(names, boxes, place.active)
