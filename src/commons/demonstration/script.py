"""Who and what the demonstration is about, read from `examples/demonstration.yaml`."""

from decimal import Decimal
from functools import cache
from typing import Annotated

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict

from commons.content import content_folder
from commons.identity.model import Role


def _amount(text: object) -> Decimal:
    """An amount is written as text, so that it never passes through a float."""
    if not isinstance(text, str):
        raise TypeError("an amount is quoted")
    return Decimal(text)


Amount = Annotated[Decimal, BeforeValidator(_amount)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class PersonPart(_Part):
    name: str
    email: str
    roles: tuple[Role, ...]


class ClaimPart(_Part):
    name: str
    amount: Amount
    reason: str


class PaymentPart(_Part):
    payee: str
    payer: str


class EnvelopePart(_Part):
    """An envelope that is divided: proposed by one person, adopted by another."""

    title: str
    terms: str
    amount: Amount
    rule: str
    proposed_by: str
    adopted_by: str
    claims: tuple[ClaimPart, ...]
    paid: PaymentPart


class OpenEnvelopePart(_Part):
    """An envelope still open for `days` days, so that a visitor sees one."""

    title: str
    terms: str
    amount: Amount
    days: int
    claims: tuple[ClaimPart, ...]


class Script(_Part):
    """`town`, `garden` and `chamber` are fields as a person would type them."""

    town: dict[str, str]
    people: tuple[PersonPart, ...]
    garden: dict[str, str]
    chamber: dict[str, str]
    funding: Amount
    envelope: EnvelopePart
    open_envelope: OpenEnvelopePart


@cache
def script() -> Script:
    text = (content_folder("examples") / "demonstration.yaml").read_text(encoding="utf-8")
    return Script.model_validate(yaml.safe_load(text))
