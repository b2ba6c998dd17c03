"""Shapes of entries as programs read them."""

from collections.abc import Collection, Sequence
from datetime import date
from uuid import UUID

from pydantic import BaseModel

from commons.kernel.quantity import plain
from commons.ledger.model import PERSON_FIELDS, AccountKind, Entry, Posting
from commons.registry.access import Sight
from commons.web.i18n import translate


class EntryOut(BaseModel):
    """An entry as the reader may see it; `leaf` is what the Merkle tree proves.

    `personal` are identifiers and texts, empty for who may not read them; `people` says who,
    by the same fields: names, or pseudonyms that stay the same in a commons. `leaf_index` is
    absent until the entry is sealed, within about a second.
    """

    entry_id: UUID
    kind: str
    state: str
    recorded_at: str
    occurred_from: date
    occurred_to: date
    quantity: str | None
    unit: str | None
    about: UUID | None
    details: dict[str, str]
    personal: dict[str, str]
    people: dict[str, str]
    leaf: str
    leaf_index: int | None
    attestations: int
    reversed_by: UUID | None

    @classmethod
    def of(cls, entry: Entry, sight: Sight, locale: str) -> "EntryOut":
        return cls(
            entry_id=entry.entry_id,
            kind=entry.kind,
            state=entry.state,
            recorded_at=entry.recorded_at.isoformat(),
            occurred_from=entry.occurred_from,
            occurred_to=entry.occurred_to,
            quantity=plain(entry.quantity) if entry.quantity is not None else None,
            unit=entry.unit,
            about=entry.about,
            details=dict(entry.details),
            personal=dict(entry.personal) if sight.is_open else {},
            people={
                field: translate(sight.name(person_id), locale)
                for field in PERSON_FIELDS
                if (person_id := entry.person(field)) is not None
            },
            leaf=entry.leaf.decode(),
            leaf_index=entry.leaf_index,
            attestations=entry.attestations,
            reversed_by=entry.reversed_by,
        )


class PostingOut(BaseModel):
    """Money on one account: positive is what it received.

    `ref` is the envelope, proposal, organisation or person it belongs to, if the reader may
    know; `holder` is the person's name or pseudonym, empty for other accounts.
    """

    account: str
    ref: UUID | None
    holder: str
    amount: str
    unit: str

    @classmethod
    def of(cls, posting: Posting, sight: Sight, locale: str) -> "PostingOut":
        account = posting.account
        is_person = account.kind is AccountKind.PERSON
        return cls(
            account=account.kind,
            ref=sight.reference(account),
            holder=translate(sight.name(account.ref), locale) if is_person else "",
            amount=plain(posting.amount),
            unit=posting.unit,
        )


class EntryDetail(BaseModel):
    """An entry and its story, the oldest first: attestations, contests, answers, reversals.

    Each says in `about` what it speaks of: this entry, or an entry of its story.
    `open_contests` are those that await an answer.
    """

    entry: EntryOut
    story: list[EntryOut]
    open_contests: list[UUID]
    postings: list[PostingOut]

    @classmethod
    def of(
        cls,
        entry: Entry,
        story: Sequence[Entry],
        contests: Collection[UUID],
        postings: Sequence[Posting],
        sight: Sight,
        locale: str,
    ) -> "EntryDetail":
        return cls(
            entry=EntryOut.of(entry, sight, locale),
            story=[EntryOut.of(item, sight, locale) for item in story],
            open_contests=sorted(contests),
            postings=[PostingOut.of(item, sight, locale) for item in postings],
        )
