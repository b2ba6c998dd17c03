"""What one euro more would change, said the same way of every kind of division.

Source: DESIGN §6, explanations.
"""

from commons.kernel.money import french_number
from commons.kernel.text import Text, t

EURO = 100
ASKED_MAX = 60
"""Up to this many lines, what a change to one of them would bring is worked out for each."""


def with_envelope_more(change: int) -> Text:
    """`change` in cents, if the envelope had one euro more."""
    if not change:
        return t("Un euro de plus dans l'enveloppe ne changerait pas ce montant.")
    return t(
        "Un euro de plus dans l'enveloppe changerait ce montant de {change} €.",
        change=signed(change),
    )


def signed(cents: int) -> str:
    """`+1,00` or `−1,00`."""
    return f"{'+' if cents > 0 else '−'}{french_number(abs(cents))}"
