"""Gone: the last that is known of a record that the directory has no more."""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType

from ritui.model.record import Record
from ritui.ui.actions import actions_of, bindings
from ritui.ui.desk import Desk
from ritui.ui.messages import FollowLink
from ritui.ui.screens.page import Page
from ritui.ui.widgets.bars import Bar, Keys, shorten
from ritui.ui.widgets.card import Card
from ritui.ui.widgets.lines import Span


class GoneScreen(Page[None]):
    """A record that is no more."""

    CSS_PATH = "changes.tcss"
    BINDINGS: ClassVar[list[BindingType]] = bindings("gone")
    AUTO_FOCUS = "#card"

    def __init__(self, desk: Desk, record: Record) -> None:
        """A screen on a record.

        Args:
            desk: What to work with.
            record: All that is known of it.
        """
        super().__init__()
        self._desk = desk
        self._say = desk.say
        self._record = record

    def compose(self) -> ComposeResult:
        """A line that says where one is, the record, and the keys."""
        yield Bar(id="head")
        yield Card(self._say, self._desk.keeping.note, id="card")
        yield Keys(actions_of("gone", "app"), self._say, self._desk.keys)

    def on_mount(self) -> None:
        """Show the record, and before all else that it is gone."""
        record, told = self._record, self._say("shelf.gone")
        name = shorten(record.called(self._say.language), max(10, self.app.size.width - 20))
        removed = f" − {self._say('change.removed')} "
        self.query_one("#head", Bar).show([Span(removed, "warning"), Span(name, "title")])
        summary = "\n".join(part for part in (told, record.summary) if part)
        self.query_one(Card).display_record(replace(record, summary=summary), {})

    def action_go(self, id_: str) -> None:
        """What it was related to is not followed: the directory knows no more of it."""

    def action_link(self) -> None:
        """Open its website, which may still be there."""
        self.post_message(FollowLink(self._record.website))

    def action_close(self) -> None:
        """Back to the changes."""
        self.dismiss()
