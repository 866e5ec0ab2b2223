"""``ritui show``: one or more records in full."""

from __future__ import annotations

import argparse

from ritui.cli.context import Context
from ritui.cli.output import Output
from ritui.cli.parser import Parser
from ritui.errors import AmbiguousRecord, NoSuchRecord
from ritui.model.record import Record
from ritui.services.describe import Item, Section, describe, facts_line, names_line
from ritui.text import width

_READABLE = 100
"""Cells after which lines of prose become hard to follow."""
_ACROSS = 5
"""Counterparts in the other region that are named."""


def configure(parser: Parser) -> None:
    """Declare what the command understands."""
    parser.words("ID...", least=1)
    parser.option("--provenance", action="store_true")
    parser.formats("table", "json", "jsonl", "md", "ids")


def run(context: Context, options: argparse.Namespace) -> int:
    """Print the records; those that cannot be found are named, the others still printed."""
    code = 0
    ids: dict[str, None] = {}
    for word in options.words:
        try:
            ids[context.catalog.resolve(word)] = None
        except (NoSuchRecord, AmbiguousRecord) as error:
            code = context.complain(error)
    if options.provenance:
        from ritui.cli.provenance import print_provenance

        print_provenance(context, options, ids)
        return code
    bodies = [context.catalog.body(id_) for id_ in ids]
    output = context.output
    if options.format == "json":
        # One id was asked for: one object. Several: a list, however many were found.
        if len(options.words) > 1:
            output.line("[" + ",".join(f"\n{body}" for body in bodies) + "\n]")
        for body in bodies if len(options.words) == 1 else ():
            output.line(body)
    elif options.format == "jsonl":
        for body in bodies:
            output.line(body)
    elif options.format == "ids":
        for id_ in ids:
            output.line(id_)
    else:
        for place, id_ in enumerate(ids):
            if place:
                output.line()
            _print(context, context.catalog.record(id_), markdown=options.format == "md")
    return code


def _print(context: Context, record: Record, *, markdown: bool) -> None:
    # Only a page to read says who does the same.
    from ritui.services.across import told
    from ritui.services.match import counterparts
    from ritui.store.shelf import ShelfFile

    say = context.say
    others = [each.id for each in record.related] + [record.pilot]
    rows = context.catalog.names(other for other in others if other)
    names = {id_: row.called(say.language) for id_, row in rows.items()}
    head = [names_line(record, say), facts_line(record, say)]
    similar = {row.id: row.called(say.language) for row in context.catalog.similar(record.id)}
    found = told(counterparts(context.catalog, record.id, _ACROSS), context.catalog, say)
    sections = describe(record, say, names, similar, found)
    kept = ShelfFile(context.paths.shelf_file).read().of(record.id)
    if kept and kept.note:
        sections.insert(0, Section("note", (Item(kept.note),)))
    if markdown:
        _print_markdown(context, record, [*head, record.summary], sections)
    else:
        _print_text(context, record, head, sections)


def _print_text(context: Context, record: Record, head: list[str], sections: list[Section]) -> None:
    say, output = context.say, context.output
    cells = readable(output)
    print_wrapped(output, record.called(say.language), cells)
    for text in head:
        print_wrapped(output, text, cells)
    if record.summary:
        output.line()
        print_wrapped(output, record.summary, cells)
    for section in sections:
        output.line()
        output.line(say(f"section.{section.key}"))
        for item in section.items:
            label = f"{item.label}: " if item.label else ""
            known_by = f" [{item.record}]" if item.record else ""
            address = f"\n{item.url}" if item.url and item.url not in item.text else ""
            print_wrapped(output, f"{label}{item.text}{known_by}{address}", cells, "  ")


def readable(output: Output) -> int:
    """Cells that a line of prose may have."""
    return min(output.width, _READABLE) if output.is_terminal else 80


def print_wrapped(output: Output, text: str, cells: int, indent: str = "") -> None:
    """Print text in lines that fit; what follows the first is set in a little further.

    A word that does not fit is not broken: it is most likely an address.
    """
    if not text:
        return
    lead = indent
    for paragraph in text.split("\n"):
        line = ""
        for word in paragraph.split():
            if line and width(lead) + width(line) + 1 + width(word) > cells:
                output.line(lead + line)
                line, lead = "", indent + "  " if indent else ""
            line = f"{line} {word}" if line else word
        output.line(lead + line)
        lead = indent + "  " if indent else ""


def _print_markdown(
    context: Context, record: Record, head: list[str], sections: list[Section]
) -> None:
    from ritui.services.export import markdown_text

    output = context.output
    output.line(f"## {markdown_text(record.called(context.say.language))}")
    for text in head:
        if text:
            output.line()
            output.line(markdown_text(text))
    for section in sections:
        output.line()
        output.line(f"### {context.say(f'section.{section.key}')}")
        output.line()
        for item in section.items:
            label = f"**{item.label}:** " if item.label else ""
            known_by = f" (`{item.record}`)" if item.record else ""
            address = f" {markdown_text(item.url)}" if item.url not in item.text else ""
            output.line(f"- {label}{markdown_text(item.text)}{known_by}{address}")
