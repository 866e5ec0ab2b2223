"""Mistake: what would be sent about something wrong in a record. Nothing is sent by itself."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar, Final

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType

from ritui.errors import NoSuchRecord
from ritui.model.normal import Unfit
from ritui.model.record import Record
from ritui.model.source import Source
from ritui.services.mistake import FIELDS, Report, is_field, report, typed
from ritui.services.origin import origins
from ritui.services.start import Start
from ritui.services.where import Fact, fact_label, where_from
from ritui.text import wrap
from ritui.ui.actions import actions_of, bindings
from ritui.ui.clipboard import copy_and_tell
from ritui.ui.desk import Desk
from ritui.ui.messages import FollowLink
from ritui.ui.screens.lined import LinedPage
from ritui.ui.widgets.bars import Bar, Keys, shorten
from ritui.ui.widgets.choices import Choice, Choices
from ritui.ui.widgets.lines import Cursor, Line, Span, Text

FORMS: Final = ("mail", "page", "patch")
"""What can be made of a mistake, in the order in which one goes through them."""


class MistakeScreen(LinedPage):
    """What is wrong, and the mail, the address and the patch that would say so."""

    CSS_PATH = "mistake.tcss"
    BINDINGS: ClassVar[list[BindingType]] = bindings("mistake")
    AUTO_FOCUS = "#choices"

    def __init__(self, desk: Desk, start: Start, record: Record) -> None:
        """A screen on a record.

        Args:
            desk: What to work with.
            start: Where the settings are, which name the sources.
            record: In which something is wrong.
        """
        super().__init__()
        self._desk = desk
        self._say = desk.say
        self._start = start
        self._record = record
        self._sources: Sequence[Source] = ()
        self._facts: Sequence[Fact] = ()
        self._values: dict[str, str] = {}
        """What the reader says a field should be, by its key."""
        self._text = ""
        self._form = FORMS[0]
        self._report: Report | None = None

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Leave keys to the line that is typed into."""
        return action == "close" or not self.is_asking

    def compose(self) -> ComposeResult:
        """Where one is, what can be wrong, what would be sent, the keys."""
        yield Bar(id="head")
        yield Choices()
        yield Text(id="sent")
        yield Keys(actions_of("mistake", "app"), self._say, self._desk.keys)

    def on_mount(self) -> None:
        """Show the facts of the record and who says them."""
        self.query_one(Choices).border_title = self._say("mistake.which")
        self._sources = self._start.sources()
        known = origins(self._desk.catalog, self._sources, self._say)
        self._facts = where_from(self._record, (), known, self._say)
        self._show_facts("")
        self.show_head()
        self._show()

    def _show_facts(self, key: str) -> None:
        """Show what can be wrong, and what it should be as far as that is said; the cursor on one.

        What is not stated comes last: something may be missing.
        """
        say = self._say
        choices = [Choice("", say("mistake.whole"))]
        for fact in self._facts:
            if is_field(fact.key):
                said = fact.used.basis or fact.used.title
                note = f"{fact.used.value}  ({said})" if said else fact.used.value
                choices.append(Choice(fact.key, fact_label(fact.key, say), note))
        stated = {choice.value.partition(".")[0] for choice in choices}
        for each in FIELDS:
            if each not in stated:
                unknown = say("card.not-stated")
                choices.append(Choice(each, fact_label(each, say), unknown, "faint"))
        self.query_one(Choices).show(
            [
                choice._replace(
                    note=f"→ {self._values[choice.value] or '—'}  ≠ {choice.note}", look="title"
                )
                if choice.value in self._values
                else choice
                for choice in choices
            ],
            key,
        )

    def on_resize(self) -> None:
        """Wrap again: the width may be another."""
        self.call_after_refresh(self._show)

    def show_head(self) -> None:
        """Say where one is, and that nothing is sent."""
        say = self._say
        right = f" {say('mistake.unsent')} "
        name = shorten(self._record.called(say.language), max(8, self.app.size.width // 3))
        left = [Span(f" {say('mistake.title')} ", "accent"), Span(name, "title")]
        self.query_one("#head", Bar).show(left, [Span(right, "faint")])

    @on(Cursor.Moved)
    def _show(self) -> None:
        key = self.query_one(Choices).value
        self._report = report(
            self._record,
            self._say,
            key=key,
            value=self._values.get(key),
            text=self._text,
            sources=self._sources,
        )
        panel = self.query_one("#sent", Text)
        names = [self._say(f"mistake.{form}") for form in FORMS]
        here = FORMS.index(self._form)
        panel.border_title = "  ".join(
            f"{'●' if place == here else '○'} {name}" for place, name in enumerate(names)
        )
        room = max(8, panel.across)
        lines: list[Line] = []
        for line in self._shown(self._report).split("\n"):
            lines += ((Span(part),) for part in wrap(line, room))
        panel.show(lines)

    def _shown(self, found: Report) -> str:
        """What would be sent, as one reads it."""
        if self._form == "mail":
            unknown = "" if found.mail.to else f"\n\n{self._say('mistake.no-address')}"
            return f"{found.mail}{unknown}"
        if self._form == "page":
            return found.page or self._say("mistake.no-page")
        if not found.has_patch:
            return self._say("mistake.no-patch")
        return found.patch_text.rstrip()

    # What is wrong.

    async def action_value(self) -> None:
        """Type what the field under the cursor should be."""
        key = self.query_one(Choices).value
        if not key:
            await self.action_sentence()
            return
        before = self._values.get(key, typed(self._record, key))
        question = self._say("mistake.ask-value", field=fact_label(key, self._say))
        await self.ask_line(question, before, lambda value: self._take_value(key, value))

    def _take_value(self, key: str, value: str) -> None:
        try:
            report(self._record, self._say, key=key, value=value)
        except Unfit:
            form = typed(self._record, key)
            label = fact_label(key, self._say)
            text = self._say("mistake.unfit", value=value, field=label)
            if form:
                text += " " + self._say("mistake.form", value=form)
            self.notify(text, severity="warning", timeout=10, markup=False)
            return
        if value.strip() == typed(self._record, key):
            self._values.pop(key, None)
        else:
            self._values[key] = value.strip()
        self._show_facts(key)
        self._show()

    async def action_sentence(self) -> None:
        """Type a sentence on what is wrong."""
        await self.ask_line(self._say("mistake.ask-text"), self._text, self._take_text)

    def _take_text(self, text: str) -> None:
        self._text = text.strip()
        self._show()

    # What becomes of it.

    def action_next_form(self) -> None:
        """The mail, the address, the patch."""
        self._form = FORMS[(FORMS.index(self._form) + 1) % len(FORMS)]
        self._show()

    @work(exclusive=True, group="copy")
    async def action_copy_report(self) -> None:
        """Copy what is shown."""
        if self._report is None:
            return
        if not self._report.page and self._form == "page":
            self.notify(self._say("mistake.no-page"), timeout=4, markup=False)
            return
        forms = {"mail": str(self._report.mail), "page": self._report.page}
        text = forms.get(self._form, self._report.patch_text)
        await copy_and_tell(self.app, self._say, text)

    def action_open_report(self) -> None:
        """Open the page of the source, or the mail when that is what is shown."""
        if self._report is not None:
            mail = self._form == "mail"
            self.post_message(FollowLink(self._report.mail.url if mail else self._report.page))

    async def action_save_patch(self) -> None:
        """Ask for the name of a file, and write the patch into it."""
        from ritui.services.fresh import fresh_file

        if self._report is None or not self._report.has_patch:
            self.notify(self._say("mistake.no-patch"), timeout=6, markup=False)
            return
        name = fresh_file(f"{self._record.id}-{self._report.key.replace('.', '-')}.patch.json")
        await self.ask_line(self._say("mistake.ask-file"), str(name), self._write)

    def _write(self, name: str) -> None:
        if self._report is not None and name.strip():
            self.write_new(Path(name.strip()), self._report.patch_text)

    def action_close(self) -> None:
        """One step back: out of the line that is typed into, then out of the report."""
        if self.is_asking:
            self.end_line()
        else:
            self.dismiss()


def mistake_screen(desk: Desk, start: Start, id_: str) -> MistakeScreen | None:
    """The screen on a record, or None for one that the directory does not have any more."""
    try:
        return MistakeScreen(desk, start, desk.catalog.record(id_))
    except NoSuchRecord:
        return None
