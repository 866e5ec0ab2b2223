"""The command palette: every action of where one is, and the themes."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, cast

from textual.command import DiscoveryHit, Hit, Hits, Provider
from textual.types import IgnoreReturnCallbackType

from ritui.ui.actions import actions_of, key_names
from ritui.ui.records import can_be_done
from ritui.ui.themes import THEMES

if TYPE_CHECKING:
    from ritui.ui.app import RituiApp


class Commands(Provider):
    """What the palette offers."""

    def _commands(self) -> list[tuple[str, str, IgnoreReturnCallbackType]]:
        app = cast("RituiApp", self.app)
        say = app.say
        place = type(self.screen).__name__.removesuffix("Screen").lower()
        found: list[tuple[str, str, IgnoreReturnCallbackType]] = []
        for action in actions_of(place, "record", "app"):
            if action.place == "record" and not can_be_done(action.method, self.screen):
                continue
            where = app if action.place in {"app", "record"} else self.screen
            key = key_names(action, app.desk.keys)[0]
            label = f"{say(f'action.{action.id}.label')}  ({key})"
            run = partial(app.run_action, action.method, where)
            found.append((label, say(f"action.{action.id}.help"), run))
        for name in THEMES:
            label = say("palette.theme", name=say(f"theme.{name}"))
            found.append((label, say("palette.theme-help"), partial(app.choose_theme, name)))
        return found

    async def discover(self) -> Hits:
        """Everything, before something is typed."""
        for label, text, run in self._commands():
            yield DiscoveryHit(label, run, help=text)

    async def search(self, query: str) -> Hits:
        """What fits what is typed."""
        matcher = self.matcher(query)
        for label, text, run in self._commands():
            score = matcher.match(label)
            if score > 0:
                yield Hit(score, matcher.highlight(label), run, help=text)
