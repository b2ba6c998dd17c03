"""Long calculations for whoever asks, beside the service and never in its way."""

import asyncio
from collections.abc import Callable
from typing import TypeVar

from commons.kernel.errors import RuleBrokenError
from commons.kernel.text import t

Result = TypeVar("Result")
AT_ONCE = 2
SECONDS = 20


class Calculator:
    """Runs calculations in threads, a few at once, each answered within a time."""

    def __init__(self, at_once: int = AT_ONCE, seconds: int = SECONDS) -> None:
        self._free = asyncio.Semaphore(at_once)
        self.seconds = seconds

    async def run(self, work: Callable[[], Result]) -> Result:
        """What `work` returns or raises. Raises `RuleBrokenError` when time is up.

        A thread cannot be stopped: its place is free again only when it has ended.
        """
        try:
            async with asyncio.timeout(self.seconds):
                await self._free.acquire()
        except TimeoutError as error:
            text = t("D'autres calculs sont en cours. Attendez une minute, puis recommencez.")
            raise RuleBrokenError(text) from error
        task = asyncio.ensure_future(asyncio.to_thread(work))
        task.add_done_callback(self._ended)
        try:
            return await asyncio.wait_for(asyncio.shield(task), self.seconds)
        except TimeoutError as error:
            raise RuleBrokenError(
                t(
                    "Ce calcul demande plus de {seconds} secondes, le plus que prend cette "
                    "page. La ligne de commande le fait : « commons allocate ».",
                    seconds=self.seconds,
                )
            ) from error

    def _ended(self, task: "asyncio.Future[Result]") -> None:
        self._free.release()
        if not task.cancelled():
            # Looked at, so that a refusal after the time is up is no unhandled error.
            task.exception()
