"""Inviting someone to a role: one form, one message, one link, wherever it is offered."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from commons.identity.mail import Message, invitation_message
from commons.identity.model import Grant, Person, Role
from commons.identity.rules import check_address, check_name
from commons.identity.store import LINK_MINUTES, IdentityStore
from commons.kernel.errors import FieldError, InputError
from commons.kernel.text import t
from commons.web.pages import Form


@dataclass(frozen=True, slots=True)
class Invited:
    name: str
    address: str
    role: Role


def read_role(typed: str, roles: Collection[Role]) -> Role:
    """One of `roles`. Raises `InputError` beside the field `role`."""
    found = next((role for role in roles if role == typed), None)
    if found is None:
        text = t("Choisissez un rôle.")
        raise InputError(text, [FieldError("role", text)])
    return found


def read_invited(form: Form, roles: Collection[Role]) -> Invited:
    """Name, address and role as typed. Raises `InputError` with every fault of the three."""
    faults = []
    for name, check in (("name", check_name), ("email", check_address)):
        try:
            check(form.get(name))
        except InputError as error:
            faults.append(FieldError(name, error.text))
    try:
        role = read_role(form.get("role"), roles)
    except InputError as error:
        faults += error.errors
    if faults:
        raise InputError(t("L'invitation n'est pas partie."), faults)
    return Invited(check_name(form.get("name")), check_address(form.get("email")), role)


async def invite(
    store: IdentityStore,
    invited: Invited,
    offered: Grant,
    place: str,
    by: Person,
    public_url: str,
    now: datetime,
) -> Message:
    """Record the invitation; returns the message with its link, to send once it is kept."""
    person_id = await store.find_or_make(invited.name, invited.address, now, keep_address=True)
    await store.invite(person_id, offered, place, by.person_id, now)
    link = await store.make_link(person_id, now)
    url = f"{public_url}/connexion/{link.token}"
    return invitation_message(invited.address, by.name, place, url, LINK_MINUTES)
