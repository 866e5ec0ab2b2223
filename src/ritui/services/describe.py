"""Describe a record: what is known of it, in sections and in a fixed order, in words.

The detail on the screen and ``ritui show`` say the same because both start here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from ritui.i18n import Messages
from ritui.model.record import Provenance, Record


@dataclass(frozen=True, slots=True)
class Item:
    """One thing known of a record."""

    text: str
    label: str = ""
    """What it is; empty where the section's title says enough."""
    url: str = ""
    """An address that the text stands for."""
    record: str = ""
    """Id of a record of the directory that the text stands for."""


@dataclass(frozen=True, slots=True)
class Section:
    """Things that belong together."""

    key: str
    """``where``, ``who`` and so on; its title is ``section.<key>``."""
    items: tuple[Item, ...]


def names_line(record: Record, say: Messages) -> str:
    """The acronym and the other names of a record, each with its language."""
    shown = record.called(say.language)
    names = dict.fromkeys((record.name, *record.names.values()))
    tags = {name: tag for tag, name in record.names.items()}
    others = [f"{name} ({tags[name]})" if name in tags else name for name in names if name != shown]
    return " · ".join(part for part in (record.acronym, *others) if part)


def facts_line(record: Record, say: Messages) -> str:
    """What kind of thing it is, its state, and since when and until when, each said in words."""
    years = (("established", record.established), ("ended", record.ended))
    parts = (
        say.label("kind", record.kind),
        say.label("type", record.type) if record.type else "",
        say.label("status", record.status) if record.status else say("card.status-unknown"),
        *(f"{say(f'field.{key}').lower()} {year}" for key, year in years if year),
    )
    return " · ".join(part for part in parts if part)


def describe(
    record: Record,
    say: Messages,
    related: Mapping[str, str],
    similar: Mapping[str, str] = MappingProxyType({}),
    across: Sequence[Item] = (),
) -> list[Section]:
    """Everything known of a record but its name and summary.

    Args:
        record: What to describe.
        say: The words.
        related: Names of the records it is related to, by id.
        similar: Names of the records that may be the same thing, by id.
        across: Its best counterparts across the Atlantic.
    """
    makers = {
        "where": _where,
        "who": _who,
        "reach": _reach,
        "what": _what,
        "facts": lambda record, say: (Item(text) for text in record.details),
        "identifiers": _identifiers,
        "caveats": lambda record, say: (Item(text) for text in record.caveats),
        "from": _from,
    }
    sections = []
    for key, make in makers.items():
        items = tuple(make(record, say))
        if key == "what":
            sections.append(Section(key, items))
            ties = (*_ties(record, say, related), *_similar(similar, say))
            sections.append(Section("ties", ties))
            sections.append(Section("across", tuple(across)))
        else:
            sections.append(Section(key, items))
    return [section for section in sections if section.items]


def _where(record: Record, say: Messages) -> Iterator[Item]:
    country = say.country(record.country) if record.country else ""
    place = ", ".join(part for part in (record.city, country) if part)
    yield Item(place or say("card.not-stated"))
    if record.lat is not None and record.lon is not None:
        yield Item(f"{record.lat:.5f}, {record.lon:.5f}", say("field.point"))
    others = [say.country(code) for code in record.countries if code != record.country]
    if others:
        yield Item(", ".join(others), say("field.countries"))
    if record.region:
        yield Item(say.label("region", record.region), say("field.region"))


def _who(record: Record, say: Messages) -> Iterator[Item]:
    for key, values in (
        ("host", (record.host,)),
        ("coordinator", (record.coordinator,)),
        ("partners", record.partners),
        ("members", record.members),
        ("legal", (record.legal,)),
    ):
        text = ", ".join(value for value in values if value)
        if text:
            yield Item(text, say(f"field.{key}"))


def _reach(record: Record, say: Messages) -> Iterator[Item]:
    if record.website:
        yield Item(record.website, say("field.website"), url=record.website)
    else:
        yield Item(say("card.not-stated"), say("field.website"))
    if record.access:
        yield Item(record.access, say("field.access"))
    for contact in record.contacts:
        parts = (contact.name, contact.role, contact.email, contact.phone)
        address = f"mailto:{contact.email}" if contact.email else contact.url
        text = " · ".join(part for part in parts if part) or contact.url
        yield Item(text, say("field.contacts"), url=address)
        if contact.url and contact.url not in {text, address}:
            yield Item(contact.url, say("field.contacts"), url=contact.url)
    for link in record.links:
        yield Item(link.url, link.rel, url=link.url)


def _what(record: Record, say: Messages) -> Iterator[Item]:
    for facet, key, values in (
        ("area", "areas", record.areas),
        ("domain", "domains", record.domains),
        ("field", "fields", record.fields),
        ("esfri", "esfri", (record.esfri,) if record.esfri else ()),
    ):
        if values:
            yield Item(", ".join(say.label(facet, v) for v in values), say(f"field.{key}"))


def _ties(record: Record, say: Messages, related: Mapping[str, str]) -> Iterator[Item]:
    if record.pilot:
        name = related.get(record.pilot, record.pilot)
        yield Item(name, say("field.pilot"), record=record.pilot)
    if record.grant:
        yield Item(_grant(record.grant, say), say("field.grant"))
    for other in record.related:
        name = related.get(other.id, other.id)
        yield Item(name, say.label("relation", other.rel), record=other.id)


def _similar(similar: Mapping[str, str], say: Messages) -> Iterator[Item]:
    """A hint, no more: what has no identifier in common is never made one."""
    for id_, name in similar.items():
        yield Item(say("card.similar", name=name), record=id_)


def _grant(grant: Mapping[str, str | int], say: Messages) -> str:
    parts = [str(grant[key]) for key in ("programme", "number") if key in grant]
    if "start" in grant or "end" in grant:
        parts.append(f"{grant.get('start', '…')} – {grant.get('end', '…')}")
    for key in ("budget_eur", "ec_contribution_eur"):
        if key in grant:
            # A thin space between groups of three reads the same in all three languages.
            amount = f"{grant[key]:,}".replace(",", "\u2009")
            parts.append(say(f"card.{key.replace('_', '-')}", amount=amount))
    return " · ".join(parts)


def _identifiers(record: Record, say: Messages) -> Iterator[Item]:
    for scheme, identifier in record.identifiers.items():
        url = identifier if identifier.startswith("https://") else ""
        if scheme == "wikidata":
            url = f"https://www.wikidata.org/wiki/{identifier}"
        yield Item(identifier, say.get(f"scheme.{scheme}", scheme), url=url)
    yield Item(record.id, "ritui")


def _from(record: Record, say: Messages) -> Iterator[Item]:
    if record.verified is not None:
        yield Item(say("card.verified" if record.verified else "card.unverified"))
    for entry in record.provenance:
        yield Item(_entry(entry, say), url=entry.url)


def _entry(entry: Provenance, say: Messages) -> str:
    title = entry.title or entry.source
    parts = [f"{title} {entry.retrieved}".strip(), entry.licence]
    if entry.title and entry.source != "bundled":
        parts.append(entry.source)
    fields = ", ".join(_field(key, say) for key in entry.fields)
    said = " · ".join(part for part in parts if part)
    return f"{said}: {fields}" if fields else f"{said}: {say('card.consulted')}"


def _field(key: str, say: Messages) -> str:
    """A key of a record as provenance names it: ``names.es`` is one of its entries."""
    name, _, entry = key.partition(".")
    label = say.get(f"field.{name}", name).lower()
    return f"{label} ({entry})" if entry else label
