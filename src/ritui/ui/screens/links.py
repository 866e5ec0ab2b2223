"""Links: the links of some records and their states; look at them, open them or their copies."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from itertools import groupby
from typing import TYPE_CHECKING, ClassVar, cast

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType

from ritui.errors import NoSuchRecord, RituiError
from ritui.model.link import Link
from ritui.services.apart import Apart
from ritui.services.library import Library
from ritui.services.linkcheck import Outcome, Progress
from ritui.services.links import Known, archived, counted, known, links_in
from ritui.services.start import Start
from ritui.store.answer import StaleAnswer
from ritui.ui.actions import actions_of, bindings
from ritui.ui.desk import Desk
from ritui.ui.messages import CatalogChanged, FollowLink
from ritui.ui.screens.page import Page
from ritui.ui.widgets.bars import Bar, Keys, shorten
from ritui.ui.widgets.lines import Span, Text
from ritui.ui.widgets.linklist import LinkList, link_lines

if TYPE_CHECKING:
    from ritui.ui.records import WithRecords


class LinksScreen(Page[None]):
    """The links of some records."""

    CSS_PATH = "links.tcss"
    BINDINGS: ClassVar[list[BindingType]] = bindings("links")
    AUTO_FOCUS = "#list"

    def __init__(self, desk: Desk, start: Start, library: Library, ids: Sequence[str]) -> None:
        """A list of links.

        Args:
            desk: What to work with.
            start: Where the settings are, and whether there is a network.
            library: Where what is found is kept.
            ids: The records whose links are wanted.
        """
        super().__init__()
        self._desk, self._start, self._library = desk, start, library
        self._say = desk.say
        self._ids: Sequence[str] | None = ids
        """None for all that is found in the directory."""
        self._links: Sequence[Known] = ()
        self._is_loaded = False
        self._apart: Apart | None = None
        """The check that goes on."""

    def compose(self) -> ComposeResult:
        """Where one is, the links, the one under the cursor, how a check goes, the keys."""
        yield Bar(id="head")
        yield LinkList(self._say, id="list")
        yield Text(id="link")
        yield Bar(id="progress")
        yield Keys(actions_of("links", "app"), self._say, self._desk.keys)

    def on_mount(self) -> None:
        """Read the links."""
        self._show_head()
        self._reload()

    # The links.

    @on(CatalogChanged)
    def _reload(self) -> None:
        self._load()

    @work(exclusive=True, group="links")
    async def _load(self) -> None:
        await self._read_links()

    async def _read_links(self) -> None:
        try:
            self._links = await asyncio.to_thread(self._read)
        except RituiError as error:
            self.notify(self._say.error(error)[0], severity="warning", markup=False)
        if self.is_left:
            return
        self._is_loaded = True
        listed = self.query_one(LinkList)
        listed.looks.clear()
        by_record = ([*its] for _, its in groupby(self._links, key=lambda each: each.link.id))
        groups = ((its[0].link.name, its) for its in by_record)
        nothing = [(Span(f"  {self._say('links.none')}", "faint"),)]
        listed.show(groups, listed.chosen, nothing)
        self._show_head()
        self._show_link()

    def _read(self) -> list[Known]:
        """Off the loop: there may be thousands."""
        catalog, language = self._desk.catalog, self._say.language
        if self._ids is None:
            while True:
                try:
                    answer = catalog.search(self._desk.asking.query)
                    found = (
                        link
                        for values in catalog.values(answer)
                        for link in links_in(values, language)
                    )
                    return [*known(catalog, found)]
                except StaleAnswer:
                    continue
        from ritui.model.record import to_json

        links: list[Link] = []
        for id_ in self._ids:
            try:
                links += links_in(to_json(catalog.record(id_)), language)
            except NoSuchRecord:
                # Another process let it go a moment ago.
                continue
        return [*known(catalog, links)]

    # What is shown.

    def _show_head(self) -> None:
        say = self._say
        if self._ids is None:
            name = str(self._desk.asking.query) or say("links.of-query")
        elif len(self._ids) == 1 and self._links:
            name = self._links[0].link.name
        else:
            name = say("links.records", n=len(self._ids)) if len(self._ids) > 1 else ""
        count = f" {say('links.count', n=len(self._links))} " if self._is_loaded else ""
        title = f" {say('links.title')} "
        room = max(10, self.app.size.width - len(title) - len(count) - 1)
        self.query_one("#head", Bar).show(
            [Span(title, "accent"), Span(shorten(name, room), "title")], [Span(count, "faint")]
        )

    @on(LinkList.Moved)
    def _show_link(self) -> None:
        listed, panel = self.query_one(LinkList), self.query_one("#link", Text)
        item = listed.chosen
        panel.show([*link_lines(item, listed.look(item), self._say, panel.across)] if item else [])

    def on_resize(self) -> None:
        """Wrap again: the width may be another."""
        self.call_after_refresh(self._show_link)
        self._show_head()

    def _show_progress(self, progress: Progress) -> None:
        """Show a finding where it stands."""
        if self._apart is None or self.is_left:
            return
        if progress.look is not None:
            listed = self.query_one(LinkList)
            listed.looks[progress.look.url] = progress.look
            listed.refresh()
            if listed.chosen is not None and listed.chosen.link.url == progress.look.url:
                self._show_link()
        say = self._say
        text = say("links.progress", done=progress.done, total=progress.total)
        states = f" · {counted(progress.states, say)}" if progress.states else ""
        self.query_one("#progress", Bar).show(
            [Span(f" {text}", "accent"), Span(states)], [Span(f" {say('links.stop')} ", "faint")]
        )

    def _show_end(self, outcome: Outcome) -> None:
        say = self._say
        found = say("links.ended", n=len(outcome.looks), states=counted(outcome.states, say))
        if outcome.cancelled:
            found = say("links.stopped", n=len(outcome.looks))
        spans = [Span(f" {found}")] if outcome.looks or outcome.cancelled else []
        if outcome.failed:
            spans.append(Span(f" {say('links.failed', n=len(outcome.failed))}", "warning"))
        self.query_one("#progress", Bar).show(spans)

    # Looking at them.

    def action_check(self) -> None:
        """Look at these links."""
        if self._may_check():
            self._check(whole=False)

    def action_check_all(self) -> None:
        """Show the links of all records that are found, and look at them."""
        if self._may_check():
            self._check(whole=True)

    def _may_check(self) -> bool:
        key = "links.busy" if self._apart else "links.offline" if self._start.offline else ""
        if key:
            self.notify(self._say(key), timeout=5, markup=False)
        return not key

    @work(exclusive=True, group="check")
    async def _check(self, *, whole: bool) -> None:
        if whole and self._ids is not None:
            self._ids = None
            await self._read_links()
        if not self._links or self.is_left:
            return
        config = await asyncio.to_thread(self._start.settings)
        links = [each.link for each in self._links]
        self._apart = Apart(
            self._library, links, config, offline=self._start.offline, report=self._show_progress
        )
        try:
            outcome = await self._apart.run()
            if not self.is_left:
                self._show_end(outcome)
        except RituiError as error:
            cast("WithRecords", self.app).complain(error)
        finally:
            self._apart = None
            cast("WithRecords", self.app).links_changed()

    # Actions.

    @on(LinkList.Opened)
    def action_visit(self) -> None:
        """Open the address under the cursor."""
        item = self.query_one(LinkList).chosen
        self.post_message(FollowLink(item.link.url if item else ""))

    def action_archived(self) -> None:
        """Open the archived copies of the address under the cursor."""
        listed = self.query_one(LinkList)
        item = listed.chosen
        url = archived(item.link.url, listed.look(item)) if item else ""
        self.post_message(FollowLink(url))

    def action_back(self) -> None:
        """Stop the check that goes on; else back to where one came from."""
        if self._apart is not None:
            self._apart.stop()
        else:
            self.dismiss()

    def action_close(self) -> None:
        """Back to where one came from; a check that goes on ends."""
        if self._apart is not None:
            self._apart.stop()
        self.dismiss()
