"""Wire: send the terminal only what differs from what it shows.

Textual repaints regions: moving to the next row sends the detail panel whole, closing a screen
sends everything, and every run of text carries its full colours and a reset. Over ssh on a slow
line that is what makes a program feel slow. Here each repaint is compared, cell by cell, with
what was last sent, and colours are changed one at a time: on this program's screens a sixth
to little more than a quarter of the bytes is left.

This is the one module that knows how Textual hands over a frame (`LayoutUpdate`,
`ChopsUpdate`; Textual 8.2). Without it everything still works, at more bytes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
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
_BRIDGE: Final = 4
"""Unchanged cells that cost less to send again than to jump over."""


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
        if self.attributes or self.link:
            return self
        return self._replace(color="", is_blank=True)


Cell = tuple[str, Look]
"""What a cell shows; the text is empty in the second cell of a wide character."""


class Wire:
    """What the terminal shows, as far as we sent it."""

    def __init__(self, *, colour: bool = True) -> None:
        """A terminal of which nothing is known.

        Args:
            colour: Whether there is any; without, only bold, underline and reverse are sent.
        """
        self._colour = colour
        self._lines: dict[int, dict[int, Cell]] = {}

    def forget(self) -> None:
        """Nothing is known of the terminal any more: the next frames are sent whole."""
        self._lines.clear()

    def delta(self, update: CompositorUpdate) -> CompositorUpdate:
        """A frame that sends only what differs."""
        if isinstance(update, LayoutUpdate | ChopsUpdate):
            return _Delta(self, update)
        self.forget()
        return update

    def write(self, runs: Iterator[tuple[int, int, Sequence[Segment]]], console: Console) -> str:
        """The bytes for some runs of segments, each from a column and line on.

        Args:
            runs: Column, line and segments.
            console: Whose colours are known.
        """
        system = console._color_system if self._colour else None
        out: list[str] = []
        pen: Look | None = None
        for x, y, segments in runs:
            shown = self._lines.setdefault(y, {})
            pen = _write_run(out, pen, shown, x, y, _cells(segments, system))
        if pen is not None:
            if pen.link:
                out.append("\x1b]8;;\x1b\\")
            out.append("\x1b[0m")
        return "".join(out)


class _Delta(CompositorUpdate):
    """A frame of Textual's, sent as what differs from the one before."""

    def __init__(self, wire: Wire, update: LayoutUpdate | ChopsUpdate) -> None:
        self._wire = wire
        self._update = update

    def render_segments(self, console: Console) -> str:
        """The bytes to send."""
        return self._wire.write(_runs(self._update), console)


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


def _write_run(
    out: list[str], pen: Look | None, shown: dict[int, Cell], x: int, y: int, cells: Iterator[Cell]
) -> Look | None:
    """Append the bytes for the cells of a run that differ, and give the pen's last look."""
    at = -1
    bridge: list[Cell] = []
    for column, cell in enumerate(cells, x):
        if shown.get(column) == cell:
            bridge.append(cell)
            continue
        if not cell[0]:
            # The second half of a wide character that is sent with its first half.
            shown[column] = cell
            bridge.append(cell)
            continue
        shown[column] = cell
        if at >= 0 and len(bridge) <= _BRIDGE and all(text for text, _ in bridge):
            for text, look in bridge:
                pen = _to_look(out, pen, look)
                out.append(text)
        elif at < 0 or bridge:
            out.append(f"\x1b[{y + 1};{column + 1}H")
        bridge.clear()
        pen = _to_look(out, pen, cell[1])
        out.append(cell[0])
        at = column
    return pen


def _to_look(out: list[str], pen: Look | None, look: Look) -> Look:
    """Append what takes the terminal from one look to another, and give the pen it then has."""
    if look == pen:
        return look
    if pen is None:
        pen = Look("", "", "", "")
        out.append("\x1b[0m")
    if pen.link != look.link:
        out.append(f"\x1b]8;;{look.link}\x1b\\")
    plain = not look.color and bool(pen.color) and not look.is_blank
    if pen.attributes != look.attributes or (pen.background and not look.background) or plain:
        codes = [code for code in ("0", look.attributes, look.color, look.background) if code]
        out.append(f"\x1b[{';'.join(codes)}m")
        return look
    codes = [
        code
        for code, held in ((look.color, pen.color), (look.background, pen.background))
        if code and code != held
    ]
    if codes:
        out.append(f"\x1b[{';'.join(codes)}m")
    # A space leaves the pen's colour as it was.
    return look._replace(color=pen.color, is_blank=False) if look.is_blank else look


@lru_cache(maxsize=1024)
def _look(style: Style, system: ColorSystem | None) -> Look:
    attributes = ";".join(code for name, code in _ATTRIBUTES if getattr(style, name))
    color = background = ""
    if system is not None:
        if style.color is not None:
            color = ";".join(style.color.downgrade(system).get_ansi_codes())
        if style.bgcolor is not None:
            codes = style.bgcolor.downgrade(system).get_ansi_codes(foreground=False)
            background = ";".join(codes)
    return Look(attributes, color, background, style.link or "")
