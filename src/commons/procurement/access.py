"""Whose dossiers a person may read and change: those of the collectivité they work for."""

from uuid import UUID

from commons.identity.model import INSTANCE, Person, Scope
from commons.identity.rules import Operation, may, require_someone
from commons.kernel.errors import ForbiddenError
from commons.kernel.text import t
from commons.registry.model import Organisation, OrganisationKind
from commons.registry.store import RegistryStore


def may_prepare(person: Person | None, organisation_id: UUID) -> bool:
    return may(person, Operation.DOSSIER, organisation_id)


def require_preparer(person: Person | None, organisation_id: UUID) -> Person:
    """The person, or why not: a draft is read by the people of its collectivité only."""
    someone = require_someone(person)
    if not may_prepare(someone, organisation_id):
        raise ForbiddenError(
            t(
                "Un dossier en préparation n'est lu et changé que par les agentes, agents et "
                "signataires de sa collectivité. Demandez-leur d'y entrer."
            )
        )
    return someone


def require_any_preparer(person: Person | None) -> Person:
    """Whoever may prepare a dossier for at least one organisation."""
    someone = require_someone(person)
    if not may(someone, Operation.DOSSIER):
        raise ForbiddenError(
            t(
                "Il faut être agente, agent ou signataire d'une collectivité pour préparer un "
                "dossier. Demandez ce rôle à la personne garante de ce service."
            )
        )
    return someone


def require_appointer(person: Person | None, organisation_id: UUID) -> Person:
    """Whoever may say who prepares the dossiers of a collectivité."""
    someone = require_someone(person)
    if not may(someone, Operation.APPOINT, organisation_id):
        raise ForbiddenError(
            t(
                "Les signataires de la collectivité et les personnes garantes du service "
                "disent qui prépare ses dossiers. Adressez-vous à elles."
            )
        )
    return someone


async def buyers_for(person: Person, registry: RegistryStore) -> list[Organisation]:
    """The organisations `person` may buy for; for the instance's stewards, collectivités."""
    own = {
        grant.scope_id
        for grant in person.grants
        if grant.scope is Scope.ORGANISATION and may_prepare(person, grant.scope_id)
    }
    found = [await registry.organisation(organisation_id) for organisation_id in sorted(own)]
    if person.roles_in(INSTANCE):
        towns = await registry.organisations(kind=OrganisationKind.COLLECTIVITE)
        found += [item for item in towns if item.organisation_id not in own]
    return sorted(found, key=lambda item: item.name.casefold())
