"""Shelf: what the reader keeps: records on lists, notes on them, and saved searches."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, cast

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal
from textual.widgets import Input

from ritui.errors import NoSuchRecord, RituiError
from ritui.model.shelf import Shelf
from ritui.services.keep import Held, Standing, held, refreshed, remembered, standings
from ritui.services.start import Start
from ritui.store.answer import StaleAnswer
from ritui.text import width, wrap
from ritui.ui.actions import ACTIONS, actions_of, bindings, key_names, wanted
from ritui.ui.desk import Desk
from ritui.ui.messages import CatalogChanged, Opened, ShelfChanged
from ritui.ui.screens.arranging import Arranging
from ritui.ui.screens.timeline import stepping
from ritui.ui.views import tabs
from ritui.ui.widgets.bars import Bar, Keys
from ritui.ui.widgets.card import Card
from ritui.ui.widgets.lines import Line, Span
from ritui.ui.widgets.shelved import NOTED_ONLY, SEARCHES, Entry, Shelved, entries, list_name

if TYPE_CHECKING:
    from ritui.ui.records import WithRecords

_SHOWN = 30
"""Names of what a search finds that are shown beside it."""


@dataclass(slots=True)
class Kept:
    """Where a reader left the shelf."""

    chosen: Entry | None = None


class ShelfScreen(Arranging):
    """Lists and saved searches, and beside them what one of their rows stands for."""

    CSS_PATH = "shelf.tcss"
    BINDINGS: ClassVar[list[BindingType]] = bindings("shelf")
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (80, "-medium"), (110, "-wide")]  # noqa: RUF012 - Textual's form
    AUTO_FOCUS = "#list"

    def __init__(self, desk: Desk, start: Start, kept: Kept) -> None:
        """A screen on the shelf.

        Args:
            desk: What to work with.
            start: Where the program was started.
            kept: Where it was left; it is brought up to date.
        """
        super().__init__()
        self._desk = desk
        self._say = desk.say
        self._kept = kept
        self._shelf = Shelf()
        self._held: Mapping[str, Held] = {}
        self._standings: Sequence[Standing] = ()
        self._trouble: RituiError | None = None
        self._is_loaded = False

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Let letters be letters while a line is typed into."""
        return wanted(action, "shelf", typing=isinstance(self.focused, Input))

    def compose(self) -> ComposeResult:
        """Where one is, where records are put, what is kept and the chosen of it, the keys."""
        yield Bar(id="head")
        with Horizontal(id="line"):
            yield Bar(id="asked")
        with Horizontal(id="panels"):
            yield Shelved(self._desk)
            yield Card(self._say, self._desk.keeping.note, id="card")
        yield Keys(actions_of("shelf", "record", "app"), self._say, self._desk.keys)

    def on_mount(self) -> None:
        """Read the shelf."""
        self.query_one(Shelved).border_title = self._say("view.shelf")
        self.query_one(Card).border_title = self._say("screen.detail")
        self._load()

    # What is kept.

    @on(ShelfChanged)
    @on(CatalogChanged)
    @work(exclusive=True, group="shelf")
    async def _load(self) -> None:
        """Read the shelf, and ask what its searches find; the latest wish wins."""
        self._trouble = None
        try:
            self._shelf, self._held, self._standings = await asyncio.to_thread(self._read)
        except RituiError as error:
            self._shelf, self._held, self._standings = Shelf(), {}, ()
            self._trouble = error
        if self.is_left:
            return
        if self._desk.keeping.look():
            # Another program changed it since; the screens below show signs of it as well.
            for screen in self.app.screen_stack[:-1]:
                screen.post_message(ShelfChanged())
        self._is_loaded = True
        self._show_list()
        self.show_lines()
        self._show_chosen()

    def _show_list(self) -> None:
        groups = entries(self._shelf, self._held, self._standings)
        if self._kept.chosen is None:
            records = [entry for group, rows in groups if group != SEARCHES for entry in rows]
            self._kept.chosen = next(iter(records), None)
        listed = self.query_one(Shelved)
        listed.show_entries(groups, self._kept.chosen, self._instead(max(20, listed.across - 2)))
        self._kept.chosen = listed.chosen

    def _read(self) -> tuple[Shelf, Mapping[str, Held], Sequence[Standing]]:
        """Off the loop: searches are asked, and what is known of records is written down."""
        catalog = self._desk.catalog
        shelf = refreshed(catalog, self._desk.keeping.file)
        return shelf, held(catalog, shelf), standings(catalog, shelf.searches)

    def _instead(self, across: int) -> list[Line]:
        """What to do with an empty shelf, or why it cannot be read; in lines of a width."""
        say = self._say
        if self._trouble is not None:
            told = [line for text in say.error(self._trouble) for line in wrap(text, across)]
            return [(Span(f" {line}", "warning"),) for line in told]
        lines: list[Line] = [(Span(f" {say('shelf.empty')}", "title"),)]
        for id_, key in (("shelve", "shelve"), ("note", "note"), ("save-search", "save")):
            action = next(each for each in ACTIONS if each.id == id_)
            text = say(f"shelf.how-{key}", key=key_names(action, self._desk.keys)[0])
            lines += [(), *((Span(f" {line}"),) for line in wrap(text, across))]
        return lines

    @property
    def entry(self) -> Entry | None:
        """What the cursor is on."""
        return self.query_one(Shelved).chosen

    @property
    def _marked(self) -> Sequence[str]:
        """Ids of those records of the shelf that are marked."""
        return [id_ for id_ in self._desk.keeping.marked if id_ in self._held]

    @property
    def chosen(self) -> Sequence[str]:
        """The marked records of the shelf, or else the one the cursor is on."""
        return self._marked or tuple(filter(None, (self.pointed,)))

    @property
    def pointed(self) -> str:
        """Id of the record the cursor is on, or nothing."""
        entry = self.entry
        return entry.key if entry and entry.held else ""

    @property
    def shown(self) -> str:
        """The list that the cursor is in, and the chosen record on; nothing elsewhere."""
        entry = self.entry
        lists = entry is not None and entry.group not in {SEARCHES, NOTED_ONLY}
        return entry.group if entry is not None and lists and not self._marked else ""

    # What is shown.

    def show_lines(self) -> None:
        """Say where one is, how much is kept, and on which list records are put."""
        if self.is_left:
            return
        say, keeping = self._say, self._desk.keeping
        counts = [say("shelf.kept", n=len(self._shelf.records))]
        if self._shelf.searches:
            counts.append(say("shelf.saved-searches", n=len(self._shelf.searches)))
        right = f" {' · '.join(counts)} "
        self.query_one("#head", Bar).show(
            tabs(say, self._desk.keys, "shelf", self.app.size.width - width(right)),
            [Span(right, "title")],
        )
        if self.asking is not None:
            return
        key = key_names(next(each for each in ACTIONS if each.id == "shelve"), self._desk.keys)[0]
        text = say("shelf.target", key=key, list=list_name(keeping.list, say))
        right_spans: list[Span] = []
        if marked := self._marked:
            marks = f" {say('screen.marked', n=len(marked))} "
            right_spans = [Span(marks, "idle", action="screen.unmark")]
        self.query_one("#asked", Bar).show(
            [Span(f" {text} ", "faint", action="screen.target")], right_spans
        )

    def on_resize(self) -> None:
        """Say as much as there is room for."""
        self.show_lines()
        self.call_after_refresh(self._laid_out)

    def _laid_out(self) -> None:
        """Wrap again: the panels may have another width."""
        if self._is_loaded and not self.is_left:
            self._show_list()
            self._show_chosen()

    def on_cursor_moved(self) -> None:
        """Remember what was chosen by moving, and show it."""
        self._kept.chosen = self.entry or self._kept.chosen
        self._show_chosen()

    @work(exclusive=True, group="record")
    async def _show_chosen(self) -> None:
        """Show the record the cursor is on, or what the search finds."""
        if self.is_left:
            return
        card = self.query_one(Card)
        await asyncio.sleep(self._desk.rest if card.record else 0)
        if not card.is_attached or not card.display:
            return
        entry = self.entry if self._is_loaded else None
        if entry is not None and entry.standing is not None:
            names = await asyncio.to_thread(self._found, entry.standing)
            card.display_record(None, {})
            card.show(self._search_lines(entry.standing, names, card.across))
        elif entry is not None and entry.held is not None:
            self._show_record(entry.held)
        else:
            card.display_record(None, {})

    def _show_record(self, each: Held) -> None:
        catalog, language = self._desk.catalog, self._say.language
        try:
            record = catalog.record(each.kept.id)
        except NoSuchRecord:
            gone = remembered(each.kept, self._say("shelf.gone"))
            self.query_one(Card).display_record(gone, {})
            return
        rows = catalog.names([*(other.id for other in record.related), record.pilot])
        related = {row.id: row.called(language) for row in rows.values()}
        self.query_one(Card).display_record(record, related)

    def _found(self, standing: Standing) -> Sequence[str]:
        """The first names of what a search finds."""
        if standing.error is not None:
            return ()
        catalog = self._desk.catalog
        language = self._say.language
        try:
            bodies = [*catalog.values(catalog.search(standing.query), 0, _SHOWN)]
        except (StaleAnswer, RituiError):
            # The directory has just changed, and will be asked again.
            return ()
        return [each.get("names", {}).get(language) or each["name"] for each in bodies]

    def _search_lines(self, standing: Standing, names: Sequence[str], across: int) -> list[Line]:
        say, search = self._say, standing.search
        lines: list[Line] = [(Span(line, "title"),) for line in wrap(search.name, across)]
        lines += [(Span(line, "accent"),) for line in wrap(search.query, across)]
        if standing.error is not None:
            lines.append(())
            for text in say.error(standing.error):
                lines += [(Span(line, "warning"),) for line in wrap(text, across)]
            return lines
        facts = [f"{say('shelf-column.total')} {standing.total}"]
        facts += [say("shelf.new", n=standing.new)] if standing.new else []
        facts += [f"{say('shelf-column.looked')} {search.looked[:10]}"] if search.looked else []
        lines += [(Span(line, "faint"),) for line in wrap(" · ".join(facts), across)]
        lines.append(())
        lines += [(Span(f"· {name}"),) for name in names]
        return lines + ([(Span("…", "faint"),)] if standing.total > len(names) else [])

    # Actions.

    @on(Opened)
    async def action_open(self) -> None:
        """Open the record under the cursor, or ask the search anew."""
        from ritui.ui.screens.detail import DetailScreen

        entry = self.entry
        if entry is None:
            return
        if entry.standing is not None:
            await cast("WithRecords", self.app).ask_again(entry.standing.search)
        elif entry.held is not None and entry.held.gone:
            known = [each for each in entry.held.kept.known.values() if each]
            text = " · ".join((entry.held.kept.name, *known))
            self.notify(f"{text}. {self._say('shelf.gone')}", timeout=10, markup=False)
        else:
            ids = [each.kept.id for each in self._held.values() if not each.gone]
            self.app.push_screen(DetailScreen(self._desk, entry.key, stepping(ids, entry.key)))

    def action_go(self, id_: str) -> None:
        """Open a record that the shown one is related to."""
        from ritui.ui.screens.detail import DetailScreen

        self.app.push_screen(DetailScreen(self._desk, id_, stepping([id_], id_)))

    def action_mark(self) -> None:
        """Mark the record the cursor is on and go on to the next."""
        listed = self.query_one(Shelved)
        if self.pointed:
            self._desk.keeping.toggle(self.pointed)
            listed.refresh()
            listed.cursor += 1
            self.show_lines()

    def action_unmark(self) -> None:
        """Take all marks away."""
        self._desk.keeping.unmark()
        self.query_one(Shelved).refresh()
        self.show_lines()

    async def action_close(self) -> None:
        """One step back: out of the line that is typed into, then to where one came from."""
        if self.asking is not None:
            await self.end_asking()
        else:
            self.dismiss()
