"""Durations as people type them and read them, and the whole minutes they are."""

import re
from fractions import Fraction
from functools import lru_cache

from commons.kernel.errors import InputError
from commons.kernel.money import NO_BREAK
from commons.kernel.text import t

MINUTES_MAX = 60 * 24 * 366
_HOURS = re.compile(r"(\d{1,5})\s*(?:h|:|heures?)\s*(?:(\d{1,2})\s*(?:min|mn|m|minutes?)?)?\Z")
_DECIMAL = re.compile(r"(\d{1,5})(?:[.,](\d{1,4}))?\s*(?:h|heures?|hours?)?\Z")
_MINUTES = re.compile(r"(\d{1,7})\s*(?:min|mn|minutes?)\Z")


@lru_cache(maxsize=1024)  # a table repeats a few durations thousands of times
def parse_minutes(typed: str) -> int:
    """Read `2h30`, `2 h 30`, `2:30`, `2,5`, `2.5 h`, `150 min`: a bare number is hours.

    Raises `InputError` for anything else, for zero, for more than a year, and for what is
    not a whole number of minutes: time is never rounded for its writer.
    """
    text = " ".join(typed.replace("\u202f", " ").replace("\u00a0", " ").lower().split())
    if found := _MINUTES.match(text):
        minutes = Fraction(int(found[1]))
    elif found := _HOURS.match(text):
        minutes = Fraction(int(found[1]) * 60 + int(found[2] or 0))
        if int(found[2] or 0) > 59:
            raise InputError(t("Après les heures, les minutes vont de 0 à 59."))
    elif found := _DECIMAL.match(text):
        minutes = Fraction(f"{found[1]}.{found[2] or 0}") * 60
    else:
        raise InputError(t("Écrivez une durée comme 2h30, 2,5 ou 150 min."))
    if minutes.denominator != 1:
        raise InputError(t("Cette durée n'est pas un nombre entier de minutes."))
    if not 0 < minutes <= MINUTES_MAX:
        raise InputError(t("Indiquez une durée entre une minute et une année."))
    return int(minutes)


def spell_minutes(minutes: int) -> str:
    """`2 h 30`, `45 min`, `−1 h`: what `parse_minutes` reads again if it is positive."""
    sign = "−" if minutes < 0 else ""
    hours, rest = divmod(abs(minutes), 60)
    if not hours:
        return f"{sign}{rest}{NO_BREAK}min"
    return f"{sign}{hours}{NO_BREAK}h" + (f"{NO_BREAK}{rest:02d}" if rest else "")
