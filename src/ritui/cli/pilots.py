"""``ritui pilots``: the pages about the pilots and what stands around them."""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from typing import Any, ClassVar, Final

from ritui.cli.context import Context
from ritui.cli.misuse import Misuse
from ritui.cli.output import as_json, print_fitted, print_rows
from ritui.cli.parser import Parser
from ritui.cli.querying import query_of
from ritui.cli.show import print_wrapped, readable
from ritui.errors import AmbiguousRecord, NoSuchRecord
from ritui.services.pilots import Entry, contents, page
from ritui.services.pilots.matter import Fact, Page
from ritui.text import nearest

COLUMNS: Final = ("id", "kind", "title", "lead", "countries", "status")
"""What is printed of each page, in this order."""

_FACTS: Final = (
    "label", "text", "beside", "date", "end", "url", "record", "query", "total", "matching", "of",
)  # fmt: skip


@dataclass(eq=False)
class UnknownPage(Misuse):
    """No page has this id."""

    key: ClassVar[str] = "misuse.page"

    word: str
    nearest: str = ""


def configure(parser: Parser) -> None:
    """Declare what the command understands."""
    parser.words("[ID ...]")
    parser.option("--query", metavar="QUERY", value=lambda text: query_of([text]))
    parser.formats("table", "json", "md", "ids")


def run(context: Context, options: argparse.Namespace) -> int:
    """Print the pages that are named in full, or which pages there are."""
    catalog, say, output = context.catalog, context.say, context.output
    entries = contents(catalog, say)
    wanted = [_meant(context, word, entries) for word in options.words]
    if options.format == "ids":
        for id_ in wanted or [entry.id for entry in entries]:
            output.line(id_)
        return 0
    if not wanted:
        _print_contents(context, options.format, entries)
        return 0
    pages = [page(catalog, say, id_, options.query) for id_ in dict.fromkeys(wanted)]
    if options.format == "json":
        values = [_values(each) for each in pages]
        # As of records: one is an object, several are a list.
        output.line(as_json(values if len(options.words) > 1 else values[0]))
        return 0
    for place, each in enumerate(pages):
        if place:
            output.line()
        (_print_markdown if options.format == "md" else _print_text)(context, each)
    return 0


def _meant(context: Context, word: str, entries: list[Entry]) -> str:
    """The id of the page that a word stands for: whole, its end, or the acronym of its record.

    Raises:
        UnknownPage: There is none.
    """
    ids = [entry.id for entry in entries]
    ends = [id_ for id_ in ids if id_.endswith(f"-{word.lower()}")]
    if word in ids or len(ends) == 1:
        return word if word in ids else ends[0]
    try:
        id_ = context.catalog.resolve(word)
    except (NoSuchRecord, AmbiguousRecord):
        id_ = ""
    if id_ not in ids:
        raise UnknownPage(word, nearest(word, [*ids, *(id_.rpartition("-")[2] for id_ in ids)]))
    return id_


def _print_contents(context: Context, form: str, entries: list[Entry]) -> None:
    output, say = context.output, context.say
    if form == "json":
        values = [{key: getattr(entry, key) for key in COLUMNS} for entry in entries]
        known = [{key: value for key, value in each.items() if value} for each in values]
        listed = ",".join(f"\n{as_json(each)}" for each in known)
        output.line(f'{{"total":{len(known)},"pages":[{listed}\n]}}')
        return
    rows = [
        [entry.id, entry.kind, entry.title, entry.lead, ",".join(entry.countries), entry.status]
        for entry in entries
    ]
    if form == "table" and output.is_terminal:
        titles = [say(f"field.{key}") for key in ("id", "name", "coordinator", "countries")]
        shown = [[row[0], row[2], row[3], row[4]] for row in rows]
        print_fitted(output, [titles, *shown])
    else:
        print_rows(output, form, COLUMNS, rows)


def _values(found: Page) -> dict[str, Any]:
    """A page as JSON values; what is unknown is left out."""
    keys = ("id", "kind", "title", "names", "facts", "summary", "record", "website")
    values: dict[str, Any] = {key: getattr(found, key) for key in keys if getattr(found, key)}
    values["parts"] = [
        {"key": part.key, "title": part.title, "facts": [_fact(fact) for fact in part.facts]}
        for part in found.parts
    ]
    return values


def _fact(fact: Fact) -> dict[str, Any]:
    values = {key: getattr(fact, key) for key in _FACTS}
    return {key: value for key, value in values.items() if value not in ("", None)}


def _print_text(context: Context, found: Page) -> None:
    output = context.output
    cells = readable(output)
    for text in (found.title, found.names, found.facts):
        print_wrapped(output, text, cells)
    if found.summary:
        output.line()
        print_wrapped(output, found.summary, cells)
    for part in found.parts:
        output.line()
        output.line(part.title)
        before = ""
        for fact in part.facts:
            again = bool(fact.label) and fact.label == before
            print_wrapped(output, _line(fact, again=again), cells, "    " if again else "  ")
            before = fact.label


def _line(fact: Fact, *, again: bool) -> str:
    """A fact as text: what it is, the record it names, where to find it or more of it."""
    label = f"{fact.label}: " if fact.label and not again else ""
    known_by = f" [{fact.record}]" if fact.record else ""
    further = "".join(f"\n{each}" for each in (fact.query, fact.url) if each not in fact.text)
    return f"{label}{fact.shown}{known_by}{further}"


def _print_markdown(context: Context, found: Page) -> None:
    from ritui.services.export import markdown_text

    output = context.output
    output.line(f"## {markdown_text(found.title)}")
    for text in (found.names, found.facts, found.summary):
        if text:
            output.line()
            output.line(markdown_text(text))
    for part in found.parts:
        output.line()
        output.line(f"### {markdown_text(part.title)}")
        output.line()
        for fact in part.facts:
            label = f"**{markdown_text(fact.label)}:** " if fact.label else ""
            known_by = f" (`{fact.record}`)" if fact.record else ""
            query = f" `{fact.query}`" if fact.query else ""
            address = f" {markdown_text(fact.url)}" if fact.url not in fact.text else ""
            output.line(f"- {label}{markdown_text(fact.shown)}{known_by}{query}{address}")
