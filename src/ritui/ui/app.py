"""The app: start, themes, what holds on every screen. Little else."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Sequence
from contextlib import ExitStack, suppress
from pathlib import PurePath
from typing import TYPE_CHECKING, ClassVar, cast

from rich.console import RenderableType
from textual import events, on, work
from textual._compositor import CompositorUpdate
from textual.binding import BindingType
from textual.screen import Screen
from textual.widgets import Input

from ritui.errors import RituiError
from ritui.i18n import Messages
from ritui.services.library import Library, Notice
from ritui.services.start import Start
from ritui.store.schema import LINKS_CHECKED
from ritui.text import width
from ritui.ui.actions import bindings, keymap
from ritui.ui.commands import Commands
from ritui.ui.desk import Asking, Desk
from ritui.ui.following import WithLinks
from ritui.ui.keeping import Keeping
from ritui.ui.lean import REST, clicks_only
from ritui.ui.messages import (
    Ask,
    CatalogChanged,
    RefreshSource,
    ShelfChanged,
    SourcesChanged,
    WhereFrom,
)
from ritui.ui.records import WithRecords
from ritui.ui.refreshing import Refreshing, standing_words
from ritui.ui.screens.directory import DirectoryScreen
from ritui.ui.screens.page import Page
from ritui.ui.screens.small import LEAST, SmallScreen
from ritui.ui.themes import THEMES
from ritui.ui.views import DIRECTORY, WithViews, tabs, view_of
from ritui.ui.widgets.bars import shorten
from ritui.ui.widgets.lines import Span
from ritui.ui.wire import Wire

if TYPE_CHECKING:
    from ritui.config import Config
    from ritui.model.source import Source
    from ritui.services.sync import Progress, Result


class RituiApp(WithViews, WithRecords, WithLinks):
    """The directory on a terminal."""

    # The first screen's look is read with the app's: on its own it would make all be read again.
    CSS_PATH: ClassVar[list[str | PurePath]] = ["app.tcss", "screens/directory.tcss"]
    TITLE = "ritui"
    COMMANDS: ClassVar[set[type[Commands]]] = {Commands}  # type: ignore[assignment]  # as documented
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("app"), *bindings("record")]
    COMMAND_PALETTE_BINDING = "f24"
    """Never pressed: the palette has its row in the table of actions."""

    def __init__(
        self, start: Start, library: Library, say: Messages, notices: Sequence[Notice] = ()
    ) -> None:
        """An app on an open directory.

        Args:
            start: How the program was called.
            library: What to show.
            say: The words.
            notices: What opening it found out.
        """
        super().__init__(css_path=[*self.CSS_PATH, "lean.tcss"] if start.lean else None)
        self.say = say
        self.start = start
        self.library = library
        keeping = Keeping(start.paths.shelf_file)
        rest = REST if start.lean else 0
        self.desk = Desk(library.catalog, say, start.config.keys, keeping, Asking(), rest)
        self.set_keymap(keymap(start.config.keys))
        self.animation_level = "none"
        # No widget of ours has a tooltip, so no screen needs the widget that would show it.
        self._disable_tooltips = True
        for theme in THEMES.values():
            self.register_theme(theme)
        # Assigned in the ordinary way, a theme makes every style be read once more.
        self.set_reactive(RituiApp.theme, THEMES[start.look].name)
        self.stylesheet.set_variables(self.get_css_variables())
        # Otherwise the terminal's own colours would become those that Textual takes them to be.
        self._refresh_truecolor_filter(self.ansi_theme)
        if start.lean:
            self.driver_class = clicks_only(self.driver_class)
        self.failure: Exception | None = None
        """What ended the app, if it was not the reader."""
        self._notices = notices
        self._wire = Wire(colour=not self.no_color, lean=start.lean)
        self._packaged = library.catalog.fact("packaged")
        self.refreshing = Refreshing()
        self.kept["sources"] = self.refreshing
        self._sources: Sequence[Source] = ()
        self._opening = ExitStack()
        """Open until the first frame is drawn."""

    def get_default_screen(self) -> DirectoryScreen:
        """The first screen, which stays. It is drawn once, when it is complete."""
        self._opening.enter_context(self.batch_update())
        screen = DirectoryScreen(self.desk, self._packaged)
        screen.call_after_refresh(self._open)
        return screen

    async def _open(self) -> None:
        """Draw the first frame; what was put off until then follows."""
        # The panels are about to be told their sizes, on which depends what they show.
        await asyncio.sleep(0)
        self._opening.close()
        if isinstance(self.screen, Page):
            self.screen.draw()
        self.call_later(self._settle)

    def _settle(self) -> None:
        gc.enable()
        gc.freeze()
        settings = self.start.settings()
        self._take_sources(settings)
        self._tell_notices(settings)
        self.begin_visit()
        self._look_at_shelf()

    @work(exclusive=True, group="shelf")
    async def _look_at_shelf(self) -> None:
        if await asyncio.to_thread(self.desk.keeping.look):
            self._first.post_message(ShelfChanged())
        if await asyncio.to_thread(self.library.catalog.fact, LINKS_CHECKED):
            self.links_changed()

    def _take_sources(self, settings: Config) -> None:
        """Show how many sources there are, and how they stand."""
        self._sources = settings.sources
        self._first.count_sources(sum(each.enabled for each in self._sources))
        self.show_head()

    @property
    def _first(self) -> DirectoryScreen:
        """The screen that all others lie on."""
        return cast("DirectoryScreen", self.screen_stack[0])

    def _tell_notices(self, config: Config) -> None:
        """Tell what the start found out, once."""
        texts = [self.say(notice.key, **notice.facts) for notice in self._notices]
        texts += [" ".join(self.say.error(each)) for each in (*config.problems, *config.notices)]
        for text in texts:
            self.notify(text, severity="warning", timeout=15, markup=False)

    def _handle_exception(self, error: Exception) -> None:
        """End the app, and leave the report to whoever started it.

        Textual would print a traceback with the values of all variables, remote text included.
        """
        self.failure = self.failure or getattr(error, "error", error)
        if self.is_headless:
            super()._handle_exception(error)
        else:
            self.exit()

    def show_head(self) -> None:
        """Say where one is, and how old the data are."""
        from ritui.model.source import standing

        say = self.say
        found = standing(self._sources, self.library.health())
        parts = [standing_words(found, len(self._sources), self._packaged, say, self.size.width)]
        if self.refreshing.goes_on:
            parts = [self.refreshing.words(say), say("progress.stop")]
        if self.start.offline:
            parts.insert(0, say("screen.offline"))
        right = f" {' · '.join(parts)} "
        columns = self.size.width
        left = tabs(say, self.desk.keys, DIRECTORY, columns - width(right))
        right = shorten(right, columns - sum(width(span.text) for span in left))
        self._first.show_head(left, [Span(right, "faint", action="app.sources")])

    # What is sent to the terminal.

    def _display(self, screen: Screen[object], renderable: RenderableType | None) -> None:
        if isinstance(renderable, CompositorUpdate):
            renderable = self._wire.delta(renderable)
        super()._display(screen, renderable)

    def on_resize(self, event: events.Resize) -> None:
        """A terminal may have moved its lines about, and may have become too small."""
        self._wire.forget()
        small = event.size.width < LEAST.width or event.size.height < LEAST.height
        if small and not isinstance(self.screen, SmallScreen):
            self.push_screen(SmallScreen(self.say))
        elif not small and isinstance(self.screen, SmallScreen):
            self.pop_screen()

    def action_redraw(self) -> None:
        """Draw everything again: something else wrote on the terminal."""
        self._wire.forget()
        self.refresh()

    @on(events.DescendantFocus)
    def _hold_still(self, event: events.DescendantFocus) -> None:
        """Lean, the cursor of a line that is typed into does not blink."""
        if self.start.lean and isinstance(event.widget, Input):
            event.widget.cursor_blink = False

    # Themes.

    def choose_theme(self, name: str) -> None:
        """Wear a theme, now and the next time."""
        from ritui.config import write_setting

        self.theme = THEMES[name].name
        try:
            write_setting(self.start.paths.settings_file, "theme", name)
        except RituiError as error:
            self.notify(" ".join(self.say.error(error)), severity="warning", markup=False)

    # Views.

    @on(Ask)
    def _ask_directory(self, message: Ask) -> None:
        self._first.ask(message.query, back=message.back)
        if message.show:
            self.show_view(DIRECTORY)

    @on(WhereFrom)
    def _where_from(self, message: WhereFrom) -> None:
        from ritui.ui.screens.where import WhereScreen

        self.push_screen(WhereScreen(self.desk, self.start, message.id))

    # Sync.

    def action_refresh(self) -> None:
        """Fetch from the enabled sources; while that goes on, stop it."""
        if self.refreshing.goes_on:
            self.refreshing.stop()
        elif not any(source.enabled for source in self._sources):
            path = self.start.paths.settings_file
            key = "toast.offline" if self.start.offline else "toast.no-sources"
            self.notify(self.say(key, path=path), timeout=10, markup=False)
        elif self.start.offline:
            self.notify(self.say("toast.offline"), markup=False)
        else:
            self._sync("")

    @on(RefreshSource)
    def _refresh_one(self, message: RefreshSource) -> None:
        if self.start.offline:
            self.notify(self.say("toast.offline"), markup=False)
        elif not self.refreshing.goes_on:
            self._sync(message.id)
        elif not self.refreshing.is_busy(message.id):
            # Side by side with what goes on, the two could meet at the same host.
            self.refreshing.waiting.append(message.id)
            self._show_progress()

    @on(SourcesChanged)
    def _count_sources(self) -> None:
        self._take_sources(self.start.settings())

    def _sync(self, id_: str) -> None:
        """Ask the enabled sources, or one of them that is wanted now."""
        sources = self.start.sources()
        ids = [each.id for each in sources if (each.id == id_ if id_ else each.enabled)]
        self._run_sync(ids, bool(id_), self.refreshing.begin())
        self._show_progress()

    @work(exclusive=True, group="sync")
    async def _run_sync(self, ids: Sequence[str], force: bool, stop: asyncio.Event) -> None:
        """Ask sources, and after them those that were asked for meanwhile."""
        while ids:
            await self._ask(ids, force, stop)
            ids, self.refreshing.waiting[:] = tuple(self.refreshing.waiting), ()
            force = True
            if ids:
                stop = self.refreshing.begin()

    async def _ask(self, ids: Sequence[str], force: bool, stop: asyncio.Event) -> None:
        results: Sequence[Result] = ()
        try:
            results = await self._fetched(ids, force, stop)
            self._report(results)
        finally:
            self.refreshing.end(results)
            self.show_head()
            for screen in self.screen_stack:
                screen.post_message(CatalogChanged())

    async def _fetched(
        self, ids: Sequence[str], force: bool, stop: asyncio.Event
    ) -> Sequence[Result]:
        """Refresh sources: in another process, unless what is kept is in the memory of this one."""
        if self.library.path is not None:
            from ritui.services.away import AwayFailed, Wanted, refresh_away

            wanted = Wanted(self.start.paths, tuple(ids), force)
            with suppress(AwayFailed):
                return await refresh_away(wanted, self._progress, stop)
        # The network's libraries are loaded by the first fetch only.
        from ritui.services.refresh import refresh

        settings = self.start.settings()
        sources = [each for each in settings.sources if each.id in ids]
        return await refresh(
            self.library, sources, settings, force=force, report=self._progress, stop=stop
        )

    def _progress(self, progress: Progress) -> None:
        self.refreshing.progress[progress.source] = progress
        self._show_progress()

    def _show_progress(self) -> None:
        self.show_head()
        for screen in self.screen_stack:
            show = getattr(screen, "show_progress", None)
            if show is not None:
                show()

    def _report(self, results: Sequence[Result]) -> None:
        seen = view_of(self.screen) == "sources"
        for result in results:
            # There, the line and the detail of each source say it, and nothing is to cover them.
            if seen and result.state in {"ok", "unchanged", "failed"}:
                continue
            if result.error is not None:
                text = " ".join(self.say.error(result.error))
                self.notify(text, severity="error", timeout=12, markup=False)
                continue
            text = self.say(
                f"toast.sync-{result.state}",
                source=result.id,
                added=result.added,
                changed=result.changed,
                removed=result.removed,
            )
            self.notify(text, timeout=8, markup=False)

    # Everywhere.

    def action_palette(self) -> None:
        """Every action by its name."""
        from textual.command import CommandPalette

        if not isinstance(self.screen, CommandPalette):
            self.push_screen(CommandPalette(placeholder=self.say("palette.search")))

    def action_help(self) -> None:
        """What one can do here."""
        from ritui.ui.screens.help import HelpScreen

        here = type(self.screen).__name__.removesuffix("Screen").lower()
        if here != "help":
            self.push_screen(HelpScreen(self.desk, here))

    async def action_quit(self) -> None:
        """Leave."""
        self.exit(0)

    def action_interrupt(self) -> None:
        """Leave; where text is selected, copy it."""
        copy = getattr(self.focused, "action_copy", None)
        selected = getattr(self.focused, "selected_text", "")
        if copy is not None and selected:
            copy()
        else:
            self.exit(0)
