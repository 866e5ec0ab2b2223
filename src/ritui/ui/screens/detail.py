"""Detail: one record in full, with a way to find a text in it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, ClassVar, Final

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.widgets import Input

from ritui.errors import NoSuchRecord, RituiError
from ritui.model.match import NOTHING, Match
from ritui.ui.actions import actions_of, bindings, wanted
from ritui.ui.desk import Desk
from ritui.ui.messages import CatalogChanged, FollowLink, ShelfChanged, WhereFrom
from ritui.ui.screens.finding import FindingPage
from ritui.ui.widgets.bars import Bar, Keys, shorten
from ritui.ui.widgets.card import Card
from ritui.ui.widgets.lines import Span

if TYPE_CHECKING:
    from ritui.services.describe import Item

_REST: Final = 0.1
"""Seconds that a record is shown before its counterparts are looked for."""
_COUNTERPARTS: Final = 5
"""How many of them are shown."""


class DetailScreen(FindingPage):
    """Everything known of one record."""

    CSS_PATH = "detail.tcss"
    BINDINGS: ClassVar[list[BindingType]] = bindings("detail")
    AUTO_FOCUS = "#card"
    READ = Card

    def __init__(
        self, desk: Desk, id_: str, step: Callable[[int], str | None], match: Match = NOTHING
    ) -> None:
        """A screen on a record.

        Args:
            desk: What to work with.
            id_: Which one.
            step: Moves the cursor of the list behind, and gives the record it comes to.
            match: What the reader looked for when the record was found.
        """
        super().__init__(desk)
        self._catalog = desk.catalog
        self._ids = [id_]
        self._step = step
        self._match = match

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Let letters be letters while a line is typed into."""
        return wanted(action, "detail", typing=isinstance(self.focused, Input))

    def compose(self) -> ComposeResult:
        """A line that says where one is, the record, and the keys."""
        yield Bar(id="head")
        yield Card(self._say, self._desk.keeping.note, id="card")
        yield Keys(actions_of("detail", "record", "app"), self._say, self._desk.keys)

    def on_mount(self) -> None:
        """Show the record."""
        self._show()

    @on(CatalogChanged)
    @on(ShelfChanged)
    def _show(self) -> None:
        try:
            record = self._catalog.record(self._ids[-1])
        except NoSuchRecord as error:
            self.notify(self._say.error(error)[0], severity="warning", markup=False)
            self.action_close()
            return
        ids = [other.id for other in record.related] + [record.pilot]
        rows = self._catalog.names(ids)
        language = self._say.language
        related = {row.id: row.called(language) for row in rows.values()}
        similar = {row.id: row.called(language) for row in self._catalog.similar(record.id)}
        name = shorten(record.called(language), max(10, self.app.size.width - 20))
        self.query_one("#head", Bar).show(
            [Span(f" {self._say('screen.detail')} ", "accent"), Span(name, "title")]
        )
        self.query_one(Card).display_record(record, related, similar, self._match)
        self._show_counterparts(record.id)

    @work(exclusive=True, group="across")
    async def _show_counterparts(self, id_: str) -> None:
        # Who goes on from record to record waits for none of this.
        await asyncio.sleep(max(self._desk.rest, _REST))
        try:
            found = await asyncio.to_thread(self._counterparts_of, id_)
        except RituiError:
            # The directory is another meanwhile, and will be shown anew.
            return
        if not self.is_left:
            self.query_one(Card).display_counterparts(id_, found)

    def _counterparts_of(self, id_: str) -> Sequence[Item]:
        from ritui.services.across import told
        from ritui.services.match import counterparts

        return told(counterparts(self._catalog, id_, _COUNTERPARTS), self._catalog, self._say)

    @property
    def chosen(self) -> Sequence[str]:
        """The record that is shown."""
        return (self._ids[-1],)

    def action_go(self, id_: str) -> None:
        """Follow a relation to another record."""
        self._ids.append(id_)
        self._show()

    def action_next_link(self) -> None:
        """To the next address or relation."""
        self.query_one(Card).next_stop()

    def action_previous_link(self) -> None:
        """To the address or relation before."""
        self.query_one(Card).previous_stop()

    async def action_follow(self) -> None:
        """Follow the chosen relation, or open the chosen address."""
        if not await self.query_one(Card).follow():
            self.query_one(Card).next_stop()

    def action_where_from(self) -> None:
        """Where each fact is from, and what other sources say."""
        self.post_message(WhereFrom(self._ids[-1]))

    def action_next_record(self) -> None:
        """The next record of the list."""
        self._step_by(1)

    def action_previous_record(self) -> None:
        """The previous record of the list."""
        self._step_by(-1)

    def _step_by(self, by: int) -> None:
        id_ = self._step(by)
        if id_ is not None:
            self._ids = [id_]
            self._show()

    def action_link(self) -> None:
        """Open the website of the record."""
        record = self.query_one(Card).record
        self.post_message(FollowLink(record.website if record else ""))

    def action_close(self) -> None:
        """One step back: out of finding, to the record one came from, to the list."""
        if self.end_finding():
            return
        if len(self._ids) > 1:
            self._ids.pop()
            self._show()
        else:
            self.dismiss()
