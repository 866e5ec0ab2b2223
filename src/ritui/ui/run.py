"""Run: the app on a library, from its start to its end."""

from __future__ import annotations

import gc

from ritui.errors import StoreDamaged
from ritui.i18n import Messages
from ritui.services.library import open_library, replace_damaged
from ritui.services.start import Start
from ritui.ui.app import RituiApp


def run_app(start: Start) -> int:
    """Run the app and give its exit code.

    Raises:
        Exception: A bug; the terminal is the reader's again.
    """
    say = Messages(start.language)
    library, notices = open_library(start.paths, say.language)
    try:
        failure = _run(RituiApp(start, library, say, notices))
        if isinstance(failure, StoreDamaged):
            # Some faults of a file are only met when the page is read.
            notices = replace_damaged(library, failure)
            library, _ = open_library(start.paths, say.language)
            failure = _run(RituiApp(start, library, say, notices))
    finally:
        from ritui.services.visit import keep_visit

        gc.enable()
        keep_visit(library)
        library.close()
    if failure is not None:
        raise failure
    return 0


def _run(app: RituiApp) -> Exception | None:
    """Run an app to its end, and say what ended it if it was not the reader."""
    app.run(mouse=app.start.mouse)
    return app.failure
