"""Briefing: a page of Markdown to read, print and hand on.

What sources and readers wrote is text in it and never markup, see `escape.markdown_text`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from ritui.i18n import Messages
from ritui.model.record import Record, from_json
from ritui.services.describe import Item, describe, facts_line, names_line
from ritui.services.export import NOTE, Selection, licences
from ritui.services.export.escape import markdown_row, markdown_text
from ritui.text import clean_line

_BRIEF: Final = ("name", "acronym", "country", "city", "host", "status", "website", "id")
"""Columns of the table."""
_ID: Final = re.compile(r"[a-z0-9-]+")


def write_markdown(selection: Selection) -> Iterator[str]:
    """What was selected, a table, a section for each record, and where all of it is from."""
    say = selection.say
    under = licences(selection)
    names = {record["id"]: _called(record, say) for record in selection.records()}
    yield f"# {markdown_text(selection.named)}\n\n"
    yield say("export.dates", generated=selection.generated[:10], packaged=selection.packaged)
    yield f" {say('export.records', n=len(names))}\n\n"
    if selection.query:
        yield f"{say('export.query')}: `{clean_line(selection.query).replace('`', ' ')}`\n\n"
    stated = ", ".join(markdown_text(licence) for licence in under if licence)
    yield f"{say('export.licences', licences=stated)}\n\n"
    yield markdown_row([say(f"field.{column}") for column in _BRIEF]) + "\n"
    yield markdown_row(["---"] * len(_BRIEF), escape=False) + "\n"
    for record in selection.records():
        yield markdown_row([_word(record, column, say) for column in _BRIEF]) + "\n"
    for record in selection.noted():
        yield "\n"
        others = {each["id"] for each in record.get("related", ())} | {record.get("pilot", "")}
        known = {id_: names[id_] for id_ in others if id_ in names}
        yield from _section(record, say, {**known, **selection.names(others - known.keys())})
    yield f"\n## {say('export.sources')}\n\n"
    for licence, sources in under.items():
        named = ", ".join(markdown_text(source) for source in sources)
        yield f"- {markdown_text(licence or say('export.no-licence'))}: {named}\n"


def _section(values: Mapping[str, Any], say: Messages, names: Mapping[str, str]) -> Iterator[str]:
    """Everything known of a record: its facts, contacts, links, caveats, and where from."""
    record = _record(values)
    yield f"## {markdown_text(record.called(say.language) or record.id)}\n"
    for line in (names_line(record, say), facts_line(record, say), record.summary):
        for paragraph in filter(str.strip, line.split("\n")):
            yield f"\n{markdown_text(paragraph)}\n"
    if note := values.get(NOTE):
        yield f"\n### {say('note.title')}\n\n"
        # Each line is a paragraph of its own; else it would join the one before it.
        lines = (markdown_text(line) for line in str(note).split("\n") if line.strip())
        yield "> " + "\n>\n> ".join(lines) + "\n"
    for section in describe(record, say, names):
        yield f"\n### {say(f'section.{section.key}')}\n\n"
        for item in section.items:
            yield f"- {_item(item)}\n"


def _item(item: Item) -> str:
    label = f"**{markdown_text(item.label)}:** " if item.label else ""
    known_by = f" ({_id(item.record)})" if item.record not in {"", item.text} else ""
    # The address of a mail is in the text already.
    url = "" if item.url.startswith("mailto:") else item.url
    address = f" {markdown_text(url)}" if url and url not in item.text else ""
    return f"{label}{markdown_text(item.text)}{known_by}{address}"


def _id(id_: str) -> str:
    return f"`{id_}`" if _ID.fullmatch(id_) else markdown_text(id_)


def _record(values: Mapping[str, Any]) -> Record:
    """The record that JSON values are; what the shelf alone remembers may lack its kind."""
    return from_json({"kind": "", **{key: each for key, each in values.items() if key != NOTE}})


def _called(record: Mapping[str, Any], say: Messages) -> str:
    return str(record.get("names", {}).get(say.language) or record.get("name", record["id"]))


def _word(record: Mapping[str, Any], column: str, say: Messages) -> str:
    if column == "name":
        return _called(record, say)
    value = str(record.get(column, ""))
    return say.label(column, value) if value and column in {"country", "status"} else value
