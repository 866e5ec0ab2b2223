"""``ritui shelf``: what the reader keeps: records on lists, notes on them, saved searches."""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

from ritui.cli.context import Context
from ritui.cli.output import as_json, print_fitted, print_rows
from ritui.cli.parser import FORMATS, Parser
from ritui.model.shelf import Shelf
from ritui.services.keep import Held, NotKept, Standing, held, refreshed, standings
from ritui.store.shelf import ShelfFile
from ritui.text import nearest

COLUMNS: Final = ("id", "name", "country", "lists", "added", "gone", "note")
"""What a table shows of a record on the shelf, in this order."""
SEARCH_COLUMNS: Final = ("name", "query", "total", "new", "looked")
"""What a table shows of a saved search, in this order."""

_FITTED: Final = ("id", "name", "country", "lists", "note")
_CHANGED: Final = ("table", "json")


class Verb(NamedTuple):
    """What can be done with the shelf."""

    words: str = ""
    """The words it needs."""
    several: bool = False
    """Whether more words than these may follow."""
    options: tuple[str, ...] = ()
    """Those that not every verb understands."""
    forms: tuple[str, ...] = _CHANGED


VERBS: Final[Mapping[str, Verb]] = {
    "list": Verb(options=("--list",), forms=FORMATS),
    "add": Verb("ID", several=True, options=("--list",)),
    "remove": Verb("ID", several=True, options=("--list",)),
    "note": Verb("ID", several=True),
    "save": Verb("NAME QUERY", several=True),
    "forget": Verb("NAME"),
    "searches": Verb(forms=FORMATS),
    "rename": Verb("LIST NAME"),
    "export": Verb("FILE", options=("--list", "--force")),
    "import": Verb("FILE"),
}


def configure(parser: Parser) -> None:
    """Declare what the command understands."""
    parser.words(
        "list | add|remove ID... | note ID [TEXT] | save NAME QUERY | forget NAME | searches"
        " | rename LIST NAME | export|import FILE"
    )
    # Of a query, which may begin with what it excludes.
    parser.takes_query = True
    parser.option("--list", metavar="NAME")
    parser.option("--force", action="store_true")
    parser.formats(*FORMATS)


def run(context: Context, options: argparse.Namespace) -> int:
    """Print what is kept, or change it."""
    from ritui.cli.misuse import UnknownOption, ValueUnfit, WordsMissing, WordUnwanted

    name, *words = options.words or ["list"]
    if name not in VERBS:
        raise WordUnwanted("ritui shelf", name, nearest(name, VERBS))
    verb = VERBS[name]
    for option, given in (("--list", options.list is not None), ("--force", options.force)):
        if given and option not in verb.options:
            raise UnknownOption(option, f"ritui shelf {name}")
    needed = len(verb.words.split())
    if len(words) < needed:
        raise WordsMissing(f"ritui shelf {name}", verb.words)
    for word in [] if verb.several else words[needed:]:
        raise WordUnwanted(f"ritui shelf {name}", word)
    if options.format not in verb.forms:
        raise ValueUnfit("--format", options.format, " | ".join(verb.forms))
    file = ShelfFile(context.paths.shelf_file)
    if name == "list":
        return _list(context, file, options)
    if name == "searches":
        return _searches(context, file.read(), options.format)
    from ritui.cli.shelf_changes import DOERS

    return DOERS[name](context, file, words, options)


def list_of(shelf: Shelf, name: str) -> str:
    """The list that is meant.

    Raises:
        NotKept: There is none of this name.
    """
    if name not in shelf.lists:
        raise NotKept(name, nearest(name, shelf.lists))
    return name


def print_json(context: Context, key: str, values: Sequence[Mapping[str, Any]]) -> None:
    """Print a list and how long it is."""
    listed = ",".join(f"\n{as_json(each)}" for each in values)
    end = "\n" if values else ""
    context.output.line(f'{{"total":{len(values)},"{key}":[{listed}{end}]}}')


