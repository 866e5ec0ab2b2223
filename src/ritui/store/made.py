"""Made: a record ready to be written, and one as the cache holds it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from ritui.model.record import Record, from_json
from ritui.store.index import LOCAL, Entry, name_key
from ritui.store.intake import decode, encode


@dataclass(frozen=True, slots=True)
class Made:
    """A record, ready to be written."""

    entry: Entry
    name: str
    claims: str
    body: str

    @property
    def id(self) -> str:
        """The record's id."""
        return self.entry.record.id

    def other_names(self, place: int) -> list[tuple[int, str, str]]:
        """What it stands by in languages where that is something else; for the table of them."""
        record = self.entry.record
        keys = [(place, language, name_key(record, language)) for language in LOCAL]
        return [key for key in keys if key[2] != self.name]

    def row(self, place: int) -> tuple[Any, ...]:
        """As the table of records has it."""
        entry = self.entry
        return (place, self.id, self.name, entry.added, entry.changed, self.claims,
                _listed(entry.record), entry.text, self.body)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Held:
    """A record as it is in the cache."""

    place: int
    name: str
    added: str
    changed: str
    claims: str
    text: str
    body: str

    def entry(self) -> Entry:
        """What the index was made of."""
        return Entry(from_json(decode(self.body)), self.added, self.changed, self.text)


def facts_of(body: str) -> str:
    """What a record says, as JSON text, without where it is from: that comes last."""
    return body.rpartition(',"provenance":')[0]


def differences(before: str, after: str) -> dict[str, dict[str, object]]:
    """The fields in which two records differ; where they are from is not one of them."""
    old, new = decode(before), decode(after)
    return {
        key: {
            when: values[key] for when, values in (("before", old), ("after", new)) if key in values
        }
        for key in {**old, **new}
        if key != "provenance" and old.get(key) != new.get(key)
    }


def _listed(record: Record) -> str:
    """What a line of a list shows, as JSON; read back by `ritui.store.catalog.Row`."""
    names = {tag: name for tag, name in record.names.items() if tag in {"en", "es", "pt"}}
    return encode(
        [record.id, record.name, names, record.acronym, record.all_countries[:4],
         record.areas, record.kind, record.status]
    )  # fmt: skip


def remains(values: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """What is remembered of a record that is gone, in the form of `differences`: who it was.

    Args:
        values: The record as JSON values.
    """
    return {key: {"before": values[key]} for key in _REMAINS if key in values}


_REMAINS: Final = (
    "kind", "acronym", "names", "region", "country", "countries", "city", "host", "website",
    "status", "identifiers", "summary",
)  # fmt: skip
"""Not the whole of it: a cache would double when a large source goes."""
