"""``ritui stats``: how many records there are of what, Europe beside Latin America, and gaps."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from ritui.cli.context import Context
from ritui.cli.output import Output, as_json, print_rows
from ritui.cli.parser import Parser
from ritui.cli.querying import nothing_matched, query_of
from ritui.i18n import Messages
from ritui.services.landscape import (
    COLUMNS,
    GAPS,
    KEYS,
    Gap,
    Landscape,
    bar,
    gap_label,
    key_label,
    landscape,
    value_label,
)
from ritui.text import fit, nearest, width, wrap

_NUMBERS: Final = COLUMNS[3:]
_LONGEST_BAR: Final = 24


def configure(parser: Parser) -> None:
    """Declare what the command understands."""
    parser.query()
    parser.option("--by", metavar="KEY", nargs="+", action="append", default=[])
    parser.formats("table", "json", "csv", "md")


def run(context: Context, options: argparse.Namespace) -> int:
    """Print counts of what the query finds, and what is missing in it."""
    keys, words = _keys(options.by)
    query = query_of([*words, *options.words])
    say, output = context.say, context.output
    found = landscape(context.catalog, query, say, keys)
    by = {key: [_values(key, each, say) for each in found.by[key]] for key in keys}
    if options.format == "json":
        total = found.whole.total
        output.line(as_json({"total": total, "by": by, "gaps": _gaps(found.gaps)}))
    elif options.format == "table" and output.is_terminal:
        if found.whole.total:
            _print(output, found, by, say)
    else:
        rows = ((key, *map(str, each.values())) for key, its in by.items() for each in its)
        print_rows(output, options.format, COLUMNS, rows)
        if options.format == "md" and found.whole.total:
            _print_gaps(output, found.gaps, say, "\n## {}\n", "- {}: {}")
    return 0 if found.whole.total else nothing_matched(context, query)


def _values(key: str, tally: Any, say: Messages) -> dict[str, Any]:
    """A count as JSON values, in the order of `COLUMNS`."""
    numbers = (tally.eu, tally.lac, tally.other, tally.total)
    label = value_label(key, tally.value, say)
    return {"value": tally.value, "label": label, **dict(zip(_NUMBERS, numbers, strict=True))}


def _gaps(gaps: Sequence[Gap]) -> dict[str, Any]:
    """Gaps by what is missing and region; those of states once more by area."""
    told: dict[str, Any] = {
        key: {gap.side: list(gap.values) for gap in gaps if (gap.key, gap.area) == (key, "")}
        for key in GAPS
    }
    told["country_by_area"] = {
        area: {gap.side: list(gap.values) for gap in gaps if gap.area == area}
        for area in dict.fromkeys(gap.area for gap in gaps if gap.area)
    }
    return told


def _print(
    output: Output, found: Landscape, by: Mapping[str, list[dict[str, Any]]], say: Messages
) -> None:
    """Print for a reader: bars for both regions, fitted to the terminal, then the gaps."""
    labels = [each["label"] for its in by.values() for each in its]
    number = max(4, len(str(found.whole.total)))
    names = [say(f"landscape.short.{side}") for side in ("EU", "LAC")]
    names += [say("landscape.rest"), say("landscape.total")]
    sizes = [max(number, width(name)) for name in names]
    label = min(max(map(width, labels), default=0), max(12, output.width * 2 // 5))
    room = output.width - label - sum(sizes) - 2 * len(sizes)
    long = min(room // 2 - 1, _LONGEST_BAR)
    for place, (key, its) in enumerate(by.items()):
        if place:
            output.line()
        most = max((max(each["EU"], each["LAC"]) for each in its), default=0)
        head = fit(key_label(key, say), label)
        output.line(head + "".join(_cells(names, sizes, [" " * long, " " * long])))
        for each in its:
            bars = [fit(bar(each[side], most, long), long) for side in ("EU", "LAC")]
            texts = [str(each[name]) for name in _NUMBERS]
            output.line(fit(each["label"], label) + "".join(_cells(texts, sizes, bars)))
    _print_gaps(output, found.gaps, say, "\n{}", "{}: {}")


def _cells(texts: Sequence[str], sizes: Sequence[int], bars: Sequence[str]) -> Iterator[str]:
    """The columns of a line: numbers at their right ends, the first of them behind bars."""
    for place, (text, size) in enumerate(zip(texts, sizes, strict=True)):
        drawn = f"{bars[place]} " if place < len(bars) and bars[place] else ""
        yield "  " + drawn + " " * (size - width(text)) + text


def _print_gaps(output: Output, gaps: Sequence[Gap], say: Messages, title: str, line: str) -> None:
    """Name what is missing, in words."""
    output.line(title.format(say("landscape.gaps")))
    for gap in gaps:
        if gap.values:
            names = ", ".join(value_label(gap.key, value, say) for value in gap.values)
            text = line.format(gap_label(gap, say), names)
            for part in wrap(text, output.width) if output.is_terminal else [text]:
                output.line(part)
    if gaps and not any(gap.values for gap in gaps):
        output.line(say("landscape.no-gaps"))


def _keys(given: Sequence[Sequence[str]]) -> tuple[Sequence[str], list[str]]:
    """By what to count, and the words after that which belong to the query.

    Raises:
        ValueUnfit: The first word after ``--by`` is nothing to count by.
    """
    keys: dict[str, None] = {}
    words: list[str] = []
    for first, *rest in given:
        for key in first.split(","):
            if key not in KEYS:
                from ritui.cli.misuse import ValueUnfit

                raise ValueUnfit("--by", key, " | ".join(KEYS), nearest(key, KEYS))
            keys[key] = None
        known = next((place for place, word in enumerate(rest) if word not in KEYS), len(rest))
        keys.update(dict.fromkeys(rest[:known]))
        words.extend(rest[known:])
    return list(keys) or KEYS, words
