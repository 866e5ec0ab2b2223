"""Refresh: a sync as the reader's settings want it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from ritui.config import Config
from ritui.model.source import Source
from ritui.services.sync import Progress, Result, sync
from ritui.services.trial import informed
from ritui.sources.fetch import Door

if TYPE_CHECKING:
    from ritui.services.library import Library


async def refresh(
    library: Library,
    sources: Sequence[Source],
    config: Config,
    *,
    offline: bool = False,
    dry_run: bool = False,
    force: bool = False,
    accept_loss: bool = False,
    report: Callable[[Progress], None] = lambda _: None,
    stop: asyncio.Event | None = None,
) -> list[Result]:
    """`sync` through a door of its own, opened as the settings want it.

    A source that asks about what the directory has is told what that is, and sources are
    trusted in the order that the settings say.

    Raises:
        StoreDamaged: The cache cannot be read at all.
    """
    library.precedence = config.trusted()
    async with Door(
        offline=offline, contact=config.contact, trust_env=config.proxy_from_env
    ) as door:
        return await sync(
            library,
            [informed(source, library.catalog) for source in sources],
            door=door,
            dry_run=dry_run,
            force=force,
            accept_loss=accept_loss,
            report=report,
            stop=stop,
        )
