"""Accounts that envelopes move money between, and the entries that move it."""

from collections.abc import Mapping
from datetime import date
from uuid import UUID, uuid5

from commons.ledger.model import Account, AccountKind, Draft, Kind, Posting

COMMONS = Account(AccountKind.COMMONS)
OUTSIDE = Account(AccountKind.OUTSIDE)


def envelope_account(envelope_id: UUID) -> Account:
    return Account(AccountKind.ENVELOPE, envelope_id)


def person_account(person_id: UUID) -> Account:
    return Account(AccountKind.PERSON, person_id)


def derived(entry_id: UUID, purpose: str) -> UUID:
    """What a request makes beside its entry: the same again when it is sent again."""
    return uuid5(entry_id, purpose)


def transfer_entry(
    entry_id: UUID,
    purpose: str,
    on: date,
    moved: tuple[Posting, ...],
    personal: Mapping[str, str],
    details: Mapping[str, str] | None = None,
) -> Draft:
    return Draft(
        entry_id=entry_id,
        kind=Kind.TRANSFER,
        occurred_from=on,
        occurred_to=on,
        details={"purpose": purpose, **(details or {})},
        personal=personal,
        postings=moved,
    )
