"""What is said and granted when a commons or an organisation comes in."""

from commons.identity.model import Grant, Person, Role, Scope
from commons.identity.store import IdentityStore
from commons.ledger.store import JournalStore
from commons.registry.model import Commons, CommonsFacts, Organisation, OrganisationFacts
from commons.registry.store import RegistryStore
from commons.web.context import Services
from commons.web.handlers import Db


async def register_commons(
    db: Db, services: Services, person: Person, facts: CommonsFacts
) -> Commons:
    """Register a commons and open its journal; `person` becomes its steward."""
    now = services.clock()
    commons = await RegistryStore(db).register(facts, now)
    origin = f"{services.settings.instance_name}/{commons.commons_id}"
    await JournalStore(db).open(commons.commons_id, origin, now)
    steward = Grant(Scope.COMMONS, commons.commons_id, Role.STEWARD)
    await IdentityStore(db, services.keyring.email).grant(person.person_id, steward, now)
    return commons


async def register_organisation(
    db: Db, services: Services, person: Person, facts: OrganisationFacts
) -> Organisation:
    """Register an organisation; `person` may correct what is said of it."""
    now = services.clock()
    organisation = await RegistryStore(db).add_organisation(facts, now)
    steward = Grant(Scope.ORGANISATION, organisation.organisation_id, Role.STEWARD)
    await IdentityStore(db, services.keyring.email).grant(person.person_id, steward, now)
    return organisation
