"""Landscape: what is asked in bars, Europe beside Latin America, and what is missing by name."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.widgets import Input

from ritui.errors import RituiError
from ritui.services.landscape import KEYS, Landscape, key_label, landscape, narrowed
from ritui.services.start import Start
from ritui.store.tally import DECADE
from ritui.text import width
from ritui.ui.actions import actions_of, bindings, wanted
from ritui.ui.desk import Desk
from ritui.ui.screens.asking import AskingPage
from ritui.ui.views import tabs
from ritui.ui.widgets.asked import chips, found_spans, words_spans
from ritui.ui.widgets.bars import Bar, Keys, shorten
from ritui.ui.widgets.chart import EAST, WEST, Chart, step_group
from ritui.ui.widgets.lines import Line, Span, Text
from ritui.ui.widgets.missing import Missing, summary, told
from ritui.ui.widgets.zero import apology


@dataclass(slots=True)
class Kept:
    """Where a reader left the landscape."""

    key: str = KEYS[0]
    value: str | None = None
    """The value the cursor is on; None for the first one."""


class LandscapeScreen(AskingPage):
    """Bars and gaps of the one query of all views."""

    CSS_PATH = "landscape.tcss"
    COMPONENT_CLASSES: ClassVar[set[str]] = {f"lines--{look}" for look in (EAST, WEST)}
    BINDINGS: ClassVar[list[BindingType]] = bindings("landscape")
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (110, "-wide")]  # noqa: RUF012 - Textual's form
    VERTICAL_BREAKPOINTS = [(0, "-short"), (16, "-tall")]  # noqa: RUF012 - Textual's form
    AUTO_FOCUS = "#chart"

    def __init__(self, desk: Desk, start: Start, kept: Kept) -> None:
        """A screen on what is asked.

        Args:
            desk: What to work with.
            start: Whether few bytes are to be sent.
            kept: Where it was left; it is brought up to date.
        """
        super().__init__(desk)
        self._lean = start.lean
        self._kept = kept
        self._found: Landscape | None = None

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Let letters be letters while a line is typed into."""
        return wanted(action, "landscape", typing=isinstance(self.focused, Input))

    def compose(self) -> ComposeResult:
        """Where one is, what is asked, by what it is counted, the bars, the gaps, the keys."""
        yield Bar(id="head")
        with Horizontal(id="line"):
            yield Bar(id="asked")
        yield Bar(id="groups")
        with Vertical(id="charts"):
            yield Bar(id="headings")
            yield Chart(self._say, lean=self._lean)
        yield Missing(self._say)
        yield Text(id="words")
        yield Bar(id="summary")
        yield Keys(actions_of("landscape", "app"), self._say, self._desk.keys)

    def on_mount(self) -> None:
        """Count."""
        for panel in (Missing, Text):
            self.query_one(panel).border_title = self._say("landscape.gaps")
        # One reads it where it is; to walk through it there is the list.
        self.query_one(Text).can_focus = False
        self.answer()

    def on_resize(self) -> None:
        """Nothing is counted again, but other columns fit."""
        self.call_after_refresh(self.show_asked)

    @work(exclusive=True, group="count")
    async def answer(self) -> None:
        """Count what is asked."""
        asked, catalog = self.asked, self._desk.catalog
        instead: Sequence[Line] = ()
        try:
            found = await asyncio.to_thread(landscape, catalog, asked, self._say)
            if not found.whole.total:
                drops = await asyncio.to_thread(catalog.drops, asked)
                instead = apology(self._say, asked, drops, None, self.size.width)
        except RituiError as error:
            self._trouble = " ".join(self._say.error(error))
            self.show_asked()
            return
        if self.is_left:
            return
        self._trouble, self._found = "", found
        kept = self._kept
        self.query_one(Chart).display_landscape(found, (kept.key, kept.value), instead)
        self.query_one(Missing).display_gaps(found.gaps if found.whole.total else ())
        self.show_asked()

    # Lines that say where one is.

    def show_asked(self) -> None:
        """Show what is asked and all that goes with it."""
        if self.is_left:
            return
        say, columns = self._say, self.size.width
        self.query_one("#head", Bar).show(tabs(say, self._desk.keys, "landscape", columns))
        left = [] if self.is_typing else words_spans(self.asked, say, columns)
        left += chips(self.asked, say)
        if self._trouble:
            left.append(Span(f" {self._trouble}", "warning"))
        found = self._found
        right = found_spans(found.whole.total, found.directory, (), say) if found else []
        self.query_one("#asked", Bar).show(left, right)
        self.query_one("#headings", Bar).show(self.query_one(Chart).headings())
        gaps = found.gaps if found and found.whole.total else ()
        words = self.query_one(Text)
        words.show([*told(gaps, say, max(20, words.across))])
        text = shorten(f" {summary(gaps, say)}", columns)
        self.query_one("#summary", Bar).show([Span(text, "faint", action="screen.gaps")])
        self._show_groups()

    def _show_groups(self) -> None:
        chosen = self.query_one(Chart).chosen
        names = {key: f" {key_label(key, self._say)} " for key in KEYS}
        spare = self.size.width - sum(width(name) for name in names.values())
        gap = " " * max(0, min(1, spare // len(KEYS)))
        spans = []
        for key, name in names.items():
            here = chosen is not None and chosen.key == key
            spans += [Span(name, "idle" if here else "faint", action=f"screen.group('{key}')")]
            spans += [Span(gap)]
        self.query_one("#groups", Bar).show(spans)

    def on_cursor_moved(self) -> None:
        """Remember where one is."""
        if chosen := self.query_one(Chart).chosen:
            self._kept.key, self._kept.value = chosen.key, chosen.tally.value
        self._show_groups()

    # Actions.

    @on(Chart.Chosen)
    @on(Missing.Chosen)
    def action_narrow(self) -> None:
        """Narrow by what the cursor is on; what is narrowed so already is shown as a list."""
        self._narrow(show=self.query_one(Missing).has_focus)

    def action_records(self) -> None:
        """The records that the bar under the cursor stands for, as a list."""
        self._narrow(show=True)

    def _narrow(self, *, show: bool) -> None:
        chart, missing = self.query_one(Chart), self.query_one(Missing)
        query = self.asked
        if missing.has_focus:
            if missing.chosen is None:
                return
            key, side, area, value = missing.chosen
            if area:
                query = narrowed(query, "area", area)
            if key != "country":
                query = narrowed(query, "region", side)
            query = narrowed(query, key, value)
        elif chart.chosen is not None:
            query = narrowed(query, chart.chosen.key, chart.chosen.tally.value)
        self.ask(query, show=show or query == self.asked)

    def action_next_group(self) -> None:
        """To the bars of the next thing that is counted by."""
        self._step_group(1)

    def action_previous_group(self) -> None:
        """To the bars of the one before."""
        self._step_group(-1)

    def _step_group(self, by: int) -> None:
        missing = self.query_one(Missing)
        step_group(missing if missing.has_focus else self.query_one(Chart), by)

    def action_group(self, key: str) -> None:
        """To the bars of something that is counted by: what a click on its name does."""
        chart = self.query_one(Chart)
        if chart.chosen is not None:
            step_group(chart, KEYS.index(key) - KEYS.index(chart.chosen.key))

    def action_gaps(self) -> None:
        """To what is missing, and back to the bars."""
        missing = self.query_one(Missing)
        to_gaps = not missing.has_focus
        self.set_class(to_gaps, "-gaps")
        self.set_focus(missing if to_gaps else self.query_one(Chart))

    def action_filter(self) -> None:
        """Narrow by every facet there is, beginning with the one that the cursor is on."""
        self.filter_by("" if self._kept.key == DECADE else self._kept.key)

    async def action_back(self) -> None:
        """One step back: out of the search, the gaps, the last narrowing, the landscape."""
        if self.is_typing:
            await self.end_search()
        elif self.query_one(Missing).has_focus:
            self.action_gaps()
        elif not self.undo():
            self.dismiss()

    def action_close(self) -> None:
        """Back to where one came from; the landscape is kept as it is."""
        self.dismiss()
