"""Why this amount, what bound it, what would change it: as data, then as sentences.

Source: DESIGN §6, explanations.
"""

from dataclasses import dataclass, replace
from fractions import Fraction
from math import floor

from commons.allocation.changes import ASKED_MAX, EURO, signed, with_envelope_more
from commons.allocation.division import Award, Bound, Claim, Division, divide
from commons.kernel.errors import InputError
from commons.kernel.money import french_number
from commons.kernel.text import Text, t

ASKED_SLOW_MAX = 14
"""The same as `ASKED_MAX` where the rule itself takes long."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """One amount, in cents, and how it would move.

    `rate` is the part of the claim that is paid, `missing` what is not. `envelope_more` is
    the amount if the envelope had one euro more; `claim_more` if this claim alone were one
    euro higher; None where it was not worked out or the rule would refuse.
    """

    award: Award
    division: Division
    envelope_more: int | None
    claim_more: int | None

    @property
    def rate(self) -> Fraction:
        """The part of the claim that is paid; all of it where nothing was asked."""
        asked = self.award.claim.cents
        return Fraction(self.award.cents, asked) if asked else Fraction(1)

    @property
    def missing(self) -> int:
        """What the amount leaves of the claim."""
        return self.award.claim.cents - self.award.cents

    def sentences(self) -> list[Text]:
        """The explanation as one would read it aloud."""
        texts = self.award.sentences(self.division.rule)
        if Bound.WHOLE not in self.award.bounds:
            texts.append(
                t(
                    "C'est {rate} % de la demande ; il manque {missing} €.",
                    rate=_tenths(self.rate * 100),
                    missing=french_number(self.missing),
                )
            )
        if self.envelope_more is not None:
            texts.append(with_envelope_more(self.envelope_more - self.award.cents))
        if self.claim_more is not None:
            texts.append(_with_claim_more(self.claim_more - self.award.cents))
        return texts


def explain(division: Division) -> list[Explanation]:
    """The explanation of each amount, in the order of the claims.

    What would change is found by dividing again, so it is exact for every rule.
    """
    claims = [award.claim for award in division.awards]
    richer = _amounts(division, claims, division.envelope + EURO)
    found = []
    limit = ASKED_SLOW_MAX if division.rule.is_slow else ASKED_MAX
    for place, award in enumerate(division.awards):
        asked_more = None
        if len(claims) <= limit:
            claim = replace(award.claim, cents=award.claim.cents + EURO)
            others = [*claims[:place], claim, *claims[place + 1 :]]
            asked_more = _amounts(division, others, division.envelope)
        found.append(
            Explanation(
                award,
                division,
                richer[place] if richer else None,
                asked_more[place] if asked_more else None,
            )
        )
    return found


def _amounts(division: Division, claims: list[Claim], envelope: int) -> list[int] | None:
    try:
        again = divide(envelope, claims, division.rule.name, division.rounding)
    except InputError:
        # A rule with limits may refuse the question though it took the division itself.
        return None
    return [award.cents for award in again.awards]


def _with_claim_more(change: int) -> Text:
    if not change:
        return t("Demander un euro de plus n'aurait rien changé.")
    return t(
        "Demander un euro de plus aurait changé ce montant de {change} €.",
        change=signed(change),
    )


def _tenths(value: Fraction) -> str:
    tenths = floor(value * 10 + Fraction(1, 2))
    return f"{tenths // 10},{tenths % 10}"
