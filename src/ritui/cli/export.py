"""``ritui export``: records in another program's format."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

from ritui.cli.context import Context
from ritui.cli.parser import Parser
from ritui.cli.querying import nothing_matched, query_of
from ritui.errors import AmbiguousRecord, NoSuchRecord
from ritui.services.export import FORMATS, format_of, write_file
from ritui.services.export.choosing import (
    NO_EVENTS,
    NO_RECORDS,
    Choice,
    Chosen,
    lacking,
    listed,
    namer,
    originator,
)

if TYPE_CHECKING:
    from ritui.services.origin import Origin

_USUAL: Final = "csv"
"""The format where neither an option nor the name of the file says one."""


def configure(parser: Parser) -> None:
    """Declare what the command understands."""
    parser.query()
    parser.option("--format", choices=FORMATS)
    parser.option("--json", action="store_const", const="json", dest="format")
    parser.option("--output", "-o", metavar="FILE")
    parser.option("--force", action="store_true")
    parser.option("--ids", metavar="FILE")
    parser.option("--shelf", action="store_true")
    parser.option("--list", metavar="NAME")
    parser.option("--notes", action="store_true")
    parser.option("--title", metavar="TEXT")


def run(context: Context, options: argparse.Namespace) -> int:
    """Write the records to standard output or to a file."""
    form = options.format or format_of(options.output or "") or _USUAL
    choice, code = _choice(context, options)

    def work() -> str:
        chosen = Chosen(context.catalog, context.say, choice)
        selection = chosen.selection(lambda: context.config.sources)
        missing = lacking(selection, form)
        if not missing:
            _write(context, FORMATS[form](selection), options)
        return missing

    missing = context.settled(work)
    if missing == NO_EVENTS:
        context.tell(context.say("export.no-events"))
    elif missing == NO_RECORDS:
        if choice.query.conditions or options.ids is not None or not _is_of_shelf(options):
            return code or nothing_matched(context, choice.query)
        context.tell(context.say("shelf.empty-command"))
    return code or int(bool(missing))


def _is_of_shelf(options: argparse.Namespace) -> bool:
    return bool(options.shelf) or options.list is not None


def _choice(context: Context, options: argparse.Namespace) -> tuple[Choice, int]:
    """What the options ask for, and the exit code of ids that could not be found.

    Raises:
        UnknownWord, QueryUnreadable: The query cannot be understood.
        ShelfDamaged: The shelf is asked for and cannot be understood.
        NotKept: No list is called so.
    """
    query = query_of(options.words)
    ids, code = None, 0
    if options.ids is not None:
        ids, code = _resolved(context, _named(options.ids))
    title = context.say("view.shelf") if options.shelf else ""
    choice = Choice(query, ids, title=options.title or options.list or title)
    if _is_of_shelf(options) or options.notes:
        from ritui.store.shelf import ShelfFile

        shelf = ShelfFile(context.paths.shelf_file).read()
        choice = choice.with_notes(shelf)
        if _is_of_shelf(options):
            choice = choice.among(listed(shelf, options.list))
    return choice, code


def names_of(context: Context) -> Callable[[Iterable[str]], Mapping[str, str]]:
    """What names records by their ids, in the language of the run."""
    return namer(context.catalog, context.say)


def origin_of(context: Context) -> Callable[[str], Origin]:
    """What names a source by its id; the settings are read when the first one is asked for."""
    return originator(context.catalog, context.say, lambda: context.config.sources)


def _named(file: str) -> list[str]:
    """The words of a file, or of standard input."""
    from ritui.cli.misuse import ValueUnfit

    try:
        if file == "-":
            return sys.stdin.read().split()
        return Path(file).read_text(encoding="utf-8").split()
    except (OSError, UnicodeDecodeError) as error:
        raise ValueUnfit("--ids", file, "FILE | -") from error


def _resolved(context: Context, words: Iterable[str]) -> tuple[list[str], int]:
    """The ids that are meant, and the exit code of those that could not be found."""
    code = 0
    ids: dict[str, None] = {}
    for word in words:
        try:
            ids[context.catalog.resolve(word)] = None
        except (NoSuchRecord, AmbiguousRecord) as error:
            code = context.complain(error)
    return list(ids), code


def _write(context: Context, pieces: Iterable[str], options: argparse.Namespace) -> None:
    if options.output in {None, "-"}:
        for piece in pieces:
            context.output.write(piece)
    else:
        write_file(Path(options.output), pieces, replace=options.force)
