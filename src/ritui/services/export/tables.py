"""Tables: one row a record, for spreadsheets and databases."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from ritui.model.record import KEYS
from ritui.services.export import NOTE, Selection
from ritui.services.export.escape import spreadsheet_cell

_COLUMNS: Final = tuple(key for key in KEYS if key != "provenance")
_NUMBERS: Final = (int, float)


def write_csv(selection: Selection) -> Iterator[str]:
    """One row a record; the columns ``licence`` and ``sources`` at its end say where from.

    Where the selection has notes, they are in one more column, the last.
    """
    more = (NOTE,) if selection.notes else ()
    yield _line((*_COLUMNS, "licence", "sources", *more))
    for record in selection.noted():
        provenance = record.get("provenance", ())
        under = dict.fromkeys(entry.get("licence", "") for entry in provenance)
        said = dict.fromkeys(
            " ".join(part for part in (entry.get("title", ""), entry.get("url", "")) if part)
            or entry["source"]
            for entry in provenance
        )
        cells = [_flat(record.get(column, "")) for column in _COLUMNS]
        cells += (_flat([name for name in under if name]), _flat(list(said)))
        yield _line((*cells, *(_flat(record.get(column, "")) for column in more)))


def _line(cells: Iterable[Any]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer).writerow(
        [cell if isinstance(cell, _NUMBERS) else spreadsheet_cell(cell) for cell in cells]
    )
    return buffer.getvalue()


def _flat(value: Any) -> str | int | float:
    """A value of a record in one cell: parts joined by ``; ``."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, _NUMBERS):
        return value
    if isinstance(value, Mapping):
        return "; ".join(f"{key}: {_flat(each)}" for key, each in value.items())
    if isinstance(value, list):
        return "; ".join(
            " ".join(str(part) for part in each.values()) if isinstance(each, Mapping) else each
            for each in value
        )
    return str(value)
