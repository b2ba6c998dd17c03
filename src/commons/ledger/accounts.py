"""The accounts a batch touches: found or made, locked in one order, and their balances."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import TypeAlias
from uuid import UUID, uuid4

from sqlalchemy import Row, and_, insert, select, text, tuple_
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from commons.kernel.errors import RuleBrokenError
from commons.kernel.quantity import plain
from commons.kernel.text import t
from commons.ledger.model import OVERDRAWABLE, Account, AccountKind, Posting
from commons.ledger.tables import accounts, balances, holders

Key: TypeAlias = tuple[Account, str]


class Accounts:
    """Balances of one journal, held under lock until the transaction ends."""

    def __init__(self, ids: dict[Account, UUID], amounts: dict[Key, Decimal]) -> None:
        self.ids = ids
        self.amounts = amounts
        self.changed: set[Key] = set()

    @classmethod
    async def lock(
        cls, db: AsyncConnection, commons_id: UUID, postings: Iterable[Sequence[Posting]]
    ) -> "Accounts":
        """Lock what `postings` touch, making accounts that do not exist yet."""
        keys = sorted(
            {(posting.account, posting.unit) for several in postings for posting in several},
            key=str,
        )
        if not keys:
            return cls({}, {})
        ids = await _ids(db, commons_id, {account for account, _ in keys})
        rows = sorted(
            ({"account_id": ids[account], "unit": unit} for account, unit in keys),
            key=lambda row: str(row["account_id"]),
        )
        zero = [{"commons_id": commons_id, "amount": Decimal(0), **row} for row in rows]
        await db.execute(upsert(balances).on_conflict_do_nothing(), zero)
        query = (
            select(balances)
            .where(
                balances.c.commons_id == commons_id,
                tuple_(balances.c.account_id, balances.c.unit).in_(
                    [(row["account_id"], row["unit"]) for row in rows]
                ),
            )
            .order_by(balances.c.account_id, balances.c.unit)
            .with_for_update()
        )
        held = {(row.account_id, row.unit): row.amount for row in await db.execute(query)}
        return cls(ids, {(account, unit): held[ids[account], unit] for account, unit in keys})

    def refusal_of(self, postings: Sequence[Posting]) -> RuleBrokenError | None:
        """Why these postings cannot be made on what the accounts hold now."""
        after: dict[Key, Decimal] = {}
        for posting in postings:
            key = (posting.account, posting.unit)
            after[key] = after.get(key, self.amounts[key]) + posting.amount
        for key, amount in after.items():
            if amount < 0 and amount < self.amounts[key] and key[0].kind not in OVERDRAWABLE:
                return RuleBrokenError(
                    t(
                        "Il n'y a pas assez sur ce compte : il contient {held} {unit}, "
                        "il en faudrait {missing} de plus.",
                        held=plain(self.amounts[key]),
                        unit=key[1],
                        missing=plain(-amount),
                    )
                )
        return None

    def apply(self, postings: Sequence[Posting]) -> None:
        for posting in postings:
            key = (posting.account, posting.unit)
            self.amounts[key] += posting.amount
            self.changed.add(key)

    async def store(self, db: AsyncConnection, commons_id: UUID) -> None:
        """Write the balances that changed, once each."""
        if not self.changed:
            return
        statement = text(
            "UPDATE journal_balance SET amount = :amount WHERE commons_id = :commons_id"
            " AND account_id = :account_id AND unit = :unit"
        )
        rows = [
            {
                "commons_id": commons_id,
                "account_id": self.ids[account],
                "unit": unit,
                "amount": self.amounts[account, unit],
            }
            for account, unit in sorted(self.changed, key=str)
        ]
        await db.execute(statement, rows)


async def _ids(
    db: AsyncConnection, commons_id: UUID, wanted: set[Account]
) -> dict[Account, UUID]:
    found = await _find(db, commons_id, wanted)
    missing = sorted(wanted - found.keys(), key=str)
    if missing:
        await _make(db, commons_id, missing)
        found |= await _find(db, commons_id, set(missing))
    return found


async def _find(
    db: AsyncConnection, commons_id: UUID, wanted: set[Account]
) -> dict[Account, UUID]:
    held = and_(
        holders.c.commons_id == accounts.c.commons_id,
        holders.c.account_id == accounts.c.account_id,
    )
    persons = [item.ref for item in wanted if item.kind is AccountKind.PERSON]
    kinds = {str(item.kind) for item in wanted if item.kind is not AccountKind.PERSON}
    query = (
        select(accounts.c.account_id, accounts.c.kind, accounts.c.ref, holders.c.person_id)
        .select_from(accounts.outerjoin(holders, held))
        .where(
            accounts.c.commons_id == commons_id,
            accounts.c.kind.in_(kinds) | holders.c.person_id.in_(persons),
        )
    )
    found = {_account(row): row.account_id for row in await db.execute(query)}
    return {account: found[account] for account in wanted if account in found}


def _account(row: Row[UUID, str, UUID | None, UUID | None]) -> Account:
    kind = AccountKind(row.kind)
    return Account(kind, row.person_id if kind is AccountKind.PERSON else row.ref)


async def _make(db: AsyncConnection, commons_id: UUID, missing: Sequence[Account]) -> None:
    """Make accounts; another transaction may make the same at this moment, and that is well."""
    for account in missing:
        account_id = uuid4()
        is_person = account.kind is AccountKind.PERSON
        row = {
            "commons_id": commons_id,
            "account_id": account_id,
            "kind": str(account.kind),
            "ref": None if is_person else account.ref,
        }
        if is_person:
            await db.execute(insert(accounts).values(row))
            holder = {
                "commons_id": commons_id,
                "account_id": account_id,
                "person_id": account.ref,
            }
            await db.execute(upsert(holders).values(holder).on_conflict_do_nothing())
        else:
            await db.execute(upsert(accounts).values(row).on_conflict_do_nothing())
