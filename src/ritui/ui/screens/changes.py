"""Changes: what was added, changed and removed since the last visit, and refresh by refresh."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, ClassVar, NamedTuple, cast

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal
from textual.widgets import Input

from ritui.errors import NoSuchRecord, RituiError
from ritui.model.record import Record
from ritui.services.changed import others
from ritui.services.changes import Group, Outcome, answering, grouped, last_known
from ritui.services.origin import Origins, origins
from ritui.services.start import Start
from ritui.store.answer import StaleAnswer
from ritui.text import width
from ritui.ui.actions import actions_of, bindings, wanted
from ritui.ui.desk import Desk
from ritui.ui.messages import CatalogChanged, FollowLink, WhereFrom
from ritui.ui.screens.asking import AskingPage
from ritui.ui.views import tabs
from ritui.ui.widgets.asked import chips, words_spans
from ritui.ui.widgets.bars import Bar, Keys
from ritui.ui.widgets.lines import Span
from ritui.ui.widgets.outcomes import Outcomes, group_title, local_time, outcome_lines
from ritui.ui.widgets.trial import Told

if TYPE_CHECKING:
    from ritui.model.query import Query
    from ritui.model.source import Change
    from ritui.ui.views import WithViews


class Log(NamedTuple):
    """What the cache remembers of changes, read once."""

    changes: Sequence[Change]
    groups: Sequence[Group]
    names: Mapping[str, str]
    """Names of the changed records that are there, by id, in the reader's language."""
    origins: Origins
    total: int
    """Outcomes in all groups."""


