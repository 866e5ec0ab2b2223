"""Draw the pictures of the documentation from the program itself.

``python tools/screenshots.py [FOLDER]`` writes SVG files at a fixed size, theme and language.
"""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from ritui.config import Config
from ritui.i18n import Messages
from ritui.paths import find_paths
from ritui.services.library import open_library
from ritui.services.start import Start
from ritui.ui.app import RituiApp

WIDE, NARROW = (120, 40), (80, 24)


class Shot(NamedTuple):
    """One picture: how large, in which colours, after which keys."""

    size: tuple[int, int]
    theme: str
    keys: Sequence[str] = ()
    colour: bool = True


SHOTS = {
    "directory": Shot((120, 34), "dark", ("/", *"solar", "enter")),
    "directory-80x24": Shot(NARROW, "dark"),
    "directory-light": Shot((120, 34), "light"),
    "directory-high-contrast": Shot((120, 34), "high-contrast", ("tab",)),
    "filter": Shot((120, 34), "dark", ("f", "left", "down", "down", "down", "right", "space")),
    "detail": Shot((120, 34), "dark", ("/", *"sirius", "enter", "enter")),
    "across": Shot((120, 34), "dark", ("/", *"sirius", "enter", "a")),
    "compare": Shot((120, 34), "dark", ("/", *"synchrotron", "enter", *["space"] * 3, "c")),
    "shelf": Shot((120, 34), "dark", ("/", *"telescope", "enter", *["space"] * 4, "m", "u", "6")),
    "sources": Shot((120, 34), "dark", ("7",)),
    "help": Shot((120, 34), "dark", ("question_mark",)),
}
"""Name of the file to how it is drawn."""
VIEWS = {
    "pilots": ("2", "enter"),
    "map": ("3",),
    "map-europe": ("3", "greater_than_sign"),
    "map-lac": ("3", "less_than_sign"),
    "landscape": ("4",),
    "timeline": ("5",),
}
"""Views that are worth to be looked at, and the keys to them; each is drawn in every size and look:
``<name>-<size>-<look>``."""
LOOKS = {"dark": ("dark", True), "light": ("light", True), "mono": ("dark", False)}


def views() -> Iterator[tuple[str, Shot]]:
    """The pictures of the views."""
    for name, keys in VIEWS.items():
        for width, height in (WIDE, NARROW):
            for look, (theme, colour) in LOOKS.items():
                shot = Shot((width, height), theme, keys, colour)
                yield f"views/{name}-{width}x{height}-{look}", shot


async def draw(shot: Shot) -> str:
    """Draw one picture."""
    size, theme, keys, colour = shot
    os.environ.pop("NO_COLOR", None)
    if not colour:
        os.environ["NO_COLOR"] = "1"
    with tempfile.TemporaryDirectory() as home:
        paths = find_paths(home)
        library, _ = open_library(paths)
        start = Start(paths, "en", offline=True, theme=theme, mouse=True, config=Config())
        app = RituiApp(start, library, Messages("en"))
        async with app.run_test(size=size) as pilot:
            await pilot.pause()
            for key in keys:
                await pilot.press(key)
                await app.workers.wait_for_complete()
            await pilot.pause(0.1)
            svg = app.export_screenshot(title="ritui")
        library.close()
    # The picture asks nothing of the network: any monospaced font of the reader will do.
    head, _, rest = svg.partition("@font-face")
    while rest:
        _, _, rest = rest.partition("}")
        before, _, rest = rest.partition("@font-face")
        head += before
    return head


def main() -> None:
    """Draw all, into a folder."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path("docs/images")
    for name, shot in (*SHOTS.items(), *views()):
        path = folder / f"{name}.svg"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(asyncio.run(draw(shot)), encoding="utf-8")
        print(path)


if __name__ == "__main__":
    main()
