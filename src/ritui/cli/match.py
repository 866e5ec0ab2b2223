"""``ritui match``: the best counterparts across the Atlantic, and why."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import Any, Final

from ritui.cli.context import Context
from ritui.cli.output import as_json, print_fitted, print_rows
from ritui.cli.parser import FORMATS, Parser
from ritui.cli.querying import nothing_matched, query_of
from ritui.errors import AmbiguousRecord, NoSuchRecord
from ritui.services.across import in_short, missing, names_in
from ritui.services.likeness import Gap, Reason
from ritui.services.match import LIMIT, MOST, Candidate, Pair, Party, counterparts, matrix
from ritui.text import fit, width

COLUMNS: Final = ("score", "id", "name", "region", "country", "reasons", "gaps")
"""What is printed of a candidate, in this order."""
PAIR_COLUMNS: Final = ("score", "one", "one_name", "other", "other_name", "reasons", "gaps")
"""What is printed of a pair, in this order."""

_NAME: Final = 32
"""Cells of a name on a terminal."""
_OF_EACH: Final = 3
"""Pairs of each record when nothing else is said."""


def configure(parser: Parser) -> None:
    """Declare what the command understands."""
    parser.option("--query", metavar="QUERY")
    parser.option("--shelf", action="store_true")
    parser.option("--limit", metavar="N", number=True)
    parser.formats(*FORMATS)
    parser.words("[ID ...]")


def run(context: Context, options: argparse.Namespace) -> int:
    """Print the candidates for one record, or the best pairs among several."""
    if not options.words and options.query is None and not options.shelf:
        from ritui.cli.misuse import WordsMissing

        raise WordsMissing("ritui match", "ID | --query QUERY | --shelf")
    code = 0
    ids: dict[str, None] = {}
    for word in options.words:
        try:
            ids[context.catalog.resolve(word)] = None
        except (NoSuchRecord, AmbiguousRecord) as error:
            code = context.complain(error)
    if len(options.words) == 1 and options.query is None and not options.shelf:
        return code or _print_candidates(context, options, *ids)
    if options.query is not None:
        query = query_of([options.query])
        answer = context.catalog.search(query)
        if not len(answer):
            return nothing_matched(context, query)
        values = context.catalog.values(answer, 0, MOST + 1)
        ids |= dict.fromkeys(each["id"] for each in values)
        _tell_limit(context, len(answer))
    if options.shelf:
        from ritui.store.shelf import ShelfFile

        shelf = ShelfFile(context.paths.shelf_file).read()
        ids |= dict.fromkeys(each.id for each in shelf.records if each.lists)
    return _print_pairs(context, options, list(ids)) or code


def _tell_limit(context: Context, found: int) -> None:
    if found > MOST:
        context.tell(context.say("across.limited", most=MOST, n=found))


def _print_candidates(context: Context, options: argparse.Namespace, id_: str) -> int:
    limit = LIMIT if options.limit is None else options.limit
    found = counterparts(context.catalog, id_, limit)
    output = context.output
    if options.format == "json":
        listed = ",".join(f"\n{as_json(_candidate(each))}" for each in found)
        end = "\n" if found else ""
        output.line(f'{{"id":{as_json(id_)},"candidates":[{listed}{end}]}}')
    elif options.format == "jsonl":
        for each in found:
            output.line(as_json(_candidate(each)))
    elif options.format == "ids":
        for each in found:
            output.line(each.id)
    elif options.format == "table" and output.is_terminal and found:
        say, names = context.say, names_in(context.catalog, found)
        titles = [say("across.column.score"), say("field.id"), say("field.name"),
                  say("field.country"), say("across.column.reasons")]  # fmt: skip
        rows = [
            [str(each.score), each.id, _cut(each.name), each.country,
             in_short(each.reasons, say, names, titled=False)]
            for each in found
        ]  # fmt: skip
        print_fitted(output, [titles, *rows], wide=4)
    elif found:
        print_rows(output, options.format, COLUMNS, (
            [str(each.score), each.id, each.name, each.region, each.country,
             _cell(each.reasons), missing(each.gaps)]
            for each in found
        ))  # fmt: skip
    if not found:
        context.tell(_nothing(context, id_))
        return 1
    return 0


def _nothing(context: Context, id_: str) -> str:
    record = context.catalog.record(id_)
    if record.region:
        return context.say("across.none")
    return context.say("across.no-region", name=record.called(context.say.language))


def _print_pairs(context: Context, options: argparse.Namespace, ids: Sequence[str]) -> int:
    limit = _OF_EACH if options.limit is None else options.limit
    found = matrix(context.catalog, ids, limit)
    output = context.output
    if options.format == "json":
        listed = ",".join(f"\n{as_json(_pair(each))}" for each in found)
        output.line(f'{{"total":{len(found)},"pairs":[{listed}{chr(10) if found else ""}]}}')
    elif options.format == "jsonl":
        for each in found:
            output.line(as_json(_pair(each)))
    elif options.format == "ids":
        for id_ in dict.fromkeys(party.id for each in found for party in (each.one, each.other)):
            output.line(id_)
    elif options.format == "table" and output.is_terminal and found:
        say, names = context.say, names_in(context.catalog, found)
        titles = [say(f"across.column.{key}") for key in ("score", "one", "other", "reasons")]
        rows = [
            [str(each.score), _cut(each.one.name), _cut(each.other.name),
             in_short(each.reasons, say, names, titled=False)]
            for each in found
        ]  # fmt: skip
        print_fitted(output, [titles, *rows], wide=3)
    elif found:
        print_rows(output, options.format, PAIR_COLUMNS, (
            [str(each.score), each.one.id, each.one.name, each.other.id, each.other.name,
             _cell(each.reasons), missing(each.gaps)]
            for each in found
        ))  # fmt: skip
    if not found:
        context.tell(context.say("across.none-pairs"))
        return 1
    return 0


def _candidate(candidate: Candidate) -> dict[str, Any]:
    party = Party(candidate.id, candidate.name, candidate.region, candidate.country)
    return {**_known(party), **_judged(candidate)}


def _pair(pair: Pair) -> dict[str, Any]:
    return {"one": _known(pair.one), "other": _known(pair.other), **_judged(pair)}


def _known(party: Party) -> dict[str, str]:
    """A record as JSON values; what is unknown is left out."""
    return {key: value for key, value in party._asdict().items() if value}


def _judged(found: Candidate | Pair) -> dict[str, Any]:
    return {
        "score": found.score,
        "reasons": [_reason(each) for each in found.reasons],
        "gaps": [_gap(each) for each in found.gaps],
    }


def _reason(reason: Reason) -> dict[str, Any]:
    return {"reason": reason.key, "values": list(reason.values), "points": reason.points}


def _gap(gap: Gap) -> dict[str, Any]:
    return {"gap": gap.key, "of": list(gap.of)}


def _cut(name: str) -> str:
    """A name that leaves room for what is said beside it."""
    return name if width(name) <= _NAME else fit(name, _NAME).rstrip()


def _cell(reasons: Sequence[Reason]) -> str:
    """Reasons as programs read them: each with its points and its values."""
    return "; ".join(f"{each.key} {each.points}: {', '.join(each.values)}" for each in reasons)
