"""``ritui timeline``: dated events and news."""

from __future__ import annotations

import argparse
from typing import Any, Final

from ritui.cli.context import Context
from ritui.cli.output import as_json, print_fitted, print_rows
from ritui.cli.parser import Parser
from ritui.cli.querying import date_value
from ritui.model.source import Event

COLUMNS: Final = (
    "date", "end", "title", "place", "country", "kind", "url", "note", "related", "source",
)  # fmt: skip
"""What is printed of an event, in this order."""

_SHOWN: Final = ("date", "title", "place", "kind")


def configure(parser: Parser) -> None:
    """Declare what the command understands."""
    parser.option("--since", metavar="DATE", value=date_value("--since"))
    parser.option("--until", metavar="DATE", value=date_value("--until"))
    parser.formats("table", "json", "jsonl", "csv", "md")


def run(context: Context, options: argparse.Namespace) -> int:
    """Print the events in the order of their dates."""
    events = [
        _values(each) for each in context.catalog.events(options.since or "", options.until or "")
    ]
    output = context.output
    if options.format == "json":
        listed = ",".join(f"\n{as_json(each)}" for each in events)
        output.line(f'{{"total":{len(events)},"events":[{listed}{chr(10) if events else ""}]}}')
    elif options.format == "jsonl":
        for event in events:
            output.line(as_json(event))
    elif options.format == "table" and output.is_terminal and events:
        titles = [context.say(f"timeline.{column}") for column in _SHOWN]
        rows = [[str(each.get(column, "")) for column in _SHOWN] for each in events]
        print_fitted(output, [titles, *rows], wide=_SHOWN.index("title"))
    else:
        cells = ([_cell(event, column) for column in COLUMNS] for event in events)
        print_rows(output, options.format, COLUMNS, cells)
    if not events:
        context.tell(context.say("timeline.nothing"))
        return 1
    return 0


def _values(event: Event) -> dict[str, Any]:
    """An event as JSON values; what is unknown is left out."""
    values = {column: getattr(event, column) for column in COLUMNS}
    values["related"] = list(event.related)
    return {key: value for key, value in values.items() if value}


def _cell(event: dict[str, Any], column: str) -> str:
    value = event.get(column, "")
    return ",".join(value) if isinstance(value, list) else str(value)
