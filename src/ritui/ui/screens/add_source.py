"""Add a source: where, of which kind, what its columns are, and what it would give."""

from __future__ import annotations

import shlex
import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import partial
from typing import Any, ClassVar, Final, NamedTuple

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal
from textual.widgets import Input

from ritui.config import write_source
from ritui.errors import RituiError, SourceFailed
from ritui.model.source import Source
from ritui.services import adding
from ritui.services.adding import Plan
from ritui.services.start import Start
from ritui.services.trial import Trial
from ritui.sources.look import MAPPED, Columns
from ritui.text import clean_line
from ritui.ui.actions import actions_of, bindings
from ritui.ui.desk import Desk
from ritui.ui.refreshing import size_words
from ritui.ui.screens import add_rows
from ritui.ui.screens.add_rows import ELSEWHERE, NOTHING, ON
from ritui.ui.screens.page import Page
from ritui.ui.widgets.bars import Bar, Keys
from ritui.ui.widgets.choices import Choices, Taken
from ritui.ui.widgets.lines import Line, Span
from ritui.ui.widgets.trial import Told, error_lines, found_lines, wrapped

_LINES: Final = ("title", "id", "every", "licence", "more")
"""What is typed into a line of its own before it is saved."""


class Added(NamedTuple):
    """A source that was saved."""

    id: str
    fetch: bool
    """Whether it is to be fetched now."""


