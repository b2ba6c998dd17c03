"""Who says what about an entry: attests, contests, answers."""

from collections.abc import Mapping
from datetime import date
from uuid import UUID, uuid4

from commons.identity.model import Person, Role, Scope
from commons.identity.rules import Operation, require, require_someone
from commons.ledger.model import Draft, Kind, Standing
from commons.ledger.store import JournalStore

SIGNING = frozenset({Role.SIGNATORY, Role.STEWARD})
"""Roles by which someone commits an organisation."""


def standing_of(person: Person, commons_id: UUID) -> Standing:
    return Standing(
        roles=frozenset(str(role) for role in person.roles_in(commons_id)),
        signs_for=frozenset(
            grant.scope_id
            for grant in person.grants
            if grant.scope is Scope.ORGANISATION and grant.role in SIGNING
        ),
    )


def said_about(
    kind: Kind, entry_id: UUID, on: date, who: Mapping[str, UUID], reason: str = ""
) -> Draft:
    """An attestation, a contest or an answer about `entry_id`; `who` names its author."""
    personal = {name: str(person_id) for name, person_id in who.items()}
    return Draft(
        entry_id=uuid4(),
        kind=kind,
        occurred_from=on,
        occurred_to=on,
        about=entry_id,
        personal={**personal, "reason": reason} if reason else personal,
    )


async def require_answerer(
    store: JournalStore, me: Person | None, commons_id: UUID, contest_id: UUID
) -> Person:
    """Whoever's entry is contested may answer, or a steward. Raises as `require` does."""
    person = require_someone(me)
    contest = await store.entry(commons_id, contest_id)
    if contest.about is not None:
        contested = await store.entry(commons_id, contest.about)
        subjects = (contested.person("contributor"), contested.person("claimant"))
        if person.person_id in subjects:
            return require(person, Operation.LOG, commons_id)
    return require(person, Operation.REVERSE, commons_id)
