"""Standard output: data only, held back until it is sure, fitted only to a terminal."""

from __future__ import annotations

import io
import json
import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Final, TextIO

from ritui.errors import CannotWrite
from ritui.text import fit, width

_HELD: Final = 16 * 2**20
"""Characters after which output is written even though the command is not done."""
_GAP: Final = "  "
_NARROWEST: Final = 8
"""Cells under which no column is cut; on a narrower terminal lines wrap."""


class Output:
    """What a command prints.

    Nothing is written before the command is done, unless it is very long: a command that finds
    the cache damaged in the middle can then be run again without printing anything twice.
    """

    def __init__(self, stream: TextIO) -> None:
        """Print on a stream; where it is no terminal, as UTF-8 with plain line ends."""
        self._stream = stream
        self._held: list[str] = []
        self._size = 0
        self.released = False
        """Whether something was written, which cannot be taken back."""
        self.is_terminal = stream.isatty()
        if isinstance(stream, io.TextIOWrapper):
            if self.is_terminal:
                stream.reconfigure(errors="replace")
            else:
                stream.reconfigure(encoding="utf-8", errors="replace", newline="\n")

    @property
    def width(self) -> int:
        """Cells of the terminal: ``COLUMNS`` if it is set, else what the terminal says."""
        columns = os.environ.get("COLUMNS", "")
        if columns.isascii() and columns.isdigit() and int(columns) > 0:
            return int(columns)
        try:
            return os.get_terminal_size(self._stream.fileno()).columns or 80
        except (OSError, ValueError):
            return 80

    def write(self, text: str) -> None:
        """Print text as it is."""
        self._held.append(text)
        self._size += len(text)
        if self._size > _HELD:
            self.release()

    def line(self, text: str = "") -> None:
        """Print text and end the line."""
        self.write(text + "\n")

    def discard(self) -> None:
        """Forget what was not written yet."""
        self._held.clear()
        self._size = 0

    def release(self) -> None:
        """Write what was held back.

        Raises:
            CannotWrite: The disk is full, or the terminal gone.
        """
        if not self._held:
            return
        self.released = True
        text = "".join(self._held)
        self.discard()
        try:
            self._stream.write(text)
            self._stream.flush()
        except BrokenPipeError:
            raise
        except OSError as error:
            raise CannotWrite(Path("stdout"), error.strerror or str(error)) from error


def as_json(value: Any) -> str:
    """A value as JSON on one line."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def print_rows(
    output: Output, form: str, names: Sequence[str], rows: Iterable[Sequence[str]]
) -> None:
    """Print rows in one of the forms that have columns.

    Args:
        output: Where.
        form: ``table``, ``csv`` or ``md``.
        names: What the columns are called.
        rows: Texts, one for each column.
    """
    if form == "csv":
        _print_csv(output, names, rows)
    elif form == "md":
        from ritui.services.export import markdown_row

        output.line(markdown_row(names))
        output.line(markdown_row(["---"] * len(names), escape=False))
        for row in rows:
            output.line(markdown_row(row))
    elif output.is_terminal:
        print_fitted(output, [names, *rows])
    else:
        for row in rows:
            output.line("\t".join(" ".join(cell.split()) for cell in row))


def print_fitted(output: Output, rows: Sequence[Sequence[str]], wide: int = -1) -> None:
    """Print rows in columns that fit the terminal.

    Args:
        output: A terminal.
        rows: Texts, one for each column.
        wide: The column that is cut first where not all have room; -1 to cut the widest.
    """
    cells = [[" ".join(cell.splitlines()).replace("\t", " ") for cell in row] for row in rows]
    sizes = [max(width(row[column]) for row in cells) for column in range(len(cells[0]))]
    room = output.width - len(_GAP) * (len(sizes) - 1)
    excess = sum(sizes) - room
    if wide >= 0 and excess > 0:
        cut = min(excess, max(sizes[wide] - _NARROWEST, 0))
        sizes[wide] -= cut
        excess -= cut
    while excess > 0 and max(sizes) > _NARROWEST:
        sizes[sizes.index(max(sizes))] -= 1
        excess -= 1
    for row in cells:
        fitted = (fit(cell, size) for cell, size in zip(row, sizes, strict=True))
        output.line(_GAP.join(fitted).rstrip())


def _print_csv(output: Output, names: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    import csv

    from ritui.services.export import spreadsheet_cell

    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow(names)
    for row in rows:
        writer.writerow([spreadsheet_cell(cell) for cell in row])
    output.write(buffer.getvalue())
