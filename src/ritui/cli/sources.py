"""``ritui sources``: the configured sources and how they fared."""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from typing import Any, Final

from ritui.cli.context import Context
from ritui.cli.output import as_json, print_fitted, print_rows
from ritui.cli.parser import Parser
from ritui.model.source import Health, Source
from ritui.text import nearest

CHANGES: Final = ("add", "remove", "enable", "disable", "test")
"""Verbs that change or try a source, done by `ritui.cli.source_changes`."""
VERBS: Final = ("list", "show", *CHANGES, "kinds")
"""What can be done with sources."""
COLUMNS: Final = ("id", "kind", "enabled", "state", "records", "succeeded", "tried", "title")
"""What a table shows of a source, in this order."""


def configure(parser: Parser) -> None:
    """Declare what the command understands."""
    parser.words("list | kinds | add KIND URL | show|remove|enable|disable|test ID")
    parser.option("--id", metavar="ID")
    parser.option("--set", metavar="KEY=VALUE", action="append", default=[])
    parser.formats("table", "json", "jsonl", "csv", "md", "ids")


def run(context: Context, options: argparse.Namespace) -> int:
    """Print the sources, one of them in full, or the kinds there are; change or try one."""
    from ritui.cli.misuse import UnknownOption, ValueUnfit, WordsMissing, WordUnwanted

    verb, *rest = options.words or ["list"]
    if verb not in VERBS:
        raise WordUnwanted("ritui sources", verb, nearest(verb, VERBS))
    for option, given in (("--id", options.id is not None), ("--set", options.set)):
        if given and verb != "add":
            raise UnknownOption(option, f"ritui sources {verb}")
    if verb in CHANGES:
        from ritui.cli import source_changes

        return source_changes.run(context, verb, rest, options)
    if verb == "show":
        if not rest:
            raise WordsMissing("ritui sources show", "ID")
        for word in rest[1:]:
            raise WordUnwanted("ritui sources show", word)
        if options.format not in {"table", "json"}:
            raise ValueUnfit("--format", options.format, "table | json")
        return show(context, find_source(context, rest[0]), options.format)
    for word in rest:
        raise WordUnwanted(f"ritui sources {verb}", word)
    return _kinds(context, options.format) if verb == "kinds" else _list(context, options.format)


def find_source(context: Context, id_: str) -> Source:
    """The configured source of this id.

    Raises:
        UnknownSource: There is none.
    """
    known = {source.id: source for source in context.config.sources}
    if id_ not in known:
        from ritui.cli.misuse import UnknownSource

        raise UnknownSource(id_, nearest(id_, known))
    return known[id_]


def _list(context: Context, form: str) -> int:
    from ritui.services.imported import imported

    configured, health = context.config.sources, context.library.health()
    values = [
        _values(source, health.get(source.id, Health(source.id)))
        for source in (*configured, *imported(context.catalog, configured))
    ]
    if form == "json":
        context.output.line(as_json({"sources": values}))
    else:
        _print(context, form, COLUMNS, values)
    return 0


def _kinds(context: Context, form: str) -> int:
    from ritui.services.kinds import gives
    from ritui.sources import kinds

    values = [{"kind": kind, "gives": gives(kind, context.say)} for kind in kinds()]
    if form == "json":
        context.output.line(as_json({"kinds": values}))
    else:
        _print(context, form, ("kind", "gives"), values)
    return 0


def show(context: Context, source: Source, form: str) -> int:
    """Print one source in full."""
    health = context.library.health().get(source.id, Health(source.id))
    values = {**_values(source, health), "options": _options(source)}
    if form == "json":
        context.output.line(as_json(values))
        return 0
    error = values.pop("error", None)
    options = values.pop("options")
    flat = {**values, **options}
    if error:
        flat["error"] = context.say(f"{error['key']}.what", **error)
    print_facts(context, flat)
    return 0


def print_facts(context: Context, facts: Mapping[str, Any]) -> None:
    """Print one fact a line: its key, then its value."""
    for key, value in facts.items():
        text = " ".join(map(str, value)) if isinstance(value, list) else _cell(value)
        if context.output.is_terminal:
            context.output.line(f"{key.ljust(12)}  {text}")
        else:
            context.output.line(f"{key}\t{text}")


def _print(
    context: Context, form: str, columns: Sequence[str], values: Sequence[Mapping[str, Any]]
) -> None:
    output = context.output
    rows = [[_cell(each.get(column, "")) for column in columns] for each in values]
    if form == "jsonl":
        for each in values:
            output.line(as_json(each))
    elif form == "ids":
        for each in values:
            output.line(str(each[columns[0]]))
    elif form == "table" and output.is_terminal:
        titles = [context.say(f"sources.{column}") for column in columns]
        if "state" in columns:
            place = list(columns).index("state")
            for row in rows:
                row[place] = context.say(f"sync.state.{row[place]}")
        print_fitted(output, [titles, *rows], wide=len(columns) - 1)
    else:
        print_rows(output, form, columns, rows)


def _values(source: Source, health: Health) -> dict[str, Any]:
    """A source as JSON values; what is unknown is left out."""
    values = {
        "id": source.id,
        "kind": source.kind,
        "title": source.title,
        "enabled": source.enabled,
        "every": source.every,
        "licence": source.licence,
        "state": health.state,
        "records": health.records,
        "tried": health.tried,
        "succeeded": health.succeeded,
        "error": dict(health.error),
    }
    return {key: value for key, value in values.items() if value not in ("", {})}


def _options(source: Source) -> dict[str, Any]:
    """What the settings ask of the source, without its secrets."""
    from ritui.sources.address import SECRET, shown

    return {
        key: "…" if SECRET.search(key) else shown(value) if key == "url" else value
        for key, value in source.options.items()
    }


def _cell(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
