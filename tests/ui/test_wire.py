"""What is sent to the terminal: never wrong, and little of it."""

from __future__ import annotations

import io
import re
from typing import Literal

import pyte
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.color import ColorSystem
from rich.console import Console
from rich.segment import Segment
from rich.style import Style

from ritui.ui.wire import Wire

COLUMNS, LINES = 12, 4
STYLES = [
    Style(),
    Style(color="red"),
    Style(color="#ff8800", bgcolor="#101010"),
    Style(bgcolor="#101010"),
    Style(bgcolor="blue", bold=True),
    Style(color="#00ff00", underline=True),
    Style(color="default", bgcolor="default"),
    Style(color="red", reverse=True),
    Style(dim=True, underline=True),
]

texts = st.text(st.sampled_from(list("ab  é漢0 ─")), max_size=6)
runs = st.lists(st.tuples(texts, st.sampled_from(STYLES)), max_size=5)


def console(colours: Literal["standard", "truecolor"] = "truecolor") -> Console:
    """A console on nothing."""
    return Console(file=io.StringIO(), force_terminal=True, color_system=colours,
                   legacy_windows=False)  # fmt: skip


def filled(run: list[tuple[str, Style]]) -> list[Segment]:
    """A line of exactly the screen's width."""
    segments, left = [], COLUMNS
    for text, style in run:
        while cell_len(text) > left:
            text = text[:-1]
        segments.append(Segment(text, style))
        left -= cell_len(text)
    return [*segments, Segment(" " * left, Style())]


def shown(screen: pyte.Screen) -> list[list[tuple[object, ...]]]:
    """Everything that can be seen: the colour of a space only where it shows."""
    cells: list[list[tuple[object, ...]]] = []
    for y in range(LINES):
        line: list[tuple[object, ...]] = []
        for x in range(COLUMNS):
            char = screen.buffer[y][x]
            blank = char.data == " " and not (char.reverse or char.underscore)
            color = None if blank else char.fg
            bold = None if blank else char.bold
            line.append((char.data, color, char.bg, bold, char.underscore, char.reverse))
        cells.append(line)
    return cells


def rendered(segment: Segment, system: ColorSystem | None) -> str:
    """A segment as it is sent without a wire."""
    style = segment.style or Style()
    # A style remembers how it was first written, with the colours of whatever terminal.
    style._ansi = None
    return style.render(segment.text, color_system=system)


def play(screen: pyte.Screen, data: str) -> None:
    """Send something to a screen."""
    pyte.Stream(screen).feed(data)


@pytest.mark.parametrize("lean", [False, True])
@settings(max_examples=300, deadline=None)
@given(frames=st.lists(st.lists(runs, min_size=LINES, max_size=LINES), min_size=1, max_size=4))
def test_the_screen_is_what_it_would_be_if_all_were_sent(
    lean: bool, frames: list[list[list[tuple[str, Style]]]]
) -> None:
    wire, out = Wire(lean=lean), console("standard" if lean else "truecolor")
    ours, whole = pyte.Screen(COLUMNS, LINES), pyte.Screen(COLUMNS, LINES)
    for frame in frames:
        lines = [filled(run) for run in frame]
        played = ((0, y, line) for y, line in enumerate(lines))
        play(ours, wire.write(played, out, whole=True))
        for y, line in enumerate(lines):
            sent = "".join(rendered(s, out._color_system) for s in line)
            play(whole, f"\x1b[{y + 1};1H\x1b[0m{sent}\x1b[0m")
        assert shown(ours) == shown(whole)


def test_what_is_shown_already_is_not_sent() -> None:
    wire, out = Wire(), console()
    line = filled([("same", STYLES[2])])
    assert wire.write(iter([(0, 0, line)]), out)
    assert wire.write(iter([(0, 0, line)]), out) == ""
    wire.forget()
    assert wire.write(iter([(0, 0, line)]), out)


def test_only_the_cells_that_differ_are_sent() -> None:
    wire, out = Wire(), console()
    wire.write(iter([(0, 0, [Segment("first line  ", STYLES[1])])]), out)
    sent = wire.write(iter([(0, 0, [Segment("first lime  ", STYLES[1])])]), out)
    assert sent == "\x1b[1;9H\x1b[0;31mm\x1b[0m"


def test_a_link_is_opened_and_closed() -> None:
    wire, out = Wire(), console()
    segment = Segment("here", Style(link="https://example.org/"))
    sent = wire.write(iter([(0, 0, [segment, Segment(" ", Style())])]), out)
    assert sent.count("\x1b]8;") == 2
    assert "\x1b]8;;https://example.org/\x1b\\here\x1b]8;;\x1b\\" in sent


def test_a_lean_wire_begins_empty_and_erases() -> None:
    wire, out = Wire(lean=True), console()
    text, nothing = [Segment("words", Style()), Segment(" " * 7)], [Segment(" " * COLUMNS)]
    frame = [(0, 0, nothing), (0, 1, text), (0, 2, nothing)]
    assert wire.write(iter(frame), out, whole=True) == "\x1b[0m\x1b[2J\x1b[2;1Hwords\x1b[0m"
    assert wire.write(iter([(0, 1, nothing)]), out) == "\x1b[2;1H\x1b[0m\x1b[5X\x1b[0m"
    wire.forget()
    # What is known of a part only is no reason to clear the rest.
    assert "\x1b[2J" not in wire.write(iter([(0, 1, text)]), out)
    assert "\x1b[2J" in wire.write(iter(frame), out, whole=True)


def test_a_lean_wire_has_sixteen_colours() -> None:
    wire, out = Wire(lean=True), console()
    line = filled([("a", Style(color="#ff8800", bgcolor="#101010")), ("b", Style(color="red"))])
    sent = wire.write(iter([(0, 0, line)]), out)
    codes = [int(code) for each in re.findall(r"\x1b\[([\d;]*)m", sent) for code in each.split(";")]
    assert 31 in codes
    assert set(codes) <= {0, 39, 49, *range(30, 38), *range(40, 48), *range(90, 98)}
