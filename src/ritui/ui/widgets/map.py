"""Map: a chart in braille, drawn line by line like every panel; and the line that explains it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import Final

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.message import Message
from textual.strip import Strip

from ritui.i18n import Messages
from ritui.services.atlas import SEA, View
from ritui.services.chart import Cell, Chart, Sign, nearest, shape
from ritui.services.coast import Box
from ritui.store.spots import SORTS, UNSORTED
from ritui.ui.widgets.lines import Lines, Span

GROUNDS: Final = ("sea", "land", "border")
"""Looks of what a cell is, as the atlas counts it."""
MARKS: Final = tuple(f"sort-{n}" for n in range(6))
"""Looks of the values that records are told apart by."""
SEVERAL, VAGUE = "several", "vague"
LOOKS: Final = frozenset(f"lines--{look}" for look in (*GROUNDS, *MARKS, SEVERAL, VAGUE))
"""Component classes that a screen with maps has."""
CURSOR: Final = "cursor"
_REACH: Final = 2.5
"""Columns that a click may be beside what it means."""


class Shore(Lines, inherit_bindings=False):
    """A part of the world with the records in it.

    It is told what to show, and where the cursor is; the keys belong to the screen.
    """

    class Sized(Message):
        """A map has another size."""

    class Picked(Message):
        """A click on a cell with records, or beside it."""

        def __init__(self, shore: Shore, cell: Cell, *, twice: bool) -> None:
            """On one map."""
            super().__init__()
            self.shore = shore
            self.cell = cell
            self.twice = twice

    def __init__(self, *, id: str) -> None:
        """No chart yet."""
        super().__init__(id=id)
        self.chart: Chart | None = None
        self.cell: Cell | None = None
        """Where the cursor is, if it is on this map."""
        self._signs: dict[int, dict[int, Sign]] = {}
        self._styles: dict[tuple[str, str], Style] = {}

    @property
    def grid(self) -> tuple[int, int]:
        """Columns and lines there are to draw on."""
        region = self.scrollable_content_region
        return region.width, region.height

    def view(self, box: Box) -> View | None:
        """A box as it is seen here; None where there is no room for any."""
        columns, lines = self.grid
        return View(box, columns, lines) if columns > 0 and lines > 0 else None

    def show(self, chart: Chart, cell: Cell | None) -> None:
        """Show a chart, the cursor on a cell of it."""
        self.chart, self.cell = chart, cell
        self._signs = {}
        for (column, line), sign in chart.signs.items():
            self._signs.setdefault(line, {})[column] = sign
        self.refresh()

    def put_cursor(self, cell: Cell | None) -> None:
        """Put the cursor on another cell, or take it away."""
        lines = {each[1] for each in (self.cell, cell) if each is not None}
        self.cell = cell
        for line in lines:
            self.refresh_lines(line)

    def render_line(self, y: int) -> Strip:
        """The strip of a row, as Textual asks for it."""
        chart = self.chart
        if chart is None or y >= chart.view.lines:
            return Strip.blank(self.across, self._style(SEA, ""))
        texts, grounds = [*chart.drawing.texts[y]], chart.drawing.grounds[y]
        looks = [""] * len(texts)
        for column, sign in self._signs.get(y, {}).items():
            texts[column], looks[column] = sign.text, _look(sign)
        if self.cell is not None and self.cell[1] == y:
            self._draw_cursor(self.cell[0], texts, looks)
        cells = zip(texts, grounds, looks, strict=True)
        runs = [
            Segment("".join(cell[0] for cell in run), self._style(ground, look))
            for (ground, look), run in groupby(cells, lambda cell: (cell[1], cell[2]))
        ]
        return Strip(runs).adjust_cell_length(self.across, self._style(SEA, ""))

    def _draw_cursor(self, column: int, texts: list[str], looks: list[str]) -> None:
        """Put the cursor into a line, with arrows beside it where nothing else is."""
        looks[column] = CURSOR
        for beside, arrow in ((column - 1, "▸"), (column + 1, "◂")):
            if 0 <= beside < len(texts) and not looks[beside]:
                texts[beside], looks[beside] = arrow, "title"

    def _style(self, ground: int, look: str) -> Style:
        key = GROUNDS[ground], look
        style = self._styles.get(key)
        if style is None:
            look_of = self.screen.get_component_rich_style
            style = look_of(f"lines--{GROUNDS[ground]}")
            if look == CURSOR:
                style = look_of(f"lines--{look}")
            elif look:
                mark = look_of(f"lines--{look}")
                style = Style(
                    color=mark.color, bgcolor=style.bgcolor, bold=mark.bold, dim=mark.dim,
                    underline=mark.underline,
                )  # fmt: skip
            self._styles[key] = style
        return style

    def notify_style_update(self) -> None:
        """Another theme: the looks are others."""
        super().notify_style_update()
        self._styles.clear()

    def on_resize(self) -> None:
        """There is more or less room."""
        self.post_message(self.Sized())

    def on_click(self, event: events.Click) -> None:
        """A click chooses what is nearest, a second one opens it."""
        if self.chart is None:
            return
        column = event.x - self.gutter.left + 0.5
        line = event.y - self.gutter.top + 0.5
        cell = nearest([*self.chart.stacks], column, line)
        if cell is None or abs(cell[0] + 0.5 - column) > _REACH or abs(cell[1] + 0.5 - line) > 1:
            return
        self.post_message(self.Picked(self, cell, twice=event.chain > 1 and cell == self.cell))


def _look(sign: Sign) -> str:
    if not sign.precise:
        return VAGUE
    return SEVERAL if sign.sort is None or sign.sort == UNSORTED else MARKS[sign.sort]


def legend(charts: Sequence[Chart], by: str, say: Messages) -> list[Span]:
    """What each shape in sight stands for; of what is told apart by area, the first one counts."""
    spans = [Span(" ")]
    for sort in sorted({sort for chart in charts for sort in chart.sorts}):
        known = sort != UNSORTED
        name = say.label(by, SORTS[by][sort]) if known else say("map.no-area")
        spans.append(Span(shape(sort, precise=True), MARKS[sort] if known else SEVERAL))
        spans.append(Span(f" {name}  ", "faint"))
    return spans
