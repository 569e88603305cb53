"""The border round a part that runs for ever: what it did not foresee is logged, and the part begun anew."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

log = logging.getLogger(__name__)

BEGIN_AGAIN_AFTER = 1.0


async def guarded(
    name: str, work: Callable[[], Awaitable[None]], tell: Callable[[], None] = lambda: None
) -> None:
    """Run a part until it returns or is cancelled; ``tell`` is called when it has failed."""
    while True:
        try:
            await work()
            return
        except Exception:
            log.exception("%s failed and is begun anew", name)
            tell()
            await asyncio.sleep(BEGIN_AGAIN_AFTER)
