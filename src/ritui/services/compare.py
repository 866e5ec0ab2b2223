"""Compare: two to four records side by side, in the order and the words of the detail."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, zip_longest
from typing import Any, Final

from ritui.i18n import Messages
from ritui.model.record import KEYS, Contact, Link, Record, to_json
from ritui.services.copied import Chosen
from ritui.services.describe import describe, names_line
from ritui.services.export.escape import markdown_row, markdown_text, spreadsheet_cell
from ritui.text import fit, fold, wrap

LEAST: Final = 2
MOST: Final = 4
"""Records that can be compared with one another."""
DIFFERS: Final = "≠"
"""The sign of a row in which the records differ."""
SIGN: Final = 2
"""Cells of that sign."""
GAP: Final = 2
"""Cells between two columns."""
NOTHING: Final = "—"
"""Stands where nothing is known of a record."""
_ALL: Final = slice(None)
_EVERYTHING: Final = Record(
    id="-", kind="project", name="-", acronym="-", region="EU", country="PT", countries=("ES",),
    lat=0.0, lon=0.0, host="-", coordinator="-", partners=("-",), members=("-",), legal="-",
    type="virtual", status="planned", established=1, ended=2, website="-", access="-",
    contacts=(Contact("-"),), links=(Link("-", "-"),), areas=("energy",), domains=("energy",),
    fields=("-",), esfri="landmark", pilot="-", grant={"number": "-"}, summary="-", details=("-",),
    identifiers={"ror": "-", "wikidata": "-", "re3data": "-"}, caveats=("-",), verified=True,
)  # fmt: skip
"""States all there is, so that what a record leaves out keeps its place in the order."""


@dataclass(frozen=True, slots=True)
class Row:
    """One thing that is known of some of the records."""

    section: str
    """Key of the section it is in; empty before the first one."""
    label: str
    cells: tuple[str, ...]
    """What is known of each record, a line for each thing; empty where nothing is."""
    differs: bool


@dataclass(frozen=True, slots=True)
class Comparison:
    """Some records side by side."""

    ids: tuple[str, ...]
    names: tuple[str, ...]
    rows: tuple[Row, ...]

    @property
    def differing(self) -> tuple[Row, ...]:
        """The rows in which the records differ."""
        return tuple(row for row in self.rows if row.differs)


def compare(chosen: Chosen, say: Messages) -> Comparison:
    """Put records side by side.

    Args:
        chosen: The records.
        say: The words.
    """
    told = [dict(_told(record, chosen.names, say)) for record in chosen.records]
    usual = [key for key, _ in _told(_EVERYTHING, {}, say)]
    rows = []
    for section, label in _merged([usual, *map(list, told)]):
        cells = tuple(each.get((section, label), "") for each in told)
        if any(cells):
            rows.append(Row(section, label, cells, len({_plain(cell) for cell in cells}) > 1))
    names = tuple(record.called(say.language) for record in chosen.records)
    return Comparison(tuple(record.id for record in chosen.records), names, tuple(rows))


def differences(records: Sequence[Record]) -> dict[str, Any]:
    """The same as JSON values: of each key of a record what the records state.

    Args:
        records: In the order in which they are named.
    """
    values = [to_json(record) for record in records]
    fields = []
    for key in KEYS:
        stated = {
            record.id: each[key]
            for record, each in zip(records, values, strict=True)
            if key in each
        }
        if stated:
            held = list(stated.values())
            differs = len(stated) < len(records) or any(each != held[0] for each in held)
            fields.append({"field": key, "differs": differs, "values": stated})
    return {"ids": [record.id for record in records], "fields": fields}


def as_markdown(comparison: Comparison, say: Messages, *, only_differing: bool = False) -> str:
    """A comparison as a table of Markdown.

    Args:
        comparison: Which one.
        say: The words.
        only_differing: Whether rows in which all is the same are left out.
    """
    ids = comparison.ids
    heads = (f"{name} ({id_})" for name, id_ in zip(comparison.names, ids, strict=True))
    lines = [
        markdown_row(["", say("compare.field"), *heads]),
        markdown_row(["---"] * (2 + len(ids)), escape=False),
    ]
    for row in comparison.differing if only_differing else comparison.rows:
        cells = (markdown_text(_one_line(cell)) for cell in row.cells)
        sign = DIFFERS if row.differs else ""
        lines.append(markdown_row([sign, markdown_text(row.label), *cells], escape=False))
    return "\n".join(lines) + "\n"


def as_csv(comparison: Comparison, *, only_differing: bool = False) -> str:
    """A comparison as CSV: a row for each thing, a column for each record, named by its id."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow(["section", "field", "differs", *comparison.ids])
    for row in comparison.differing if only_differing else comparison.rows:
        cells = (spreadsheet_cell(_one_line(cell)) for cell in row.cells)
        writer.writerow(
            [row.section, spreadsheet_cell(row.label), DIFFERS if row.differs else "", *cells]
        )
    return buffer.getvalue()


