"""Compare: two to four records side by side, with a sign where they differ."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType

from ritui.services.compare import Comparison, as_csv, as_markdown, compare
from ritui.services.copied import chosen
from ritui.ui.actions import actions_of, bindings
from ritui.ui.clipboard import copy_and_tell
from ritui.ui.desk import Desk
from ritui.ui.messages import CatalogChanged, WhereFrom
from ritui.ui.screens.lined import LinedPage
from ritui.ui.widgets.bars import Bar, Keys
from ritui.ui.widgets.compared import Compared, Names, Shape, shape_of
from ritui.ui.widgets.lines import Span


class CompareScreen(LinedPage):
    """Some records beside each other; where there is no room for all, some at a time."""

    CSS_PATH = "compare.tcss"
    BINDINGS: ClassVar[list[BindingType]] = bindings("compare")
    AUTO_FOCUS = "#table"

    def __init__(self, desk: Desk, ids: Sequence[str]) -> None:
        """A screen on some records.

        Args:
            desk: What to work with.
            ids: Which ones, two to four.
        """
        super().__init__()
        self._desk = desk
        self._say = desk.say
        self._ids = ids
        self._comparison = Comparison((), (), ())
        self._current = 0
        self._only = False

    def compose(self) -> ComposeResult:
        """Where one is, the names, the rows, the keys."""
        yield Bar(id="head")
        yield Names(id="names")
        yield Compared(id="table")
        yield Keys(actions_of("compare", "app"), self._say, self._desk.keys)

    def on_mount(self) -> None:
        """Read the records."""
        self._load()

    @on(CatalogChanged)
    def _again(self) -> None:
        self._load()

    @work(exclusive=True, group="compare")
    async def _load(self) -> None:
        catalog, say, ids = self._desk.catalog, self._say, self._ids
        shelf = self._desk.keeping

        def make() -> Comparison:
            return compare(chosen(catalog, ids, say, lambda: shelf.shelf), say)

        self._comparison = await asyncio.to_thread(make)
        if self.is_left:
            return
        self._current = max(0, min(self._current, len(self._comparison.ids) - 1))
        self._show()

    def on_resize(self) -> None:
        """Lay out again: there may be room for more, or for less."""
        self.call_after_refresh(self._show)

    @property
    def chosen(self) -> Sequence[str]:
        """The record that is looked at."""
        return self._comparison.ids[self._current : self._current + 1]

    def _shape(self) -> Shape:
        across = self.query_one(Compared).across
        return shape_of(across, len(self._comparison.ids), self._current)

    def _show(self) -> None:
        if not self._comparison.ids or not self.query(Compared):
            return
        found, shape = self._comparison, self._shape()
        self.query_one(Names).display_names(found.names, shape, self._current)
        rows = found.differing if self._only else found.rows
        self.query_one(Compared).display_rows(rows, shape)
        if not self.is_asking:
            self.show_head()

    def show_head(self) -> None:
        """Say where one is, how many rows differ, and which records are not in sight."""
        say, found = self._say, self._comparison
        left = [Span(f" {say('compare.title')} ", "accent")]
        shape = self._shape()
        if shape.shown < len(found.ids):
            first, last = shape.first + 1, shape.first + shape.shown
            part = f"{first}–{last}" if last > first else str(first)
            left.append(Span(say("compare.part", part=part, n=len(found.ids)), "title"))
        key = "compare.only-differing" if self._only else "compare.differing"
        told = say(key, n=len(found.differing), rows=len(found.rows))
        self.query_one("#head", Bar).show(left, [Span(f" {told} ", "warning")])

    # Which record is looked at.

    def action_next_column(self) -> None:
        """To the record at the right."""
        self._go(1)

    def action_previous_column(self) -> None:
        """To the record at the left."""
        self._go(-1)

    def _go(self, by: int) -> None:
        self._current = max(0, min(self._current + by, len(self._comparison.ids) - 1))
        self._show()

    def action_open(self) -> None:
        """Open the record that is looked at."""
        from ritui.ui.screens.detail import DetailScreen
        from ritui.ui.screens.timeline import stepping

        for id_ in self.chosen:
            ids = list(self._comparison.ids)
            self.app.push_screen(DetailScreen(self._desk, id_, stepping(ids, id_)))

    def action_where_from(self) -> None:
        """Where each fact of the record that is looked at is from."""
        for id_ in self.chosen:
            self.post_message(WhereFrom(id_))

    def action_only_differing(self) -> None:
        """Only the rows in which they differ, or all again."""
        self._only = not self._only
        self._show()

    # Taking it along.

    @work(exclusive=True, group="copy")
    async def action_copy_table(self) -> None:
        """Copy the table."""
        text = as_markdown(self._comparison, self._say, only_differing=self._only)
        await copy_and_tell(self.app, self._say, text)

    async def action_write_table(self) -> None:
        """Ask for the name of a file, and write the table into it."""
        from ritui.services.fresh import fresh_file

        name = f"{'-'.join(each[:24].strip('-') for each in self._comparison.ids)}.md"
        question = self._say("compare.ask-file")
        await self.ask_line(question, str(fresh_file(name)), self._write)

    def _write(self, name: str) -> None:
        if not name.strip():
            return
        path = Path(name.strip())
        if path.suffix.lower() == ".csv":
            text = as_csv(self._comparison, only_differing=self._only)
        else:
            text = as_markdown(self._comparison, self._say, only_differing=self._only)
        self.write_new(path, text)

    def action_close(self) -> None:
        """One step back: out of the line that is typed into, then out of the comparison."""
        if self.is_asking:
            self.end_line()
        else:
            self.dismiss()
