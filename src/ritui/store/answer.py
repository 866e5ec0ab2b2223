"""Answer: what a query found, and what a line of a list shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from ritui.model.query import Query
from ritui.store.places import Places


class Row(NamedTuple):
    """What a line of a list shows of a record."""

    id: str
    name: str
    names: Mapping[str, str]
    """Names in the languages of the program only."""
    acronym: str
    countries: Sequence[str]
    """The seat's country first; at most four."""
    areas: Sequence[str]
    kind: str
    status: str

    def called(self, language: str) -> str:
        """The name in a language, or the one the record goes by."""
        return self.names.get(language) or self.name


class Count(NamedTuple):
    """How many records of an answer have a value of a facet."""

    value: str
    count: int  # type: ignore[assignment]  # a tuple's own count() is of no use here


@dataclass(frozen=True, slots=True)
class Answer:
    """What a query found: how many, and where. Rows are read when they are shown."""

    query: Query
    total: int
    """Records in the directory."""
    generation: int
    """The state of the directory this is an answer from."""
    places: Places
    counts: Mapping[str, tuple[Count, ...]] = field(default_factory=dict)
    """By facet: values that some record has, with their counts under the query."""

    def __len__(self) -> int:
        return len(self.places)


class StaleAnswer(Exception):
    """The directory changed since the answer was given; ask again."""


EVERYTHING: Final = Query()
