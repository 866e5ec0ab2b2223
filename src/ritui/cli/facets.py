"""``ritui facets``: the values of each facet under a query, with their counts."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from ritui.cli.context import Context
from ritui.cli.output import as_json, print_fitted, print_rows
from ritui.cli.parser import Parser
from ritui.cli.querying import nothing_matched, query_of
from ritui.model.facet import BY_KEY
from ritui.text import nearest


def configure(parser: Parser) -> None:
    """Declare what the command understands."""
    parser.query()
    parser.option("--facet", metavar="KEY", nargs="+", action="append", default=[])
    parser.formats("table", "json", "jsonl", "csv", "md")


def run(context: Context, options: argparse.Namespace) -> int:
    """Print values and counts; a facet's own narrowing is left out of its counts."""
    keys, words = _keys(options.facet)
    query = query_of([*words, *options.words])
    answer = context.catalog.search(query, keys or tuple(BY_KEY))
    say, output = context.say, context.output
    facets = {
        key: [
            {"value": each.value, "label": say.label(key, each.value), "count": each.count}
            for each in answer.counts[key]
            if each.count
        ]
        for key in keys or BY_KEY
    }
    if options.format == "json":
        output.line(as_json({"total": len(answer), "facets": facets}))
    elif options.format == "jsonl":
        for key, values in facets.items():
            for value in values:
                output.line(as_json({"facet": key, **value}))
    elif options.format == "table" and output.is_terminal:
        for place, (key, values) in enumerate(facets.items()):
            if place:
                output.line()
            output.line(say(f"facet.{key}"))
            rows = [(f"{each['count']:>7}", str(each["label"]), str(each["value"]))
                    for each in values]  # fmt: skip
            if rows:
                print_fitted(output, rows)
    else:
        columns = ("facet", "value", "label", "count")
        rows_of = (
            (key, *(str(cell) for cell in each.values()))
            for key, values in facets.items()
            for each in values
        )
        print_rows(output, options.format, columns, rows_of)
    return 0 if len(answer) else nothing_matched(context, query)


def _keys(given: Sequence[Sequence[str]]) -> tuple[list[str], list[str]]:
    """The facets asked for, and the words after them that belong to the query.

    Raises:
        ValueUnfit: The first word after ``--facet`` is no facet.
    """
    keys: dict[str, None] = {}
    words: list[str] = []
    for first, *rest in given:
        for key in first.split(","):
            if key not in BY_KEY:
                from ritui.cli.misuse import ValueUnfit

                raise ValueUnfit("--facet", key, " | ".join(BY_KEY), nearest(key, BY_KEY))
            keys[key] = None
        known = next((place for place, word in enumerate(rest) if word not in BY_KEY), len(rest))
        keys.update(dict.fromkeys(rest[:known]))
        words.extend(rest[known:])
    return list(keys), words
