"""Here: the records that stand in one spot of the map, to choose from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType

from ritui.services.chart import Marks
from ritui.ui.actions import actions_of, bindings
from ritui.ui.desk import Desk
from ritui.ui.messages import CatalogChanged
from ritui.ui.screens.page import Page
from ritui.ui.widgets.bars import Bar, Keys
from ritui.ui.widgets.lines import Span
from ritui.ui.widgets.spotlist import SpotList


class HereScreen(Page[None]):
    """Some records of a map."""

    CSS_PATH = "map.tcss"
    BINDINGS: ClassVar[list[BindingType]] = bindings("here")
    AUTO_FOCUS = "#list"

    def __init__(self, desk: Desk, marks: Marks, places: Sequence[int]) -> None:
        """A list of some records.

        Args:
            desk: What to work with.
            marks: Of the map.
            places: Of the records.
        """
        super().__init__()
        self._desk = desk
        self._marks = marks
        self._places = places

    def compose(self) -> ComposeResult:
        """Where one is, the records, the keys."""
        yield Bar(id="head")
        yield SpotList(self._desk.catalog, self._desk.say, id="list")
        yield Keys(actions_of("here", "record", "app"), self._desk.say, self._desk.keys)

    def on_mount(self) -> None:
        """Show the records."""
        say = self._desk.say
        count = say("map.more-here", n=len(self._places))
        self.query_one("#head", Bar).show(
            [Span(f" {say('view.map')} · ", "accent"), Span(count, "title")]
        )
        self.query_one(SpotList).show_marks(self._marks, self._places)

    @property
    def chosen(self) -> Sequence[str]:
        """The record the cursor is on."""
        id_ = self.query_one(SpotList).highlighted
        return (id_,) if id_ else ()

    @on(SpotList.Opened)
    def action_open(self) -> None:
        """Open the record the cursor is on."""
        from ritui.ui.screens.detail import DetailScreen

        listed = self.query_one(SpotList)
        if listed.highlighted:
            self.app.push_screen(DetailScreen(self._desk, listed.highlighted, listed.step))

    @on(CatalogChanged)
    def action_close(self) -> None:
        """Back to the map, which knows when the directory is another."""
        self.dismiss()
