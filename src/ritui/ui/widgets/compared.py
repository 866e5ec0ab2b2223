"""Compared: records side by side, as many of them as there is room for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from ritui.services.compare import GAP, SIGN, Row, laid
from ritui.text import fit, wrap
from ritui.ui.widgets.lines import Line, Span, Text

LEAST: Final = 22
"""Cells that a record has at least; where there are fewer, not all records are shown at once."""
_NAME: Final = 2
"""Lines of a name at the top."""


class Shape(NamedTuple):
    """How a comparison is laid out in a width."""

    label: int
    """Cells of what is compared."""
    first: int
    """The record at the left, from 0."""
    shown: int
    """How many records stand side by side."""
    cells: int
    """Of each record."""


def shape_of(across: int, records: int, current: int) -> Shape:
    """How records are laid out so that the current one is seen.

    Args:
        across: Cells there are.
        records: How many records.
        current: Which one is looked at, from 0.
    """
    label = 16 if across >= 100 else 12
    room = across - SIGN - label
    shown = max(1, min(records, room // (LEAST + GAP)))
    first = max(0, min(current, records - shown))
    return Shape(label, first, shown, max(4, room // shown - GAP))


class Names(Text):
    """The names of the records that are shown; the current one has a cursor."""

    can_focus = False

    def display_names(self, names: Sequence[str], shape: Shape, current: int) -> None:
        """Show the names above their columns."""
        shown = range(shape.first, shape.first + shape.shown)
        wrapped = [_held(names[n], shape.cells - 2) for n in shown]
        lines: list[Line] = []
        for y in range(_NAME):
            spans = [Span(" " * (SIGN + shape.label))]
            for n, name in zip(shown, wrapped, strict=True):
                mark = "> " if n == current and y == 0 else "  "
                look = "cursor" if n == current else "title"
                spans.append(Span(fit(f"{mark}{name[y]}", shape.cells), look))
                spans.append(Span(" " * GAP))
            lines.append(tuple(spans))
        self.show(lines)


class Compared(Text):
    """The rows of a comparison, each with a sign where the records differ."""

    def display_rows(self, rows: Sequence[Row], shape: Shape) -> None:
        """Show rows, from where one is."""
        self.show(list(_lines(rows, shape)), keep_place=True)


def _lines(rows: Sequence[Row], shape: Shape) -> Iterator[Line]:
    section = ""
    for row in rows:
        if row.section != section:
            section = row.section
            yield ()
        yield from _row(row, shape)


def _row(row: Row, shape: Shape) -> Iterator[Line]:
    look = "warning" if row.differs else "faint"
    shown = slice(shape.first, shape.first + shape.shown)
    cells = row.cells[shown]
    for sign, label, parts in laid(row, shape.label, shape.cells, shown):
        spans = [Span(sign, look), Span(label, "accent")]
        for cell, part in zip(cells, parts, strict=True):
            url = cell if cell.startswith(("http://", "https://")) and "\n" not in cell else ""
            plain = "text" if row.differs and cell else "faint"
            spans.append(Span(part.rstrip() if url else part, "link" if url else plain, url))
            spans.append(Span(" " * (GAP + (len(part) - len(part.rstrip()) if url else 0))))
        yield tuple(spans)


def _held(name: str, cells: int) -> list[str]:
    """A name in exactly as many lines as there are for it."""
    lines = wrap(name, max(1, cells))
    if len(lines) > _NAME:
        lines = [*lines[: _NAME - 1], " ".join(lines[_NAME - 1 :])]
    return lines + [""] * (_NAME - len(lines))
