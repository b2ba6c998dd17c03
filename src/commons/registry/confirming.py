"""Who says what about an entry: attests, contests, answers."""

from collections.abc import Mapping
from datetime import date
from uuid import UUID

from commons.identity.model import Person, Role, Scope
from commons.identity.rules import Operation, may, require
from commons.ledger.model import Draft, Entry, Kind, Rules, Standing
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
    kind: Kind, about: UUID, on: date, who: Mapping[str, UUID], reason: str = "", *, key: UUID
) -> Draft:
    """An attestation, a contest or an answer about an entry, known by `key`.

    `who` names its author.
    """
    personal = {name: str(person_id) for name, person_id in who.items()}
    return Draft(
        entry_id=key,
        kind=kind,
        occurred_from=on,
        occurred_to=on,
        about=about,
        personal={**personal, "reason": reason} if reason else personal,
    )


def is_subject(person: Person | None, entry: Entry) -> bool:
    """Whether the entry is that person's own contribution or claim."""
    subjects = (entry.person("contributor"), entry.person("claimant"))
    return person is not None and person.person_id in subjects


def may_attest(person: Person | None, entry: Entry, rules: Rules) -> bool:
    """Whether `person` may attest the contribution, under the rules of when it was recorded.

    Whether they already did is not asked here. The ledger decides again when it is written.
    """
    if person is None or not may(person, Operation.ATTEST, entry.commons_id):
        return False
    standing = standing_of(person, entry.commons_id)
    return (
        entry.kind is Kind.CONTRIBUTION
        and not is_subject(person, entry)
        and (not rules.attesters or bool(rules.attesters & standing.roles))
        and entry.details.get("organisation") not in {str(key) for key in standing.signs_for}
    )


def may_answer(person: Person | None, commons_id: UUID, contested: Entry) -> bool:
    """Whoever's entry is contested may answer, or a steward."""
    own = is_subject(person, contested)
    return may(person, Operation.LOG if own else Operation.REVERSE, commons_id)


async def require_answerer(
    store: JournalStore, me: Person | None, commons_id: UUID, contest_id: UUID
) -> Person:
    """Raises as `require` does for someone who may not answer this contest."""
    person = require(me, Operation.LOG, commons_id)
    contest = await store.entry(commons_id, contest_id)
    contested = await store.entry(commons_id, contest.about) if contest.about else contest
    if may_answer(person, commons_id, contested):
        return person
    return require(person, Operation.REVERSE, commons_id)
