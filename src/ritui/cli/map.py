"""``ritui map``: where the records are that answer a query."""

from __future__ import annotations

import argparse
import math
from collections.abc import Iterator, Sequence
from typing import Any, Final

from ritui.cli.context import Context
from ritui.cli.output import as_json, print_fitted, print_rows
from ritui.cli.parser import Parser
from ritui.cli.querying import nothing_matched, query_of
from ritui.services.atlas import ACROSS, DOWN, EU, LAC, REGIONS, WORLD, View
from ritui.services.chart import (
    COUNTRY,
    NOWHERE,
    Chart,
    Marks,
    charted,
    marks_of,
    shape,
    unseen,
)
from ritui.store.spots import SORTS, UNSORTED
from ritui.text import wrap

COLUMNS: Final = ("id", "name", "country", "lat", "lon", "precision")
"""What is printed of a record, in this order."""
_SIDE_BY_SIDE: Final = 56
"""Cells from which both shores stand side by side."""
_HIGHEST: Final = 40
_BLOCK: Final = 256
"""Rows read at a time."""


def configure(parser: Parser) -> None:
    """Declare what the command understands."""
    parser.query()
    parser.option("--region", choices=(EU, LAC, WORLD))
    parser.option("--by", choices=tuple(SORTS), default=next(iter(SORTS)))
    parser.option("--text", action="store_true")
    parser.formats("table", "json", "jsonl", "csv", "md", "ids")


def run(context: Context, options: argparse.Namespace) -> int:
    """Draw a map, or print where each record is."""
    query = query_of(options.words)

    def work() -> int:
        marks = marks_of(context.catalog.spots(query))
        if options.format == "table" and context.output.is_terminal and not options.text:
            _draw(context, marks, options.region, options.by)
        else:
            _print(context, options.format, marks, options.region)
        return len(marks.spots)

    return 0 if context.settled(work) else nothing_matched(context, query)


# The map.


def _draw(context: Context, marks: Marks, region: str | None, by: str) -> None:
    """Draw one region, or both shores, as wide as the terminal."""
    say, output = context.say, context.output
    names = [region] if region else [LAC, EU]
    beside = len(names) > 1 and output.width >= _SIDE_BY_SIDE
    columns = (output.width - 1) // 2 if beside else output.width
    views = [View(REGIONS[name], columns, 1) for name in names]
    lines = [_height(view) for view in views]
    if beside:
        lines = [max(lines)] * len(lines)
    charts = [
        charted(View(view.box, view.columns, height), marks, by)
        for view, height in zip(views, lines, strict=True)
    ]
    titles = [say("map.world") if name == WORLD else say(f"region.{name}") for name in names]
    drawn = [
        [f"{title} · {chart.count}", *chart.lines()]
        for title, chart in zip(titles, charts, strict=True)
    ]
    if beside:
        for left, right in zip(*drawn, strict=True):
            output.line(f"{left[:columns].ljust(columns)}│{right[:columns]}".rstrip())
    else:
        for text in (line for each in drawn for line in each):
            output.line(text.rstrip())
    for line in wrap(_legend(context, charts, marks, by), output.width):
        output.line(line)


def _height(view: View) -> int:
    """Lines that a view needs to be as wide as its columns."""
    box = view.box
    dots = ACROSS * view.columns / ((box.east - box.west) * view.narrow)
    return max(4, min(_HIGHEST, math.ceil((box.north - box.south) * dots / DOWN)))


def _legend(context: Context, charts: Sequence[Chart], marks: Marks, by: str) -> str:
    say = context.say
    parts = []
    for sort in sorted({sort for chart in charts for sort in chart.sorts}):
        name = say("map.no-area") if sort == UNSORTED else say.label(by, SORTS[by][sort])
        parts.append(f"{shape(sort, precise=True)} {name}")
    parts += [say("map.several"), say("map.points", n=marks.precise)]
    if vague := len(marks.places) - marks.precise:
        parts.append(say("map.vague", n=vague))
    if marks.unplaced:
        parts.append(say("map.unplaced", n=len(marks.unplaced)))
    if beyond := unseen(charts):
        parts.append(say("map.beyond", n=beyond))
    return " · ".join(parts)


# The same as text.


def _print(context: Context, form: str, marks: Marks, region: str | None) -> None:
    output, found = context.output, _found(context, marks, region)
    if form == "json":
        records = [as_json(each) for each in found]
        listed = ",".join(f"\n{each}" for each in records)
        end = "\n" if records else ""
        output.line(f'{{"total":{len(records)},"records":[{listed}{end}]}}')
    elif form == "jsonl":
        for each in found:
            output.line(as_json(each))
    elif form == "ids":
        for each in found:
            output.line(each["id"])
    elif form == "table" and output.is_terminal:
        say = context.say
        titles = [say(f"field.{column}") for column in COLUMNS[:-1]] + [say("map.precision")]
        rows = [[*_cells(each)[:-1], say(f"map.by-{each['precision']}")] for each in found]
        if rows:
            print_fitted(output, [titles, *rows], wide=COLUMNS.index("name"))
    else:
        print_rows(output, form, COLUMNS, map(_cells, found))


def _found(context: Context, marks: Marks, region: str | None) -> Iterator[dict[str, Any]]:
    """What is printed of each record, in the order of their names; what is unknown is left out.

    Of one that is known only by its country no coordinates are stated: nobody said them.
    """
    box = REGIONS[region] if region else None
    numbers = {place: number for number, place in enumerate(marks.places)}
    places = sorted(
        place
        for place in (*marks.places, *(() if box else marks.unplaced))
        if box is None or box.holds(marks.lats[numbers[place]], marks.lons[numbers[place]])
    )
    vague = {place for its in marks.spots.vague.values() for place in its}
    language = context.say.language
    for first in range(0, len(places), _BLOCK):
        block = places[first : first + _BLOCK]
        for place, row in zip(block, context.catalog.rows_at(marks.spots, block), strict=True):
            values: dict[str, Any] = {"id": row.id, "name": row.called(language)}
            if row.countries:
                values["country"] = row.countries[0]
            number = numbers.get(place)
            if number is not None and number < marks.precise:
                values |= {"lat": marks.lats[number], "lon": marks.lons[number]}
                values["precision"] = marks.precision(number)
            else:
                values["precision"] = COUNTRY if place in vague else NOWHERE
            yield values


def _cells(values: dict[str, Any]) -> list[str]:
    return [str(values.get(column, "")) for column in COLUMNS]
