"""Sources: where records and news come from, how each source fared, and what to do about it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Final, cast

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal

from ritui.config import remove_source, write_source
from ritui.errors import RituiError
from ritui.model.source import Source
from ritui.services.imported import imported, remembered, remove_imported
from ritui.services.start import Start
from ritui.ui.actions import actions_of, bindings
from ritui.ui.desk import Desk
from ritui.ui.messages import CatalogChanged, RefreshSource, SourcesChanged
from ritui.ui.refreshing import Refreshing, size_words
from ritui.ui.screens.page import Page
from ritui.ui.views import tabs
from ritui.ui.widgets.bars import Bar, Keys, shorten
from ritui.ui.widgets.fared import Fared, Import
from ritui.ui.widgets.lines import Line, Span
from ritui.ui.widgets.sources import SourceList, Switched
from ritui.ui.widgets.trial import Told, error_lines, found_lines, wrapped

if TYPE_CHECKING:
    from ritui.services.trial import Trial
    from ritui.ui.app import RituiApp
    from ritui.ui.screens.add_source import Added

_MOST_ROWS: Final = 10
"""Rows of the list where it stands above the detail."""


class SourcesScreen(Page[None]):
    """The configured sources."""

    CSS_PATH = "sources.tcss"
    BINDINGS: ClassVar[list[BindingType]] = bindings("sources")
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-wide")]  # noqa: RUF012 - as Textual has it
    AUTO_FOCUS = "#list"

    def __init__(self, desk: Desk, start: Start, refreshing: Refreshing) -> None:
        """A screen on the sources.

        Args:
            desk: What to work with.
            start: Where the settings are.
            refreshing: What refreshes are doing.
        """
        super().__init__()
        self._desk = desk
        self._say = desk.say
        self._start = start
        self._refreshing = refreshing
        self._sources: Sequence[Source] = ()
        self._fared = Fared(desk.say, refreshing)
        self._asking = ""
        self._refusal = ""
        self._trial: Trial | None = None
        self._tested: Callable[[int], list[Line]] | None = None

    def compose(self) -> ComposeResult:
        """A title, what goes on, the list and what is known of the chosen one, the keys."""
        yield Bar(id="head")
        yield Bar(id="doing")
        with Horizontal(id="panels"):
            yield SourceList(self._say)
            yield Told(id="text")
        yield Keys(actions_of("sources", "app"), self._say, self._desk.keys)

    def on_mount(self) -> None:
        """Show the sources."""
        self.query_one(SourceList).border_title = self._say("screen.sources-title")
        self.set_interval(0.5, self._show_doing)
        self.update()

    @property
    def _chosen(self) -> Source | None:
        return self.query_one(SourceList).chosen

    # What is shown.

    @on(CatalogChanged)
    def update(self) -> None:
        """Show them as they are now."""
        catalog, fared = self._desk.catalog, self._fared
        configured = self._start.sources()
        taken = imported(catalog, configured)
        self._sources = (*configured, *taken)
        fared.health = catalog.health()
        counted = {id_: each.events for id_, each in fared.imports.items()}
        fared.imports = {
            each.id: Import(remembered(catalog, each.id)[0], counted.get(each.id, 0))
            for each in taken
        }
        self.show_progress()
        self._fit_list()
        self._show_chosen()
        if taken:
            self._count_events([each.id for each in taken])

    @work(exclusive=True, group="events")
    async def _count_events(self, ids: Sequence[str]) -> None:
        held = self._desk.catalog.events_of
        for id_ in ids:
            count = len(await asyncio.to_thread(held, id_))
            if id_ in self._fared.imports:
                self._fared.imports[id_] = self._fared.imports[id_]._replace(events=count)
        if self.query(Told):
            self._show_chosen()

    def show_progress(self) -> None:
        """Show what refreshes are doing: the lines of the sources, and one for all."""
        states = {source.id: self._fared.row(source) for source in self._sources}
        self.query_one(SourceList).show(self._sources, states, self._fared.imports)
        self._show_doing()

    def _show_doing(self) -> None:
        say = self._say
        parts: list[Span] = []
        words = self._refreshing.words(say)
        if words:
            stop = say("progress.stop")
            parts = [
                Span(f" {words}", "accent"),
                Span(f" · {stop} ", "accent", action="app.refresh"),
            ]
        if self._trial is not None:
            text = say("trial.at-work", size=size_words(self._trial.bytes))
            parts.insert(0, Span(f" {text} ", "accent", action="screen.close"))
        head = tabs(say, self._desk.keys, "sources", self.app.size.width)
        if self._refusal:
            head = [Span(f" {self._refusal}", "warning")]
        elif self._asking:
            what, ask = "", say("remove.ask", source=self._asking)
            if (taken := self._fared.imports.get(self._asking)) and self._chosen:
                what, name = "-bundle", shorten(self._chosen.title, 40)
                records = self._fared.health[self._asking].records
                ask = say("remove.ask-bundle", source=name, records=records, events=taken.events)
            head = [Span(f" {ask}", "warning")]
            parts = [
                Span(f" {say(f'remove.yes{what}')} ", "idle", action="screen.to_detail"),
                Span(" "),
                Span(f" {say('remove.no')} ", "idle", action="screen.close"),
                Span(f"  {say(f'remove.stays{what}')}", "faint"),
            ]
        self.query_one("#head", Bar).show(head)
        doing = self.query_one("#doing", Bar)
        doing.set_class(bool(parts), "-shown")
        doing.show(parts)

    def _fit_list(self) -> None:
        """Where it stands above the detail, the list is as high as its rows, if they are few."""
        rows = self.query_one(SourceList)
        high = "1fr" if self.has_class("-wide") else str(min(len(self._sources), _MOST_ROWS) + 2)
        rows.styles.height = high

    def on_cursor_moved(self) -> None:
        """Another source is chosen."""
        self._asking, self._refusal, self._tested = "", "", None
        self._show_doing()
        self._show_chosen()

    def on_resize(self) -> None:
        """The list may now stand beside the detail, or above it."""
        self.call_after_refresh(self._fit_list)

    def _show_chosen(self) -> None:
        source, text = self._chosen, self.query_one(Told)
        if source is None:
            text.tell(lambda _: ())
        elif self._tested is not None:
            text.tell(self._tested)
        else:
            text.tell(partial(self._fared.lines, source), keep_place=True)

    # What can be done.

    @on(Switched)
    def action_enable(self) -> None:
        """Ask this source at the next refresh, or not any more."""
        source = self._asked_source()
        if source is not None and self._changes_settings(
            lambda path: write_source(path, source.id, {"enabled": not source.enabled})
        ):
            self.update()

    def _asked_source(self) -> Source | None:
        """The chosen source, if it is one that is asked; of a bundle it is said that it is not."""
        source = self._chosen
        if source is None or source.id not in self._fared.imports:
            return source
        self._asking, self._refusal = "", self._say("imported.not-asked", source=source.id)
        self._show_doing()
        return None

    def _changes_settings(self, change: Callable[[Path], None]) -> bool:
        """Change the settings; False, and the reader is told, when they cannot be changed."""
        try:
            change(self._start.paths.settings_file)
        except RituiError as error:
            text = " ".join(self._say.error(error))
            self.notify(text, severity="warning", timeout=8, markup=False)
            return False
        self.post_message(SourcesChanged())
        return True

    def action_refresh_one(self) -> None:
        """Fetch from this source now."""
        source = self._asked_source()
        if source is not None:
            self._tested = None
            self.post_message(RefreshSource(source.id))

    def action_add_source(self) -> None:
        """Add a source, step by step."""
        from ritui.ui.screens.add_source import AddSourceScreen

        def added(found: Added | None) -> None:
            if found is None:
                return
            self.post_message(SourcesChanged())
            self.update()
            self.query_one(SourceList).choose(found.id)
            self._show_chosen()
            if found.fetch:
                self.post_message(RefreshSource(found.id))
            else:
                text = self._say("add.saved", source=found.id)
                self.notify(text, timeout=6, markup=False)

        self.app.push_screen(AddSourceScreen(self._desk, self._start), added)

    def action_test(self) -> None:
        """Ask this source for its first page, and keep nothing of it."""
        source = self._asked_source()
        if source is not None and self._trial is None:
            from ritui.services.trial import Trial

            self._asking = self._refusal = ""
            self._trial = Trial(self._start.config, offline=self._start.offline)
            self._show_doing()
            self._test(source, self._trial)

    @work(exclusive=True, group="test")
    async def _test(self, source: Source, trial: Trial) -> None:
        say = self._say
        outcome: Callable[[int], Iterator[Line]]
        try:
            found = await trial.page(source, catalog=self._desk.catalog)
            outcome = partial(found_lines, found, say)
        except RituiError as error:
            outcome = partial(error_lines, *say.error(error))
        finally:
            if self._trial is trial:
                self._trial = None

        def lines(across: int) -> list[Line]:
            title = wrapped(say("trial.title", source=source.id), across, "accent")
            end = wrapped(say("trial.nothing-kept"), across, "faint")
            return [*title, (), *outcome(across), (), *end]

        if self._chosen is not None and self._chosen.id == source.id:
            self._tested = lines
            self._show_chosen()
        self._show_doing()

    def action_remove(self) -> None:
        """Take a source of the reader's own out of the settings, or a bundle's records away.

        It is asked once.
        """
        from ritui.services.adding import is_shipped

        source = self._chosen
        if source is None:
            return
        if is_shipped(source.id):
            self._refusal = self._say("remove.shipped", source=source.id)
        elif self._refreshing.is_busy(source.id):
            self._refusal = self._say("remove.busy", source=source.id)
        elif self._asking != source.id:
            self._asking, self._refusal = source.id, ""
        else:
            self._remove(source)
        self._show_doing()

    def _remove(self, source: Source) -> None:
        self._asking = ""
        if source.id in self._fared.imports:
            # It goes on where the reader leaves this screen meanwhile.
            self.app.run_worker(self._remove_import(source), group="remove")
        elif self._changes_settings(lambda path: remove_source(path, source.id)):
            path = self._start.paths.settings_file
            text = self._say("source-change.removed", source=source.id, path=path)
            self.notify(text, timeout=8, markup=False)
        self.update()

    async def _remove_import(self, source: Source) -> None:
        app, say = cast("RituiApp", self.app), self._say
        self._fared.removing = source.id
        self.show_progress()
        try:
            configured = self._start.sources()
            counts = await asyncio.to_thread(remove_imported, app.library, source.id, configured)
            app.notify(say("bundle.removed", source=source.title, n=counts.removed), markup=False)
        except RituiError as error:
            app.notify(" ".join(say.error(error)), severity="error", timeout=12, markup=False)
        self._fared.removing = ""
        for screen in app.screen_stack:
            screen.post_message(CatalogChanged())

    def action_to_detail(self) -> None:
        """To the other panel; where something was asked, yes."""
        rows = self.query_one(SourceList)
        if self._asking and self._chosen is not None:
            self._remove(self._chosen)
        elif rows.has_focus:
            self.query_one(Told).focus()
        else:
            rows.focus()

    def action_close(self) -> None:
        """One step back: stop a test, take a question or its answer away, then the directory."""
        if self._trial is not None:
            self.workers.cancel_group(self, "test")
            self._trial = None
        elif self._asking or self._refusal or self._tested is not None:
            self._asking, self._refusal, self._tested = "", "", None
        elif not self.query_one(SourceList).has_focus:
            self.query_one(SourceList).focus()
        else:
            self.dismiss()
            return
        self._show_doing()
        self._show_chosen()