class ChangesScreen(AskingPage):
    """What became of the records that answer the one query of all views."""

    CSS_PATH = "changes.tcss"
    BINDINGS: ClassVar[list[BindingType]] = bindings("changes")
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-wide")]  # noqa: RUF012 - Textual's form
    VERTICAL_BREAKPOINTS = [(0, "-short"), (18, "-tall")]  # noqa: RUF012 - Textual's form
    AUTO_FOCUS = "#list"

    def __init__(self, desk: Desk, start: Start) -> None:
        """A screen on the changes.

        Args:
            desk: What to work with.
            start: Where the settings are.
        """
        super().__init__(desk)
        self._start = start
        self._log: Log | None = None
        self._found = 0
        self._listed: Sequence[str] = ()
        """Ids of the records, row by row."""

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Let letters be letters while a line is typed into."""
        return wanted(action, "changes", typing=isinstance(self.focused, Input))

    def compose(self) -> ComposeResult:
        """Where one is, what is asked, the list and the chosen change, the keys."""
        yield Bar(id="head")
        with Horizontal(id="line"):
            yield Bar(id="asked")
        with Horizontal(id="panels"):
            yield Outcomes(self._say, self._name_of)
            yield Told(id="change")
        yield Keys(actions_of("changes", "record", "app"), self._say, self._desk.keys)

    def on_mount(self) -> None:
        """Read what is remembered."""
        self.query_one(Outcomes).border_title = self._say("screen.changes")
        self.query_one(Told).border_title = self._say("screen.detail")
        self.answer()

    def on_resize(self) -> None:
        """Other columns fit."""
        self.call_after_refresh(self.show_asked)

    @property
    def _visited(self) -> str:
        return cast("WithViews", self.app).visited

    # What is found.

    @on(CatalogChanged)
    def _forget(self) -> None:
        self._log = None

    @work(exclusive=True, group="answer")
    async def answer(self) -> None:
        """Find the changes of the records that answer what is asked."""
        asked = self.asked
        try:
            log, groups = await asyncio.to_thread(self._answered, self._log, asked)
        except RituiError as error:
            self._trouble = " ".join(self._say.error(error))
            self.show_asked()
            return
        if self.is_left:
            return
        self._log, self._trouble = log, ""
        self._listed = [each.id for group in groups for each in group.outcomes]
        self._found = len(self._listed)
        listed = self.query_one(Outcomes)
        titles = (
            group_title(each, log.origins.of(each.source).title, self._say) for each in groups
        )
        outcomes = [each.outcomes for each in groups]
        chosen = _again(listed.chosen, outcomes)
        apology = self._say("changes.none" if log.total else "changes.none-yet")
        instead = [] if groups else [(Span(f"  {apology}", "faint"),)]
        listed.show(zip(titles, outcomes, strict=True), chosen, instead)
        self.show_asked()
        self._show_chosen()

    def _answered(self, log: Log | None, asked: Query) -> tuple[Log, list[Group]]:
        """What answers a query, off the loop; the log is read unless it is known."""
        catalog = self._desk.catalog
        while True:
            try:
                log = log or self._read()
                wanted_ids = answering(catalog, asked, log.changes)
                break
            except StaleAnswer:
                log = None
        groups = (
            Group(each.time, each.source, [one for one in each.outcomes if one.id in wanted_ids])
            for each in log.groups
        )
        return log, [each for each in groups if each.outcomes]

    def _read(self) -> Log:
        catalog, language = self._desk.catalog, self._say.language
        changes = catalog.changes()
        groups = grouped(changes, self._visited)
        rows = catalog.names({change.id for change in changes})
        names = {id_: row.called(language) for id_, row in rows.items()}
        known = origins(catalog, self._start.sources(), self._say)
        return Log(changes, groups, names, known, sum(len(each.outcomes) for each in groups))

    def _name_of(self, outcome: Outcome) -> str:
        names = self._log.names if self._log else {}
        return names.get(outcome.id, outcome.name)

    # The chosen one.

    def on_cursor_moved(self) -> None:
        """Another one is chosen."""
        self._show_chosen()

    @work(exclusive=True, group="change")
    async def _show_chosen(self) -> None:
        await asyncio.sleep(self._desk.rest)
        if self.is_left or not self.query(Told):
            return
        outcome, log, panel = self.query_one(Outcomes).chosen, self._log, self.query_one(Told)
        if outcome is None or log is None:
            panel.tell(lambda _: ())
            return
        rows = self._desk.catalog.names(others(outcome.fields))
        names = {id_: row.called(self._say.language) for id_, row in rows.items()}
        panel.tell(
            partial(
                outcome_lines, outcome, self._record_of(outcome, log), self._name_of(outcome),
                names, lambda id_: log.origins.of(id_).title, self._say,
            )
        )  # fmt: skip

    def _record_of(self, outcome: Outcome, log: Log) -> Record:
        """The record as it is now, or all that is known of one that is gone."""
        try:
            return self._desk.catalog.record(outcome.id)
        except NoSuchRecord:
            of_it = [change for change in log.changes if change.id == outcome.id]
            kept = self._desk.keeping.shelf.of(outcome.id)
            return last_known(of_it, kept.known if kept else None)

    @property
    def chosen(self) -> Sequence[str]:
        """The record the cursor is on, if the directory has it."""
        return (self.pointed,) if self.pointed else ()

    @property
    def pointed(self) -> str:
        """Id of the record the cursor is on, if the directory has it."""
        outcome, log = self.query_one(Outcomes).chosen, self._log
        return outcome.id if outcome and log and outcome.id in log.names else ""

    # Lines that say where one is.

    def show_asked(self) -> None:
        """Show what is asked and how much was found."""
        if self.is_left:
            return
        say, columns, total = self._say, self.size.width, self._log.total if self._log else 0
        count = f" {say('screen.count', found=self._found, total=total)} "
        left = tabs(say, self._desk.keys, "timeline", columns - width(count) - 1)
        self.query_one("#head", Bar).show(left, [Span(count, "title")])
        line = [] if self.is_typing else words_spans(self.asked, say, columns)
        line += chips(self.asked, say)
        if self._trouble:
            line.append(Span(f" {self._trouble}", "warning"))
        elif self._log and self._visited and not self.asked.conditions:
            groups = self._log.groups
            if not groups or groups[0].source:
                time = local_time(self._visited)
                line.append(Span(say("changes.nothing-new", time=time), "faint"))
        self.query_one("#asked", Bar).show(line)

    # Actions.

    @on(Outcomes.Chosen)
    def action_open(self) -> None:
        """The record under the cursor; of one that is gone, what was known of it."""
        from ritui.ui.screens.detail import DetailScreen
        from ritui.ui.screens.gone import GoneScreen
        from ritui.ui.screens.timeline import stepping

        outcome, log = self.query_one(Outcomes).chosen, self._log
        if outcome is None or log is None:
            return
        if not self.pointed:
            self.app.push_screen(GoneScreen(self._desk, self._record_of(outcome, log)))
            return
        ids = [*dict.fromkeys(id_ for id_ in self._listed if id_ in log.names)]
        self.app.push_screen(DetailScreen(self._desk, outcome.id, stepping(ids, outcome.id)))

    def action_link(self) -> None:
        """Open the website of the record."""
        url = self._desk.catalog.record(self.pointed).website if self.pointed else ""
        self.post_message(FollowLink(url))

    def action_where_from(self) -> None:
        """Where each fact of the record is from."""
        if self.pointed:
            self.post_message(WhereFrom(self.pointed))

    def action_filter(self) -> None:
        """Narrow by every facet there is."""
        self.filter_by("")

    def action_next_pane(self) -> None:
        """To the other panel."""
        self.focus_next()

    async def action_back(self) -> None:
        """One step back: out of the search, the last narrowing, then to the events."""
        if self.is_typing:
            await self.end_search()
        elif not self.query_one(Outcomes).has_focus:
            self.query_one(Outcomes).focus()
        elif not self.undo():
            self.dismiss()

    def action_events(self) -> None:
        """Back to events and news."""
        self.dismiss()

    def action_close(self) -> None:
        """Back to where one came from."""
        self.dismiss()


def _again(chosen: Outcome | None, groups: Sequence[Sequence[Outcome]]) -> Outcome | None:
    """Where the cursor was, or else another outcome of the same record."""
    if chosen is None:
        return None
    same = [each for group in groups for each in group if each.id == chosen.id]
    return chosen if chosen in same else next(iter(same), None)
