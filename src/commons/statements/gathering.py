"""Bringing together what a document needs, for whoever may ask for it."""

import base64
from datetime import timedelta
from uuid import UUID

from commons.identity.authentication import Me
from commons.identity.model import Member, Role
from commons.identity.rules import Operation, require, require_someone
from commons.identity.store import IdentityStore
from commons.kernel.errors import NotFoundError
from commons.kernel.text import t
from commons.ledger.checkpoint import parse_checkpoint
from commons.ledger.sealing import Sealer
from commons.ledger.store import JournalStore
from commons.ledger.year import YearStore, ends
from commons.registry.model import Commons
from commons.registry.pages import signer_of
from commons.registry.store import RegistryStore
from commons.statements.asking import check_values
from commons.statements.model import Choice, Line, Place, Seal, Statement, Valuation
from commons.statements.rules import check_year, crossing, valued
from commons.web import labels
from commons.web.context import Services
from commons.web.handlers import Db

SIGNING = (Role.STEWARD, Role.TREASURER)


async def statement_of(
    db: Db, services: Services, commons: Commons, me: Me, person_id: UUID, year: int
) -> Statement:
    """The statement of a person, for themselves or for who keeps the commons' accounts.

    The journal is sealed first, so that what is shown can be proved. Raises
    `UnauthenticatedError`, `ForbiddenError`, or `NotFoundError` for someone who is no member,
    gave nothing and holds no account here: an empty statement would say there is a commons.
    """
    someone = require_someone(me)
    if someone.person_id != person_id:
        require(me, Operation.STATEMENTS, commons.commons_id)
    now = services.clock()
    check_year(year, now.year)
    people = IdentityStore(db, services.keyring.email)
    members = await people.members(commons.commons_id)
    store = YearStore(db, now)
    known = {member.person_id for member in members}
    is_known = person_id in known or commons.commons_id in await store.places(person_id)
    names = await people.names([person_id] if is_known else [])
    if person_id not in names:
        raise NotFoundError(t("Cette personne n'a rien donné à ce commun."))
    place = await place_of(db, services, commons)
    given = await store.contributions(person_id, year, commons.commons_id)
    back = await store.reversals(commons.commons_id, given)
    first, last = ends(year)
    return Statement(
        place=place,
        person_id=person_id,
        name=names[person_id],
        year=year,
        asked_at=now,
        lines=tuple(Line(entry, back.get(entry.entry_id)) for entry in given),
        late=tuple(await store.late_reversals(commons.commons_id, person_id, year)),
        movements=await store.movements(commons.commons_id, person_id, year),
        due_before=await store.due(commons.commons_id, person_id, first - timedelta(days=1)),
        due_after=await store.due(commons.commons_id, person_id, last),
        signers=_signers(members, person_id),
    )


def _signers(members: list[Member], person_id: UUID) -> tuple[tuple[str, str], ...]:
    """One for each role; named if only one person could sign, never the person concerned."""
    found = []
    for role in SIGNING:
        names = [
            member.name
            for member in members
            if role in member.roles and member.person_id != person_id
        ]
        found.append((names[0] if len(names) == 1 else "", str(labels.role[role])))
    return tuple(found)


async def place_of(db: Db, services: Services, commons: Commons) -> Place:
    """The commons, its units and the latest checkpoint of its journal, sealed up to now."""
    signer = signer_of(services)
    sealer = Sealer(db, signer)
    await sealer.seal(commons.commons_id, services.clock())
    latest = await sealer.latest(commons.commons_id)
    seal = None
    if latest is not None:
        checkpoint = parse_checkpoint(latest.note)
        seal = Seal(
            checkpoint.origin,
            checkpoint.size,
            base64.b64encode(checkpoint.root).decode(),
            latest.signed_at,
            str(signer.verifier),
        )
    return Place(
        commons.commons_id,
        commons.slug,
        commons.name,
        await _carrier(db, commons),
        f"{services.settings.public_url}/communs/{commons.slug}",
        await JournalStore(db).units(commons.commons_id),
        seal,
    )


async def _carrier(db: Db, commons: Commons) -> str:
    """Who carries the commons, with what identifies it; nothing if no organisation does."""
    if commons.facts.carrier_id is None:
        return ""
    carrier = await RegistryStore(db).organisation(commons.facts.carrier_id)
    marks = []
    if carrier.facts.siret:
        marks.append(f"SIRET {carrier.facts.siret}")
    if carrier.facts.rna:
        marks.append(f"RNA {carrier.facts.rna}")
    return f"{carrier.name} ({', '.join(marks)})" if marks else carrier.name


async def valuation_of(
    db: Db, services: Services, commons: Commons, year: int, choice: Choice
) -> Valuation:
    """What everyone gave freely that year, valued as the association chose to.

    Raises `InputError` for a value that cannot be given in this commons.
    """
    now = services.clock()
    check_year(year, now.year)
    check_values(choice, await JournalStore(db).units(commons.commons_id))
    place = await place_of(db, services, commons)
    given = await YearStore(db, now).given(commons.commons_id, year)
    hours, others, left_out = valued(given, choice)
    return Valuation(place, year, now, choice, hours, others, left_out, crossing(given))
