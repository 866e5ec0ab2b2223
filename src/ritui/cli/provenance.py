"""``ritui show --provenance``: who said each fact of a record, and what others say."""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from typing import Any

from ritui.cli.context import Context
from ritui.cli.output import as_json
from ritui.cli.show import print_wrapped, readable
from ritui.model.record import Record
from ritui.services.origin import origins
from ritui.services.where import Fact, Saying, fact_label, origin_line, where_from


def print_provenance(context: Context, options: argparse.Namespace, ids: Iterable[str]) -> None:
    """Print the facts of some records, in the form that is asked for."""
    catalog, output = context.catalog, context.output
    known = origins(catalog, context.config.sources, context.say)
    found = [
        (record, where_from(record, catalog.claims(record.id), known, context.say))
        for record in map(catalog.record, ids)
    ]
    values = [
        {"id": record.id, "facts": [_values(fact) for fact in facts]} for record, facts in found
    ]
    if options.format == "json":
        several = len(options.words) > 1
        output.line(as_json(values) if several else "".join(map(as_json, values)))
    elif options.format == "ids":
        for record, _ in found:
            output.line(record.id)
    else:
        for value in values if options.format == "jsonl" else ():
            output.line(as_json(value))
        for place, (record, facts) in enumerate(found if options.format != "jsonl" else ()):
            if place:
                output.line()
            if options.format == "md":
                _print_markdown(context, record, facts)
            else:
                _print_text(context, record, facts)


def _values(fact: Fact) -> dict[str, Any]:
    """A fact as JSON values; what is unknown is left out."""
    told: dict[str, Any] = {"fact": fact.key, **_saying(fact.used)}
    if fact.same:
        told["same"] = list(fact.same)
    if fact.others:
        told["others"] = [_saying(other) for other in fact.others]
    return told


def _saying(saying: Saying) -> dict[str, Any]:
    keys = ("value", "source", "title", "basis", "url", "retrieved", "licence", "away_km")
    values = {key: getattr(saying, key) for key in keys}
    return {key: value for key, value in values.items() if value not in ("", None)}


def _print_text(context: Context, record: Record, facts: Iterable[Fact]) -> None:
    say, output = context.say, context.output
    cells = readable(output)
    print_wrapped(output, record.called(say.language), cells)
    for fact in facts:
        output.line()
        print_wrapped(output, f"{fact_label(fact.key, say)}: {fact.used.value}", cells)
        for line in _told(fact, context):
            print_wrapped(output, line, cells, "  ")


def _told(fact: Fact, context: Context) -> Iterable[str]:
    """Who said it, who says the same, and who says something else."""
    say = context.say
    yield _origin(fact.used, context)
    if fact.same:
        yield say("where.same", sources=", ".join(fact.same))
    for other in fact.others:
        away = f" {say('where.away', km=other.away_km)}" if other.away_km is not None else ""
        yield f"≠ {other.value}{away}\n{_origin(other, context)}"


def _origin(saying: Saying, context: Context) -> str:
    line = origin_line(saying, context.say)
    return f"{line}\n{saying.url}" if saying.url else line


def _print_markdown(context: Context, record: Record, facts: Iterable[Fact]) -> None:
    from ritui.services.export import markdown_row, markdown_text

    say, output = context.say, context.output
    output.line(f"## {markdown_text(record.called(say.language))}")
    output.line()
    titles = ("field", "after", "source")
    output.line(markdown_row([say(f"changes.{title}") for title in titles]))
    output.line(markdown_row(["---"] * len(titles), escape=False))
    for fact in facts:
        told = " ".join(" ".join(_told(fact, context)).split())
        output.line(markdown_row([fact_label(fact.key, say), fact.used.value, told]))
