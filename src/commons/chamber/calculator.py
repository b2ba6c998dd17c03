"""Long calculations for whoever asks, beside the service and never in its way."""

import asyncio
import multiprocessing
from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

from pebble import ProcessExpired, ProcessFuture, ProcessPool

from commons.kernel.errors import RuleBrokenError
from commons.kernel.text import t

Result = TypeVar("Result")
AT_ONCE = 2
SECONDS = 20


class Calculator:
    """Runs calculations in processes of their own, a few at once, ended when time is up.

    A thread cannot be ended: a file made to count for hours would keep its place for hours.
    """

    def __init__(self, at_once: int = AT_ONCE, seconds: int = SECONDS) -> None:
        self._at_once = at_once
        self._free = asyncio.Semaphore(at_once)
        self._pool: ProcessPool | None = None
        self._asked: set[ProcessFuture[Any]] = set()
        self.seconds = seconds

    async def run(self, work: "partial[Result]") -> Result:
        """What `work` returns or raises: all of it travels between processes.

        Raises `RuleBrokenError` when time is up, or when the process ended of itself (its
        memory did not suffice, most likely).
        """
        try:
            async with asyncio.timeout(self.seconds):
                await self._free.acquire()
        except TimeoutError as error:
            text = t("D'autres calculs sont en cours. Attendez une minute, puis recommencez.")
            raise RuleBrokenError(text) from error
        try:
            return await self._done(work)
        finally:
            self._free.release()

    async def _done(self, work: Callable[[], Result]) -> Result:
        if self._pool is None:
            # Nothing is started before someone asks.
            context = multiprocessing.get_context("spawn")
            self._pool = ProcessPool(max_workers=self._at_once, context=context)
        future = self._pool.schedule(work, timeout=self.seconds)
        self._asked.add(future)
        future.add_done_callback(self._asked.discard)
        try:
            return await asyncio.wrap_future(future)
        except TimeoutError as error:
            raise RuleBrokenError(
                t(
                    "Ce calcul demande plus de {seconds} secondes, le plus que prend cette "
                    "page. La ligne de commande le fait : « commons allocate ».",
                    seconds=self.seconds,
                )
            ) from error
        except (ProcessExpired, MemoryError) as error:
            text = t(
                "Ce calcul est trop grand pour cette page. La ligne de commande le fait : "
                "« commons allocate »."
            )
            raise RuleBrokenError(text) from error

    async def aclose(self) -> None:
        """End what is still being calculated; who waits for it is cancelled."""
        if self._pool is not None:
            for future in tuple(self._asked):
                future.cancel()  # type: ignore[no-untyped-call]
            self._pool.stop()  # type: ignore[no-untyped-call]
            await asyncio.to_thread(self._pool.join)
