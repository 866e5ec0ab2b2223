"""Wire: send the terminal only what differs from what it shows.

Textual repaints regions: moving to the next row sends the detail panel whole, closing a screen
sends everything, and every run of text carries its full colours and a reset. Over ssh on a slow
line that is what makes a program feel slow. Here each repaint is compared, cell by cell, with
what was last sent, and colours are changed one at a time: on this program's screens a sixth
to little more than a quarter of the bytes is left. A lean wire has 16 colours only, begins with
an empty screen, and erases instead of writing spaces.

This is the one module that knows how Textual hands over a frame (`LayoutUpdate`,
`ChopsUpdate`; Textual 8.2). Without it everything still works, at more bytes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import groupby
from typing import Final, NamedTuple

from rich.cells import cell_len
from rich.color import ColorSystem
from rich.console import Console
from rich.segment import Segment
from rich.style import Style
from textual._compositor import ChopsUpdate, CompositorUpdate, LayoutUpdate

_ATTRIBUTES: Final = (
    ("bold", "1"), ("dim", "2"), ("italic", "3"), ("underline", "4"), ("blink", "5"),
    ("reverse", "7"), ("strike", "9"), ("underline2", "21"), ("overline", "53"),
)  # fmt: skip
_OF_TEXT: Final = ("", "1", "2", "3")
_BRIDGE: Final = 4
"""Unchanged cells that cost less to send again than to jump over."""
_ERASE: Final = 12
"""Spaces that cost more to send than to erase and to jump over; at an end, nothing is jumped."""
_ERASE_END: Final = 5


class Look(NamedTuple):
    """What a terminal has to be told before it draws a cell."""

    attributes: str
    """SGR codes of bold and the like, joined by semicolons."""
    color: str
    """SGR codes of the colour, or empty for the terminal's own."""
    background: str
    link: str
    is_blank: bool = False
    """Whether it is that of a space, on which the colour of text does not show."""

    @property
    def blank(self) -> Look:
        """The look of a space in this look."""
        if self.link or not _is_of_text(self.attributes):
            return self
        return self._replace(attributes="", color="", is_blank=True)


@lru_cache(maxsize=64)
def _is_of_text(attributes: str) -> bool:
    """Whether attributes change how text looks, and not the cell it is in."""
    return all(code in _OF_TEXT for code in attributes.split(";"))


Cell = tuple[str, Look]
"""What a cell shows; the text is empty in the second cell of a wide character."""

_EMPTY: Final[Cell] = (" ", Look("", "", "", "", is_blank=True))
"""A cell of a screen that was cleared."""


class Wire:
    """What the terminal shows, as far as we sent it."""

    def __init__(self, *, colour: bool = True, lean: bool = False) -> None:
        """A terminal of which nothing is known.

        Args:
            colour: Whether there is any; without, only bold, underline and reverse are sent.
            lean: Whether the 16 colours of the terminal must do, and emptiness is erased.
        """
        self._colour = colour
        self._lean = lean
        self._lines: dict[int, dict[int, Cell]] = {}
        self._rest: Cell | None = None
        """What the cells show that are not in the lines; None when that is not known."""

    def forget(self) -> None:
        """Nothing is known of the terminal any more: the next frames are sent whole."""
        self._lines.clear()
        self._rest = None

    def delta(self, update: CompositorUpdate) -> CompositorUpdate:
        """A frame that sends only what differs."""
        if isinstance(update, LayoutUpdate | ChopsUpdate):
            return _Delta(self, update)
        self.forget()
        return update

    def write(
        self,
        runs: Iterator[tuple[int, int, Sequence[Segment]]],
        console: Console,
        *,
        whole: bool = False,
    ) -> str:
        """The bytes for some runs of segments, each from a column and line on.

        Args:
            runs: Column, line and segments.
            console: Whose colours are known.
            whole: Whether the runs are all of the screen, so that it may be cleared before them.
        """
        system = console._color_system if self._colour else None
        if self._lean and system is not None:
            system = ColorSystem.STANDARD
        pen = _Pen(erases=self._lean)
        if whole and self._lean and self._rest is None:
            # Spaces on the terminal's own background need not be sent then.
            self._lines.clear()
            self._rest = _EMPTY
            pen.clear()
        for x, y, segments in runs:
            shown = self._lines.setdefault(y, {})
            for column, cells in _stretches(shown, self._rest, x, _cells(segments, system)):
                pen.write(column, y, cells)
        return pen.lifted()


class _Delta(CompositorUpdate):
    """A frame of Textual's, sent as what differs from the one before."""

    def __init__(self, wire: Wire, update: LayoutUpdate | ChopsUpdate) -> None:
        self._wire = wire
        self._update = update

    def render_segments(self, console: Console) -> str:
        """The bytes to send."""
        update = self._update
        whole = isinstance(update, LayoutUpdate) and update.region == (0, 0, *console.size)
        return self._wire.write(_runs(update), console, whole=whole)


def _runs(update: LayoutUpdate | ChopsUpdate) -> Iterator[tuple[int, int, Sequence[Segment]]]:
    """What a frame draws: column, line and segments, run by run."""
    if isinstance(update, LayoutUpdate):
        for y, strips in enumerate(update.strips, update.region.y):
            yield update.region.x, y, [segment for strip in strips for segment in strip]
        return
    for y, left, right in update.spans:
        for end, (x, strip) in zip(update.chop_ends[y], update.chops[y].items(), strict=True):
            if strip is None or x > right or end <= left:
                continue
            whole = right > x >= left and end <= right
            yield x, y, list(strip if whole else strip.crop(0, min(end, right) - x))


