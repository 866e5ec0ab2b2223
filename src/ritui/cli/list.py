"""``ritui list``: the records that answer a query."""

from __future__ import annotations

import argparse
import shlex
from typing import TYPE_CHECKING, Any, Final

from ritui.cli.context import Context
from ritui.cli.output import print_fitted, print_rows
from ritui.cli.parser import FORMATS, Parser
from ritui.cli.querying import nothing_matched, query_of
from ritui.text import width

if TYPE_CHECKING:
    from ritui.model.query import Query
    from ritui.store.answer import Answer

COLUMNS: Final = ("id", "name", "acronym", "countries", "kind", "status", "areas")
"""What a table shows of a record, in this order."""

_ALWAYS: Final = ("id", "name", "countries")
_WHERE_ROOM: Final = ("status", "kind", "areas", "acronym")
_NAME_ROOM: Final = 28
"""Cells that a name has before another column is shown beside it."""


def configure(parser: Parser) -> None:
    """Declare what the command understands."""
    parser.query()
    parser.option("--sort", metavar="KEY")
    parser.option("--limit", metavar="N", number=True)
    parser.option("--offset", metavar="N", number=True, default=0)
    parser.formats(*FORMATS)


def run(context: Context, options: argparse.Namespace) -> int:
    """Print what the query finds."""
    query = query_of(options.words, options.sort)

    def work() -> Answer:
        answer = context.catalog.search(query)
        stop = None if options.limit is None else options.offset + options.limit
        _print(context, options.format, answer, options.offset, stop)
        return answer

    answer = context.settled(work)
    code = 0 if len(answer) else nothing_matched(context, query)
    _suggest(context, query)
    _tell_gone(context, query)
    return code


def _tell_gone(context: Context, query: Query) -> None:
    """Say what is asked for because it is kept, and is in the directory no more."""
    flags = {"shelved", "noted"}.intersection(query.values("is"))
    ids = {id_ for flag in flags for id_ in context.catalog.marks[flag]}
    gone = len(ids) - len(context.catalog.names(ids)) if ids else 0
    if gone:
        context.tell("  " + context.say("shelf.gone-many", n=gone))


def _suggest(context: Context, query: Query) -> None:
    """Say which query may have been meant by one that finds little, and how to ask it."""
    meant = context.catalog.suggest(query)
    if meant is not None:
        count = len(context.catalog.search(meant))
        context.tell("  " + context.say("zero.suggestion", query=str(meant), n=count))
        # After two dashes, also what begins with a dash is a query.
        dashes = ["--"] if str(meant).startswith("-") else []
        context.tell("  " + shlex.join(["ritui", "list", *dashes, str(meant)]))


def _print(context: Context, form: str, answer: Answer, start: int, stop: int | None) -> None:
    output = context.output
    catalog = context.catalog
    if form == "json":
        output.write(f'{{"total":{len(answer)},"records":[')
        comma = ""
        for body in catalog.bodies(answer, start, stop):
            output.write(f"{comma}\n{body}")
            comma = ","
        output.line("\n]}" if comma else "]}")
    elif form == "jsonl":
        for body in catalog.bodies(answer, start, stop):
            output.line(body)
    elif form == "ids":
        for record in catalog.values(answer, start, stop):
            output.line(record["id"])
    elif form == "table" and output.is_terminal:
        _print_fitted(context, list(catalog.values(answer, start, stop)))
    else:
        records = catalog.values(answer, start, stop)
        rows = ([_cell(context, each, column) for column in COLUMNS] for each in records)
        print_rows(output, form, COLUMNS, rows)


def _cell(context: Context, record: dict[str, Any], column: str) -> str:
    """A column of a record as programs read it: codes, joined by commas."""
    if column == "name":
        return str(record.get("names", {}).get(context.say.language) or record["name"])
    if column == "countries":
        return ",".join(_countries(record))
    value = record.get(column, "")
    return ",".join(value) if isinstance(value, list) else str(value)


def _countries(record: dict[str, Any]) -> list[str]:
    seat = [record["country"]] if "country" in record else []
    return seat + [code for code in record.get("countries", ()) if code not in seat]


def _print_fitted(context: Context, records: list[dict[str, Any]]) -> None:
    """Print as many columns as leave the name room, each in the reader's words."""
    if not records:
        return
    say = context.say
    table = {column: [_shown(context, each, column) for each in records] for column in COLUMNS}
    titles = {column: say(f"field.{column}") for column in COLUMNS}
    sizes = {
        column: max(width(titles[column]), *(width(cell) for cell in cells)) + 2
        for column, cells in table.items()
    }
    chosen = set(_ALWAYS)
    taken = sum(sizes[column] for column in _ALWAYS if column != "name") + _NAME_ROOM
    for column in _WHERE_ROOM:
        if taken + sizes[column] <= context.output.width:
            chosen.add(column)
            taken += sizes[column]
    columns = [column for column in COLUMNS if column in chosen]
    rows = zip(*(table[column] for column in columns), strict=True)
    print_fitted(
        context.output,
        [[titles[column] for column in columns], *rows],
        wide=columns.index("name"),
    )


def _shown(context: Context, record: dict[str, Any], column: str) -> str:
    """A column of a record as people read it."""
    if column == "countries":
        codes = _countries(record)
        more = f" +{len(codes) - 3}" if len(codes) > 3 else ""
        return " ".join(codes[:3]) + more
    if column in {"kind", "status"}:
        value = record.get(column, "")
        return context.say.label(column, value) if value else ""
    if column == "areas":
        return ", ".join(context.say.label("area", each) for each in record.get("areas", ()))
    return _cell(context, record, column)
