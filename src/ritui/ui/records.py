"""Records: what can be done with the chosen ones, from whatever screen they are chosen on."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from textual import on
from textual.app import App
from textual.screen import Screen

from ritui.errors import RituiError
from ritui.i18n import Messages
from ritui.model.query import Query
from ritui.services.start import Start
from ritui.ui.actions import ACTIONS, actions_of, key_names
from ritui.ui.desk import Desk
from ritui.ui.messages import Ask, FollowLink, ShelfChanged
from ritui.ui.widgets.card import Card

if TYPE_CHECKING:
    from ritui.model.shelf import Search
    from ritui.services.library import Library

METHODS: Final = frozenset(action.method for action in ACTIONS if action.place == "record")


class WithRecords(App[int]):
    """An app on whose screens records can be chosen.

    A screen on which they can has an attribute ``chosen``: their ids, those that are marked or
    else the one that the cursor is on. On any other screen these actions do nothing. Two more
    are used where a screen has them: ``pointed``, the id that the cursor is on, and ``shown``,
    the name of the list whose records are chosen.
    """

    desk: Desk
    start: Start
    say: Messages
    library: Library
    knows_links = False
    """Whether any link was ever looked at: if not, there is nothing to be told of them."""

    @property
    def chosen(self) -> Sequence[str]:
        """Ids of the records that are chosen on the screen one is on."""
        found: Sequence[str] = getattr(self.screen, "chosen", ())
        return found

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Leave the keys of these actions to screens without records."""
        if action in METHODS and not can_be_done(action, self.screen):
            return False
        return super().check_action(action, parameters)

    async def action_shelve(self) -> None:
        """Put the chosen records on the shelf; take them off when all of them are there."""
        ids = tuple(self.chosen)
        list_ = str(getattr(self.screen, "shown", ""))
        if not ids:
            return
        try:
            key = await asyncio.to_thread(self._shelve, ids, list_)
        except RituiError as error:
            self.complain(error)
            return
        self.shelf_changed()
        self.notify(self.say(key, n=len(ids)), timeout=3, markup=False)

    def _shelve(self, ids: Sequence[str], list_: str) -> str:
        """Change the shelf, in a thread: it waits for the disk, and perhaps for another program.

        Args:
            ids: The records.
            list_: The list they are taken off; empty for all lists.

        Returns:
            The key of what to say.
        """
        from ritui.services.keep import kept_of
        from ritui.services.library import now

        keeping, file = self.desk.keeping, self.desk.keeping.file
        shelf = file.read()
        records = [shelf.of(each.id) or each for each in kept_of(self.desk.catalog, ids, shelf)]
        if all((list_ in each.lists) if list_ else each.lists for each in records):
            file.take(ids, list_)
            key = "toast.unshelved"
        else:
            file.put(kept_of(self.desk.catalog, ids, shelf), keeping.list, now())
            key = "toast.shelved"
        keeping.steps.append(lambda: file.lay(records, now()))
        return key

    def action_note(self) -> None:
        """Write a note on the record that the cursor is on, or on the chosen one."""
        from ritui.services.keep import kept_of
        from ritui.ui.screens.note import NoteScreen

        id_ = str(getattr(self.screen, "pointed", "")) or next(iter(self.chosen), "")
        try:
            shelf = self.desk.keeping.file.read()
        except RituiError as error:
            self.complain(error)
            return
        for record in kept_of(self.desk.catalog, [id_], shelf):
            held = shelf.of(id_)
            self.push_screen(NoteScreen(self.desk, record, held.note if held else ""))

    async def ask_again(self, search: Search) -> None:
        """Show what a saved search finds; from now on that is looked at."""
        from ritui.model.query import parse
        from ritui.services.library import now

        try:
            self.post_message(Ask(parse(search.query), show=True))
            await asyncio.to_thread(self.desk.keeping.file.looked, search.name, now())
        except RituiError as error:
            self.complain(error)
        self.shelf_changed()

    def action_across(self) -> None:
        """The counterparts of the chosen record across the Atlantic, or the pairs of several."""
        from ritui.ui.screens.across import AcrossScreen

        if ids := self.chosen:
            self.push_screen(AcrossScreen(self.desk, ids))

    def action_copy(self) -> None:
        """Choose what of the chosen records is to be copied."""
        from ritui.ui.screens.copy import CopyScreen

        if ids := self.chosen:
            self.push_screen(CopyScreen(self.desk, tuple(ids)))

    async def action_plain(self) -> None:
        """Show the chosen records as text on the terminal's own screen."""
        from ritui.services.copied import chosen, plain
        from ritui.ui.screens.plain import PlainScreen

        ids, desk = tuple(self.chosen), self.desk

        def make() -> str:
            return plain(chosen(desk.catalog, ids, desk.say, lambda: desk.keeping.shelf), desk.say)

        if ids and (text := await asyncio.to_thread(make)):
            self.push_screen(PlainScreen(desk, text, mouse=self.start.mouse))

    def action_compare(self) -> None:
        """Put the marked records side by side."""
        from ritui.services.compare import LEAST, MOST
        from ritui.ui.screens.compare import CompareScreen

        ids = tuple(dict.fromkeys(self.chosen))
        if len(ids) < LEAST:
            self.notify(self.say("compare.few", key=_mark_key(self.desk)), markup=False)
            return
        if len(ids) > MOST:
            self.notify(self.say("compare.first", most=MOST, n=len(ids)), timeout=8, markup=False)
        self.push_screen(CompareScreen(self.desk, ids[:MOST]))

    def action_mistake(self) -> None:
        """Make ready what can be sent about a mistake in the record that the cursor is on."""
        from ritui.ui.screens.mistake import mistake_screen

        id_ = str(getattr(self.screen, "pointed", "")) or next(iter(self.chosen), "")
        screen = mistake_screen(self.desk, self.start, id_) if id_ else None
        if screen is not None:
            self.push_screen(screen)

    def action_links(self) -> None:
        """The links of the chosen records."""
        from ritui.ui.screens.links import LinksScreen

        if ids := tuple(self.chosen):
            self.push_screen(LinksScreen(self.desk, self.start, self.library, ids))

    def action_archived(self) -> None:
        """Open the archived copies of the chosen address, or of the website of the record."""
        from ritui.ui.linking import copies_of

        id_ = str(getattr(self.screen, "pointed", "")) or next(iter(self.chosen), "")
        self.post_message(FollowLink(copies_of(self.screen, self.desk.catalog, id_)))

    def links_changed(self) -> None:
        """Tell the screens that more is known of some links."""
        from ritui.ui.linking import tell_links

        self.knows_links = True
        for screen in self.screen_stack:
            tell_links(screen, self.desk.catalog)

    @on(Card.Shown)
    def _show_looks(self, message: Card.Shown) -> None:
        if self.knows_links:
            from ritui.ui.linking import show_looks

            show_looks(message.card, message.record, self.desk.catalog)

    def action_export(self) -> None:
        """Write what is chosen or asked into a file, in a format of another program."""
        from ritui.ui.offers import offers
        from ritui.ui.screens.export import ExportScreen

        self.push_screen(ExportScreen(self.desk, self.start, offers(self.screen, self.desk)))

    def shelf_changed(self) -> None:
        """Tell the screens that something else is on the shelf."""
        self.desk.keeping.look()
        for screen in self.screen_stack:
            screen.post_message(ShelfChanged())

    def complain(self, error: RituiError) -> None:
        """Say what failed, and what can be done."""
        self.notify(" ".join(self.say.error(error)), severity="error", timeout=12, markup=False)


def can_be_done(method: str, screen: Screen[Any]) -> bool:
    """Whether something can be done with records on a screen."""
    if hasattr(screen, "chosen"):
        return True
    # What is asked can be exported where records are only counted, too.
    return method == "export" and isinstance(getattr(screen, "asked", None), Query)


def _mark_key(desk: Desk) -> str:
    """The key that marks records, as the reader has it."""
    mark = next(each for each in actions_of("directory") if each.id == "mark")
    return key_names(mark, desk.keys)[0]
