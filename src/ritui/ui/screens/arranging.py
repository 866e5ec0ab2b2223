"""Arranging: what changes the lists and the searches of the shelf. The shelf's screen does it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, cast

from textual import events, on
from textual.widgets import Input

from ritui.errors import RituiError
from ritui.model.shelf import SHORTLIST, Search, Shelf
from ritui.model.shelf import Kept as KeptRecord
from ritui.services.keep import kept_of
from ritui.services.library import now
from ritui.store.shelftables import one_line
from ritui.ui.desk import Desk
from ritui.ui.screens.page import Page
from ritui.ui.widgets.bars import Bar
from ritui.ui.widgets.nameline import NameLine, asking_spans
from ritui.ui.widgets.shelved import Entry, Shelved, list_name

if TYPE_CHECKING:
    from ritui.i18n import Messages
    from ritui.ui.records import WithRecords


class Arranging(Page[None]):
    """A screen with entries of the shelf, which can be moved, renamed and deleted.

    Every change can be taken back, until the program ends.
    """

    _desk: Desk
    _say: Messages
    _shelf: Shelf

    asking: Callable[[str], Awaitable[None]] | None = None
    """What is to be done with the name that is typed; None where none is."""

    @property
    def entry(self) -> Entry | None:
        """What the cursor is on."""
        raise NotImplementedError

    @property
    def chosen(self) -> Sequence[str]:
        """Ids of the chosen records."""
        raise NotImplementedError

    @property
    def shown(self) -> str:
        """The list the cursor is in."""
        raise NotImplementedError

    def show_lines(self) -> None:
        """Say where one is."""
        raise NotImplementedError

    # The line that a name is typed into.

    async def _ask_name(
        self,
        question: str,
        value: str,
        known: Sequence[str],
        then: Callable[[str], Awaitable[None]],
    ) -> None:
        await self.end_asking()
        self.asking = then
        line = NameLine(question, value, known)
        await self.query_one("#line").mount(line, before="#asked")
        self.query_one("#asked", Bar).show(asking_spans(question, self._say, self.app.size.width))
        self.set_focus(line)

    async def end_asking(self) -> None:
        """Take the line away, and do nothing."""
        if self.asking is not None and not self.is_left:
            self.asking = None
            await self.query(NameLine).remove()
            self.query_one(Shelved).focus()
            self.show_lines()

    @on(events.DescendantBlur, "#name")
    async def _left(self) -> None:
        await self.end_asking()

    @on(Input.Submitted, "#name")
    async def _named(self, message: Input.Submitted) -> None:
        then, name = self.asking, one_line(message.value)
        await self.end_asking()
        if then is not None and name:
            await then(name)

    def _list(self, name: str) -> str:
        """The list of a name: the first may be called as it is kept, or as it is shown."""
        shown = list_name(SHORTLIST, self._say)
        return SHORTLIST if name.casefold() == shown.casefold() else name

    # Changes.

    async def _do(self, change: Callable[[], object], back: Callable[[], object] | None) -> None:
        """Change the shelf off the loop, and remember what takes the change back."""
        app = cast("WithRecords", self.app)
        try:
            await asyncio.to_thread(change)
        except RituiError as error:
            app.complain(error)
            return
        if back is not None:
            self._desk.keeping.steps.append(back)
        app.shelf_changed()

    async def action_undo(self) -> None:
        """Take the last change back."""
        if not self._desk.keeping.steps:
            self.notify(self._say("shelf.nothing-undone"), timeout=3, markup=False)
            return
        await self._do(self._desk.keeping.steps.pop(), None)
        self.notify(self._say("shelf.undone"), timeout=3, markup=False)

    async def action_to_list(self) -> None:
        """Move the chosen records to another list, or to a new one."""
        ids, from_ = tuple(self.chosen), self.shown
        if not ids:
            return

        async def move(name: str) -> None:
            file, list_ = self._desk.keeping.file, self._list(name)
            before = [self._shelf.of(id_) or KeptRecord(id_, id_) for id_ in ids]

            def change() -> None:
                records = kept_of(self._desk.catalog, ids, self._shelf)
                file.move(records, from_, list_, now())

            await self._do(change, lambda: file.lay(before, now()))
            text = self._say("shelf.added", n=len(ids), list=list_name(list_, self._say))
            self.notify(text, timeout=3, markup=False)

        others = [list_name(each, self._say) for each in self._shelf.lists if each != from_]
        await self._ask_name(self._say("shelf.ask-list"), "", others, move)

    async def action_target(self) -> None:
        """Choose or begin the list that records are put on."""

        async def use(name: str) -> None:
            self._desk.keeping.list = self._list(name)
            self.show_lines()

        names = [list_name(each, self._say) for each in (SHORTLIST, *self._shelf.lists)]
        value = self.shown or self._desk.keeping.list
        await self._ask_name(
            self._say("shelf.ask-target", key="m"), list_name(value, self._say), names, use
        )

    async def action_rename(self) -> None:
        """Give the list that the cursor is in, or the saved search, another name."""
        entry, file = self.entry, self._desk.keeping.file
        if entry is not None and entry.standing is not None:
            search = entry.standing.search

            async def call(name: str) -> None:
                await self._rename_search(search, name)

            await self._ask_name(self._say("shelf.ask-rename", list=search.name), search.name, (),
                                 call)  # fmt: skip
        elif list_ := self.shown:
            before = self._shelf.on(list_)

            async def rename(name: str) -> None:
                to = self._list(name)
                if self._desk.keeping.list == list_:
                    self._desk.keeping.list = to
                await self._do(lambda: file.rename(list_, to), lambda: file.lay(before, now()))

            shown = list_name(list_, self._say)
            await self._ask_name(self._say("shelf.ask-rename", list=shown), shown, (), rename)

    async def _rename_search(self, search: Search, name: str) -> None:
        file, replaced = self._desk.keeping.file, self._shelf.search(name)
        if name == search.name:
            return

        def change() -> None:
            file.save(Search(name, search.query, search.looked))
            file.forget([search.name])

        def back() -> None:
            file.forget([name])
            for each in (search, replaced):
                if each is not None:
                    file.save(each)

        await self._do(change, back)

    async def action_forget(self) -> None:
        """Delete the saved search, or take the record off the list it is shown on."""
        entry, file = self.entry, self._desk.keeping.file
        if entry is None:
            return
        if entry.standing is not None:
            search = entry.standing.search
            await self._do(lambda: file.forget([search.name]), lambda: file.save(search))
            facts = {"name": search.name, "query": search.query}
            self.notify(self._say("shelf.forgotten", **facts), timeout=4, markup=False)
        elif (list_ := self.shown) and entry.held is not None:
            kept = entry.held.kept
            await self._do(lambda: file.take([kept.id], list_), lambda: file.lay([kept], now()))
            self.notify(self._say("toast.unshelved", n=1), timeout=3, markup=False)
        else:
            self.notify(self._say("shelf.note-stays", n=1), timeout=4, markup=False)
