"""What a person and a treasurer take out of the demonstration's garden for a year."""

from datetime import datetime
from decimal import Decimal

from sqlalchemy.ext.asyncio import AsyncConnection

from commons.demonstration.script import script
from commons.demonstration.story import Told
from commons.documents.pdf import render_pdf
from commons.identity.store import IdentityStore
from commons.instance import Instance
from commons.ledger.year import YearStore
from commons.statements.gathering import statement_of, valuation_of
from commons.statements.model import Choice
from commons.statements.paper import statement_document
from commons.statements.valuation_paper import valuation_csv, valuation_document
from commons.web.context import Services

EXAMPLE = "Chiffre d’exemple, inventé pour la démonstration : choisissez le vôtre."
CHOICE = Choice(Decimal(15), "other", EXAMPLE)


async def papers(
    instance: Instance, db: AsyncConnection, told: Told, now: datetime
) -> list[tuple[str, bytes]]:
    """The statement of the garden's first person, and what its volunteers' time is worth."""
    services = Services(instance.settings, instance.keyring, instance.engine, lambda: now)
    people = IdentityStore(db, instance.keyring.email)
    person_id = await people.by_address(script().people[0].email)
    person = await people.person(person_id) if person_id else None
    if person is None:
        return []
    garden = told.garden
    years = await YearStore(db, now).years(person.person_id)
    year = max(years, default=now.year)
    statement = await statement_of(db, services, garden, person, person.person_id, year)
    valuation = await valuation_of(db, services, garden, year, CHOICE)
    return [
        (f"releve-{garden.slug}.pdf", render_pdf(statement_document(statement))),
        (f"valorisation-{garden.slug}.pdf", render_pdf(valuation_document(valuation))),
        (f"valorisation-{garden.slug}.csv", valuation_csv(valuation)),
    ]
