"""From a draft to its leaf, and the commitments that stand in it (LED-5 to LED-12)."""

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from functools import lru_cache
from unicodedata import normalize
from uuid import UUID

from commons.kernel.quantity import plain
from commons.ledger.canonical import Canonical, encode
from commons.ledger.commitments import commit
from commons.ledger.model import AccountKind, Draft, Posting, Salted

FORM = "commons-entry/1"


def personal_fields(draft: Draft) -> dict[str, str]:
    """Everything personal of a draft, holders of person accounts included, in NFC."""
    holders = {
        f"account.{place}": str(posting.account.ref)
        for place, posting in enumerate(draft.postings, start=1)
        if posting.account.kind is AccountKind.PERSON
    }
    clear = {name: normalize("NFC", value) for name, value in draft.personal.items()}
    return {**clear, **holders}


def commitments_of(salted: Mapping[str, Salted]) -> dict[str, str]:
    return {name: commit(name, item.salt, item.value) for name, item in salted.items()}


def spell_leaf(
    commons_id: UUID, draft: Draft, recorded_at: datetime, commitments: Mapping[str, str]
) -> bytes:
    """The canonical bytes of the leaf. `recorded_at` must be aware; it is written in UTC."""
    leaf: dict[str, Canonical] = {
        "form": FORM,
        "commons_id": str(commons_id),
        "entry_id": str(draft.entry_id),
        "kind": str(draft.kind),
        "recorded_at": instant(recorded_at),
        "occurred_from": draft.occurred_from.isoformat(),
        "occurred_to": draft.occurred_to.isoformat(),
    }
    if draft.quantity is not None and draft.unit is not None:
        leaf["quantity"], leaf["unit"] = plain(draft.quantity), draft.unit
    if draft.about is not None:
        leaf["about"] = str(draft.about)
    if draft.details:
        leaf["details"] = dict(draft.details)
    if commitments:
        leaf["personal"] = dict(commitments)
    if draft.postings:
        leaf["postings"] = [_spell_posting(posting) for posting in draft.postings]
    return encode(leaf)


def _spell_posting(posting: Posting) -> Canonical:
    is_person = posting.account.kind is AccountKind.PERSON
    account = str(AccountKind.PERSON) if is_person else str(posting.account)
    return {"account": account, "amount": plain(posting.amount), "unit": posting.unit}


@lru_cache(maxsize=16)
def instant(moment: datetime) -> str:
    """`2026-11-23T08:06:34.123456Z`: UTC, always six decimals."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def total(postings: tuple[Posting, ...], unit: str) -> Decimal:
    return sum((posting.amount for posting in postings if posting.unit == unit), Decimal(0))
