"""Every action of the screens, declared once.

Keys, footer, help and palette follow from this table; the words are ``action.<id>`` in the
message files.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from textual.binding import Binding, BindingType


class Action(NamedTuple):
    """One thing a reader can do."""

    id: str
    """Names it in the settings and the messages; ``-`` as ``_`` names its method."""
    keys: str
    """Textual names of keys, joined by commas; the first is the one shown."""
    place: str
    """``app``, or the screen it belongs to, or ``move`` for moving within whatever is focused."""
    footer: bool = False
    """Whether the footer names it."""
    at_once: bool = False
    """Whether it runs before the next key is looked at: that key may be meant for what it opens,
    as the letters that are typed right after ``/`` are."""

    @property
    def binding(self) -> str:
        """Names the binding within Textual: an action may be in several places."""
        return f"{self.place}.{self.id}"

    @property
    def method(self) -> str:
        """What Textual calls: ``open`` for ``action_open``."""
        return self.id.replace("-", "_")


ACTIONS: Final = (
    Action("open", "enter", "directory", footer=True),
    Action("search", "slash", "directory", footer=True, at_once=True),
    Action("filter", "f", "directory", footer=True),
    Action("back", "escape", "directory", footer=True),
    Action("sort", "s", "directory", footer=True),
    Action("link", "o", "directory", footer=True),
    Action("where-from", "i", "directory"),
    Action("suggested", "d", "directory"),
    Action("next-pane", "tab", "directory"),
    Action("find", "slash", "detail", footer=True, at_once=True),
    Action("next-match", "n", "detail"),
    Action("previous-match", "N", "detail"),
    Action("next-link", "tab", "detail", footer=True),
    Action("previous-link", "shift+tab", "detail"),
    Action("follow", "enter", "detail"),
    Action("next-record", "right_square_bracket", "detail", footer=True),
    Action("previous-record", "left_square_bracket", "detail"),
    Action("link", "o", "detail", footer=True),
    Action("where-from", "i", "detail", footer=True),
    Action("close", "escape,q", "detail", footer=True),
    Action("find", "slash", "where", footer=True, at_once=True),
    Action("next-match", "n", "where"),
    Action("previous-match", "N", "where"),
    Action("next-link", "tab", "where", footer=True),
    Action("previous-link", "shift+tab", "where"),
    Action("follow", "enter", "where"),
    Action("link", "o", "where", footer=True),
    Action("close", "escape,q,i", "where", footer=True),
    Action("open", "enter", "timeline", footer=True),
    Action("search", "slash", "timeline", footer=True, at_once=True),
    Action("filter", "f", "timeline", footer=True),
    Action("news-or-events", "t", "timeline", footer=True),
    Action("reverse", "s", "timeline", footer=True),
    Action("link", "o", "timeline"),
    Action("back", "escape", "timeline", footer=True),
    Action("close", "q,1", "timeline"),
    Action("next-link", "tab", "event", footer=True),
    Action("previous-link", "shift+tab", "event"),
    Action("follow", "enter", "event", footer=True),
    Action("next-record", "right_square_bracket", "event", footer=True),
    Action("previous-record", "left_square_bracket", "event"),
    Action("link", "o", "event", footer=True),
    Action("close", "escape,q", "event", footer=True),
    Action("choose", "space,enter", "timefilter", footer=True),
    Action("clear", "c", "timefilter", footer=True),
    Action("close", "escape,q,f", "timefilter", footer=True),
    Action("choose", "space,enter", "filter", footer=True),
    Action("exclude", "x", "filter", footer=True),
    Action("find-value", "slash", "filter", footer=True, at_once=True),
    Action("edit-query", "e", "filter", footer=True, at_once=True),
    Action("copy-query", "y", "filter"),
    Action("clear", "c", "filter", footer=True),
    Action("close", "escape,q", "filter", footer=True),
    Action("enable", "space", "sources", footer=True),
    Action("refresh-one", "r", "sources", footer=True),
    Action("add-source", "a", "sources", footer=True),
    Action("test", "t", "sources", footer=True),
    Action("remove", "d,delete", "sources", footer=True),
    Action("to-detail", "enter,tab", "sources"),
    Action("close", "escape,q,1", "sources", footer=True),
    Action("take", "enter,space", "addsource", footer=True),
    Action("test", "t", "addsource"),
    Action("next-pane", "tab", "addsource"),
    Action("close", "escape", "addsource", footer=True),
    Action("close", "escape,q,enter", "help", footer=True),
    Action("up", "up,k", "move"),
    Action("down", "down,j", "move"),
    Action("page-up", "pageup,ctrl+u", "move"),
    Action("page-down", "pagedown,ctrl+d", "move"),
    Action("first", "home,g", "move"),
    Action("last", "end,G", "move"),
    Action("timeline", "5", "app"),
    Action("sources", "7", "app"),
    Action("refresh", "R", "app"),
    Action("palette", "ctrl+p,colon", "app"),
    Action("help", "question_mark,f1", "app", footer=True),
    Action("redraw", "ctrl+l", "app"),
    Action("quit", "q", "app"),
    Action("interrupt", "ctrl+c", "app", at_once=True),
)


def bindings(place: str) -> list[BindingType]:
    """The key bindings of a place, for a class's ``BINDINGS``."""
    return [
        Binding(
            action.keys,
            action.method,
            show=False,
            id=action.binding,
            priority=action.at_once,
        )
        for action in ACTIONS
        if action.place == place
    ]


def wanted(action: str, place: str, *, typing: bool) -> bool:
    """Whether an action of a place may run now: not one at once while a line is typed into.

    Args:
        action: The name of its method.
        place: Where it is.
        typing: Whether the keys belong to a line of text.
    """
    return not typing or all(
        each.method != action or not each.at_once for each in ACTIONS if each.place == place
    )


def keymap(keys: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """The reader's own keys, from the settings, as Textual wants them.

    Args:
        keys: Action id to keys.
    """
    return {each.binding: ",".join(keys[each.id]) for each in ACTIONS if each.id in keys}


def actions_of(*places: str) -> list[Action]:
    """The actions of some places, in the order of the table."""
    return [action for action in ACTIONS if action.place in places]


KEY_NAMES: Final = {
    "slash": "/", "question_mark": "?", "colon": ":", "right_square_bracket": "]",
    "left_square_bracket": "[", "escape": "esc", "pageup": "pgup", "pagedown": "pgdn",
    "up": "↑", "down": "↓",
}  # fmt: skip
"""How keys are written where Textual's name is not what stands on them."""


def key_names(action: Action, own: Mapping[str, Sequence[str]]) -> list[str]:
    """The keys of an action as a reader knows them.

    Args:
        action: Which one.
        own: The reader's keys, from the settings.
    """
    return [KEY_NAMES.get(key, key) for key in own.get(action.id, action.keys.split(","))]
