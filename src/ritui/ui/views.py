"""Views: the screens that lie on the directory, one at a time, each where it was left."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from textual import work
from textual.app import App
from textual.screen import Screen

from ritui.i18n import Messages
from ritui.services.start import Start
from ritui.text import width
from ritui.ui.actions import ACTIONS, key_names
from ritui.ui.desk import Desk
from ritui.ui.widgets.lines import Span

if TYPE_CHECKING:
    from ritui.services.library import Library


class View(NamedTuple):
    """One view besides the directory."""

    id: str
    """The action that shows it; its name is the message ``view.<id>``."""
    module: str
    """Holds the screen, and ``Kept``: a class of what the view remembers of itself."""
    screen: str
    """Name of the screen's class, which is made of a desk, a start and what was kept."""


DIRECTORY: Final = "directory"
VIEWS: Final = (
    View("pilots", "ritui.ui.screens.pilots", "PilotsScreen"),
    View("map", "ritui.ui.screens.map", "MapScreen"),
    View("landscape", "ritui.ui.screens.landscape", "LandscapeScreen"),
    View("timeline", "ritui.ui.screens.timeline", "TimelineScreen"),
    View("shelf", "ritui.ui.screens.shelf", "ShelfScreen"),
    View("sources", "ritui.ui.screens.sources", "SourcesScreen"),
)
"""In the order of their keys; a module is loaded when its view is first shown."""

_PROGRAM: Final = " ritui "


def tabs(say: Messages, keys: Mapping[str, Sequence[str]], here: str, cells: int) -> list[Span]:
    """The beginning of the line at the top: all views, and in which of them one is.

    Args:
        say: The words.
        keys: The reader's own keys.
        here: Id of the view one is in.
        cells: How much room there is; where it is too little, only keys and this view's name.
    """
    key_of = {action.id: key_names(action, keys)[0] for action in ACTIONS if action.place == "app"}
    names = {id_: say(f"view.{id_}") for id_ in (DIRECTORY, *(view.id for view in VIEWS))}
    whole = sum(width(f" {key_of[id_]} {name} ") for id_, name in names.items())
    full = len(_PROGRAM) + whole <= cells
    spans = [Span(_PROGRAM, "cursor")]
    for id_, name in names.items():
        call = f"app.{id_}"
        if id_ == here:
            spans.append(Span(f" {key_of[id_]} {name} ", "title", action=call))
        else:
            spans.append(Span(f" {key_of[id_]}", "accent", action=call))
            spans.append(Span(f" {name} " if full else " ", "faint", action=call))
    return spans


class WithViews(App[int]):
    """An app whose first screen is the directory, with one view on it, or none."""

    desk: Desk
    start: Start
    library: Library

    def __init__(self, **settings: Any) -> None:
        """No view yet."""
        super().__init__(**settings)
        self.kept: dict[str, object] = {}
        """What each view remembers, by its id."""
        self.visited = ""
        """ISO time, UTC, of the last visit before this one; known after the first frame."""

    @work(group="visit")
    async def begin_visit(self) -> None:
        """Look when the reader was last here, and remember that they are here now."""
        from ritui.services.visit import keep_visit, last_visit

        self.visited = await asyncio.to_thread(last_visit, self.library.catalog)
        await asyncio.to_thread(keep_visit, self.library)

    def show_view(self, id_: str) -> None:
        """Go to a view as it was left: back to it where it is, else on the directory."""
        stack = self.screen_stack
        place = next((n for n, each in enumerate(stack) if view_of(each) == id_), None)
        keep = 1 if place is None else place + 1
        while len(self.screen_stack) > keep:
            self.pop_screen()
        if place is None:
            view = next(each for each in VIEWS if each.id == id_)
            module = import_module(view.module)
            if id_ not in self.kept:
                self.kept[id_] = module.Kept()
            kept = self.kept[id_]
            self.push_screen(getattr(module, view.screen)(self.desk, self.start, kept))

    def action_directory(self) -> None:
        """The list of records."""
        self.show_view(DIRECTORY)

    def action_map(self) -> None:
        """Where the records are."""
        self.show_view("map")

    def action_landscape(self) -> None:
        """What is asked in bars."""
        self.show_view("landscape")

    def action_pilots(self) -> None:
        """The four pilots, and what stands around them."""
        self.show_view("pilots")

    def action_timeline(self) -> None:
        """What happened and what is coming."""
        self.show_view("timeline")

    def action_shelf(self) -> None:
        """What the reader keeps."""
        self.show_view("shelf")

    def action_sources(self) -> None:
        """The sources and how they fared."""
        self.show_view("sources")


def view_of(screen: Screen[Any]) -> str:
    """The view a screen is, or nothing for one that lies on a view."""
    name = type(screen).__name__
    if name == "DirectoryScreen":
        return DIRECTORY
    return next((view.id for view in VIEWS if view.screen == name), "")
