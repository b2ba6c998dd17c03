"""Units of attested quantities as people write them: hours are minutes, as journals count.

Source: the units of journals (`commons.kernel.quantity`).
"""

import re
from fractions import Fraction

from commons.kernel.errors import InputError
from commons.kernel.quantity import MINUTE
from commons.kernel.text import t

_CODE = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,31}")
TIMES = {
    **dict.fromkeys(("h", "heure", "heures", "hour", "hours"), 60),
    **dict.fromkeys(("min", "minute", "minutes"), 1),
}
"""How many minutes one of each is."""


def unit_of(typed: str) -> tuple[str, int]:
    """The code of a unit as journals have it, and how many of it one typed unit is.

    Raises `InputError` for what is no code. Source: as the module says.
    """
    if minutes := TIMES.get(typed.lower()):
        return MINUTE.code, minutes
    if not _CODE.fullmatch(typed):
        raise InputError(
            t(
                "« {unit} » n'est pas une unité : écrivez « heure » ou un code comme "
                "« commit », en lettres sans accent, chiffres et tirets.",
                unit=typed[:40],
            )
        )
    return typed, 1


def weighed(unit: str, weight: Fraction) -> tuple[str, Fraction]:
    """What one unit of the journal weighs, if one unit as typed weighs `weight`.

    Raises `InputError` as `unit_of`. Source: as the module says.
    """
    code, times = unit_of(unit)
    return code, weight / times
