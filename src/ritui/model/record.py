"""Record: one thing in the directory, and what is said about where its facts come from."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from operator import attrgetter
from typing import Any, Final


@dataclass(frozen=True, slots=True)
class Link:
    """An address that belongs to a record."""

    rel: str
    """What the address is of the record: ``news``, ``outcomes``, ``map`` and the like."""
    url: str


@dataclass(frozen=True, slots=True)
class Related:
    """Another record of the directory, and how this one is related to it."""

    id: str
    rel: str
    """One of `ritui.model.vocab.RELATIONS`."""


@dataclass(frozen=True, slots=True)
class Contact:
    """A way to reach the people behind a record."""

    name: str = ""
    role: str = ""
    email: str = ""
    phone: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where some fields of a record come from."""

    source: str
    """Id of the source that said it: ``bundled``, or one of the settings."""
    title: str = ""
    """What the source itself relied on: ``ROR v1.8``, a site's name."""
    url: str = ""
    retrieved: str = ""
    """ISO date on which the source said it, as far as known."""
    licence: str = ""
    """SPDX name of the licence of these facts, as far as known."""
    fields: tuple[str, ...] = ()
    """Keys of the record it accounts for; empty for what was consulted besides."""


@dataclass(frozen=True, slots=True)
class Record:
    """One infrastructure, pilot, platform, project, network or working group.

    The fields stand in the order of the contract (``docs/commands.md``); an empty value means
    that no source states it.
    """

    id: str
    kind: str
    name: str
    acronym: str = ""
    names: Mapping[str, str] = field(default_factory=dict)
    """Language tag to name."""
    region: str = ""
    country: str = ""
    """ISO 3166-1 alpha-2 of the seat."""
    countries: tuple[str, ...] = ()
    """ISO 3166-1 alpha-2 of everyone who takes part."""
    city: str = ""
    lat: float | None = None
    """Decimal degrees, WGS 84, as ``lon``."""
    lon: float | None = None
    host: str = ""
    coordinator: str = ""
    partners: tuple[str, ...] = ()
    members: tuple[str, ...] = ()
    areas: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()
    type: str = ""
    status: str = ""
    legal: str = ""
    esfri: str = ""
    established: int | None = None
    """Year."""
    ended: int | None = None
    access: str = ""
    contacts: tuple[Contact, ...] = ()
    website: str = ""
    links: tuple[Link, ...] = ()
    identifiers: Mapping[str, str] = field(default_factory=dict)
    """Scheme to identifier: ``ror`` as its full address, ``wikidata`` as ``Q42``."""
    pilot: str = ""
    """Id of the ResInfra pilot it belongs to."""
    grant: Mapping[str, str | int] = field(default_factory=dict)
    """``number programme start end budget_eur ec_contribution_eur``, as far as stated."""
    summary: str = ""
    details: tuple[str, ...] = ()
    caveats: tuple[str, ...] = ()
    verified: bool | None = None
    """Whether a person compared the record with its sources; None when nobody says."""
    related: tuple[Related, ...] = ()
    provenance: tuple[Provenance, ...] = ()

    @property
    def all_countries(self) -> tuple[str, ...]:
        """The seat's country first, then the others that take part."""
        others = tuple(code for code in self.countries if code != self.country)
        return (self.country, *others) if self.country else others

    def called(self, language: str) -> str:
        """The name in a language, or the one the record goes by."""
        return self.names.get(language) or self.name


KEYS: Final = tuple(each.name for each in dataclasses.fields(Record))
"""Every key of a record, in the order of the contract."""

OBJECTS: Final[Mapping[str, type]] = {
    "contacts": Contact,
    "links": Link,
    "related": Related,
    "provenance": Provenance,
}
"""Keys whose values are lists of small objects."""

_ALL_OF = attrgetter(*KEYS)


def to_json(record: Record) -> dict[str, Any]:
    """The record as JSON values: keys in order, what is unknown left out."""
    values: dict[str, Any] = {}
    for key, value in zip(KEYS, _ALL_OF(record), strict=True):
        # What is false or zero is known; what is empty is not.
        if not value and value != 0:
            continue
        if isinstance(value, tuple):
            value = [as_object(each) for each in value] if key in OBJECTS else list(value)
        elif isinstance(value, (dict, Mapping)):  # nearly always a dict, and that is seen sooner
            value = dict(value)
        values[key] = value
    return values


def from_json(values: Mapping[str, Any]) -> Record:
    """The record that `to_json` wrote."""
    fields = _tuples(values)
    for key, of in OBJECTS.items():
        if key in fields:
            fields[key] = tuple([of(**_tuples(each)) for each in fields[key]])
    return Record(**fields)


def as_object(value: Any) -> dict[str, Any]:
    """A link, a relation, a contact or a piece of provenance as JSON values."""
    found: dict[str, Any] = {}
    for name, default in _PARTS[type(value)]:
        item = getattr(value, name)
        # What has no default must be there when it is read again, even where it is empty.
        if item != default:
            found[name] = list(item) if isinstance(item, tuple) else item
    return found


def _tuples(values: Mapping[str, Any]) -> dict[str, Any]:
    return {
        key: tuple(value) if isinstance(value, list) else value for key, value in values.items()
    }


_PARTS: Final = {
    of: [(each.name, each.default) for each in dataclasses.fields(of)] for of in OBJECTS.values()
}
"""Of every small object: its fields and their defaults."""
