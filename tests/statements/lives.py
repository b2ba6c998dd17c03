"""Random lives of a journal through two years, and the journal one takes away after."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from hypothesis import strategies as st
from sqlalchemy.ext.asyncio import AsyncConnection
from tests.ledger.conftest import KEY, SIGNER

from commons.ledger.appending import append
from commons.ledger.export import ExportedCommons, spell_export
from commons.ledger.model import Draft, Kind, Written
from commons.ledger.rules import reversal_of
from commons.ledger.sealing import Sealer, Signer, sealed_entries
from commons.ledger.store import JournalStore

NOW = datetime(2027, 2, 1, 9, 0, tzinfo=UTC)
YEAR = 2026
BASKET = "basket"
DAYS = [
    (date(2025, 12, 31), date(2025, 12, 31)),
    (date(2025, 12, 30), date(2026, 1, 2)),
    (date(2026, 3, 1), date(2026, 3, 1)),
    (date(2026, 12, 31), date(2026, 12, 31)),
    (date(2026, 12, 31), date(2027, 1, 1)),
    (date(2027, 1, 15), date(2027, 1, 15)),
]
ABOUT = (Kind.ATTESTATION, Kind.CONTEST, Kind.ANSWER, Kind.REVERSAL)


@dataclass(frozen=True, slots=True)
class Step:
    """Something someone may try: `target` is the place of the entry they speak of."""

    kind: Kind
    who: int
    target: int = 0
    days: tuple[date, date] = DAYS[2]
    quantity: Decimal = Decimal(60)
    unit: str = "minute"
    nature: str = "work"
    reward: str = "pro-bono"
    organisation: bool = False


GIVING = st.builds(
    Step,
    kind=st.just(Kind.CONTRIBUTION),
    who=st.integers(0, 2),
    days=st.sampled_from(DAYS),
    quantity=st.integers(1, 5000).map(Decimal),
    unit=st.sampled_from(["minute", "minute", BASKET]),
    nature=st.sampled_from(["work", "knowledge", "material", "in-kind"]),
    reward=st.sampled_from(["pro-bono", "open"]),
    organisation=st.sampled_from([False, False, False, True]),
)
SAYING = st.builds(
    Step,
    kind=st.sampled_from([Kind.ATTESTATION, *ABOUT]),
    who=st.integers(0, 2),
    target=st.integers(0, 30),
    days=st.sampled_from([DAYS[2], DAYS[5]]),
)
LIVES = st.lists(st.one_of(GIVING, SAYING), min_size=1, max_size=25)


def draft_of(step: Step, people: Sequence[UUID], about: UUID | None) -> Draft:
    who = str(people[step.who])
    if step.kind is Kind.CONTRIBUTION:
        details = {"nature": step.nature, "reward": step.reward}
        if step.organisation:
            details["organisation"] = str(UUID(int=77))
        return Draft(
            uuid4(),
            Kind.CONTRIBUTION,
            *step.days,
            quantity=step.quantity,
            unit=step.unit,
            details=details,
            personal={"contributor": who, "recorder": who, "description": "Arroser"},
        )
    name = {
        Kind.ATTESTATION: "attester",
        Kind.CONTEST: "contester",
        Kind.ANSWER: "answerer",
    }[step.kind]
    personal = {name: who}
    if step.kind is not Kind.ATTESTATION:
        personal["reason"] = "Parce que"
    return Draft(uuid4(), step.kind, *step.days, about=about, personal=personal)


async def lived(
    db: AsyncConnection, commons_id: UUID, people: Sequence[UUID], life: Sequence[Step]
) -> list[UUID]:
    """Try each step; what the journal refuses is left out. Entries in order."""
    written: list[UUID] = []
    store = JournalStore(db)
    for step in life:
        about = written[step.target % len(written)] if written else None
        if step.kind is Kind.REVERSAL and about is not None:
            target = await store.entry(commons_id, about)
            draft = reversal_of(
                target,
                (),
                entry_id=uuid4(),
                on=step.days[1],
                personal={"reverser": str(people[step.who]), "reason": "Erreur"},
            )
        elif step.kind is Kind.CONTRIBUTION or about is not None:
            draft = draft_of(step, people, about)
        else:
            continue
        [outcome] = await append(db, commons_id, [draft], NOW)
        if isinstance(outcome, Written):
            written.append(draft.entry_id)
    return written


async def exported(db: AsyncConnection, commons_id: UUID) -> Mapping[str, Any]:
    """The journal as anyone may take it away, read again from its bytes."""
    found: Mapping[str, Any] = json.loads(await exported_file(db, commons_id, {}))
    return found


async def exported_file(
    db: AsyncConnection, commons_id: UUID, names: Mapping[str, str]
) -> bytes:
    """The bytes of the journal, with the names of persons by their identifiers."""
    signer = Signer(SIGNER, KEY)
    sealer = Sealer(db, signer)
    await sealer.seal(commons_id, NOW)
    latest = await sealer.latest(commons_id)
    assert latest is not None
    entries = await sealed_entries(db, commons_id, latest.size, opened=True)
    return spell_export(
        ExportedCommons(commons_id, "jardin", "Jardin"),
        latest.note,
        entries,
        names,
        signer=SIGNER,
        key=KEY,
    )
