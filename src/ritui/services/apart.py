"""Apart: a check of links in a thread of its own, beside screens that must not wait for it."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from ritui.model.link import Link
from ritui.services.linkcheck import Outcome, Progress, Report, check_links

if TYPE_CHECKING:
    from ritui.config import Config
    from ritui.services.library import Library


class Apart:
    """A check in a thread of its own.

    Looking up names takes threads from whoever runs it, and where names are not known it takes
    them for long: those of the screens must not wait for them.
    """

    def __init__(
        self,
        library: Library,
        links: Sequence[Link],
        config: Config,
        *,
        offline: bool,
        report: Report,
    ) -> None:
        """Prepare; nothing is asked yet.

        Args:
            library: Where findings are kept.
            links: What to look at.
            config: How the network is to be used.
            offline: Refuse every question.
            report: Told of each finding, on the thread of the loop that runs it.
        """
        self._given = library, tuple(links), config
        self._offline, self._report = offline, report
        self._stop: asyncio.Event | None = None
        self._inner: asyncio.AbstractEventLoop | None = None
        self._is_stopped = False
        self._turn = threading.Lock()

    async def run(self) -> Outcome:
        """Look at everything; when cancelled, the check is stopped.

        Raises:
            StoreDamaged, CannotWrite: A finding cannot be kept.
        """
        outer = asyncio.get_running_loop()
        ended: asyncio.Future[Outcome] = outer.create_future()

        def tell(progress: Progress) -> None:
            # Nobody is left to be told when the program ends.
            with suppress(RuntimeError):
                outer.call_soon_threadsafe(self._report, progress)

        def settle(outcome: Outcome | None, error: BaseException | None) -> None:
            if ended.done():
                return
            if error is not None:
                ended.set_exception(error)
            elif outcome is not None:
                ended.set_result(outcome)

        async def inside() -> None:
            with self._turn:
                self._stop, self._inner = asyncio.Event(), asyncio.get_running_loop()
                if self._is_stopped:
                    self._stop.set()
            outcome, failure = None, None
            library, links, config = self._given
            try:
                outcome = await check_links(
                    library, links, config, offline=self._offline, report=tell, stop=self._stop
                )
            except Exception as error:  # noqa: BLE001 - the thread ends here; who waits hears of it
                failure = error
            with self._turn:
                self._inner = None
            # Told before the thread ends: that may wait for a name that nobody knows.
            with suppress(RuntimeError):
                outer.call_soon_threadsafe(settle, outcome, failure)

        threading.Thread(target=lambda: asyncio.run(inside()), daemon=True).start()
        try:
            return await ended
        finally:
            self.stop()

    def stop(self) -> None:
        """End it: what was found is kept, what is being asked is let go."""
        with self._turn:
            self._is_stopped = True
            if self._inner is not None and self._stop is not None:
                self._inner.call_soon_threadsafe(self._stop.set)
