"""Offers: what can be exported from where one is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from textual.screen import Screen

from ritui.model.query import Query
from ritui.services.export.choosing import Choice, listed
from ritui.ui.desk import Desk
from ritui.ui.views import view_of

if TYPE_CHECKING:
    from ritui.i18n import Messages
    from ritui.model.shelf import Kept, Shelf

_FOLLOWING: Final = ("directory", "map", "landscape")
"""Views of what is asked: that is what one means there. Elsewhere it is what is chosen."""


class Offer(NamedTuple):
    """One of the things that can be exported."""

    choice: Choice
    """It has no notes yet."""
    label: str
    """Text of the reader or of a source, or a word of the program."""
    name: str
    """What the name of the file is made of."""
    with_notes: bool = False
    """Whether the reader's notes go with it if nothing is said: only with what is the reader's."""


def offers(screen: Screen[Any], desk: Desk) -> list[Offer]:
    """What can be exported from a screen, what one is most likely to mean first."""
    shelf = desk.keeping.shelf
    if view_of(screen) == "shelf":
        found = [*_of_shelf(screen, shelf, desk)] or [_asked(screen, desk)]
    else:
        marked, asked = [*_marked(desk)], [_asked(screen, desk)]
        chosen = [*_chosen(getattr(screen, "chosen", ()), desk)]
        found = marked + asked + chosen
        if view_of(screen) not in _FOLLOWING:
            found = chosen + marked + asked
    # What is chosen may be what is marked.
    different: dict[tuple[object, ...], Offer] = {}
    for each in found:
        different.setdefault((each.choice.query, each.choice.ids, each.choice.title), each)
    return [*different.values()]


def _asked(screen: Screen[Any], desk: Desk) -> Offer:
    query = getattr(screen, "asked", None)
    return _query(query if isinstance(query, Query) else desk.asking.query, desk.say)


def _query(query: Query, say: Messages) -> Offer:
    if query.conditions:
        return Offer(Choice(query), str(query), str(query))
    return Offer(Choice(query), say("export.everything"), say("view.directory"))


def _marked(desk: Desk) -> Iterator[Offer]:
    if ids := tuple(desk.keeping.marked):
        n = len(ids)
        name = desk.say("screen.marked", n=n)
        yield Offer(Choice(ids=ids), desk.say("export.marked", n=n), name)


def _chosen(ids: Iterable[str], desk: Desk) -> Iterator[Offer]:
    ids = tuple(ids)
    rows = desk.catalog.names(ids)
    if rows:
        label = " · ".join(row.called(desk.say.language) for row in rows.values())
        yield Offer(Choice(ids=ids), label, " ".join(ids))


def _of_shelf(screen: Screen[Any], shelf: Shelf, desk: Desk) -> Iterator[Offer]:
    """What is marked of it, the list one is in and the others, and all of it."""
    from ritui.ui.widgets.shelved import list_name

    say = desk.say
    marks = [each for id_ in desk.keeping.marked if (each := shelf.of(id_)) is not None]
    if marks:
        n = len(marks)
        yield _kept(marks, "", say("export.marked", n=n), say("screen.marked", n=n))
    entry = getattr(screen, "entry", None)
    if entry is not None and entry.standing is not None and entry.standing.error is None:
        yield _query(entry.standing.query, say)
    here = entry.group if entry is not None else ""
    for list_ in sorted(shelf.lists, key=lambda each: each != here):
        name = list_name(list_, say)
        yield _kept(shelf.on(list_), list_, name, name)
    if len(shelf.lists) > 1:
        title = say("view.shelf")
        yield _kept(listed(shelf), title, say("export.shelf"), title)
    if noted := shelf.on(""):
        name = say("shelf.only-noted")
        yield _kept(noted, "", name, name)


def _kept(records: Sequence[Kept], title: str, label: str, name: str) -> Offer:
    return Offer(Choice(title=title).among(records), label, name, with_notes=True)
