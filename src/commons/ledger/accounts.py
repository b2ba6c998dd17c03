"""The accounts a batch touches: found or made, locked in one order, and their balances."""

from collections.abc import Collection, Sequence
from decimal import Decimal
from typing import TypeAlias
from uuid import UUID, uuid4

from commons.db.engine import Driver
from commons.kernel.errors import RuleBrokenError
from commons.kernel.quantity import plain
from commons.kernel.text import Text, t
from commons.ledger.model import OVERDRAWABLE, Account, AccountKind, Posting

Place: TypeAlias = tuple[UUID, Account]
Held: TypeAlias = tuple[UUID, Account, str]

FIND = """
SELECT wanted.place, account.account_id
  FROM unnest($1::uuid[], $2::text[], $3::uuid[]) WITH ORDINALITY
    AS wanted (commons_id, kind, ref, place)
  JOIN journal_account account
    ON account.commons_id = wanted.commons_id AND account.kind = wanted.kind
   AND (account.ref = wanted.ref OR (account.ref IS NULL AND wanted.ref IS NULL))
 WHERE wanted.kind <> 'person'
 UNION ALL
SELECT wanted.place, holder.account_id
  FROM unnest($1::uuid[], $2::text[], $3::uuid[]) WITH ORDINALITY
    AS wanted (commons_id, kind, ref, place)
  JOIN journal_holder holder
    ON holder.commons_id = wanted.commons_id AND holder.person_id = wanted.ref
 WHERE wanted.kind = 'person'
"""
MAKE = """
INSERT INTO journal_account (commons_id, account_id, kind, ref)
SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::uuid[])
    ON CONFLICT DO NOTHING
"""
HOLD = """
INSERT INTO journal_holder (commons_id, account_id, person_id)
SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::uuid[])
    ON CONFLICT DO NOTHING
"""
START = """
INSERT INTO journal_balance (commons_id, account_id, unit, amount)
SELECT commons_id, account_id, unit, 0
  FROM unnest($1::uuid[], $2::uuid[], $3::text[]) AS new (commons_id, account_id, unit)
    ON CONFLICT DO NOTHING
"""
LOCK = """
SELECT balance.commons_id, balance.account_id, balance.unit, balance.amount
  FROM journal_balance balance
 WHERE (balance.commons_id, balance.account_id, balance.unit) IN
       (SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::text[]))
 ORDER BY balance.commons_id, balance.account_id, balance.unit
   FOR UPDATE
"""
STORE = """
UPDATE journal_balance balance
   SET amount = new.amount
  FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::numeric[])
    AS new (commons_id, account_id, unit, amount)
 WHERE balance.commons_id = new.commons_id AND balance.account_id = new.account_id
   AND balance.unit = new.unit
"""


class NotHeldError(RuleBrokenError):
    """More would leave `account` than it holds."""

    def __init__(self, text: Text, account: Account) -> None:
        super().__init__(text)
        self.account = account


class Accounts:
    """Balances of the accounts a batch touches, held under lock until the transaction ends."""

    def __init__(self, ids: dict[Place, UUID], amounts: dict[Held, Decimal]) -> None:
        self.ids = ids
        self.amounts = amounts
        self.changed: set[Held] = set()

    @classmethod
    async def lock(
        cls, db: Driver, moved: Collection[tuple[UUID, Sequence[Posting]]]
    ) -> "Accounts":
        """Lock what these postings touch, making accounts that do not exist yet."""
        keys = {
            (commons_id, posting.account, posting.unit)
            for commons_id, postings in moved
            for posting in postings
        }
        if not keys:
            return cls({}, {})
        ids = await _ids(db, {(commons_id, account) for commons_id, account, _ in keys})
        rows = sorted((key[0], ids[key[0], key[1]], key[2]) for key in keys)
        columns = tuple(zip(*rows, strict=True))
        await db.execute(START, *columns)
        held = {
            (row["commons_id"], row["account_id"], row["unit"]): row["amount"]
            for row in await db.fetch(LOCK, *columns)
        }
        amounts = {key: held[key[0], ids[key[0], key[1]], key[2]] for key in keys}
        return cls(ids, amounts)

    def refusal_of(
        self, commons_id: UUID, postings: Sequence[Posting], advance: Decimal
    ) -> RuleBrokenError | None:
        """Why these postings cannot be made on what the accounts hold now (LED-13).

        `advance` is how far below zero the commons has declared it may go.
        """
        after: dict[Held, Decimal] = {}
        for posting in postings:
            key = (commons_id, posting.account, posting.unit)
            after[key] = after.get(key, self.amounts[key]) + posting.amount
        for key, amount in after.items():
            kind = key[1].kind
            lowest = -advance if kind is AccountKind.COMMONS else Decimal(0)
            if amount < lowest and amount < self.amounts[key] and kind not in OVERDRAWABLE:
                text = t(
                    "Il n'y a pas assez sur ce compte : il contient {held} {unit}, "
                    "il en faudrait {missing} de plus.",
                    held=plain(self.amounts[key]),
                    unit=key[2],
                    missing=plain(lowest - amount),
                )
                return NotHeldError(text, key[1])
        return None

    def apply(self, commons_id: UUID, postings: Sequence[Posting]) -> None:
        for posting in postings:
            key = (commons_id, posting.account, posting.unit)
            self.amounts[key] += posting.amount
            self.changed.add(key)

    async def store(self, db: Driver) -> None:
        """Write the balances that changed, once each."""
        if not self.changed:
            return
        rows = [
            (key[0], self.ids[key[0], key[1]], key[2], self.amounts[key])
            for key in self.changed
        ]
        await db.execute(STORE, *zip(*rows, strict=True))


async def _ids(db: Driver, wanted: set[Place]) -> dict[Place, UUID]:
    found = await _find(db, wanted)
    missing = sorted(wanted - found.keys(), key=str)
    if missing:
        await _make(db, missing)
        found |= await _find(db, missing)
    return found


async def _find(db: Driver, wanted: Collection[Place]) -> dict[Place, UUID]:
    places = list(wanted)
    rows = await db.fetch(
        FIND,
        [commons_id for commons_id, _ in places],
        [str(account.kind) for _, account in places],
        [account.ref for _, account in places],
    )
    return {places[row["place"] - 1]: row["account_id"] for row in rows}


async def _make(db: Driver, missing: Sequence[Place]) -> None:
    """Make accounts; another transaction may make the same at this moment, and that is well."""
    made = [(commons_id, uuid4(), account) for commons_id, account in missing]
    accounts = [
        (
            commons_id,
            account_id,
            str(account.kind),
            None if account.kind is AccountKind.PERSON else account.ref,
        )
        for commons_id, account_id, account in made
    ]
    await db.execute(MAKE, *zip(*accounts, strict=True))
    holders = [
        (commons_id, account_id, account.ref)
        for commons_id, account_id, account in made
        if account.kind is AccountKind.PERSON
    ]
    if holders:
        await db.execute(HOLD, *zip(*holders, strict=True))
