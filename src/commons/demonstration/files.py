"""The files the demonstration leaves: what a person would download, page by page."""

from collections.abc import Iterator
from contextlib import nullcontext
from datetime import datetime
from decimal import Decimal
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncConnection

from commons.chamber.payouts import payout_file
from commons.chamber.store import ChamberStore
from commons.charters.store import CharterStore
from commons.content import content_folder
from commons.demonstration.papers import papers
from commons.demonstration.story import Told
from commons.documents.docx import render_docx
from commons.documents.pdf import render_pdf
from commons.identity.store import IdentityStore
from commons.instance import Instance
from commons.kernel.errors import InputError, RuleBrokenError
from commons.kernel.text import t
from commons.ledger.verification import verify_journal
from commons.procurement.assembly import assemble
from commons.procurement.content import load_catalogue
from commons.procurement.dossier_file import read_dossier
from commons.registry.exporting import export_of
from commons.web.context import Services


async def write_files(
    instance: Instance, db: AsyncConnection, told: Told, out: Path, now: datetime
) -> list[Path]:
    """Write everything into `out`, each file whole or not at all; returns the paths.

    Every journal is checked by the offline verifier before it is left.
    """
    files = [
        *await _journals(instance, db, told, now),
        *await _money(instance, db, told),
        *await _charter(db, told),
        *await papers(instance, db, told, now),
        *_dossier(),
        *(
            (f"publiccode-{commons.slug}-corrige.yml", file.code.corrected.encode())
            for commons, file in told.described
            if file.code.faults
        ),
        ("cle-publique.txt", f"{instance.signer.verifier}\n".encode()),
    ]
    return _leave(files, out)


def _leave(files: list[tuple[str, bytes]], out: Path) -> list[Path]:
    try:
        out.mkdir(parents=True, exist_ok=True)
        for name, data in files:
            draft = out / f".{name}.draft"
            draft.write_bytes(data)
            draft.replace(out / name)
    except OSError as error:
        raise InputError(
            t("On ne peut pas écrire dans {folder} : choisissez --out.", folder=str(out))
        ) from error
    return [out / name for name, _ in files]


async def _journals(
    instance: Instance, db: AsyncConnection, told: Told, now: datetime
) -> list[tuple[str, bytes]]:
    services = Services(instance.settings, instance.keyring, instance.engine, lambda: now)
    files = []
    for commons in told.commons:
        export = await export_of(db, services, commons, None)
        data = b"".join([piece async for piece in export.pieces(lambda: nullcontext(db))])
        if not verify_journal(data, instance.signer.verifier).holds:
            raise RuleBrokenError(t("Le journal de {name} ne tient pas.", name=commons.name))
        files.append((f"journal-{commons.slug}.json", data))
    return files


async def _money(
    instance: Instance, db: AsyncConnection, told: Told
) -> list[tuple[str, bytes]]:
    """What is due now to people, what is due to proposals, and the calculations booked."""
    due = await ChamberStore(db).due(told.garden.commons_id)
    names = await IdentityStore(db, instance.keyring.email).names(due)
    lines = sorted((names.get(person, "?"), amount) for person, amount in due.items())
    files = [
        ("round.json", told.money.settlement.round_file),
        (f"paiements-{told.garden.slug}.csv", payout_file(told.garden.name, lines)),
    ]
    if told.money.election_settlement is not None:
        winners = list(_winners(told))
        files += [
            ("round-election.json", told.money.election_settlement.round_file),
            (f"paiements-{told.chamber.slug}.csv", payout_file(told.chamber.name, winners)),
        ]
    return files


def _winners(told: Told) -> Iterator[tuple[str, Decimal]]:
    for place in told.money.selected:
        proposal = told.money.election.election.proposals[place]
        name = f"{proposal.proposal_id} {proposal.name}".strip()
        yield name, Decimal(int(proposal.cost * 100)).scaleb(-2)


async def _charter(db: AsyncConnection, told: Told) -> list[tuple[str, bytes]]:
    store, garden = CharterStore(db), told.garden
    return [
        (
            f"charte-{garden.slug}.{form}",
            await store.file(garden.commons_id, told.charter.charter_id, form),
        )
        for form in ("pdf", "docx")
    ]


def _dossier() -> Iterator[tuple[str, bytes]]:
    """The documents of the example dossier, to publish (PDF) and to work on (DOCX)."""
    text = (content_folder("examples") / "dossier.yaml").read_text(encoding="utf-8")
    documents = assemble(read_dossier(text), load_catalogue())
    for document in documents:
        piece = document.reference.rpartition(" · ")[2].lower()
        yield f"dossier-{piece}.docx", render_docx(document)
        yield f"dossier-{piece}.pdf", render_pdf(document)
