"""Looking: where on the earth one looks, and what the cursor is on. The map's screen is one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from ritui.i18n import Messages
from ritui.services.atlas import EU, LAC, REGIONS, WORLD
from ritui.services.chart import Chart, Marks, shape
from ritui.services.coast import countries
from ritui.store.answer import Row, StaleAnswer
from ritui.store.spots import UNSORTED
from ritui.text import sort_key
from ritui.ui.desk import Desk
from ritui.ui.messages import CatalogChanged
from ritui.ui.screens.page import Page
from ritui.ui.widgets.shores import Shores
from ritui.ui.widgets.spotlist import where_words

_KM_A_DEGREE: Final = 111.2


class LookingPage(Page[None]):
    """A page with maps."""

    def __init__(self, desk: Desk) -> None:
        """A screen on maps of what is asked of a directory.

        Args:
            desk: What to work with.
        """
        super().__init__()
        self._desk = desk
        self._say = desk.say
        self._catalog = desk.catalog
        self._marks: Marks | None = None

    @property
    def _shores(self) -> Shores:
        return self.query_one(Shores)

    def _rows(self, numbers: Sequence[int]) -> list[Row]:
        """Rows of some marks on the maps; none when the directory has changed, which is told."""
        marks = self._shores.marks
        if marks is None:
            return []
        try:
            return self._catalog.rows_at(marks.spots, [marks.places[each] for each in numbers])
        except StaleAnswer:
            self.post_message(CatalogChanged())
            return []

    def action_zoom_in(self) -> None:
        """Closer."""
        self._shores.zoom(closer=True)

    def action_zoom_out(self) -> None:
        """Further away."""
        self._shores.zoom(closer=False)

    def action_pan_left(self) -> None:
        """West."""
        self._shores.pan(-1, 0)

    def action_pan_right(self) -> None:
        """East."""
        self._shores.pan(1, 0)

    def action_pan_up(self) -> None:
        """North."""
        self._shores.pan(0, 1)

    def action_pan_down(self) -> None:
        """South."""
        self._shores.pan(0, -1)

    def action_both_shores(self) -> None:
        """Both regions side by side."""
        self._shores.go_home()

    def action_only_lac(self) -> None:
        """Latin America and the Caribbean alone."""
        self._shores.go_to(LAC)

    def action_only_eu(self) -> None:
        """Europe alone."""
        self._shores.go_to(EU)

    def action_world(self) -> None:
        """All of the earth."""
        self._shores.go_to(WORLD)

    def action_next_country(self) -> None:
        """The country of the record one is on, then the next one that has any."""
        self._to_country(1)

    def action_previous_country(self) -> None:
        """The country before."""
        self._to_country(-1)

    def _to_country(self, by: int) -> None:
        if self._marks is None:
            return
        say, shown = self._say, self._shores.names[0]
        codes = [code for code in self._marks.spots.countries if code in countries()]
        codes.sort(key=lambda code: sort_key(say.country(code), say.language))
        if shown in codes:
            self._shores.go_to(codes[(codes.index(shown) + by) % len(codes)])
        elif codes:
            here = [code for row in self._rows(self._shores.here[:1]) for code in row.countries[:1]]
            self._shores.go_to(next((code for code in here if code in codes), codes[0]))

    def action_next_point(self) -> None:
        """The cursor to the next spot."""
        self._shores.step(1)

    def action_previous_point(self) -> None:
        """The cursor to the spot before."""
        self._shores.step(-1)


def count_words(marks: Marks, say: Messages) -> str:
    """How many records are on the map, how many only by country, and how many are not."""
    words = [say("map.points", n=marks.precise)]
    if vague := len(marks.places) - marks.precise:
        words.append(say("map.vague", n=vague))
    if lost := len(marks.unplaced):
        words.append(say("map.unplaced", n=lost))
    return " · ".join(words)


def title_of(chart: Chart, name: str, say: Messages) -> str:
    """How a map is called: a region, a country, or where its middle is and how far it reaches."""
    if name in REGIONS:
        return say("map.world") if name == WORLD else say(f"region.{name}")
    if name:
        return say.country(name)
    seen = chart.view.seen
    lat, lon = seen.lat, (seen.lon + 180) % 360 - 180
    km = (seen.east - seen.west) * chart.view.narrow * _KM_A_DEGREE
    return say("map.part", lat=f"{lat:.1f}", lon=f"{lon:.1f}", km=f"{km:,.0f}".replace(",", " "))


def told(marks: Marks, number: int | None, row: Row, say: Messages) -> tuple[str, str]:
    """What is said of a record before its name and after it.

    Args:
        marks: Of the map.
        number: Of the record's mark; None where it has none.
        row: The record.
        say: The words.
    """
    parts = [say.country(code) for code in row.countries[:1]] + [say.label("kind", row.kind)]
    if number is None:
        return " ", f" · {' · '.join([*parts, say('map.nowhere')])}"
    sort = marks.sort(number, "kind")
    sign = shape(None if sort == UNSORTED else sort, precise=number < marks.precise)
    return f" {sign} ", f" · {' · '.join([*parts, where_words(marks, number, say)])}"
