"""Across: the counterparts of a record on the other side of the Atlantic, and why; or pairs."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar, Final

from textual import events, on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container

from ritui.errors import NoSuchRecord, RituiError
from ritui.services.across import names_in
from ritui.services.match import MOST, Candidate, Pair, counterparts, matrix
from ritui.text import fit, width
from ritui.ui.actions import actions_of, bindings
from ritui.ui.desk import Desk
from ritui.ui.messages import CatalogChanged, FollowLink
from ritui.ui.screens.page import Page
from ritui.ui.widgets.bars import Bar, Keys, shorten
from ritui.ui.widgets.lines import Cursor, Line, Span
from ritui.ui.widgets.reasons import Reasons, ids_of

if TYPE_CHECKING:
    from ritui.model.record import Record

_CANDIDATES: Final = 20
"""How many candidates of one record are listed."""
_PAIRS: Final = 3
"""Pairs of each of several records."""


class Fits(Cursor):
    """Candidates or pairs, one a line, with their scores."""

    def __init__(self) -> None:
        """None yet."""
        super().__init__(id="list")
        self._found: Sequence[Candidate | Pair] = ()
        self._instead: Sequence[Line] = ()

    @property
    def found(self) -> Sequence[Candidate | Pair]:
        """All of them."""
        return self._found

    @property
    def chosen(self) -> Candidate | Pair | None:
        """What the cursor is on."""
        return self._found[self.cursor] if self.cursor < len(self._found) else None

    def show(self, found: Sequence[Candidate | Pair], instead: Sequence[Line] = ()) -> None:
        """Show others; the cursor stays on what it is on, if that is still there.

        Args:
            found: The best first.
            instead: Lines to show where there are none.
        """
        before = self.chosen
        self._found, self._instead = found, instead
        self.resize_content(len(found) or len(instead))
        ids = [ids_of(each) for each in found]
        place = ids.index(ids_of(before)) if before and ids_of(before) in ids else 0
        self.set_reactive(Cursor.cursor, place)
        self.show_cursor()
        self.refresh()

    def line(self, y: int) -> Line:
        """One candidate or pair, or what is shown instead."""
        if not self._found:
            return self._instead[y] if y < len(self._instead) else ()
        if y >= len(self._found):
            return ()
        found = self._found[y]
        mark, look = self.mark_of(y)
        score = f"{found.score:>3}  "
        cells = self.across - len(mark) - len(score)
        if isinstance(found, Candidate):
            name = fit(found.name, cells - 3) + fit(f" {found.country}", 3)
        else:
            half = (cells - 3) // 2
            name = f"{fit(found.one.name, half)} ↔ {fit(found.other.name, cells - 3 - half)}"
        if look:
            return (Span(mark + score + name, look),)
        return (Span(mark), Span(score, "accent"), Span(name))

    def on_click(self, event: events.Click) -> None:
        """A click chooses, a second one opens."""
        before = self.cursor
        self.cursor = event.y + self.scroll_offset.y - self.gutter.top
        if self.cursor == before and event.chain > 1 and isinstance(self.screen, AcrossScreen):
            self.screen.action_open()


class AcrossScreen(Page[None]):
    """The counterparts of one record, or the pairs among several."""

    CSS_PATH = "across.tcss"
    BINDINGS: ClassVar[list[BindingType]] = bindings("across")
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-wide")]  # noqa: RUF012 - Textual's form
    AUTO_FOCUS = "#list"

    def __init__(self, desk: Desk, ids: Sequence[str]) -> None:
        """A screen on some records.

        Args:
            desk: What to work with.
            ids: One record, whose candidates are shown; or several, of which the pairs are.
        """
        super().__init__()
        self._desk = desk
        self._say = desk.say
        self._given = tuple(ids)
        self._names: dict[str, str] = {}

    def compose(self) -> ComposeResult:
        """Of what, what fits, why, and the keys."""
        yield Bar(id="head")
        with Container(id="panels"):
            yield Fits()
            yield Reasons(self._say, id="why")
        yield Keys(actions_of("across", "record", "app"), self._say, self._desk.keys)

    def on_mount(self) -> None:
        """Look for them."""
        say = self._say
        self.query_one(Fits).border_title = say("across.title" if self._is_one else "across.pairs")
        self.query_one(Reasons).border_title = say("across.why")
        self.query_one(Fits).show((), [(Span(f"  {say('across.at-work')}", "faint"),)])
        self._show_head(())
        self._load()

    @property
    def _is_one(self) -> bool:
        return len(self._given) == 1

    @on(CatalogChanged)
    @work(exclusive=True, group="across")
    async def _load(self) -> None:
        try:
            found, self._names = await asyncio.to_thread(self._find)
        except RituiError as error:
            self.notify(self._say.error(error)[0], severity="warning", markup=False)
            if self.is_current:
                # One step back: what it was about is not there any more.
                self.dismiss()
            return
        if self.is_left:
            return
        self.query_one(Fits).show(found, self._apology() if not found else ())
        self._show_head(found)
        self._show_why()

    def _find(self) -> tuple[Sequence[Candidate | Pair], dict[str, str]]:
        catalog = self._desk.catalog
        found: Sequence[Candidate | Pair]
        if self._is_one:
            found = counterparts(catalog, self._given[0], _CANDIDATES)
        else:
            found = matrix(catalog, self._given, _PAIRS)
        return found, names_in(catalog, found)

    def _apology(self) -> list[Line]:
        say = self._say
        if not self._is_one:
            return [(Span(f"  {say('across.none-pairs')}"),)]
        record = self._desk.catalog.record(self._given[0])
        text = say("across.none")
        if not record.region:
            text = say("across.no-region", name=shorten(record.called(say.language), 40))
        return [(Span(f"  {text}"),)]

    def _show_head(self, found: Sequence[Candidate | Pair]) -> None:
        say = self._say
        title = f" {say('across.title' if self._is_one else 'across.pairs')} "
        count = say("across.candidates" if self._is_one else "across.found", n=len(found))
        if len(self._given) > MOST:
            count = say("across.limited", most=MOST, n=len(self._given))
        name = ""
        if self._is_one:
            rows = self._desk.catalog.names(self._given)
            row = rows.get(self._given[0])
            room = self.app.size.width - width(title + count) - 3
            name = shorten(row.called(say.language) if row else self._given[0], max(10, room))
        self.query_one("#head", Bar).show(
            [Span(title, "accent"), Span(name, "title")], [Span(f" {count} ", "faint")]
        )

    @on(Cursor.Moved)
    def _show_why(self) -> None:
        found = self.query_one(Fits).chosen
        records = self._records(self._parties(found)) if found else []
        self.query_one(Reasons).display_fit(found if records else None, records, self._names)

    def _records(self, ids: Sequence[str]) -> list[Record]:
        """Some records; none where one of them is gone, of which the list will know soon."""
        try:
            return [self._desk.catalog.record(id_) for id_ in ids]
        except NoSuchRecord:
            return []

    def _parties(self, found: Candidate | Pair) -> tuple[str, str]:
        """Ids of the two records that fit: those of a candidate, it last."""
        if isinstance(found, Pair):
            return found.one.id, found.other.id
        return self._given[0], found.id

    # Actions.

    @property
    def chosen(self) -> Sequence[str]:
        """The candidate, or both records of the pair, that the cursor is on."""
        found = self.query_one(Fits).chosen
        if found is None:
            return ()
        return ids_of(found)

    def action_open(self) -> None:
        """Follow what is chosen beside the list, or open the record that the cursor is on."""
        reasons = self.query_one(Reasons)
        if reasons.has_focus and reasons.stop is not None:
            self.run_worker(reasons.follow(), group="follow")
        elif self.chosen:
            self.action_go(self.chosen[0])

    def action_go(self, id_: str) -> None:
        """Open a record."""
        from ritui.ui.screens.detail import DetailScreen
        from ritui.ui.screens.timeline import stepping

        fits = self.query_one(Fits)
        found = fits.chosen
        ids = [id_] if found is None else list(self._parties(found))
        if self._is_one and id_ != self._given[0]:
            ids = [each for one in fits.found for each in ids_of(one)]
        self.app.push_screen(DetailScreen(self._desk, id_, stepping(ids, id_)))

    def action_next_link(self) -> None:
        """To the next record that is told of beside the list."""
        self.query_one(Reasons).focus()
        self.query_one(Reasons).next_stop()

    def action_previous_link(self) -> None:
        """Back to the list."""
        self.query_one(Fits).focus()

    def action_link(self) -> None:
        """Open the website of the record the cursor is on."""
        records = self._records(self.chosen[:1])
        self.post_message(FollowLink(records[0].website if records else ""))

    def action_close(self) -> None:
        """One step back: to the list, then to where one came from."""
        if self.query_one(Reasons).has_focus:
            self.query_one(Fits).focus()
        else:
            self.dismiss()