def _list(context: Context, file: ShelfFile, options: argparse.Namespace) -> int:
    """Print the records on the shelf, those that their sources let go as well."""
    shelf = refreshed(context.catalog, file)
    chosen = [*held(context.catalog, shelf).values()]
    if options.list is not None:
        list_ = list_of(shelf, options.list)
        chosen = [each for each in chosen if list_ in each.kept.lists]
    values = [_values(each) for each in chosen]
    if options.format == "json":
        print_json(context, "records", values)
    elif options.format == "jsonl":
        for value in values:
            context.output.line(as_json(value))
    elif options.format == "ids":
        for value in values:
            context.output.line(value["id"])
    elif options.format == "table" and context.output.is_terminal and values:
        _print_fitted(context, chosen)
    else:
        rows = [[_cell(value, column) for column in COLUMNS] for value in values]
        print_rows(context.output, options.format, COLUMNS, rows)
    if gone := sum(each.gone for each in chosen):
        context.tell(context.say("shelf.gone-many", n=gone))
    if not values:
        context.tell(context.say("shelf.empty-command"))
        return 1
    return 0


def _values(each: Held) -> dict[str, Any]:
    """A record on the shelf as JSON values; what is unknown is left out."""
    kept = each.kept
    name = each.row.name if each.row else kept.name
    values: dict[str, Any] = {"id": kept.id, "name": name, "lists": list(kept.lists)}
    values |= {
        key: value
        for key, value in (("note", kept.note), ("added", kept.added), ("noted", kept.noted))
        if value
    }
    return {**values, "gone": each.gone, "known": dict(kept.known)}


def _cell(value: Mapping[str, Any], column: str) -> str:
    if column == "gone":
        return "yes" if value["gone"] else ""
    if column == "country":
        return str(value["known"].get("country", ""))
    found = value.get(column, "")
    return ", ".join(found) if isinstance(found, list) else str(found)


def _print_fitted(context: Context, chosen: Sequence[Held]) -> None:
    say = context.say
    rows = []
    for each in chosen:
        name = each.called(say.language)
        if each.gone:
            name = f"{say('shelf.gone-sign')}: {name}"
        note = each.kept.note.partition("\n")[0]
        country = each.row.countries[:1] if each.row else [each.kept.known.get("country", "")]
        rows.append([each.kept.id, name, "".join(country), ", ".join(each.kept.lists), note])
    titles = [say(f"shelf-column.{column}") for column in _FITTED]
    print_fitted(context.output, [titles, *rows])


def _searches(context: Context, shelf: Shelf, form: str) -> int:
    """Print the saved searches, and what each finds now."""
    found = standings(context.catalog, shelf.searches)
    values = [search_values(each, context) for each in found]
    if form == "json":
        print_json(context, "searches", values)
    elif form == "jsonl":
        for value in values:
            context.output.line(as_json(value))
    elif form == "ids":
        for value in values:
            context.output.line(value["name"])
    elif form == "table" and context.output.is_terminal and values:
        titles = [context.say(f"shelf-column.{column}") for column in SEARCH_COLUMNS]
        rows = [[str(value.get(column, "")) for column in SEARCH_COLUMNS] for value in values]
        print_fitted(context.output, [titles, *rows])
    else:
        rows = [[str(value.get(column, "")) for column in SEARCH_COLUMNS] for value in values]
        print_rows(context.output, form, SEARCH_COLUMNS, rows)
    for each in found:
        if each.error is not None:
            context.tell(f"ritui: {each.search.name}: {' '.join(context.say.error(each.error))}")
    if not values:
        context.tell(context.say("shelf.no-searches"))
        return 1
    return 0


def search_values(each: Standing, context: Context) -> dict[str, Any]:
    """A saved search as JSON values; without counts where it cannot be asked any more."""
    search = each.search
    values: dict[str, Any] = {"name": search.name, "query": search.query}
    if each.error is None:
        values |= {"total": each.total, "new": each.new}
    else:
        values["error"] = context.say.error(each.error)[0]
    return values | ({"looked": search.looked} if search.looked else {})
