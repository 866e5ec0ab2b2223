"""``ritui timeline``: dated events and news."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import Any, Final

from ritui.cli.context import Context
from ritui.cli.output import as_json, print_fitted, print_rows
from ritui.cli.parser import Parser
from ritui.cli.querying import date_value
from ritui.errors import UnknownWord
from ritui.model.source import Event
from ritui.services.timeline import EVENT, NEWS, NOTHING_ASKED, Asked, Timeline, values
from ritui.text import nearest

COLUMNS: Final = (
    "date", "end", "title", "place", "country", "kind", "url", "note", "related", "source",
)  # fmt: skip
"""What is printed of an event, in this order."""

_SHOWN: Final = ("date", "title", "place", "kind")


def configure(parser: Parser) -> None:
    """Declare what the command understands."""
    parser.option("--since", metavar="DATE", value=date_value("--since"))
    parser.option("--until", metavar="DATE", value=date_value("--until"))
    parser.option("--kind", metavar="KIND", value=_listed)
    parser.option("--country", metavar="CODE", value=_listed)
    parser.option("--source", metavar="ID", value=_listed)
    parser.formats("table", "json", "jsonl", "csv", "md", "ics")
    parser.words("[WORD ...]")


def run(context: Context, options: argparse.Namespace) -> int:
    """Print the events in the order of their dates."""
    found = _found(context, options)
    events = [_values(each) for each in found]
    output = context.output
    if options.format == "ics":
        # A calendar of nothing is none, and programs refuse it.
        if found:
            _print_calendar(context, found)
    elif options.format == "json":
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
        narrowed = options.words or options.kind or options.country or options.source
        context.tell(context.say("timeline.none" if narrowed else "timeline.nothing"))
        return 1
    return 0


def _print_calendar(context: Context, events: Sequence[Event]) -> None:
    from ritui.cli.export import names_of, origin_of
    from ritui.services.export import FORMATS, Selection
    from ritui.services.library import now

    catalog = context.catalog
    selection = Selection(
        tuple,
        context.say,
        generated=now(),
        packaged=catalog.fact("packaged"),
        title=context.say("export.calendar"),
        events=lambda: events,
        names=names_of(context),
        origin=origin_of(context),
    )
    for piece in FORMATS["ics"](selection):
        context.output.write(piece)


def _listed(word: str) -> tuple[str, ...]:
    """The values of an option that takes several, with commas between them."""
    return tuple(filter(None, (part.strip() for part in word.split(","))))


def _found(context: Context, options: argparse.Namespace) -> list[Event]:
    """The events that are asked for.

    Raises:
        UnknownWord: A kind that no event has, or no code of a country.
    """
    catalog, say = context.catalog, context.say
    events = catalog.events(options.since or "", options.until or "")
    kinds, countries = options.kind or (), [code.upper() for code in options.country or ()]
    if kinds:
        # Of all of them: that there is none in these years is no mistake.
        known = {
            EVENT,
            NEWS,
            *(value for each in catalog.events() for value in values(each, "kind")),
        }
        for kind in kinds:
            if kind not in known:
                raise UnknownWord("kind", kind, nearest(kind, sorted(known)))
    for code in countries:
        if say.country(code) == code:
            raise UnknownWord("country", code)
    asked = Asked(" ".join(options.words))
    for facet, wanted in (
        ("kind", kinds), ("country", countries), ("source", options.source or ())
    ):  # fmt: skip
        asked = asked.only(facet, *wanted)
    if asked == NOTHING_ASKED:
        return events
    names: dict[str, str] = {}
    if asked.text:
        rows = catalog.names({id_ for event in events for id_ in event.related})
        names = {id_: row.called(say.language) for id_, row in rows.items()}
    return Timeline(events, names, say).select(asked)


def _values(event: Event) -> dict[str, Any]:
    """An event as JSON values; what is unknown is left out."""
    values = {column: getattr(event, column) for column in COLUMNS}
    values["related"] = list(event.related)
    return {key: value for key, value in values.items() if value}


def _cell(event: dict[str, Any], column: str) -> str:
    value = event.get(column, "")
    return ",".join(value) if isinstance(value, list) else str(value)