def as_lines(comparison: Comparison, across: int) -> Iterator[str]:
    """A comparison as lines of text, the records side by side.

    Args:
        comparison: Which one.
        across: Cells that a line may have.
    """
    records = len(comparison.ids)
    label = 16 if across >= 100 else 12
    cells = max(8, (across - SIGN - label) // records - GAP)
    yield from _joined(laid(Row("", "", comparison.names, differs=False), label, cells))
    section = ""
    yield ""
    for row in comparison.rows:
        if row.section != section:
            section = row.section
            yield ""
        yield from _joined(laid(row, label, cells))


def laid(
    row: Row, label: int, cells: int, shown: slice = _ALL
) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """A row in lines: the sign, what it is, and a piece of each record, each in its cells.

    Args:
        row: Which one.
        label: Cells of what it is.
        cells: Cells of each record.
        shown: The records that are shown.
    """
    heads = wrap(row.label, label - 1)
    columns = [wrap(cell or NOTHING, cells) for cell in row.cells[shown]]
    for y, (head, *parts) in enumerate(zip_longest(heads, *columns, fillvalue="")):
        sign = DIFFERS if row.differs and y == 0 else ""
        yield fit(sign, SIGN), fit(head, label), tuple(fit(part, cells) for part in parts)


def _joined(lines: Iterable[tuple[str, str, tuple[str, ...]]]) -> Iterator[str]:
    for sign, label, parts in lines:
        yield f"{sign}{label}{(' ' * GAP).join(parts)}".rstrip()


def _told(
    record: Record, names: Mapping[str, str], say: Messages
) -> Iterator[tuple[tuple[str, str], str]]:
    """Everything known of a record: section and label, and what it is."""
    years = (("established", record.established), ("ended", record.ended))
    stated = {
        "names": names_line(record, say),
        "kind": say.label("kind", record.kind) if record.kind else "",
        "type": say.label("type", record.type) if record.type else "",
        "status": say.label("status", record.status) if record.status else "",
        **{key: str(year) for key, year in years if year},
        "summary": record.summary,
    }
    yield from ((("", say(f"field.{key}")), text) for key, text in stated.items() if text)
    unknown = say("card.not-stated")
    found: dict[tuple[str, str], dict[str, None]] = {}
    for section in describe(record, say, names):
        for item in section.items:
            if item.text != unknown:
                label = item.label or say(f"section.{section.key}")
                found.setdefault((section.key, label), {})[item.text] = None
    yield from ((key, "\n".join(texts)) for key, texts in found.items())


def _merged(orders: Sequence[Sequence[tuple[str, str]]]) -> list[tuple[str, str]]:
    """Everything that is in some lists, once, and within its section.

    Args:
        orders: Section and label of each thing; the first list decides where both know it. What
            only others have follows what is before it there, or else the whole section.
    """
    sections: dict[str, list[str]] = {}
    for each in orders:
        for section, items in groupby(each, lambda item: item[0]):
            merged = sections.setdefault(section, [])
            place = len(merged)
            for _, label in items:
                if label in merged:
                    place = merged.index(label) + 1
                else:
                    merged.insert(place, label)
                    place += 1
    return [(section, label) for section, labels in sections.items() for label in labels]


def _plain(cell: str) -> tuple[str, ...]:
    """What a cell says, without what makes no difference: case, accents, the order of lists."""
    parts: Iterable[str] = cell.split("\n")
    if "." not in cell:
        parts = (part for line in cell.split("\n") for part in line.split(", "))
    return tuple(sorted(fold(part).strip().rstrip("/") for part in parts))


def _one_line(cell: str) -> str:
    return "; ".join(cell.split("\n"))
