"""Draw the pictures of the documentation from the program itself.

``python tools/screenshots.py [FOLDER]`` writes SVG files at a fixed size, theme and language.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
from pathlib import Path

from ritui.config import Config
from ritui.i18n import Messages
from ritui.paths import find_paths
from ritui.services.library import open_library
from ritui.services.start import Start
from ritui.ui.app import RituiApp

SHOTS = {
    "directory": ((120, 34), "dark", ("/", *"solar", "enter")),
    "directory-80x24": ((80, 24), "dark", ()),
    "directory-light": ((120, 34), "light", ()),
    "directory-high-contrast": ((120, 34), "high-contrast", ("tab",)),
    "filter": ((120, 34), "dark", ("f", "left", "down", "down", "down", "right", "space")),
    "detail": ((120, 34), "dark", ("/", *"resinfra", "enter", "enter")),
    "sources": ((120, 34), "dark", ("7",)),
    "help": ((120, 34), "dark", ("question_mark",)),
}
"""Name of the file: size, theme, and the keys to press."""


async def draw(name: str, folder: Path) -> None:
    """Draw one picture."""
    size, theme, keys = SHOTS[name]
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
    (folder / f"{name}.svg").write_text(head, encoding="utf-8")


def main() -> None:
    """Draw all, into a folder."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path("docs/images")
    folder.mkdir(parents=True, exist_ok=True)
    for name in SHOTS:
        asyncio.run(draw(name, folder))
        print(folder / f"{name}.svg")


if __name__ == "__main__":
    main()
