"""The rules of a commons: recorded as entries of its journal, dated, never changed."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from commons.db.engine import driver_of
from commons.kernel.quantity import plain
from commons.ledger.appending import append_all
from commons.ledger.lookups import dated_rules
from commons.ledger.model import DatedRules, Draft, Kind, Rules
from commons.ledger.rules import refusal_of_rules
from commons.ledger.tables import rules as table


class RulesStore:
    """Questions about the rules of commons, within the caller's transaction."""

    def __init__(self, db: AsyncConnection) -> None:
        self.db = db

    async def decide(self, commons_id: UUID, rules: Rules, by: UUID, now: datetime) -> UUID:
        """Record rules; they hold for entries recorded from `now` on.

        Returns the entry that says so. Raises `InputError` for rules nobody can follow.
        """
        refused = refusal_of_rules(rules)
        if refused:
            raise refused
        draft = Draft(
            entry_id=uuid4(),
            kind=Kind.DOCUMENT,
            occurred_from=now.date(),
            occurred_to=now.date(),
            details=spelled(rules),
            personal={"recorder": str(by)},
        )
        await append_all(self.db, commons_id, [draft], now)
        row = {
            "commons_id": commons_id,
            "entry_id": draft.entry_id,
            "decided_at": now,
            "quorum": rules.quorum,
            "attesters": sorted(rules.attesters),
            "contest_days": rules.contest_days,
            "silence_accepts": rules.silence_accepts,
            "advance": rules.advance,
        }
        await self.db.execute(insert(table).values(row))
        return draft.entry_id

    async def all(self, commons_id: UUID) -> list[DatedRules]:
        """Everything the commons ever ruled, the oldest first."""
        found = await dated_rules(await driver_of(self.db), [commons_id])
        return found.get(commons_id, [])


def spelled(rules: Rules) -> dict[str, str]:
    """The rules as the details of their entry (LED-30): only codes and numbers."""
    details = {
        "document": "rules",
        "quorum": str(rules.quorum),
        "attesters": " ".join(sorted(rules.attesters)) or "everyone",
        "silence": "accepts" if rules.silence_accepts else "awaits",
        "advance": plain(rules.advance),
    }
    if rules.contest_days is not None:
        details["contest-days"] = str(rules.contest_days)
    return details