class AddSourceScreen(Page[Added]):
    """One step a time, each with its way back. Gives the source that was saved, or None."""

    CSS_PATH = "add_source.tcss"
    BINDINGS: ClassVar[list[BindingType]] = bindings("addsource")
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-wide")]  # noqa: RUF012 - as Textual has it
    AUTO_FOCUS = "#choices"

    def __init__(self, desk: Desk, start: Start) -> None:
        """A screen at its first step.

        Args:
            desk: What to work with.
            start: Where the settings are, and whether there is a network.
        """
        super().__init__()
        self._desk = desk
        self._say = desk.say
        self._start = start
        self._sources = start.sources()
        self._trial = Trial(start.config, offline=start.offline)
        self._plan = Plan()
        self._more: tuple[str, ...] = ()
        self._looked = Columns({})
        self._seen = ("", "")
        self._known: Source | None = None
        self._trail: list[str] = ["pick"]
        self._column = ""
        self._began: float | None = None
        self._outcome: Callable[[int], Iterable[Line]] | None = None

    def compose(self) -> ComposeResult:
        """What is asked, the line for typing, the choices and what they would give, the keys."""
        yield Bar(id="head")
        yield Input(id="typed", compact=True, select_on_focus=False)
        yield Bar(id="doing")
        with Horizontal(id="panels"):
            yield Choices()
            yield Told(id="text")
        yield Keys(actions_of("addsource", "app"), self._say, self._desk.keys)

    def on_mount(self) -> None:
        """Show the first step."""
        self.set_interval(0.3, self._show_doing)
        self._show_step()

    @property
    def _step(self) -> str:
        return self._trail[-1]

    def _go(self, step: str) -> None:
        """One step on."""
        self._outcome = None
        self._trail.append(step)
        self._show_step()

    # What is shown.

    def _show_step(self, value: str = "") -> None:
        """Show where one is.

        Args:
            value: The choice to put the cursor on.
        """
        say, step = self._say, self._step
        typing = step == "address" or step in _LINES
        self._ask()
        line = self.query_one("#typed", Input)
        line.set_class(typing, "-shown")
        choices = self.query_one(Choices)
        choices.set_class(step == "address", "-hidden")
        if not typing:
            rows, default = self._rows()
            choices.show(rows, value or default)
            choices.border_title = say(f"add.list-{step}")
            choices.focus()
        else:
            line.placeholder = say(f"add.form-{step}")
            line.value = self._typed(step)
            line.cursor_position = len(line.value)
            line.focus()
        self._show_text()
        self._show_doing()

    def _ask(self, trouble: str = "") -> None:
        """Say what is asked, or why what was typed is no answer."""
        asked = self._say(f"add.ask-{self._step}", column=clean_line(self._column, 40))
        title = Span(f" {self._say('add.title')} ", "accent")
        said = Span(f" {trouble}", "warning") if trouble else Span(f" {asked}")
        self.query_one("#head", Bar).show([title, said])

    def _show_text(self) -> None:
        """Show how the last attempt went, or else what can be done."""
        say, text = self._say, self.query_one(Told)
        asked = self._step == "address"
        shown = asked or self._outcome is not None or self._step in {"check", *_LINES}
        text.set_class(shown, "-shown")
        advice = partial(add_rows.advice, say)
        untested = partial(wrapped, say("add.untested"), look="faint")
        text.tell(self._outcome or (advice if asked else untested))

    def _show_doing(self) -> None:
        doing = self.query_one("#doing", Bar)
        doing.set_class(self._began is not None, "-shown")
        if self._began is not None:
            seconds = int(time.monotonic() - self._began)
            size = size_words(self._trial.bytes)
            text = self._say("add.at-work", size=size, seconds=seconds)
            doing.show([Span(f" {text} ", "accent", action="screen.close")])

    def _typed(self, step: str) -> str:
        """What a line holds when it is opened."""
        if step == "address":
            return self._plan.url
        if step == "more":
            return " ".join(self._more)
        return str(getattr(self._plan, step))

    def _rows(self) -> add_rows.Rows:
        plan, say = self._plan, self._say
        match self._step:
            case "pick":
                return add_rows.pick(self._sources, say)
            case "kind":
                return add_rows.kinds(plan, say)
            case "columns":
                return add_rows.columns(plan, self._looked.samples, say)
            case "key":
                return add_rows.meanings(plan, self._column, say)
            case "country":
                return add_rows.countries(plan, say)
        more = " ".join(self._more)
        return add_rows.check(plan, more, self._known, say, offline=self._start.offline)

    # Taking a row, or what was typed.

    @on(Taken)
    def action_take(self) -> None:
        """Take what the cursor is on."""
        value = self.query_one(Choices).value
        if self._step not in _LINES and value and (self._began is None or self._step == "check"):
            getattr(self, f"_take_{self._step}")(value)

    def _take_pick(self, value: str) -> None:
        if value == ELSEWHERE:
            self._known = None
            self._go("address")
            return
        self._known = next(source for source in self._sources if source.id == value)
        self._go("check")

    def _take_kind(self, kind: str) -> None:
        url = self._plan.url
        if (kind, url) != self._seen:
            self._plan = adding.begin(kind, url, self._sources)
            self._looked, self._more = Columns({}), ()
        if kind not in MAPPED:
            self._seen = (kind, url)
            self._check()
        elif self._looked.samples:
            self._go("columns")
        else:
            self._look(self._plan)

    def _take_columns(self, column: str) -> None:
        if column != ON:
            self._column = column
            self._go("key")
        elif "name" in self._plan.columns.values():
            self._check()

    def _take_key(self, key: str) -> None:
        columns = {
            column: held
            for column, held in self._plan.columns.items()
            if held != key and column != self._column
        }
        if key != NOTHING:
            columns[self._column] = key
        decimal = adding.guess_decimal(self._looked, columns)
        self._plan = replace(self._plan, columns=columns, decimal=decimal)
        self._back()

    def _take_country(self, code: str) -> None:
        self._plan = replace(self._plan, country="" if code == NOTHING else code)
        self._back()
        self._test()

    def _take_check(self, row: str) -> None:
        if row in {"save", "fetch", "keep"}:
            self._save(enabled=row != "keep", fetch=row == "fetch")
        elif row == "test":
            self.action_test()
        else:
            self._stop()
            self._trail.append(row)
            self._show_step()

    @on(Input.Submitted, "#typed")
    def _submitted(self, message: Input.Submitted) -> None:
        typed, step = message.value.strip(), self._step
        if step == "address":
            if typed != self._plan.url:
                self._plan = Plan(url=typed)
            self._go("kind")
            return
        wrong = add_rows.misfit(step, typed, self._sources, self._say)
        if wrong:
            self._ask(wrong)
            return
        if step == "more":
            self._more = tuple(shlex.split(typed))
            self._plan = replace(self._plan, more=adding.settings_of(self._more))
        else:
            stated: dict[str, Any] = {step: typed}
            self._plan = replace(self._plan, **stated)
        self._back()
        if step in {"every", "more"}:
            self._test()

    # Looking, testing, saving.

    def _begin(self) -> float:
        self._began, self._outcome = time.monotonic(), None
        self._show_text()
        self._show_doing()
        return self._began

    @work(exclusive=True, group="add")
    async def _look(self, plan: Plan) -> None:
        began = self._begin()
        try:
            looked = await self._trial.columns(plan.bare())
        except RituiError as error:
            self._show_error(error)
            return
        finally:
            self._end(began)
        columns = adding.guess(looked)
        decimal = adding.guess_decimal(looked, columns)
        self._looked, self._seen = looked, (plan.kind, plan.url)
        self._plan = replace(plan, columns=columns, decimal=decimal, items=looked.items)
        self._go("columns")

    def _end(self, began: float) -> None:
        """Something is over, unless another thing began meanwhile."""
        if self._began == began:
            self._began = None
            self._show_doing()

    def _check(self) -> None:
        """To the last step, where it is tried at once: what is needed is here, or is one page."""
        self._go("check")
        if self._plan.kind != "ror-dump":
            self._test()

    def action_test(self) -> None:
        """Ask for the first page, anew."""
        if self._step == "check" and self._began is None:
            self._test(again=True)

    def _drafted(self) -> Source | None:
        """The source as it would be; None, and what is wrong is shown, when it cannot be.

        Raises:
            RituiError: The settings cannot be understood, or the kind does not know an option.
        """
        if self._known is not None:
            return self._known
        path = self._start.paths.settings_file
        source, problems = adding.draft(path, self._plan.id, self._plan.values())
        if source is None:
            self._show_error(problems[0])
        return source

    def _show_error(self, error: RituiError) -> None:
        what, remedy = self._say.error(error)
        # Nothing was fetched before that could still be served.
        remedy = self._say("add.remedy") if isinstance(error, SourceFailed) else remedy
        self._outcome = partial(error_lines, what, remedy)
        self._show_text()

    @work(exclusive=True, group="add")
    async def _test(self, *, again: bool = False) -> None:
        began = self._begin()
        try:
            source = self._drafted()
            if source is not None:
                catalog = self._desk.catalog
                found = await self._trial.page(source, again=again, catalog=catalog)
                self._outcome = partial(found_lines, found, self._say)
                self._show_text()
        except RituiError as error:
            self._show_error(error)
        finally:
            self._end(began)

    def _save(self, *, enabled: bool, fetch: bool) -> None:
        path, known = self._start.paths.settings_file, self._known
        try:
            source = self._drafted()
            if source is None:
                return
            values = {"enabled": True} if known else self._plan.values()
            if not enabled:
                values["enabled"] = False
            write_source(path, source.id, values)
        except RituiError as error:
            self._show_error(error)
            return
        self._stop()
        self.dismiss(Added(source.id, fetch))

    # The way back.

    def _stop(self) -> None:
        self.workers.cancel_group(self, "add")
        self._began = None
        self._show_doing()

    def _back(self) -> None:
        left = self._trail.pop()
        if left == "check":
            self._outcome = None
        rows = {"address": ELSEWHERE, "key": self._column, "country": left}
        rows |= dict.fromkeys(_LINES, left)
        if left == "check" and self._known is not None:
            rows["check"] = self._known.id
        self._show_step(rows.get(left, ""))

    def action_next_pane(self) -> None:
        """To the next panel."""
        self.focus_next()

    def action_close(self) -> None:
        """One step back: stop what goes on, then the step before, and at the first leave."""
        if self._began is not None:
            self._stop()
        elif len(self._trail) > 1:
            line = self.query_one("#typed", Input)
            if self._step == "address" and line.value.strip() != self._plan.url:
                self._plan = Plan(url=line.value.strip())
            self._outcome = self._outcome if self._step in _LINES else None
            self._back()
        else:
            self.dismiss(None)
