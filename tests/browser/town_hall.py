"""What the town of the village does: a vote on its money, and dossiers under preparation."""

from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from uuid import UUID, uuid4

from sqlalchemy.ext.asyncio import AsyncConnection
from tests.browser.serving import TODAY

from commons.allocation.equal_shares import equal_shares
from commons.chamber.election_file import read_election_file
from commons.chamber.model import Envelope, EnvelopeDraft
from commons.chamber.store import ChamberStore
from commons.content import content_folder
from commons.procurement.dossier_file import read_dossier
from commons.procurement.starts import example
from commons.procurement.store import DossierStore, KeptDossier
from commons.procurement.writing import write_dossier
from commons.registry.model import Commons, Organisation

TITLES = {"vote": "Budget des communs 2027", "voted": "Budget des communs 2026"}
UTILITY = "cost"


def election_text() -> bytes:
    return (content_folder("examples") / "election.pb").read_bytes()


async def ballots(
    db: AsyncConnection, fund: Commons, town: Organisation, by: UUID
) -> dict[str, Envelope]:
    """Two envelopes for votes, one waiting for its file, one divided; and money for more."""
    chamber = ChamberStore(db)
    start = TODAY - timedelta(days=20)
    amount, given = Decimal(120000), Decimal(360000)
    await chamber.receive(
        fund.commons_id, town.organisation_id, given, start.date(), by, start, entry_id=uuid4()
    )
    opened = {}
    for key, title in TITLES.items():
        until = TODAY.date() + timedelta(days=8)
        draft = EnvelopeDraft(title, "Le vote d'octobre décide.", amount, start.date(), until)
        opened[key] = await chamber.open(fund.commons_id, draft, by, start, entry_id=uuid4())
    counted = read_election_file("election.pb", election_text(), Fraction(amount))
    selected = [item.place for item in equal_shares(counted.election, UTILITY)]
    await chamber.book_election(
        opened["voted"], counted, "equal-shares", UTILITY, selected, by, TODAY, entry_id=uuid4()
    )
    return opened


async def dossiers(db: AsyncConnection, town: Organisation, by: UUID) -> dict[str, KeptDossier]:
    """One with nothing to say against it, one full of faults, one that no longer reads."""
    faulty = content_folder("examples") / "dossier-with-faults.yaml"
    texts = {
        "good": write_dossier(example(town)),
        "faulty": faulty.read_text(encoding="utf-8"),
    }
    texts["doubtful"] = texts["good"].replace("exec-social", "exec-disparue")
    kept = {
        key: await DossierStore(db).create(
            town.organisation_id, read_dossier(text).title, text, by=by, now=TODAY
        )
        for key, text in texts.items()
    }
    kept["unreadable"] = await DossierStore(db).create(
        town.organisation_id, "Atelier de couture", "title: [", by=by, now=TODAY
    )
    return kept
