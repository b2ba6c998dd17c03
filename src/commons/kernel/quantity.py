"""Exact amounts: a decimal number and the unit that says how fine it may be."""

import re
from dataclasses import dataclass
from decimal import Decimal

from commons.kernel.errors import InputError
from commons.kernel.text import t

LIMIT = Decimal(10) ** 15
"""Amounts stay below this, well inside `numeric(24, 6)` even when a million are summed."""

SCALE_MAX = 6
_PLAIN = re.compile(r"-?(0|[1-9][0-9]{0,14})(\.[0-9]{1,6})?\Z")


@dataclass(frozen=True, slots=True)
class Unit:
    """What is counted: `code` in data, `scale` decimals at most, `label` for people."""

    code: str
    scale: int
    label: str

    def __post_init__(self) -> None:
        if not re.fullmatch(r"[A-Za-z][A-Za-z0-9-]{0,31}", self.code):
            raise InputError(t("« {code} » n'est pas un code d'unité.", code=self.code))
        if not 0 <= self.scale <= SCALE_MAX:
            raise InputError(t("Une unité a de 0 à 6 décimales."))


EURO = Unit("EUR", 2, "euros")
MINUTE = Unit("minute", 0, "minutes")
COMMIT = Unit("commit", 0, "commits")
BUILT_IN_UNITS = {unit.code: unit for unit in (EURO, MINUTE, COMMIT)}
"""Units every commons has; it declares its others itself."""


def check_amount(amount: Decimal, unit: Unit) -> Decimal:
    """Return `amount` unchanged if it is finite, below `LIMIT` and no finer than `unit`.

    Raises `InputError` otherwise: an amount is never rounded for its writer.
    """
    if not amount.is_finite() or abs(amount) >= LIMIT:
        raise InputError(t("Ce montant est hors limites."))
    if amount != amount.quantize(Decimal(1).scaleb(-unit.scale)):
        raise InputError(
            t(
                "{amount} est trop précis : {scale} décimales au plus pour {unit}.",
                amount=plain(amount),
                scale=unit.scale,
                unit=unit.code,
            )
        )
    return amount


def plain(amount: Decimal) -> str:
    """The one spelling of an amount in data: no exponent, no needless zero, no `-0`."""
    if amount == 0:
        return "0"
    text = format(amount, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def parse_plain(text: str) -> Decimal:
    """Read what `plain` writes or a person's API call sends (`12.34`); no exponent, no `+`.

    Raises `InputError` if the text is anything else.
    """
    if not _PLAIN.match(text):
        raise InputError(t("« {text} » n'est pas un montant comme 12.34.", text=text[:40]))
    return Decimal(text)
