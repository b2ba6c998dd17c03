"""The batcher: what many callers send at once is written together, each answered alone.

Nobody waits for company: a request that comes alone is written alone, and those that come
while a batch is being written make the next one. An answer leaves after the commit.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Self

import asyncpg

from commons.db.engine import SESSION, Driver
from commons.kernel.clock import Clock
from commons.ledger.appending import append_requests
from commons.ledger.model import Outcome, Request

LOG = logging.getLogger("commons")
AT_ONCE_MAX = 1000
FLIGHTS_MAX = 2
"""Batches on their way at once: while the database writes one, the next is spelled."""

SHARE_MIN = 64
"""Requests that come together are shared between the flights, but not into smaller parts."""

COMMAND_SECONDS_MAX = 60
LOST = (OSError, asyncpg.InterfaceError, asyncpg.InternalClientError)
"""What a connection that broke raises; `DataError`, also a `ValueError`, is not one."""


@dataclass(frozen=True, slots=True)
class _Waiting:
    request: Request
    answer: "asyncio.Future[Outcome]"


class Batcher:
    """Gathers requests of this process; several processes may each have one.

    An exception other than a refusal means that nobody knows whether the entry was
    written: the same request may be sent again, and will be written once.
    """

    def __init__(
        self,
        address: str,
        clock: Clock,
        *,
        at_once_max: int = AT_ONCE_MAX,
        flights_max: int = FLIGHTS_MAX,
    ) -> None:
        self.address = address
        self.clock = clock
        self.at_once_max = at_once_max
        self.flights_max = flights_max
        self._waiting: deque[_Waiting] = deque()
        self._flights: set[asyncio.Task[None]] = set()
        self._flying = 0
        self._loaded = 0
        self._free: list[asyncpg.Connection[asyncpg.Record]] = []

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        _type: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        """Write what was sent before, then close."""
        while self._flights:
            await asyncio.wait(set(self._flights))
        while self._free:
            await self._free.pop().close()

    async def append(self, request: Request) -> Outcome:
        """Write one entry; returns once it is durable, refused, or known already."""
        answer: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
        self._waiting.append(_Waiting(request, answer))
        if self._flying < self.flights_max:
            self._flying += 1
            flight = asyncio.create_task(self._fly())
            self._flights.add(flight)
            flight.add_done_callback(self._flights.discard)
        return await answer

    async def _fly(self) -> None:
        """Write batch after batch until nobody waits.

        Seeing nobody and no longer counting as flying happen in one step: a caller who comes
        between the two would wait for ever.
        """
        try:
            while batch := self._take():
                self._loaded += 1
                try:
                    await self._land(batch)
                finally:
                    self._loaded -= 1
                    _fail(batch, ConnectionAbortedError("the batch was given up"))
        finally:
            self._flying -= 1

    async def _land(self, batch: Sequence[_Waiting]) -> None:
        """Write the batch, twice if the connection is lost: what was written stays one.

        Whoever is told of a lost connection after that does not know, and may ask again.
        """
        for may_try_again in (True, False):
            try:
                db = await self._connection()
                try:
                    await self._write(db, batch)
                except LOST:
                    db.terminate()
                    raise
                self._free.append(db)
            except LOST as error:
                if not may_try_again:
                    _fail(batch, error)
            else:
                return

    def _take(self) -> list[_Waiting]:
        batch: list[_Waiting] = []
        fair = -(-len(self._waiting) // (self.flights_max - self._loaded))
        most = min(self.at_once_max, max(fair, SHARE_MIN))
        while self._waiting and len(batch) < most:
            waiting = self._waiting.popleft()
            if not waiting.answer.done():
                batch.append(waiting)
        return batch

    async def _connection(self) -> "asyncpg.Connection[asyncpg.Record]":
        while self._free:
            db = self._free.pop()
            if not db.is_closed():
                return db
        try:
            return await asyncpg.connect(
                self.address, command_timeout=COMMAND_SECONDS_MAX, server_settings=SESSION
            )
        except asyncpg.PostgresError as error:
            raise ConnectionRefusedError(str(error)) from error

    async def _write(self, db: Driver, batch: Sequence[_Waiting]) -> None:
        """Write the batch; if the database refuses it whole, its halves, each alone.

        So one entry that nothing foresaw fails alone. Raises one of `LOST` if the
        connection is gone.
        """
        try:
            async with db.transaction():
                requests = [waiting.request for waiting in batch]
                outcomes = await append_requests(db, requests, self.clock())
        except Exception as error:
            if db.is_closed():
                raise ConnectionResetError(str(error)) from error
            if isinstance(error, LOST) and not isinstance(error, ValueError):
                raise
            if len(batch) == 1:
                _fail(batch, error)
                return
            LOG.warning("a batch of %d is written in halves: %r", len(batch), error)
            middle = len(batch) // 2
            await self._write(db, batch[:middle])
            await self._write(db, batch[middle:])
            return
        for waiting, outcome in zip(batch, outcomes, strict=True):
            if not waiting.answer.done():
                waiting.answer.set_result(outcome)


def _fail(batch: Sequence[_Waiting], error: Exception) -> None:
    """Tell those who have no answer yet."""
    for waiting in batch:
        if not waiting.answer.done():
            waiting.answer.set_exception(error)
