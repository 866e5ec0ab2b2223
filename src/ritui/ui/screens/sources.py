"""Sources: where records and news come from, how each source fared, and what to do about it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal

from ritui.config import write_source
from ritui.errors import RituiError
from ritui.i18n import Messages
from ritui.model.source import Health, Source
from ritui.services.start import Start
from ritui.sources.address import shown
from ritui.text import fit, wrap
from ritui.ui.actions import actions_of, bindings
from ritui.ui.desk import Desk
from ritui.ui.messages import CatalogChanged, RefreshSource, SourcesChanged
from ritui.ui.screens.page import Page
from ritui.ui.widgets.bars import Bar, Keys
from ritui.ui.widgets.lines import Cursor, Line, Span, Text

_STATE = 22
_LABEL = 14


class SourceList(Cursor):
    """The sources, one a line: enabled or not, its name, how it fared."""

    def __init__(self, say: Messages) -> None:
        """No sources yet."""
        super().__init__(id="list")
        self._say = say
        self._sources: Sequence[Source] = ()
        self._states: Mapping[str, str] = {}

    def show(self, sources: Sequence[Source], states: Mapping[str, str]) -> None:
        """Show sources and their states in words."""
        self._sources, self._states = sources, states
        self.resize_content(len(sources))
        self.refresh()

    @property
    def chosen(self) -> Source | None:
        """The source the cursor is on."""
        return self._sources[self.cursor] if self._sources else None

    def line(self, y: int) -> Line:
        """A source in columns that fit."""
        if y >= len(self._sources):
            return ()
        source = self._sources[y]
        mark, look = self.mark_of(y)
        sign = "[✓]" if source.enabled else "[ ]"
        name = fit(f"{mark}{sign} {source.title or source.id}", self.across - _STATE - 1)
        state = fit(f" {self._states.get(source.id, '')}", _STATE + 1)
        if look:
            return (Span(name + state, look),)
        return (Span(name, "text" if source.enabled else "faint"), Span(state, "faint"))

    def on_click(self, event: events.Click) -> None:
        """A click chooses a source."""
        self.cursor = event.y + self.scroll_offset.y - self.gutter.top


class SourcesScreen(Page[None]):
    """The configured sources."""

    CSS_PATH = "sources.tcss"
    BINDINGS: ClassVar[list[BindingType]] = bindings("sources")
    AUTO_FOCUS = "#list"

    def __init__(
        self, desk: Desk, start: Start, progressing: Callable[[], Mapping[str, str]]
    ) -> None:
        """A screen on the sources.

        Args:
            desk: What to work with.
            start: Where the settings are.
            progressing: Gives, by source, what a refresh that goes on is doing.
        """
        super().__init__()
        self._desk = desk
        self._say = desk.say
        self._start = start
        self._progressing = progressing
        self._health: Mapping[str, Health] = {}

    def compose(self) -> ComposeResult:
        """A title, the list and what is known of the chosen one, the keys."""
        yield Bar(id="head")
        with Horizontal(id="panels"):
            yield SourceList(self._say)
            yield Text(id="text")
        yield Keys(actions_of("sources", "app"), self._say, self._desk.keys)

    def on_mount(self) -> None:
        """Show the sources."""
        self.query_one(SourceList).border_title = self._say("screen.sources-title")
        self.update()

    @on(CatalogChanged)
    def update(self) -> None:
        """Show them as they are now."""
        self._health = self._desk.catalog.health()
        sources = self._start.sources()
        states = {source.id: self._state(source) for source in sources}
        self.query_one(SourceList).show(sources, states)
        progress = " · ".join(self._progressing().values())
        right = [Span(f" {progress} · {self._say('progress.stop')} ", "accent")] if progress else []
        title = Span(f" {self._say('screen.sources-title')} ", "accent")
        self.query_one("#head", Bar).show([title], right)
        self._show_chosen()

    def on_cursor_moved(self) -> None:
        """Another source is chosen."""
        self._show_chosen()

    def on_resize(self) -> None:
        """Wrap again: the width may be another."""
        self.call_after_refresh(self._show_chosen)

    def _show_chosen(self) -> None:
        source, text = self.query_one(SourceList).chosen, self.query_one(Text)
        lines = list(self._lines(source, text.across)) if source else []
        text.show(lines, keep_place=True)

    def _state(self, source: Source) -> str:
        if source.id in self._progressing():
            return self._say("sources.at-work")
        health = self._health.get(source.id, Health(source.id))
        state = self._say(f"sync.state.{health.state}")
        if not health.succeeded:
            return state
        days = (datetime.now(UTC) - datetime.fromisoformat(health.succeeded)).days
        age = self._say("screen.days", n=days) if days > 0 else self._say("screen.today")
        return f"{state} · {age}"

    def _lines(self, source: Source, width: int) -> Iterator[Line]:
        say = self._say
        health = self._health.get(source.id, Health(source.id))
        for part in wrap(source.title or source.id, width):
            yield (Span(part, "title"),)
        yield ()
        facts = {
            "id": source.id,
            "kind": source.kind,
            "gives": say(f"source-kind.{source.kind}"),
            "address": shown(str(source.options.get("url", ""))),
            "enabled": say("doctor.yes" if source.enabled else "doctor.no"),
            "every": source.every,
            "licence": source.licence,
            "state": self._state(source),
            "records": str(health.records) if health.records else "",
            "tried": health.tried.replace("T", " "),
            "succeeded": health.succeeded.replace("T", " "),
        }
        for key, value in facts.items():
            if value:
                label = say(f"sources.{key}")[: _LABEL - 1].ljust(_LABEL)
                for place, part in enumerate(wrap(value, max(8, width - _LABEL))):
                    yield (Span(" " * _LABEL if place else label, "faint"), Span(part))
        if health.error:
            facts = {key: str(value) for key, value in health.error.items() if key != "key"}
            yield ()
            for form in ("what", "remedy"):
                words = say(f"{health.error['key']}.{form}", **facts)
                for part in wrap(words, width):
                    yield (Span(part, "warning" if form == "what" else "text"),)

    def action_enable(self) -> None:
        """Ask this source at the next refresh, or not any more."""
        source = self.query_one(SourceList).chosen
        if source is None:
            return
        path = self._start.paths.settings_file
        try:
            write_source(path, source.id, {"enabled": not source.enabled})
        except RituiError as error:
            self.notify(" ".join(self._say.error(error)), severity="warning", markup=False)
        self.post_message(SourcesChanged())
        self.update()

    def action_refresh_one(self) -> None:
        """Fetch from this source now."""
        source = self.query_one(SourceList).chosen
        if source is not None:
            self.post_message(RefreshSource(source.id))

    def action_close(self) -> None:
        """Back to the directory."""
        self.dismiss()
