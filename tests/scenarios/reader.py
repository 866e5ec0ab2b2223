"""A reader at the screen: presses keys, and says what is seen."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Generator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from textual.geometry import Offset
from textual.pilot import Pilot
from textual.screen import Screen
from textual.widgets import Input

from ritui.config import Config, read
from ritui.i18n import Messages
from ritui.model.query import Query
from ritui.model.record import Record
from ritui.paths import find_paths
from ritui.services.library import Library, open_library
from ritui.services.start import Start
from ritui.ui.app import RituiApp
from ritui.ui.screens.directory import DirectoryScreen
from ritui.ui.widgets.results import Results


class Reader:
    """Someone who uses the program. What is to be done is awaited: ``await reader.types(...)``."""

    def __init__(self, app: RituiApp, pilot: Pilot[int], library: Library) -> None:
        self.app = app
        self.library = library
        self._pilot = pilot
        self._plan: list[Callable[[], Awaitable[object]]] = []

    def __await__(self) -> Generator[Any, None, None]:
        return self._do().__await__()

    async def _do(self) -> None:
        plan, self._plan = self._plan, []
        for step in plan:
            await step()
            await self._settle()

    async def _settle(self) -> None:
        await self._pilot.pause()
        await self.app.workers.wait_for_complete()
        await self._pilot.pause()

    def presses(self, *keys: str) -> Reader:
        """Press keys, by Textual's names."""
        for key in keys:
            self._plan.append(lambda key=key: self._pilot.press(key))  # type: ignore[misc]  # bound
        return self

    async def starts(self, key: str) -> None:
        """Press a key that begins something long, and do not wait for it."""
        await self._pilot.press(key)

    async def waits(self) -> None:
        """Let the program go on for a moment."""
        await self._pilot.pause(0.02)

    def types(self, text: str) -> Reader:
        """Open the search line and type into it."""
        return self.presses("slash").writes(text)

    def writes(self, text: str) -> Reader:
        """Type into the line that has the focus."""

        async def write() -> None:
            for character in text:
                await self._pilot.press("space" if character == " " else character)

        self._plan.append(write)
        return self

    def narrows(self, facet: str, value: str) -> Reader:
        """Narrow by a value, as a click on it does."""

        async def narrow() -> None:
            from ritui.ui.messages import Narrow

            self.app.screen.post_message(Narrow(facet, value))

        self._plan.append(narrow)
        return self

    def clicks(self, selector: str, x: int, y: int, times: int = 1) -> Reader:
        """Click somewhere on a widget."""
        self._plan.append(lambda: self._pilot.click(selector, offset=Offset(x, y), times=times))
        return self

    def resizes(self, columns: int, lines: int) -> Reader:
        """Give the terminal another size."""
        self._plan.append(lambda: self._pilot.resize_terminal(columns, lines))
        return self

    @property
    def seen(self) -> str:
        """Everything on the screen."""
        strips = self.app.screen._compositor.render_strips()
        return "\n".join(strip.text for strip in strips)

    def sees(self, *texts: str) -> bool:
        """Whether all of these are on the screen; says what is there when not."""
        missing = [text for text in texts if text not in self.seen]
        assert not missing, f"{missing} not in\n{self.seen}"
        return True

    def on(self, screen: type[Screen[Any]]) -> bool:
        """Whether this is the screen one is on."""
        return isinstance(self.app.screen, screen)

    @property
    def directory(self) -> DirectoryScreen:
        """The first screen."""
        return next(s for s in self.app.screen_stack if isinstance(s, DirectoryScreen))

    @property
    def highlighted(self) -> Record:
        """The record the cursor is on."""
        id_ = self.directory.query_one(Results).highlighted
        assert id_ is not None
        return self.library.catalog.record(id_)

    @property
    def asked(self) -> Query:
        """What is asked of the directory."""
        return self.directory.asked

    @property
    def line(self) -> str:
        """What stands in the line that is typed into."""
        return self.app.screen.query_one(Input).value

    def count(self, query: str) -> int:
        """How many records answer a query."""
        from ritui.model.query import parse

        return len(self.library.catalog.search(parse(query)))


@asynccontextmanager
async def reading(
    home: Path,
    size: tuple[int, int] = (120, 40),
    *,
    offline: bool = True,
    language: str = "en",
) -> AsyncIterator[Reader]:
    """Someone who has started the program."""
    paths = find_paths(str(home))
    config = read(paths.settings_file) if paths.settings_file.exists() else Config()
    library, notices = open_library(paths, language)
    start = Start(paths, language, offline=offline, theme=None, mouse=True, config=config)
    app = RituiApp(start, library, Messages(language), notices)
    with pytest.MonkeyPatch.context() as patch:
        # How long the program waits for a reader who reads is not what is looked at.
        for pause in ("widgets.zero._PAUSE", "screens.detail._REST", "widgets.results._LATER"):
            patch.setattr(f"ritui.ui.{pause}", 0.001)
        async with app.run_test(size=size, notifications=True) as pilot:
            reader = Reader(app, pilot, library)
            await reader._settle()
            yield reader
    library.close()
