"""Answers of a server of ours: none goes on when the test is over."""

from __future__ import annotations

import asyncio


def noted(serving: set[asyncio.Task[None]]) -> None:
    """Remember the task one is in until it is done."""
    task = asyncio.current_task()
    assert task is not None
    serving.add(task)
    task.add_done_callback(serving.discard)


async def ended(serving: set[asyncio.Task[None]]) -> None:
    """End the answers that still go on, and let their connections close.

    What is left open is noticed much later, in a test that has nothing to do with it.
    """
    left = [*serving]
    for task in left:
        task.cancel()
    await asyncio.gather(*left, return_exceptions=True)
    # A connection that was closed is let go of in the next rounds of the loop.
    for _ in range(3):
        await asyncio.sleep(0)
