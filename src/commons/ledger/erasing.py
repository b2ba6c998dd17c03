"""Erasing a person from journals: values and salts go, every proof still verifies (LED-34).

What is erased is said by entries of kind `erasure`, one about each entry concerned, so that
a restored backup can be made to forget again.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID, uuid5

from sqlalchemy.ext.asyncio import AsyncConnection

from commons.db.engine import driver_of
from commons.kernel.errors import RuleBrokenError
from commons.kernel.quantity import plain
from commons.kernel.text import t
from commons.ledger.appending import append_all
from commons.ledger.model import PERSON_FIELDS, Draft, Entry, Kind
from commons.ledger.store import JournalStore

AT_ONCE = 1000
SUBJECTS = ("contributor", "claimant", "contester", "answerer", "reverser")
"""Those whose entry it is: the texts of such an entry are theirs, or speak of them."""

FIND = """
WITH RECURSIVE named AS (
  SELECT commons_id, entry_id, field
    FROM journal_personal
   WHERE value = $1 AND (field = ANY($2::text[]) OR field LIKE 'account.%')
), theirs AS (
  SELECT commons_id, entry_id FROM named WHERE field = ANY($3::text[])
   UNION
  SELECT later.commons_id, later.entry_id
    FROM theirs
    JOIN journal_entry later
      ON later.commons_id = theirs.commons_id AND later.about = theirs.entry_id
)
SELECT commons_id, entry_id, field FROM named
 UNION
SELECT p.commons_id, p.entry_id, p.field
  FROM theirs
  JOIN journal_personal p USING (commons_id, entry_id)
 WHERE p.field <> ALL($2::text[]) AND p.field NOT LIKE 'account.%'
 ORDER BY commons_id, entry_id, field
"""
APPLY = """
WITH erased AS (
  SELECT commons_id, about,
         string_to_array(leaf::jsonb -> 'details' ->> 'fields', ' ') AS fields
    FROM journal_entry
   WHERE kind = 'erasure' AND about IS NOT NULL
     AND ($1::uuid IS NULL OR commons_id = $1 AND entry_id = ANY($2::uuid[]))
), holders AS (
  DELETE FROM journal_holder holder
   USING erased
    JOIN journal_posting posting
      ON posting.commons_id = erased.commons_id AND posting.entry_id = erased.about
     AND 'account.' || posting.line = ANY(erased.fields)
   WHERE holder.commons_id = posting.commons_id AND holder.account_id = posting.account_id
)
DELETE FROM journal_personal personal
 USING erased
 WHERE personal.commons_id = erased.commons_id AND personal.entry_id = erased.about
   AND personal.field = ANY(erased.fields)
"""
DUE = """
SELECT coalesce(sum(amount), 0)
  FROM (SELECT balance.amount
          FROM journal_holder holder
          JOIN journal_balance balance USING (commons_id, account_id)
         WHERE holder.person_id = $1 AND balance.unit = 'EUR'
         ORDER BY balance.commons_id, balance.account_id
           FOR UPDATE OF balance) AS held
"""


@dataclass(frozen=True, slots=True)
class Mention:
    """An entry that speaks of someone, and which of its fields are theirs."""

    commons_id: UUID
    entry_id: UUID
    fields: tuple[str, ...]


class ErasingStore:
    """What journals hold about one person, and its erasure, in the caller's transaction."""

    def __init__(self, db: AsyncConnection) -> None:
        self.db = db

    async def mentions(self, person_id: UUID) -> list[Mention]:
        """Everywhere the person is named, and the texts that are theirs or about theirs."""
        driver = await driver_of(self.db)
        rows = await driver.fetch(FIND, str(person_id), list(PERSON_FIELDS), list(SUBJECTS))
        found: dict[tuple[UUID, UUID], list[str]] = {}
        for row in rows:
            found.setdefault((row["commons_id"], row["entry_id"]), []).append(row["field"])
        return [Mention(*key, tuple(fields)) for key, fields in found.items()]

    async def entries(self, mentions: Sequence[Mention]) -> list[tuple[Mention, Entry]]:
        """The entries of `mentions`, in the order they were recorded."""
        store, result = JournalStore(self.db), []
        for commons_id, several in _by_commons(mentions).items():
            wanted = [mention.entry_id for mention in several]
            entries = await store.entries_by_id(commons_id, wanted)
            result += [(mention, entries[mention.entry_id]) for mention in several]
        return sorted(result, key=lambda pair: (pair[1].recorded_at, pair[1].entry_id))

    async def due_to(self, person_id: UUID) -> Decimal:
        """Euros that commons owe the person, all journals together."""
        due: Decimal = await (await driver_of(self.db)).fetchval(DUE, person_id)
        return due

    async def erase(self, person_id: UUID, now: datetime) -> int:
        """Forget the person everywhere; returns how many entries were concerned.

        Raises `RuleBrokenError` while money is due to them: nobody could be paid any more.
        """
        if due := await self.due_to(person_id):
            raise RuleBrokenError(
                t(
                    "Un commun vous doit encore {amount} € : faites-vous payer, ou renoncez à "
                    "cette somme, avant d'effacer vos données.",
                    amount=plain(due),
                )
            )
        return await self.erase_again(person_id, now)

    async def erase_again(self, person_id: UUID, now: datetime) -> int:
        """As `erase`, for someone erased before, whatever an older journal says is due."""
        driver = await driver_of(self.db)
        mentions = await self.mentions(person_id)
        for commons_id, several in _by_commons(mentions).items():
            for start in range(0, len(several), AT_ONCE):
                drafts = [
                    _erasure(mention, now) for mention in several[start : start + AT_ONCE]
                ]
                await append_all(self.db, commons_id, drafts, now)
                written = [draft.entry_id for draft in drafts]
                await driver.execute(APPLY, commons_id, written)
        return len(mentions)

    async def apply_all(self) -> None:
        """Forget again everything the journals say was erased, as after a restoration."""
        await (await driver_of(self.db)).execute(APPLY, None, [])


def _by_commons(mentions: Sequence[Mention]) -> dict[UUID, list[Mention]]:
    result: dict[UUID, list[Mention]] = {}
    for mention in mentions:
        result.setdefault(mention.commons_id, []).append(mention)
    return result


def _erasure(mention: Mention, now: datetime) -> Draft:
    """Its key follows from what is erased: erasing the same twice is one entry."""
    fields = " ".join(mention.fields)
    return Draft(
        entry_id=uuid5(mention.entry_id, f"erasure:{fields}"),
        kind=Kind.ERASURE,
        occurred_from=now.date(),
        occurred_to=now.date(),
        about=mention.entry_id,
        details={"fields": fields},
    )
