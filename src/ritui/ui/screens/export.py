"""Export: what is chosen or asked, in another program's format, in a file."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Final, NamedTuple, cast

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal
from textual.widgets import Input

from ritui.errors import RituiError
from ritui.services.export import FORMATS, Selection, byte_order_mark, format_of
from ritui.services.export.choosing import Choice, Chosen
from ritui.services.export.making import Making, settled
from ritui.services.export.naming import file_name, folder_words, place, renamed
from ritui.services.start import Start
from ritui.text import width
from ritui.ui.actions import actions_of, bindings, wanted
from ritui.ui.desk import Desk
from ritui.ui.messages import CatalogChanged
from ritui.ui.offers import Offer
from ritui.ui.screens.writing import WritingPage
from ritui.ui.widgets.bars import Bar, Keys, shorten
from ritui.ui.widgets.exporting import LINES, Option, Options, Preview, Seen
from ritui.ui.widgets.lines import Span

if TYPE_CHECKING:
    from ritui.ui.records import WithRecords

_MEASURED: Final = 1.0
"""Seconds for which it is found out how long a file will be."""


class Counts(NamedTuple):
    """What an offer comes to."""

    records: int
    notes: int
    """The reader's, on these records."""


class ExportScreen(WritingPage):
    """What is written, in which format, where; and how it begins."""

    CSS_PATH = "export.tcss"
    BINDINGS: ClassVar[list[BindingType]] = bindings("export")
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (64, "-medium"), (100, "-wide")]  # noqa: RUF012 - Textual's form
    VERTICAL_BREAKPOINTS = [(0, "-short"), (20, "-tall")]  # noqa: RUF012 - Textual's form
    AUTO_FOCUS = "#formats"

    def __init__(self, desk: Desk, start: Start, offers: Sequence[Offer]) -> None:
        """A screen on what can be exported.

        Args:
            desk: What to work with.
            start: Where the settings are, which name the sources.
            offers: At least one; the first is what is written if nothing else is said.
        """
        super().__init__()
        self._desk = desk
        self._say = desk.say
        self._start = start
        self._offers = offers
        self._shelf = desk.keeping.shelf
        self._counts: dict[int, Counts] = {}
        self._with_notes: bool | None = None
        self._proposed = ""

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Answer only what is asked, and let letters be letters while a line is typed into."""
        if action in {"replace", "keep_file", "copy_text"}:
            return (action != "copy_text") == (self.in_the_way is not None)
        return wanted(action, "export", typing=isinstance(self.focused, Input))

    def compose(self) -> ComposeResult:
        """What, with notes or not, the file's name; the formats and the preview; the keys."""
        yield Bar(id="head")
        with Horizontal(classes="row"):
            yield Bar(id="name-what")
            yield Options(id="what", notes_last=True)
        yield Bar(id="notes")
        with Horizontal(classes="row"):
            yield Bar(id="name-file")
            yield Input(id="typed", compact=True, select_on_focus=False)
            yield Bar(id="folder")
        with Horizontal(id="panels"):
            yield Options(id="formats")
            yield Preview(self._say)
        yield Bar(id="doing")
        yield Keys(actions_of("export", "app"), self._say, self._desk.keys)

    def on_mount(self) -> None:
        """Offer what there is, and propose a name."""
        say = self._say
        titles = {key: f" {say(f'export.{key}')}  " for key in ("what", "notes", "file")}
        self._column = max(map(width, titles.values()))
        for key in ("what", "file"):
            bar = self.query_one(f"#name-{key}", Bar)
            bar.styles.width = self._column
            bar.show([Span(titles[key], "accent")])
        self._what.can_focus = len(self._offers) > 1
        self._formats.border_title = say("export.format")
        self._formats.show([Option(form, say(f"export.for-{form}")) for form in FORMATS])
        self.query_one(Preview).border_title = say("export.preview")
        self._show_offers()
        self._propose()
        self.watch_work()
        if (trouble := self._desk.keeping.trouble()) is not None:
            cast("WithRecords", self.app).complain(trouble)
        self._count()
        self._look()

    # What is wanted.

    @property
    def _what(self) -> Options:
        return self.query_one("#what", Options)

    @property
    def _formats(self) -> Options:
        return self.query_one("#formats", Options)

    @property
    def _line(self) -> Input:
        return self.query_one("#typed", Input)

    @property
    def offer(self) -> Offer:
        """What is to be written."""
        return self._offers[self._what.cursor]

    @property
    def form(self) -> str:
        """The format."""
        return [*FORMATS][self._formats.cursor]

    @property
    def has_notes(self) -> bool:
        """Whether the reader's notes are wanted in it."""
        return self.offer.with_notes if self._with_notes is None else self._with_notes

    @property
    def file(self) -> Path:
        """Where it is to be written."""
        return place(self._line.value, self._proposed)

    def made(self) -> Making:
        """What is to be written."""
        choice = self.offer.choice
        if self.has_notes:
            choice = choice.with_notes(self._shelf)
        return Making(self.form, partial(self._select, choice))

    def _select(self, choice: Choice) -> Selection:
        """What is exported, as the directory is at the moment; in a thread."""
        return Chosen(self._desk.catalog, self._say, choice).selection(self._start.sources)

    # What it comes to.

    @on(CatalogChanged)
    @work(exclusive=True, group="count")
    async def _count(self) -> None:
        for number, offer in enumerate(self._offers):
            try:
                self._counts[number] = await asyncio.to_thread(self._counted, offer)
            except RituiError:
                # The preview says why.
                self._counts.pop(number, None)
        if self.is_left:
            return
        self._show_offers()
        self._show_notes()

    def _counted(self, offer: Offer) -> Counts:
        choice = offer.choice.with_notes(self._shelf)

        def count() -> Counts:
            chosen = Chosen(self._desk.catalog, self._say, choice)
            return Counts(len(chosen), len(chosen.notes))

        return settled(count)

    @on(CatalogChanged)
    @work(exclusive=True, group="look")
    async def _look(self) -> None:
        """Make the beginning of the file, and find out how long it will be; the latest wins."""
        preview, file = self.query_one(Preview), self.file
        await asyncio.sleep(self._desk.rest)
        making = self.made()
        try:
            text, missing = await asyncio.to_thread(making.head, LINES)
            mark = len(byte_order_mark(file).encode())
            seen = Seen(making.form, byte_order_mark(file) + text, missing, making.size + mark)
            preview.display_seen(seen)
            if not missing:
                is_measured = await asyncio.to_thread(making.measure, _MEASURED)
                size = making.size + mark
                preview.display_seen(seen._replace(size=size, is_measured=is_measured))
        except RituiError as error:
            preview.display_seen(Seen(error=error))
        finally:
            making.stop()

    # What is shown.

    def on_resize(self) -> None:
        """More or less has room."""
        self.call_after_refresh(self._show_place)

    def _show_offers(self) -> None:
        notes = {n: self._say("export.some", n=each.records) for n, each in self._counts.items()}
        rows = [Option(each.label, notes.get(n, "")) for n, each in enumerate(self._offers)]
        self._what.show(rows)

    def _show_notes(self) -> None:
        say, counts = self._say, self._counts.get(self._what.cursor)
        said = Span("")
        if self.form == "ics":
            said = Span(say("export.notes-never"), "faint")
        elif counts is not None and not counts.notes:
            said = Span(say("export.notes-none"), "faint")
        elif counts is not None:
            sign = "[✓]" if self.has_notes else "[ ]"
            text = f"{sign} {say('export.notes-some', n=counts.notes)}"
            said = Span(text, action="screen.with_notes")
        title = f" {say('export.notes')}"
        blank = " " * (self._column - width(title) + 2)
        self.query_one("#notes", Bar).show([Span(title + blank, "accent"), said])

    def _show_place(self) -> None:
        """The folder and the name of the file."""
        file, bar = self.file, self.query_one("#folder", Bar)
        cells = bar.size.width - width(self._say("export.in-folder", folder="")) - 3
        folder = folder_words(file)
        # How it ends tells more than how it begins.
        while width(folder) > max(6, cells):
            folder = f"…{folder[2:]}"
        bar.show([Span(f" {self._say('export.in-folder', folder=folder)}", "faint")])
        name = shorten(file.name, max(10, self.size.width - 24))
        self.query_one("#head", Bar).show(
            [Span(f" {self._say('place.export')} ", "accent"), Span(name, "title")]
        )

    # What the reader changes.

    def _propose(self) -> None:
        """Propose a name, unless the reader typed one; that has another ending at most."""
        line, before = self._line, self._proposed
        self._proposed = line.placeholder = file_name(self.offer.name, self.form, date.today())
        typed = self._proposed if line.value in {"", before} else renamed(line.value, self.form)
        if typed != line.value:
            line.value = typed
            line.cursor_position = len(typed) - len(Path(typed).suffix)

    @on(Options.Moved)
    def _moved(self) -> None:
        """Something else is to be written, or in another format."""
        self.in_the_way = None
        self._propose()
        self._show_notes()
        self.show_doing()
        self._look()

    @on(Input.Changed, "#typed")
    def _typed(self) -> None:
        """What was typed may say another format; and whatever was in the way is not any more."""
        form = format_of(self._line.value)
        if form and form != self.form:
            self._formats.cursor = [*FORMATS].index(form)
        if self.in_the_way != self.file:
            self.in_the_way = None
        self._show_place()
        self.show_doing()

    def action_with_notes(self) -> None:
        """Let the notes go with it, or not any more."""
        counts = self._counts.get(self._what.cursor)
        if counts and counts.notes and self.form != "ics":
            self._with_notes = not self.has_notes
            self._show_notes()
            self._look()

    def action_file_name(self) -> None:
        """Type another name; at once, since letters may follow."""
        self.set_focus(self._line)

    def action_next_pane(self) -> None:
        """To the next panel."""
        self.focus_next()

    def action_close(self) -> None:
        """One step back: keep the file, stop the writing, leave the line, leave."""
        if self.in_the_way is not None:
            self.action_keep_file()
        elif self.at_work is not None:
            self.at_work[0].stop()
        elif isinstance(self.focused, Input):
            self.set_focus(self._formats)
        else:
            self.dismiss()
