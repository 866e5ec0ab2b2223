"""``ritui changes``: what refreshes added, changed and removed."""

from __future__ import annotations

import argparse
from typing import Any, Final

from ritui.cli.context import Context
from ritui.cli.output import as_json, print_fitted, print_rows
from ritui.cli.parser import Parser
from ritui.cli.querying import date_value, query_of
from ritui.errors import RituiError
from ritui.model.source import Change

COLUMNS: Final = ("time", "source", "what", "id", "name", "field", "before", "after")
"""What a table shows: a row for every field of a changed record, one for any other."""

_MOMENTS: Final = ("visit", "sync")
"""What ``--since`` takes besides a date."""


def configure(parser: Parser) -> None:
    """Declare what the command understands."""
    parser.query()
    parser.option("--since", metavar="DATE|visit|sync", value=_since)
    parser.option("--source", metavar="ID")
    parser.formats("table", "json", "jsonl", "csv", "md", "ids")


def run(context: Context, options: argparse.Namespace) -> int:
    """Print the changes, the latest first."""
    changes = context.settled(lambda: _found(context, options))
    output = context.output
    if options.format == "json":
        output.line(as_json({"total": len(changes), "changes": [_values(c) for c in changes]}))
    elif options.format == "jsonl":
        for change in changes:
            output.line(as_json(_values(change)))
    elif options.format == "ids":
        for id_ in dict.fromkeys(change.id for change in changes):
            output.line(id_)
    else:
        rows = [row for change in changes for row in _rows(change)]
        if options.format == "table" and output.is_terminal and rows:
            titles = [context.say(f"changes.{column}") for column in COLUMNS]
            print_fitted(output, [titles, *rows], wide=COLUMNS.index("name"))
        else:
            print_rows(output, options.format, COLUMNS, rows)
    if not changes:
        context.tell(context.say("changes.none" if options.words else "changes.nothing"))
        return 1
    return 0


def _found(context: Context, options: argparse.Namespace) -> list[Change]:
    """The changes that are asked for, the latest first."""
    from ritui.services.changes import VISIT, answering, changes_since
    from ritui.services.visit import last_visit

    catalog = context.catalog
    query = query_of(options.words)
    if options.since == VISIT and not last_visit(catalog):
        context.tell(context.say("changes.never-visited"))
    changes = changes_since(catalog, options.since or "", options.source or "")
    if not query.conditions:
        return changes
    # What a record is now decides, and that may be told by a change that is not asked for.
    ids = answering(catalog, query, catalog.changes())
    return [change for change in changes if change.id in ids]


def _since(word: str) -> str:
    if word in _MOMENTS:
        return word
    try:
        return date_value("--since")(word)
    except RituiError:
        from ritui.cli.misuse import ValueUnfit

        forms = " | ".join((*_MOMENTS, "YYYY", "YYYY-MM", "YYYY-MM-DD"))
        raise ValueUnfit("--since", word, forms) from None


def _values(change: Change) -> dict[str, Any]:
    """A change as JSON values; what was added has no fields."""
    values = {key: getattr(change, key) for key in ("time", "source", "what", "id", "name")}
    return {**values, "fields": dict(change.fields)} if change.fields else values


def _rows(change: Change) -> list[list[str]]:
    head = [change.time, change.source, change.what, change.id, change.name]
    if change.what != "changed" or not change.fields:
        return [[*head, "", "", ""]]
    return [
        [*head, key, *(_cell(sides.get(when, "")) for when in ("before", "after"))]
        for key, sides in change.fields.items()
    ]


def _cell(value: Any) -> str:
    return value if isinstance(value, str) else as_json(value)
