"""The connections of one request: none is left open when it is cancelled."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any


@asynccontextmanager
async def connections() -> AsyncIterator[dict[str, Any]]:
    """What a request is to tell of its connections, so that they can be closed.

    The library forgets a connection whose TLS handshake is cancelled, and leaves it open.
    """
    made: list[Any] = []

    async def trace(event: str, about: Mapping[str, Any]) -> None:
        if event == "connection.connect_tcp.complete":
            made.append(about["return_value"])

    try:
        yield {"trace": trace}
    except asyncio.CancelledError:
        for each in made:
            await each.aclose()
        raise