def _cells(segments: Sequence[Segment], system: ColorSystem | None) -> Iterator[Cell]:
    for text, style, control in segments:
        if control or not text:
            continue
        look = _look(style or Style.null(), system)
        blank = look.blank
        if text.isascii():
            for character in text:
                yield character, (blank if character == " " else look)
            continue
        yield from _wide_cells(text, look, blank)


def _wide_cells(text: str, look: Look, blank: Look) -> Iterator[Cell]:
    widths = [1 if character.isascii() else cell_len(character) for character in text]
    if sum(widths) != cell_len(text):
        # Characters that join into others are one unit: only the whole has a width.
        yield text, look
        for _ in range(cell_len(text) - 1):
            yield "", look
        return
    held = ""
    for character, width in zip(text, widths, strict=True):
        if width == 0:
            held += character
            continue
        if held:
            yield held, look
        held = ""
        if width == 1:
            held = character
        else:
            yield character, look
            yield "", look
    if held:
        yield held, look


def _stretches(
    shown: dict[int, Cell], rest: Cell | None, x: int, cells: Iterator[Cell]
) -> Iterator[tuple[int, list[Cell]]]:
    """What is to be sent of a run, each stretch with the column it begins at.

    Args:
        shown: What the line shows, by column; the run is entered into it.
        rest: What its other cells show, if that is known.
        x: The column of the first cell.
        cells: The run.
    """
    if not shown and rest is None:
        # Nothing is known of the line, as before the first frame: nothing is to be compared.
        new = list(cells)
        shown.update(enumerate(new, x))
        if new:
            yield x, new
        return
    begin = 0
    stretch: list[Cell] = []
    bridge: list[Cell] = []
    for column, cell in enumerate(cells, x):
        if shown.get(column, rest) == cell:
            bridge.append(cell)
            continue
        shown[column] = cell
        if not cell[0]:
            # The second half of a wide character that is sent with its first half.
            bridge.append(cell)
            continue
        if stretch and len(bridge) <= _BRIDGE and all(text for text, _ in bridge):
            stretch.extend(bridge)
        else:
            if stretch:
                yield begin, stretch
            begin, stretch = column, []
        bridge.clear()
        stretch.append(cell)
    if stretch:
        yield begin, stretch


class _Pen:
    """What draws on the terminal: it has a look, and it is on a line."""

    def __init__(self, *, erases: bool) -> None:
        self._out: list[str] = []
        self._look: Look | None = None
        self._line: int | None = None
        self._erases = erases

    def clear(self) -> None:
        """Clear the screen, in the terminal's own background."""
        self._wear(_EMPTY[1])
        self._out.append("\x1b[2J")

    def write(self, column: int, line: int, cells: Sequence[Cell]) -> None:
        """Write some cells, each in the look it has."""
        self._to(column, line)
        if not self._erases:
            self._put(cells)
            return
        place = 0
        for empty, group in groupby(cells, _EMPTY.__eq__):
            some = list(group)
            place += len(some)
            at_end = place == len(cells)
            if empty and len(some) >= (_ERASE_END if at_end else _ERASE):
                self._wear(_EMPTY[1])
                self._out.append(f"\x1b[{len(some)}X")
                if not at_end:
                    self._to(column + place, line)
            else:
                self._put(some)

    def lifted(self) -> str:
        """Everything that was drawn; the terminal is left without a look."""
        if self._look is not None:
            if self._look.link:
                self._out.append("\x1b]8;;\x1b\\")
            self._out.append("\x1b[0m")
        return "".join(self._out)

    def _to(self, column: int, line: int) -> None:
        # Within a line the column is said as well and not the distance: terminals differ in
        # how wide they take some characters to be.
        place = f"{column + 1}G" if line == self._line else f"{line + 1};{column + 1}H"
        self._out.append(f"\x1b[{place}")
        self._line = line

    def _put(self, cells: Sequence[Cell]) -> None:
        for text, look in cells:
            if look != self._look:
                self._wear(look)
            self._out.append(text)

    def _wear(self, look: Look) -> None:
        """Take on a look, saying no more than what changes."""
        link = self._look.link if self._look else ""
        codes, self._look = _change(self._look, look)
        if codes:
            self._out.append(f"\x1b[{codes}m")
        if look.link != link:
            self._out.append(f"\x1b]8;;{look.link}\x1b\\")


@lru_cache(maxsize=1024)
def _change(pen: Look | None, look: Look) -> tuple[str, Look]:
    """The codes that take a pen to a look, and the look it then has."""
    if look.is_blank and pen is not None and _is_of_text(pen.attributes):
        # What does not show on a space is left as it was.
        look = look._replace(attributes=pen.attributes, color=pen.color, is_blank=False)
    anew = _joined("0", look.attributes, look.color, look.background)
    if pen is None or pen.attributes != look.attributes:
        return anew, look
    codes = _joined(
        "" if look.color == pen.color else look.color or "39",
        "" if look.background == pen.background else look.background or "49",
    )
    return (anew if len(codes) > len(anew) else codes), look


def _joined(*codes: str) -> str:
    return ";".join(code for code in codes if code)


@lru_cache(maxsize=1024)
def _look(style: Style, system: ColorSystem | None) -> Look:
    attributes = ";".join(code for name, code in _ATTRIBUTES if getattr(style, name))
    color = background = ""
    if system is not None:
        if style.color is not None and not style.color.is_default:
            color = ";".join(style.color.downgrade(system).get_ansi_codes())
        if style.bgcolor is not None and not style.bgcolor.is_default:
            codes = style.bgcolor.downgrade(system).get_ansi_codes(foreground=False)
            background = ";".join(codes)
    return Look(attributes, color, background, style.link or "")
