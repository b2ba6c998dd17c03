"""A process of the service that only writes and seals, until it is killed.

`python writing_service.py ADDRESS COMMONS FIRST CALLERS`: entries are numbered from FIRST,
what each holds follows from its number, and each number is printed once it is acknowledged.
"""

import asyncio
import os
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import count
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from commons.db.engine import async_url, open_engine
from commons.ledger.batcher import Batcher
from commons.ledger.model import Account, AccountKind, Draft, Kind, Refused, Request
from commons.ledger.rules import transfer
from commons.ledger.sealer import seal_for_ever
from commons.ledger.sealing import Signer

DAY = date(2026, 11, 20)
PAUSE = timedelta(milliseconds=10)
NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
COMMONS = Account(AccountKind.COMMONS)
TOWN = Account(AccountKind.FUNDER, UUID(int=77))
SIGNER = Signer("commons.example", Ed25519PrivateKey.from_private_bytes(b"k" * 32))


def numbered(number: int) -> Draft:
    """Every third entry brings one euro; the others are contributions."""
    if number % 3 == 0:
        return Draft(
            entry_id=UUID(int=number),
            kind=Kind.TRANSFER,
            occurred_from=DAY,
            occurred_to=DAY,
            details={"purpose": "funding"},
            postings=transfer(TOWN, COMMONS, Decimal(1)),
        )
    return Draft(
        entry_id=UUID(int=number),
        kind=Kind.CONTRIBUTION,
        occurred_from=DAY,
        occurred_to=DAY,
        quantity=Decimal(1 + number % 90),
        unit="minute",
        details={"nature": "work", "reward": "open"},
        personal={"contributor": str(UUID(int=3)), "description": f"Rang {number}"},
    )


def clock() -> datetime:
    """A clock that jumps backwards now and then, by up to an hour."""
    return NOON - timedelta(seconds=int.from_bytes(os.urandom(2), "big") % 3600)


async def write(batcher: Batcher, commons_id: UUID, numbers: Iterator[int]) -> None:
    for number in numbers:
        outcome = await batcher.append(Request(commons_id, numbered(number)))
        if isinstance(outcome, Refused):
            raise outcome.error
        os.write(1, f"{number}\n".encode())


async def main(address: str, commons_id: UUID, first: int, callers: int) -> None:
    engine = open_engine(async_url(address))
    sealing = asyncio.create_task(seal_for_ever(engine, SIGNER, clock, pause=PAUSE))
    numbers = count(first)
    async with Batcher(address, clock) as batcher:
        await asyncio.gather(*[write(batcher, commons_id, numbers) for _ in range(callers)])
    await sealing


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], UUID(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])))
