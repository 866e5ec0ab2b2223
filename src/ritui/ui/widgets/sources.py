"""The list of sources."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from textual import events

from ritui.i18n import Messages
from ritui.model.source import Source
from ritui.text import fit
from ritui.ui.widgets.lines import Cursor, Line, Span

_STATE = 20
_COUNT = 7


class SourceList(Cursor):
    """The sources, one a line: enabled or not, its name, its records, how it fared."""

    def __init__(self, say: Messages) -> None:
        """No sources yet."""
        super().__init__(id="list")
        self._say = say
        self._sources: Sequence[Source] = ()
        self._states: Mapping[str, tuple[str, str]] = {}
        self._imports: Collection[str] = ()

    def show(
        self,
        sources: Sequence[Source],
        states: Mapping[str, tuple[str, str]],
        imports: Collection[str] = (),
    ) -> None:
        """Show other sources.

        Args:
            sources: In their order.
            states: Of each how many records it has and how it fared, in words.
            imports: Ids of those that are not asked: bundles that were taken in.
        """
        chosen = self.chosen
        self._sources, self._states, self._imports = sources, states, imports
        self.resize_content(len(sources))
        if chosen is not None:
            self.choose(chosen.id)
        self.refresh()

    def choose(self, id_: str) -> None:
        """Put the cursor on a source, if it is there; else leave it on a row that is."""
        ids = [source.id for source in self._sources]
        self.cursor = ids.index(id_) if id_ in ids else self.cursor

    @property
    def chosen(self) -> Source | None:
        """The source the cursor is on."""
        return self._sources[self.cursor] if self.cursor < len(self._sources) else None

    def line(self, y: int) -> Line:
        """A source in columns that fit."""
        if y >= len(self._sources):
            return ()
        source = self._sources[y]
        mark, look = self.mark_of(y)
        is_import = source.id in self._imports
        sign = " • " if is_import else "[✓]" if source.enabled else "[ ]"
        count, state = self._states.get(source.id, ("", ""))
        cells = max(10, self.across - _STATE - _COUNT - 1)
        name = fit(f"{mark}{sign} {source.title or source.id}", cells)
        rest = f"{count:>{_COUNT}} {fit(state, _STATE)}"
        if look:
            return (Span(name + rest, look),)
        is_used = source.enabled or is_import
        return (Span(name, "text" if is_used else "faint"), Span(rest, "faint"))

    def on_click(self, event: events.Click) -> None:
        """A click chooses a source; one on its sign enables it, or not any more."""
        place = event.y + self.scroll_offset.y - self.gutter.top
        if place >= self.rows:
            return
        self.cursor = place
        if 2 <= event.x - self.gutter.left < 5:
            self.screen.post_message(Switched())


class Switched(events.Event):
    """The source under the cursor is to be asked, or not any more."""
