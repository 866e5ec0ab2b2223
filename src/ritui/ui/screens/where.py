"""Where from: every fact of a record with its source, and what other sources say instead."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.widgets import Input

from ritui.errors import NoSuchRecord
from ritui.services.origin import origins
from ritui.services.start import Start
from ritui.services.where import where_from
from ritui.ui.actions import actions_of, bindings, wanted
from ritui.ui.desk import Desk
from ritui.ui.messages import CatalogChanged, FollowLink
from ritui.ui.screens.finding import FindingPage
from ritui.ui.widgets.bars import Bar, Keys, shorten
from ritui.ui.widgets.facts import DIFFERS, Facts
from ritui.ui.widgets.lines import Span


class WhereScreen(FindingPage):
    """Where each fact of one record is from."""

    CSS_PATH = "where.tcss"
    BINDINGS: ClassVar[list[BindingType]] = bindings("where")
    AUTO_FOCUS = "#text"
    READ = Facts

    def __init__(self, desk: Desk, start: Start, id_: str) -> None:
        """A screen on a record.

        Args:
            desk: What to work with.
            start: Where the settings are, which name the sources.
            id_: Which record.
        """
        super().__init__(desk)
        self._start = start
        self._record_id = id_

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Let letters be letters while a line is typed into."""
        return wanted(action, "where", typing=isinstance(self.focused, Input))

    def compose(self) -> ComposeResult:
        """A line that says where one is, the facts, and the keys."""
        yield Bar(id="head")
        yield Facts(self._say, id="text")
        yield Keys(actions_of("where", "app"), self._say, self._desk.keys)

    def on_mount(self) -> None:
        """Show what the record itself says; what others say follows."""
        self._show()

    @on(CatalogChanged)
    @work(exclusive=True, group="claims")
    async def _show(self) -> None:
        catalog, say = self._desk.catalog, self._say
        try:
            record = catalog.record(self._record_id)
            known = origins(catalog, self._start.sources(), say)
            facts = self.query_one(Facts)
            facts.display_facts(where_from(record, (), known, say))
            name = shorten(record.called(say.language), max(10, self.app.size.width - 24))
            head = [Span(f" {say('screen.where')} ", "accent"), Span(name, "title")]
            self.query_one("#head", Bar).show(head)
            # All that the sources said is looked through: off the loop.
            claims = await asyncio.to_thread(catalog.claims, self._record_id)
        except NoSuchRecord as error:
            self.notify(say.error(error)[0], severity="warning", markup=False)
            self.dismiss()
            return
        found = where_from(record, claims, known, say)
        facts.display_facts(found)
        differ = sum(bool(fact.others) for fact in found)
        if differ:
            right = [Span(f" {say('where.differ', n=differ)} ", "warning")]
            self.query_one("#head", Bar).show(head, right)

    def places(self) -> Sequence[int]:
        """Those of the text, or else where another source says something else."""
        if self._matches:
            return self._matches
        content = self.query_one(Facts).content
        return [
            y
            for y, line in enumerate(content)
            if any(span.text.startswith(DIFFERS) for span in line)
        ]

    def action_next_link(self) -> None:
        """To the next address."""
        self.query_one(Facts).next_stop()

    def action_previous_link(self) -> None:
        """To the address before."""
        self.query_one(Facts).previous_stop()

    async def action_follow(self) -> None:
        """Open the chosen address."""
        await self.query_one(Facts).follow()

    def action_link(self) -> None:
        """Open the chosen address, or else the first one in sight."""
        facts = self.query_one(Facts)
        if facts.stop is None:
            facts.next_stop()
        self.post_message(FollowLink(facts.stop.url if facts.stop else ""))

    def action_close(self) -> None:
        """One step back: out of finding, to the record."""
        if not self.end_finding():
            self.dismiss()
