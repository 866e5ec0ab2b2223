"""Saving: what is searched for, kept under a name and asked again. The directory does it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING, cast

from textual import events, on, work
from textual.widgets import Input

from ritui.errors import RituiError
from ritui.ui.messages import CatalogChanged, ShelfChanged
from ritui.ui.screens.searching import SearchingPage
from ritui.ui.widgets.bars import Bar
from ritui.ui.widgets.facets import Facets
from ritui.ui.widgets.results import Results

if TYPE_CHECKING:
    from ritui.services.keep import Standing
    from ritui.ui.records import WithRecords


class SavingPage(SearchingPage):
    """A page of search whose queries can be saved."""

    standings: Sequence[Standing] = ()
    """How the saved searches stood at the last look."""
    _naming = False

    # How they stand.

    @on(ShelfChanged)
    @on(CatalogChanged)
    def _stand(self) -> None:
        """Say how the saved searches stand, and once what is wrong with the shelf."""
        trouble = self._desk.keeping.trouble()
        if trouble is not None:
            cast("WithRecords", self.app).complain(trouble)
        if self._desk.keeping.searches or self.standings:
            self._count_saved()

    @work(exclusive=True, group="standings")
    async def _count_saved(self) -> None:
        # Where nothing is saved, as at first, none of this is loaded.
        from ritui.services.keep import standings

        searches = self._desk.keeping.searches
        self.standings = await asyncio.to_thread(standings, self._catalog, searches)
        self.query_one(Facets).searches = self.standings

    @on(Facets.Again)
    async def _again(self, message: Facets.Again) -> None:
        found = [each.search for each in self.standings if each.search.name == message.name]
        for search in found:
            await cast("WithRecords", self.app).ask_again(search)

    # Saving one.

    async def action_save_search(self) -> None:
        """Type the name under which to save what is asked."""
        from ritui.ui.widgets.nameline import NameLine, asking_spans

        if not self.asked.conditions:
            self.notify(self._say("shelf.nothing-asked"), timeout=4, markup=False)
            return
        question = self._say("shelf.ask-save")
        names = [each.name for each in self._desk.keeping.searches]
        line = NameLine(question, str(self.asked), names)
        await self.query_one("#line").mount(line, before="#search")
        self.query_one("#search", Bar).show(asking_spans(question, self._say, self.app.size.width))
        self._naming = True
        self.set_focus(line)

    @on(events.DescendantBlur, "#name")
    def _end_naming(self) -> None:
        """Take the line away."""
        if self._naming:
            self._naming = False
            self.query("#name").remove()
            self.query_one(Results).focus()
            self._show_search()

    @on(Input.Submitted, "#name")
    async def _named(self, message: Input.Submitted) -> None:
        from ritui.model.shelf import Search
        from ritui.services.library import now

        name, query = message.value.strip(), str(self.asked)
        self._end_naming()
        if not name:
            return
        app = cast("WithRecords", self.app)
        before = next((s for s in self._desk.keeping.searches if s.name == name), None)
        file = self._desk.keeping.file
        try:
            await asyncio.to_thread(file.save, Search(name, query, now()))
        except RituiError as error:
            app.complain(error)
            return
        self._desk.keeping.steps.append(
            lambda: file.save(before) if before else file.forget([name])
        )
        app.shelf_changed()
        said = self._say("shelf.saved", name=name, query=query)
        if before and before.query != query:
            said += " " + self._say("shelf.replaced", query=before.query)
        self.notify(said, timeout=5, markup=False)

    def action_back(self) -> None:
        """One step back: out of the line of a name, else as of the search."""
        if self._naming:
            self._end_naming()
        else:
            super().action_back()
