"""Accounts that envelopes move money between, and the entries that move it."""

from collections.abc import Mapping
from datetime import date
from uuid import UUID, uuid4

from commons.ledger.model import Account, AccountKind, Draft, Kind, Posting

COMMONS = Account(AccountKind.COMMONS)
OUTSIDE = Account(AccountKind.OUTSIDE)


def envelope_account(envelope_id: UUID) -> Account:
    return Account(AccountKind.ENVELOPE, envelope_id)


def person_account(person_id: UUID) -> Account:
    return Account(AccountKind.PERSON, person_id)


def transfer_entry(
    purpose: str,
    on: date,
    moved: tuple[Posting, ...],
    personal: Mapping[str, str],
    details: Mapping[str, str] | None = None,
) -> Draft:
    return Draft(
        entry_id=uuid4(),
        kind=Kind.TRANSFER,
        occurred_from=on,
        occurred_to=on,
        details={"purpose": purpose, **(details or {})},
        personal=personal,
        postings=moved,
    )
