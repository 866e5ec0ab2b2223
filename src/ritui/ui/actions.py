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
    """``app``, or the screen it belongs to; ``move`` for moving within whatever is focused, and
    ``record`` for what can be done with records wherever some are chosen."""
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
    Action("back", "escape", "directory"),
    Action("sort", "s", "directory"),
    Action("link", "o", "directory", footer=True),
    Action("where-from", "i", "directory"),
    Action("suggested", "d", "directory"),
    Action("mark", "space", "directory", footer=True),
    Action("unmark", "u", "directory"),
    Action("save-search", "S", "directory", at_once=True),
    Action("next-change", "n", "directory"),
    Action("previous-change", "N", "directory"),
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
    Action("open", "enter", "pilots", footer=True),
    Action("next-link", "tab", "pilots", footer=True),
    Action("previous-link", "shift+tab", "pilots"),
    Action("next-page", "right_square_bracket", "pilots", footer=True),
    Action("previous-page", "left_square_bracket", "pilots"),
    Action("find", "slash", "pilots", footer=True, at_once=True),
    Action("next-match", "n", "pilots"),
    Action("previous-match", "N", "pilots"),
    Action("link", "o", "pilots"),
    Action("where-from", "i", "pilots", footer=True),
    Action("back", "escape", "pilots", footer=True),
    Action("close", "q", "pilots"),
    Action("open", "enter", "across", footer=True),
    Action("next-link", "tab", "across"),
    Action("previous-link", "shift+tab", "across"),
    Action("link", "o", "across", footer=True),
    Action("close", "escape,q", "across", footer=True),
    Action("narrow", "enter", "landscape", footer=True),
    Action("records", "v", "landscape", footer=True),
    Action("next-group", "tab,right,l", "landscape", footer=True),
    Action("previous-group", "shift+tab,left,h", "landscape"),
    Action("gaps", "w", "landscape", footer=True),
    Action("search", "slash", "landscape", at_once=True),
    Action("filter", "f", "landscape", footer=True),
    Action("back", "escape", "landscape"),
    Action("close", "q", "landscape"),
    Action("open", "enter", "timeline", footer=True),
    Action("search", "slash", "timeline", footer=True, at_once=True),
    Action("filter", "f", "timeline", footer=True),
    Action("news-or-events", "t", "timeline", footer=True),
    Action("changes", "v", "timeline", footer=True),
    Action("reverse", "s", "timeline"),
    Action("link", "o", "timeline"),
    Action("back", "escape", "timeline", footer=True),
    Action("close", "q", "timeline"),
    Action("open", "enter", "map", footer=True),
    Action("next-point", "n", "map", footer=True),
    Action("previous-point", "p,N", "map"),
    Action("zoom-in", "plus,equals_sign", "map", footer=True),
    Action("zoom-out", "minus", "map"),
    Action("both-shores", "0", "map"),
    Action("only-lac", "less_than_sign", "map"),
    Action("only-eu", "greater_than_sign", "map"),
    Action("world", "W", "map"),
    Action("next-country", "right_square_bracket", "map"),
    Action("previous-country", "left_square_bracket", "map"),
    Action("pan-left", "left,h", "map"),
    Action("pan-right", "right", "map"),
    Action("pan-up", "up,k", "map"),
    Action("pan-down", "down,j", "map"),
    Action("mark", "space", "map"),
    Action("unmark", "u", "map"),
    Action("shapes", "t", "map"),
    Action("as-list", "l,tab", "map", footer=True),
    Action("filter", "f", "map", footer=True),
    Action("back", "escape", "map"),
    Action("close", "q", "map"),
    Action("open", "enter", "here", footer=True),
    Action("close", "escape,q", "here", footer=True),
    Action("open", "enter", "changes", footer=True),
    Action("search", "slash", "changes", footer=True, at_once=True),
    Action("filter", "f", "changes", footer=True),
    Action("events", "v", "changes", footer=True),
    Action("next-pane", "tab", "changes"),
    Action("link", "o", "changes"),
    Action("where-from", "i", "changes"),
    Action("back", "escape", "changes", footer=True),
    Action("close", "q", "changes"),
    Action("link", "o", "gone", footer=True),
    Action("close", "escape,q", "gone", footer=True),
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
    Action("close", "escape,q", "sources", footer=True),
    Action("take", "enter,space", "addsource", footer=True),
    Action("test", "t", "addsource"),
    Action("next-pane", "tab", "addsource"),
    Action("close", "escape", "addsource", footer=True),
    Action("close", "escape,q,enter", "help", footer=True),
    Action("open", "enter", "shelf", footer=True),
    Action("mark", "space", "shelf"),
    Action("unmark", "u", "shelf"),
    Action("to-list", "l", "shelf", footer=True, at_once=True),
    Action("target", "t", "shelf", at_once=True),
    Action("rename", "r", "shelf", at_once=True),
    Action("forget", "d,delete", "shelf", footer=True),
    Action("undo", "z", "shelf", footer=True),
    Action("close", "escape,q", "shelf"),
    Action("done", "escape,ctrl+s", "note", footer=True),
    Action("copy-this", "enter,y", "copy", footer=True),
    Action("copy-link", "l", "copy"),
    Action("copy-name", "n", "copy"),
    Action("copy-citation", "c", "copy"),
    Action("copy-contact", "e", "copy"),
    Action("copy-markdown", "m", "copy"),
    Action("copy-json", "J", "copy"),
    Action("copy-id", "i", "copy"),
    Action("close", "escape,q", "copy", footer=True),
    Action("go-on", "enter,escape,q,space,Y", "plain"),
    Action("previous-column", "left,h", "compare"),
    Action("next-column", "right,l", "compare", footer=True),
    Action("open", "enter", "compare", footer=True),
    Action("only-differing", "d", "compare", footer=True),
    Action("copy-table", "y", "compare", footer=True),
    Action("write-table", "E,w", "compare", footer=True),
    Action("where-from", "i", "compare"),
    Action("close", "escape,q,c", "compare", footer=True),
    Action("value", "enter", "mistake", footer=True),
    Action("sentence", "t", "mistake", footer=True),
    Action("next-form", "tab", "mistake", footer=True),
    Action("copy-report", "c,y", "mistake", footer=True),
    Action("open-report", "o", "mistake", footer=True),
    Action("save-patch", "s", "mistake", footer=True),
    Action("close", "escape,q", "mistake", footer=True),
    Action("visit", "enter,o", "links", footer=True),
    Action("archived", "O", "links", footer=True),
    Action("check", "c", "links", footer=True),
    Action("check-all", "C", "links", footer=True),
    Action("back", "escape", "links", footer=True),
    Action("close", "q", "links"),
    Action("write", "enter", "export", footer=True),
    Action("with-notes", "space", "export", footer=True),
    Action("file-name", "f", "export", footer=True, at_once=True),
    Action("next-pane", "tab", "export", footer=True),
    Action("copy-text", "y", "export", footer=True),
    Action("replace", "y", "export"),
    Action("keep-file", "n", "export"),
    Action("close", "escape,q", "export", footer=True),
    Action("up", "up,k", "move"),
    Action("down", "down,j", "move"),
    Action("page-up", "pageup,ctrl+u", "move"),
    Action("page-down", "pagedown,ctrl+d", "move"),
    Action("first", "home,g", "move"),
    Action("last", "end,G", "move"),
    Action("shelve", "m", "record", footer=True),
    Action("note", "e", "record", footer=True),
    Action("across", "a", "record", footer=True),
    Action("export", "E", "record", footer=True),
    Action("copy", "y", "record", footer=True),
    Action("plain", "Y", "record"),
    Action("compare", "c", "record", footer=True),
    Action("mistake", "exclamation_mark", "record"),
    Action("links", "L", "record"),
    Action("archived", "O", "record"),
    Action("directory", "1", "app"),
    Action("pilots", "2", "app"),
    Action("map", "3", "app"),
    Action("landscape", "4", "app"),
    Action("timeline", "5", "app"),
    Action("shelf", "6", "app"),
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
    "left_square_bracket": "[", "exclamation_mark": "!", "plus": "+", "minus": "-",
    "equals_sign": "=", "escape": "esc", "pageup": "pgup", "pagedown": "pgdn",
    "up": "↑", "down": "↓", "left": "←", "right": "→", "less_than_sign": "<",
    "greater_than_sign": ">",
}  # fmt: skip
"""How keys are written where Textual's name is not what stands on them."""


def key_names(action: Action, own: Mapping[str, Sequence[str]]) -> list[str]:
    """The keys of an action as a reader knows them.

    Args:
        action: Which one.
        own: The reader's keys, from the settings.
    """
    return [KEY_NAMES.get(key, key) for key in own.get(action.id, action.keys.split(","))]
