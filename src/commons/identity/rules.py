"""Who may do what. The table is the rule; `docs/rights.md` is made from it."""

import re
from enum import StrEnum
from uuid import UUID

from commons.identity.model import INSTANCE, Person, Role
from commons.kernel.addresses import refuse_addresses
from commons.kernel.errors import ForbiddenError, InputError, UnauthenticatedError
from commons.kernel.text import t

NAME_CHARACTERS_MAX = 120
_ADDRESS = re.compile(
    r"[^\s@<>\"(),:;\\\[\]]{1,64}@[^\s@<>\"(),:;\\\[\]]{1,190}\.[^\s@.]{2,63}\Z"
)


class Operation(StrEnum):
    EDIT_COMMONS = "edit-commons"
    EDIT_ORGANISATION = "edit-organisation"
    INVITE = "invite"
    READ_JOURNAL = "read-journal"
    LOG = "log"
    LOG_FOR_OTHERS = "log-for-others"
    ATTEST = "attest"
    REVERSE = "reverse"
    RECEIVE_MONEY = "receive-money"
    OPEN_ENVELOPE = "open-envelope"
    CLAIM = "claim"
    SETTLE = "settle"
    PAY = "pay"
    STATEMENTS = "statements"
    CHARTER = "charter"
    DOSSIER = "dossier"
    APPOINT = "appoint"


C, S, T = Role.CONTRIBUTOR, Role.STEWARD, Role.TREASURER
OF_COLLECTIVITES = frozenset({Operation.DOSSIER, Operation.APPOINT})
"""What is done for a collectivité, where the stewards of the instance may help."""

RIGHTS: dict[Operation, frozenset[Role]] = {
    Operation.EDIT_COMMONS: frozenset({S}),
    Operation.EDIT_ORGANISATION: frozenset({S, Role.AGENT, Role.SIGNATORY}),
    Operation.INVITE: frozenset({S}),
    Operation.READ_JOURNAL: frozenset({C, S, T, Role.AUDITOR}),
    Operation.LOG: frozenset({C, S, T}),
    Operation.LOG_FOR_OTHERS: frozenset({S, T}),
    Operation.ATTEST: frozenset({C, S, T}),
    Operation.REVERSE: frozenset({S}),
    Operation.RECEIVE_MONEY: frozenset({S, T}),
    Operation.OPEN_ENVELOPE: frozenset({S, T}),
    Operation.CLAIM: frozenset({C, S, T}),
    Operation.SETTLE: frozenset({S, T}),
    Operation.PAY: frozenset({T, S}),
    Operation.STATEMENTS: frozenset({S, T}),
    Operation.CHARTER: frozenset({S}),
    Operation.DOSSIER: frozenset({Role.AGENT, Role.SIGNATORY}),
    Operation.APPOINT: frozenset({Role.SIGNATORY}),
}


def may(person: Person | None, operation: Operation, scope_id: UUID = INSTANCE) -> bool:
    """Whether a role of `person` in that commons or organisation allows the operation.

    The stewards of the instance may help collectivités; they hold no power over a commons
    they do not belong to. Without a scope, a dossier asks for the role in any organisation.
    """
    if person is None:
        return False
    if operation in OF_COLLECTIVITES:
        return any(
            grant.scope_id == INSTANCE
            or (grant.role in RIGHTS[operation] and scope_id in (INSTANCE, grant.scope_id))
            for grant in person.grants
        )
    return bool(RIGHTS[operation] & person.roles_in(scope_id))


def require(person: Person | None, operation: Operation, scope_id: UUID = INSTANCE) -> Person:
    """The person, or `UnauthenticatedError` or `ForbiddenError` with what to do."""
    someone = require_someone(person)
    if not may(someone, operation, scope_id):
        raise ForbiddenError(
            t("Vos rôles ne le permettent pas. Demandez à une personne garante de ce commun.")
        )
    return someone


def require_someone(person: Person | None) -> Person:
    if person is None:
        raise UnauthenticatedError(t("Connectez-vous, puis recommencez."))
    return person


def require_registrant(person: Person | None) -> Person:
    """Whoever holds any role may register a commons or an organisation."""
    someone = require_someone(person)
    if not someone.grants:
        raise ForbiddenError(
            t("Il faut avoir été invité·e dans un commun pour en inscrire un autre.")
        )
    return someone


def check_address(typed: str) -> str:
    """An e-mail address as it is compared: trimmed, case folded. Raises `InputError`."""
    address = typed.strip().casefold()
    if not _ADDRESS.match(address):
        raise InputError(t("Écrivez une adresse comme camille@exemple.fr."))
    return address


def check_name(typed: str) -> str:
    """A person's name as others will read it: no address. Raises `InputError` otherwise."""
    name = " ".join(refuse_addresses(typed).split())
    if not name or len(name) > NAME_CHARACTERS_MAX or not name.isprintable():
        raise InputError(t("Écrivez un nom de 1 à 120 caractères."))
    return name
