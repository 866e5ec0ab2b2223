"""Copied: what of some records one takes along by the clipboard, as text."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from ritui.errors import NoSuchRecord
from ritui.i18n import Messages
from ritui.model.record import Record, to_json
from ritui.services.describe import Section, describe, facts_line, names_line

if TYPE_CHECKING:
    from collections.abc import Callable

    from ritui.model.shelf import Shelf
    from ritui.store.catalog import Catalog

WHAT: Final = ("link", "name", "citation", "contact", "markdown", "json", "id")
"""What can be copied; its words are ``action.copy-<what>``."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """Some records, and what is needed to speak of them."""

    records: tuple[Record, ...]
    names: Mapping[str, str]
    """Names of the records that they are related to, by id."""
    packaged: str
    """ISO date of the bundled directory."""


def chosen(
    catalog: Catalog, ids: Iterable[str], say: Messages, shelf: Callable[[], Shelf] | None = None
) -> Chosen:
    """Records as the directory has them now, in the order of their ids.

    Args:
        catalog: The directory.
        ids: Which ones. Those that neither it nor the shelf knows are left out.
        say: The words.
        shelf: Gives the shelf, which remembers records that the directory lost.
    """
    records: list[Record] = []
    for id_ in dict.fromkeys(ids):
        try:
            records.append(catalog.record(id_))
        except NoSuchRecord:
            kept = shelf().of(id_) if shelf is not None else None
            if kept is not None:
                from ritui.services.keep import remembered

                records.append(remembered(kept, say("shelf.gone")))
    others = {each.id for record in records for each in record.related}
    others |= {record.pilot for record in records if record.pilot}
    rows = catalog.names(others) if others else {}
    names = {id_: row.called(say.language) for id_, row in rows.items()}
    return Chosen(tuple(records), names, catalog.fact("packaged"))


def text_of(what: str, chosen: Chosen, say: Messages) -> str:
    """What is to be copied; empty where no record has any of it.

    Args:
        what: One of `WHAT`.
        chosen: The records.
        say: The words.
    """
    records = chosen.records
    if what == "json":
        values = [to_json(record) for record in records]
        one_or_all = values[0] if len(values) == 1 else values
        return json.dumps(one_or_all, ensure_ascii=False, indent=2)
    if what == "markdown":
        return "\n\n".join("\n".join(_markdown(record, chosen, say)) for record in records)
    if what == "citation":
        from ritui.services.cite import cite

        return "\n".join(cite(record, say, chosen.packaged) for record in records)
    lines: Iterable[str]
    if what == "link":
        lines = map(_link, records)
    elif what == "name":
        lines = (record.called(say.language) for record in records)
    elif what == "contact":
        lines = (line for record in records for line in _contacts(record, say, len(records) > 1))
    else:
        lines = (record.id for record in records)
    return "\n".join(line for line in lines if line)


def plain(chosen: Chosen, say: Messages) -> str:
    """Everything known of the records as plain text: no columns, and no line is broken.

    A terminal breaks what is too long for it, and gives it back in one piece when it is copied.
    """
    return "\n\n\n".join("\n".join(_plain(record, chosen, say)) for record in chosen.records)


def _link(record: Record) -> str:
    """The address of a record: its website, else its first link, else one that identifies it."""
    from ritui.services.cite import address_of

    named = (each for each in record.identifiers.values() if each.startswith("https://"))
    return address_of(record) or next(named, "")


def _contacts(record: Record, say: Messages, is_named: bool) -> Iterator[str]:
    """A line for each way to reach the people behind a record."""
    head = f"{record.called(say.language)}: " if is_named else ""
    for each in record.contacts:
        parts = (each.name, each.role, each.email, each.phone, each.url)
        yield head + " · ".join(part for part in parts if part)


def _sections(record: Record, chosen: Chosen, say: Messages) -> Sequence[Section]:
    return describe(record, say, chosen.names)


def _head(record: Record, say: Messages) -> Iterator[str]:
    """What stands before the sections: other names, facts, summary."""
    yield names_line(record, say)
    if record.kind:
        yield facts_line(record, say)
    yield record.summary


def _plain(record: Record, chosen: Chosen, say: Messages) -> Iterator[str]:
    yield record.called(say.language)
    yield from filter(None, _head(record, say))
    for section in _sections(record, chosen, say):
        yield ""
        yield say(f"section.{section.key}")
        for item in section.items:
            label = f"{item.label}: " if item.label else ""
            yield f"{label}{item.text}"
            if item.url and item.url.removeprefix("mailto:") not in item.text:
                yield item.url


def _markdown(record: Record, chosen: Chosen, say: Messages) -> Iterator[str]:
    from ritui.services.export.escape import markdown_text

    yield f"## {markdown_text(record.called(say.language))}"
    for text in _head(record, say):
        for paragraph in filter(str.strip, text.split("\n")):
            yield ""
            yield markdown_text(paragraph)
    for section in _sections(record, chosen, say):
        yield ""
        yield f"### {say(f'section.{section.key}')}"
        yield ""
        for item in section.items:
            label = f"**{markdown_text(item.label)}:** " if item.label else ""
            told = item.url and item.url.removeprefix("mailto:") not in item.text
            address = f" {markdown_text(item.url)}" if told else ""
            yield f"- {label}{markdown_text(item.text)}{address}"
