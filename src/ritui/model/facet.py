"""Facets: every way to narrow the directory by a value, each declared once."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final, NamedTuple

from ritui.model.vocab import AREAS, DOMAINS, KINDS, REGIONS, STATUSES, TYPES

if TYPE_CHECKING:
    from ritui.model.record import Record


class Facet(NamedTuple):
    """One way to narrow the directory.

    The query language, the panel, the filter screen and the counts follow from this
    declaration; its words are ``facet.<key>`` in the message files.
    """

    key: str
    """Stable name in queries, files and options."""
    values: Callable[[Record], tuple[str, ...]]
    """The values a record has for this facet; empty when unknown."""
    vocabulary: tuple[str, ...] = ()
    """The closed list the values are from, in its own order; empty where the list is open."""
    spelled: bool = False
    """Whether people spell the values as they like: then case and accents tell none apart."""


def _one(value: str) -> tuple[str, ...]:
    return (value,) if value else ()


FACETS: Final = (
    Facet("kind", lambda record: _one(record.kind), KINDS),
    Facet("region", lambda record: _one(record.region), REGIONS),
    Facet("area", lambda record: record.areas, AREAS),
    Facet("country", lambda record: record.all_countries),
    Facet("domain", lambda record: record.domains, DOMAINS),
    Facet("field", lambda record: record.fields, spelled=True),
    Facet("type", lambda record: _one(record.type), TYPES),
    Facet("status", lambda record: _one(record.status), STATUSES),
    Facet("legal", lambda record: _one(record.legal), spelled=True),
    Facet("pilot", lambda record: _one(record.pilot)),
    Facet(
        "source",
        lambda record: tuple(dict.fromkeys(each.source for each in record.provenance)),
    ),
    Facet("lang", lambda record: tuple(record.names)),
)

BY_KEY: Final = {facet.key: facet for facet in FACETS}
