"""Work that waits, away from the event loop."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


async def in_thread(call: Callable[[], T]) -> T:
    """Run it in a thread of the loop's own pool, which ends with the loop."""
    return await asyncio.get_running_loop().run_in_executor(None, call)
