"""``ritui export``: records in another program's format."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ritui.cli.context import Context
from ritui.cli.parser import Parser
from ritui.cli.querying import nothing_matched, query_of
from ritui.errors import AmbiguousRecord, NoSuchRecord
from ritui.model.record import to_json
from ritui.services.export import FORMATS, Selection, write_file
from ritui.services.library import now

if TYPE_CHECKING:
    from ritui.store.answer import Answer


def configure(parser: Parser) -> None:
    """Declare what the command understands."""
    parser.query()
    parser.option("--format", choices=FORMATS, default="csv")
    parser.option("--json", action="store_const", const="json", dest="format")
    parser.option("--output", "-o", metavar="FILE")
    parser.option("--force", action="store_true")
    parser.option("--ids", metavar="FILE")


def run(context: Context, options: argparse.Namespace) -> int:
    """Write the records to standard output or to a file."""
    query = query_of(options.words)
    code = 0
    ids: list[str] | None = None
    if options.ids is not None:
        ids, code = _resolved(context, _named(options.ids))

    def work() -> bool:
        answer = context.catalog.search(query)
        selection = Selection(
            lambda: _records(context, answer, ids),
            context.say,
            generated=now(),
            packaged=context.catalog.fact("packaged"),
            query=str(query),
        )
        if not any(True for _ in selection.records()):
            return False
        _write(context, FORMATS[options.format](selection), options)
        return True

    if context.settled(work):
        return code
    return code or nothing_matched(context, query)


def _records(
    context: Context, answer: Answer, ids: Sequence[str] | None
) -> Iterator[Mapping[str, Any]]:
    """The records of an answer; with ids, those of them that are in it, in their own order."""
    catalog = context.catalog
    if ids is None:
        yield from catalog.values(answer)
        return
    for id_ in ids:
        if catalog.row_of(answer, id_) is not None:
            yield to_json(catalog.record(id_))


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
