"""What widgets ask for and what happened, in the words of the domain."""

from __future__ import annotations

from dataclasses import dataclass

from textual.message import Message

from ritui.model.query import Query


@dataclass(eq=False, repr=False)
class Narrow(Message):
    """A value of a facet is wanted, not wanted any more, or to be left out."""

    facet: str
    value: str
    exclude: bool = False


@dataclass(eq=False, repr=False)
class Widen(Message):
    """A condition of the query, by its place, is not wanted any more."""

    place: int


@dataclass(eq=False, repr=False)
class More(Message):
    """More values of a facet than fit are wanted."""

    facet: str


@dataclass(eq=False, repr=False)
class Highlighted(Message):
    """The cursor came to a record, or to none."""

    id: str | None


@dataclass(eq=False, repr=False)
class Opened(Message):
    """A record is wanted in full."""

    id: str


@dataclass(eq=False, repr=False)
class FollowLink(Message):
    """An address is to be opened."""

    url: str


@dataclass(eq=False, repr=False)
class WhereFrom(Message):
    """Where each fact of a record is from is wanted."""

    id: str


@dataclass(eq=False, repr=False)
class RefreshSource(Message):
    """One source is to be asked now."""

    id: str


@dataclass(eq=False, repr=False)
class Ask(Message):
    """Something else is to be asked of the directory."""

    query: Query
    show: bool = False
    """Whether the list of what is found is wanted, or the view stays."""
    back: bool = False
    """Whether it is a step back, which is not to be undone again."""


class Asked(Message):
    """Something else is asked of the directory: ``desk.asking`` says what."""


class ShelfChanged(Message):
    """The shelf, or what is marked, is not what it was."""


class SourcesChanged(Message):
    """The settings of the sources are not what they were."""


class CatalogChanged(Message):
    """The directory is not what it was: ask again."""
