"""Cite: a record as one names it in a text, with its sources, their licences and their dates."""

from __future__ import annotations

from collections.abc import Iterator

from ritui.i18n import Messages
from ritui.model.record import Provenance, Record
from ritui.model.source import BUNDLED


def cite(record: Record, say: Messages, packaged: str) -> str:
    """The citation of a record, on one line, in the reader's language.

    Name (year). Kind. Host, city, country. Address, identifiers. Source, licence, date: what no
    source states is left out, but that there is no year is said. Dates are ISO dates.

    Args:
        record: Which one.
        say: The words.
        packaged: ISO date of the bundled directory: what it says itself, it said on that day.
    """
    return " ".join(_ended(part) for part in _parts(record, say, packaged) if part)


def address_of(record: Record) -> str:
    """Where a record is on the web: its website, else its first link; empty where it has none."""
    return record.website or next((link.url for link in record.links), "")


def _parts(record: Record, say: Messages, packaged: str) -> Iterator[str]:
    name = record.called(say.language)
    if record.acronym and record.acronym not in name:
        name = f"{name} ({record.acronym})"
    yield f"{name} ({record.established or say('cite.no-date')})"
    if record.kind:
        kind = say.label("kind", record.kind)
        yield kind[:1].upper() + kind[1:]
    country = say.country(record.country) if record.country else ""
    yield ", ".join(part for part in dict.fromkeys((record.host, record.city, country)) if part)
    named = (
        f"{say.get(f'scheme.{scheme}', scheme)} {identifier}"
        for scheme, identifier in record.identifiers.items()
    )
    yield ", ".join(part for part in (address_of(record), *named) if part)
    said = [_source(entry, say, packaged) for entry in record.provenance if entry.fields]
    if said:
        yield say("cite.sources", sources="; ".join(dict.fromkeys(said)))


def _source(entry: Provenance, say: Messages, packaged: str) -> str:
    """A source, its licence, and when it said so."""
    date = entry.retrieved
    if not date and not entry.url and entry.source == BUNDLED:
        date = packaged
    parts = (
        entry.title or entry.source,
        entry.licence or say("export.no-licence"),
        say("cite.retrieved", date=date) if date else "",
    )
    return ", ".join(part for part in parts if part)


def _ended(part: str) -> str:
    """A part with its full stop; none after an address, which it would become a piece of."""
    last = part.rpartition(" ")[2]
    return part if part.endswith(".") or "://" in last else f"{part}."
