"""One envelope, its claims and a rule: who gets what, to the cent, and why.

Source: DESIGN §6 for floors, caps, weights and ties; each rule names its own.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from math import lcm

from commons.allocation.claims import RULES, ClaimsRule
from commons.allocation.rounding import Rounded, Rounding, largest_remainder, sainte_lague
from commons.kernel.errors import FieldError, InputError
from commons.kernel.text import Text, t

ENGINE = "commons.allocation/2"
CLAIMS_MAX = 1_000_000
FAULTS_MAX = 100


@dataclass(frozen=True, slots=True)
class Claim:
    """What someone asks, in cents. `floor` comes first, `cap` bounds floor and share."""

    name: str
    cents: int
    floor: int = 0
    cap: int | None = None
    weight: Fraction = Fraction(1)

    @property
    def top(self) -> int:
        """The most this claim can receive."""
        return self.cents if self.cap is None else min(self.cents, self.cap)


class Bound(StrEnum):
    """What decided an amount, apart from the rule itself."""

    WHOLE = "whole"
    FLOOR = "floor"
    CAP = "cap"
    CENT = "cent"
    NEAREST = "nearest"
    TIE = "tie"


BOUND_TEXTS = {
    Bound.WHOLE: t("La demande est satisfaite en entier."),
    Bound.FLOOR: t("Un plancher est versé d'abord ; la règle partage le reste."),
    Bound.CAP: t("Un plafond arrête ce montant ; le surplus est repartagé."),
    Bound.CENT: t("Un centime restait : il va aux plus grands restes, celui-ci en était."),
    Bound.NEAREST: t("L'arrondi de Sainte-Laguë le porte au centime du dessus."),
    Bound.TIE: t("Un centime restait entre restes égaux : l'ordre publié a décidé."),
}


@dataclass(frozen=True, slots=True)
class Award:
    """What a claim receives: cents, the exact share before rounding, what bound it."""

    claim: Claim
    cents: int
    exact: Fraction
    bounds: frozenset[Bound]

    def sentences(self, rule: ClaimsRule) -> list[Text]:
        """« Pourquoi ce montant ? », in sentences a treasurer can read aloud."""
        return [rule.counts, *(BOUND_TEXTS[bound] for bound in Bound if bound in self.bounds)]


@dataclass(frozen=True, slots=True)
class Division:
    """The result, in the order of the claims. Awards and `unspent` add up to the envelope."""

    rule: ClaimsRule
    envelope: int
    awards: tuple[Award, ...]
    unspent: int
    rounding: Rounding = Rounding.LARGEST_REMAINDER


def divide(
    envelope: int,
    claims: Sequence[Claim],
    rule_name: str,
    rounding: Rounding = Rounding.LARGEST_REMAINDER,
) -> Division:
    """Divide `envelope` cents among `claims` by the rule of that name.

    Floors are given first and the rule divides the rest among the claims net of floors. A
    cap bounds floor and share; what it frees is divided again by the same rule among the
    others. What exceeds all claims is `unspent`. Cents by largest remainder, or by
    Sainte-Laguë where the rule has fixed weights; ties to the claim that stands first.
    Raises `InputError` naming each fault.
    """
    rule = rule_called(rule_name)
    _check(envelope, claims, rule)
    exact = _exact(envelope, claims, rule)
    if rounding is Rounding.SAINTE_LAGUE:
        rounded = _by_sainte_lague(envelope, claims, rule)
    else:
        rounded = largest_remainder(exact)
    awards = tuple(
        Award(claim, cents, share, frozenset(_bounds(place, claim, share, rounded, rounding)))
        for place, (claim, share, cents) in enumerate(
            zip(claims, exact, rounded.amounts, strict=True)
        )
    )
    return Division(rule, envelope, awards, envelope - sum(rounded.amounts), rounding)


def rule_called(name: str) -> ClaimsRule:
    """The claims rule of that name. Raises `InputError` listing the names there are."""
    if name not in RULES:
        known = ", ".join(RULES)
        raise InputError(
            t("La règle « {name} » n'existe pas. Règles : {known}.", name=name, known=known)
        )
    return RULES[name]


def _check(envelope: int, claims: Sequence[Claim], rule: ClaimsRule) -> None:
    faults = []
    if envelope < 0:
        faults.append(FieldError("envelope", t("L'enveloppe ne peut pas être négative.")))
    if not claims:
        faults.append(FieldError("claims", t("Il n'y a aucune demande à satisfaire.")))
    if len(claims) > CLAIMS_MAX:
        faults.append(FieldError("claims", t("Il y a trop de demandes.")))
    seen = set()
    for claim in claims:
        if claim.name in seen:
            text = t("« {name} » demande deux fois.", name=claim.name)
            faults.append(FieldError("claims", text))
        seen.add(claim.name)
        faults += _faults_of(claim, rule)
        if len(faults) > FAULTS_MAX:
            break
    if sum(claim.floor for claim in claims) > envelope >= 0:
        text = t("Les planchers dépassent ensemble l'enveloppe : baissez-les.")
        faults.append(FieldError("claims", text))
    if faults:
        raise InputError(t("Cette répartition ne peut pas être calculée."), faults)


def _faults_of(claim: Claim, rule: ClaimsRule) -> Iterator[FieldError]:
    where = claim.name
    if claim.cents < 0 or claim.floor < 0 or (claim.cap is not None and claim.cap < 0):
        yield FieldError(where, t("Une demande, un plancher, un plafond ne sont pas négatifs."))
    elif claim.floor > claim.top:
        yield FieldError(where, t("Le plancher dépasse la demande ou le plafond."))
    if claim.weight <= 0:
        yield FieldError(where, t("Un poids est supérieur à zéro."))
    elif claim.weight != 1 and not rule.takes_weights:
        text = t("La règle « {rule} » n'a pas de sens avec des poids.", rule=rule.label)
        yield FieldError(where, text)


def _exact(envelope: int, claims: Sequence[Claim], rule: ClaimsRule) -> list[Fraction]:
    """Shares with floors first, caps last, and what caps free divided again by the rule.

    Each pass fixes at least one claim at its cap; for the rules by a common level it is
    Newton's step towards the level, so a handful of passes is the rule.
    """
    left = envelope - sum(claim.floor for claim in claims)
    weights = whole_weights(claims)
    shares: list[Fraction] = [Fraction(0)] * len(claims)
    active = list(range(len(claims)))
    while active:
        net = [claims[i].cents - claims[i].floor for i in active]
        if sum(net) <= left:
            given = [Fraction(amount) for amount in net]
        else:
            given = rule.share(left, net, [weights[i] for i in active])
        within = []
        for i, share in zip(active, given, strict=True):
            room = claims[i].top - claims[i].floor
            if share.numerator > room * share.denominator:
                shares[i] = Fraction(room)
                left -= room
            else:
                shares[i] = share
                within.append(i)
        if len(within) == len(active):
            break
        active = within
    return [
        c.floor + share if c.floor else share for c, share in zip(claims, shares, strict=True)
    ]


def whole_weights(claims: Sequence[Claim]) -> list[int]:
    """The weights as whole numbers in the same ratios."""
    common = lcm(*{claim.weight.denominator for claim in claims})
    return [int(claim.weight * common) if common > 1 else int(claim.weight) for claim in claims]


def _by_sainte_lague(envelope: int, claims: Sequence[Claim], rule: ClaimsRule) -> Rounded:
    if rule.fixed_weights is None:
        names = ", ".join(name for name, each in RULES.items() if each.fixed_weights)
        raise InputError(
            t(
                "L'arrondi de Sainte-Laguë suit des poids fixes, que cette règle n'a pas. "
                "Il vaut pour : {names}.",
                names=names,
            )
        )
    net = [claim.cents - claim.floor for claim in claims]
    weights = rule.fixed_weights(net, whole_weights(claims))
    rooms = [claim.top - claim.floor for claim in claims]
    rounded = sainte_lague(envelope - sum(claim.floor for claim in claims), weights, rooms)
    amounts = [c.floor + units for c, units in zip(claims, rounded.amounts, strict=True)]
    return Rounded(tuple(amounts), rounded.favoured, rounded.tied_in, rounded.tied_out)


def _bounds(
    place: int, claim: Claim, share: Fraction, rounded: Rounded, rounding: Rounding
) -> Iterator[Bound]:
    if share == claim.cents:
        yield Bound.WHOLE
    elif share == claim.top:
        yield Bound.CAP
    if claim.floor:
        yield Bound.FLOOR
    if place in rounded.favoured:
        yield Bound.CENT if rounding is Rounding.LARGEST_REMAINDER else Bound.NEAREST
    elif place in rounded.tied_in or place in rounded.tied_out:
        yield Bound.TIE
