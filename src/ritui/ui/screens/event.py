"""Event: one event or one piece of news in full, with what it concerns to follow."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType

from ritui.model.source import Event
from ritui.services.origin import Origin
from ritui.services.timeline import dates
from ritui.ui.actions import actions_of, bindings
from ritui.ui.desk import Desk
from ritui.ui.messages import FollowLink
from ritui.ui.screens.page import Page
from ritui.ui.widgets.bars import Bar, Keys, shorten
from ritui.ui.widgets.happening import Happening
from ritui.ui.widgets.lines import Span


class EventScreen(Page[None]):
    """Everything known of one event."""

    CSS_PATH = "timeline.tcss"
    BINDINGS: ClassVar[list[BindingType]] = bindings("event")
    AUTO_FOCUS = "#event"

    def __init__(
        self,
        desk: Desk,
        event: Event,
        step: Callable[[int], Event | None],
        origin_of: Callable[[str], Origin],
        names: Mapping[str, str],
    ) -> None:
        """A screen on an event.

        Args:
            desk: What to work with.
            event: Which one.
            step: Moves the cursor of the list behind, and gives the event it comes to.
            origin_of: Gives a source by its id.
            names: Names of the records that events concern, by id.
        """
        super().__init__()
        self._desk = desk
        self._say = desk.say
        self._event = event
        self._step = step
        self._origin_of = origin_of
        self._names = names

    def compose(self) -> ComposeResult:
        """A line that says where one is, the event, and the keys."""
        yield Bar(id="head")
        yield Happening(self._say, id="event")
        yield Keys(actions_of("event", "app"), self._say, self._desk.keys)

    def on_mount(self) -> None:
        """Show the event."""
        self._show()

    def _show(self) -> None:
        event = self._event
        title = shorten(event.title, max(10, self.app.size.width - 30))
        self.query_one("#head", Bar).show(
            [Span(f" {self._say('screen.timeline')} ", "accent"), Span(title, "title")],
            [Span(f" {dates(event)} ", "faint")],
        )
        self.query_one(Happening).display_event(event, self._origin_of(event.source), self._names)

    def action_go(self, id_: str) -> None:
        """Open a record that the event concerns."""
        from ritui.ui.screens.detail import DetailScreen
        from ritui.ui.screens.timeline import stepping

        ids = [each for each in self._event.related if each in self._names]
        self.app.push_screen(DetailScreen(self._desk, id_, stepping(ids, id_)))

    def action_next_link(self) -> None:
        """To the next link."""
        self.query_one(Happening).next_stop()

    def action_previous_link(self) -> None:
        """To the link before."""
        self.query_one(Happening).previous_stop()

    async def action_follow(self) -> None:
        """Follow the chosen link; where none is chosen yet, the first."""
        happening = self.query_one(Happening)
        if happening.stop is None:
            happening.next_stop()
        await happening.follow()

    def action_link(self) -> None:
        """Open the address of the event."""
        self.post_message(FollowLink(self._event.url))

    def action_next_record(self) -> None:
        """The next event of the list."""
        self._step_by(1)

    def action_previous_record(self) -> None:
        """The event before in the list."""
        self._step_by(-1)

    def _step_by(self, by: int) -> None:
        event = self._step(by)
        if event is not None:
            self._event = event
            self._show()

    def action_close(self) -> None:
        """Back to the list."""
        self.dismiss()
