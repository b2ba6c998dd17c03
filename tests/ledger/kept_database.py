"""A database as an instance keeps it: two journals, every kind of entry, a key that changed."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection
from tests.ledger.conftest import (
    CAMILLE,
    GARDEN,
    KEY,
    NOUR,
    ORIGIN,
    OTHER_KEY,
    SIGNER,
    attestation,
    contribution,
)

from commons.kernel.quantity import Unit
from commons.ledger.appending import append_all
from commons.ledger.checkpoint import COSIGNATURE, split_note, verifier_key
from commons.ledger.cosignature import cosign
from commons.ledger.database_check import Reader
from commons.ledger.erasing import ErasingStore
from commons.ledger.head_log import HeadStore
from commons.ledger.model import Account, AccountKind, Draft, Kind, Posting, Rules, Standing
from commons.ledger.proof_store import ProofStore
from commons.ledger.rules import reversal_of, transfer
from commons.ledger.ruling import RulesStore
from commons.ledger.sealing import Sealer, Signer
from commons.ledger.store import JournalStore
from commons.ledger.succession import hand_over

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
FIRST, SIGNS = Signer(SIGNER, OTHER_KEY), Signer(SIGNER, KEY)
READER = Reader(SIGNS.verifier)
WITNESS, WITNESS_KEY = "temoin.example", OTHER_KEY
ORCHARD = UUID("6a0f1d4e-0000-4000-8000-000000000002")
DOMINIQUE = UUID("6a0f1d4e-0000-4000-8000-0000000000c3")
SEALED_ONE_BY_ONE = 258
COMMONS, OUTSIDE = Account(AccountKind.COMMONS), Account(AccountKind.OUTSIDE)
TOWN, WELL = (
    Account(AccountKind.FUNDER, UUID(int=77)),
    Account(AccountKind.ENVELOPE, UUID(int=9)),
)
STEWARD = Standing(roles=frozenset({"steward"}))


async def keep(db: AsyncConnection) -> None:
    await seal_an_orchard(db)
    await live_in_a_garden(db)


async def seal_an_orchard(db: AsyncConnection) -> None:
    """One checkpoint and one head per entry, so many that both trees have higher tiles."""
    await JournalStore(db).open(ORCHARD, f"{SIGNER}/{ORCHARD}", NOW)
    for number in range(1, SEALED_ONE_BY_ONE + 1):
        signer = FIRST if number <= 3 else SIGNS
        if number == 4:
            note = hand_over(SIGNER, FIRST.key, SIGNS.key)
            await ProofStore(db, SIGNS).succeed(note, NOW)
        await append_all(db, ORCHARD, [contribution(number, number)], NOW)
        await Sealer(db, signer).seal(ORCHARD, NOW)
        await HeadStore(db, signer).seal(NOW)
    store = ProofStore(db, SIGNS)
    for commons_id, origin, size in ((ORCHARD, f"{SIGNER}/{ORCHARD}", 200), (None, SIGNER, 9)):
        body = split_note(await store.note(commons_id, size))[0]
        witness = verifier_key(WITNESS, WITNESS_KEY, COSIGNATURE)
        line = cosign(body, WITNESS, WITNESS_KEY, NOW)
        await store.keep_cosignature(origin, size, witness, line, NOW)


async def live_in_a_garden(db: AsyncConnection) -> None:
    """Rules, units, money, a contest, corrections, and someone who was erased."""
    store = JournalStore(db)
    await store.open(GARDEN, ORIGIN, NOW)
    await store.declare_unit(GARDEN, Unit("repas", 0, "repas"))
    meals = replace(contribution(2, 12, "Repas du chantier"), unit="repas")
    gone = contribution(3, 90, "Arrosage")
    gone = replace(gone, personal={**gone.personal, "contributor": str(DOMINIQUE)})
    await append_all(db, GARDEN, [contribution(1, 150), meals, gone], NOW)
    rules = Rules(2, frozenset({"steward", "treasurer"}), 30, advance=Decimal(50))
    await RulesStore(db).decide(GARDEN, rules, NOUR, NOW + timedelta(seconds=1))
    await RulesStore(db).decide(GARDEN, Rules(), NOUR, NOW + timedelta(hours=3))
    moment = NOW + timedelta(seconds=2)
    await append_all(db, GARDEN, [attestation(4, 1), attestation(5, 2)], moment, STEWARD)
    for drafts in (_money(), [_about(Kind.CONTEST, 12, 2, "contester", NOUR)]):
        await append_all(db, GARDEN, drafts, moment)
    answer = _about(Kind.ANSWER, 13, 12, "answerer", CAMILLE)
    await append_all(db, GARDEN, [answer], moment)
    for number, target in ((14, 9), (15, 3)):
        entry = await store.entry(GARDEN, UUID(int=target))
        moved = await store.postings_of(GARDEN, entry.entry_id)
        why = {"reverser": str(NOUR), "reason": "Saisi deux fois"}
        back = reversal_of(entry, moved, entry_id=UUID(int=number), on=NOW.date(), personal=why)
        await append_all(db, GARDEN, [back], moment)
    await Sealer(db, SIGNS).seal(GARDEN, moment)
    await ErasingStore(db).erase(DOMINIQUE, NOW + timedelta(seconds=3))
    await Sealer(db, SIGNS).seal(GARDEN, NOW + timedelta(seconds=3))
    await HeadStore(db, SIGNS).seal(NOW + timedelta(seconds=3))
    await append_all(db, GARDEN, [contribution(20, 5), contribution(21, 6)], moment)


def _money() -> list[Draft]:
    camille, dominique = (Account(AccountKind.PERSON, who) for who in (CAMILLE, DOMINIQUE))
    shared = (Posting(WELL, Decimal(-70)), Posting(camille, Decimal(40)))
    return [
        _moved(6, transfer(TOWN, COMMONS, Decimal(100))),
        _moved(7, transfer(COMMONS, WELL, Decimal(120))),
        _moved(8, (*shared, Posting(dominique, Decimal(30)))),
        _moved(9, transfer(WELL, Account(AccountKind.PERSON, NOUR), Decimal(5))),
        _moved(10, transfer(dominique, OUTSIDE, Decimal(30))),
    ]


def _moved(number: int, postings: tuple[Posting, ...]) -> Draft:
    return Draft(
        entry_id=UUID(int=number),
        kind=Kind.TRANSFER,
        occurred_from=NOW.date(),
        occurred_to=NOW.date(),
        details={"purpose": "funding"},
        postings=postings,
    )


def _about(kind: Kind, number: int, target: int, field: str, who: UUID) -> Draft:
    return Draft(
        entry_id=UUID(int=number),
        kind=kind,
        occurred_from=NOW.date(),
        occurred_to=NOW.date(),
        about=UUID(int=target),
        personal={field: str(who), "reason": "Douze repas, vraiment ?"},
    )
