"""One envelope, its claims and a rule: who gets what, to the cent, and why."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from commons.allocation.claims import RULES, ClaimsRule
from commons.allocation.rounding import Rounded, largest_remainder
from commons.kernel.errors import FieldError, InputError
from commons.kernel.text import Text, t

ENGINE = "commons.allocation/1"
CLAIMS_MAX = 1_000_000


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
    TIE = "tie"


@dataclass(frozen=True, slots=True)
class Award:
    """What a claim receives: cents, the exact share before rounding, what bound it."""

    claim: Claim
    cents: int
    exact: Fraction
    bounds: frozenset[Bound]

    def sentences(self, rule: ClaimsRule) -> list[Text]:
        """« Pourquoi ce montant ? », in sentences a treasurer can read aloud."""
        texts = [rule.counts]
        if Bound.WHOLE in self.bounds:
            texts.append(t("La demande est satisfaite en entier."))
        if Bound.FLOOR in self.bounds:
            texts.append(t("Un plancher est versé d'abord ; la règle partage le reste."))
        if Bound.CAP in self.bounds:
            texts.append(t("Un plafond arrête ce montant ; le surplus est repartagé."))
        if Bound.CENT in self.bounds:
            texts.append(
                t("Un centime restait : il va aux plus grands restes, celui-ci en était.")
            )
        if Bound.TIE in self.bounds:
            texts.append(t("Un centime restait entre restes égaux : l'ordre publié a décidé."))
        return texts


@dataclass(frozen=True, slots=True)
class Division:
    """The result, in the order of the claims. Awards and `unspent` add up to the envelope."""

    rule: ClaimsRule
    envelope: int
    awards: tuple[Award, ...]
    unspent: int


def divide(envelope: int, claims: Sequence[Claim], rule_name: str) -> Division:
    """Divide `envelope` cents among `claims` by the rule of that name.

    Floors are given first and the rule divides the rest among the claims net of floors. A
    cap bounds floor and share; what it frees is divided again by the same rule among the
    others. What exceeds all claims is `unspent`. Cents by largest remainder, ties to the
    claim that stands first. Raises `InputError` naming each fault.
    """
    rule = _rule(rule_name)
    _check(envelope, claims, rule)
    exact = _exact(envelope, claims, rule)
    rounded = largest_remainder(exact)
    awards = tuple(
        Award(claim, cents, share, frozenset(_bounds(place, claim, share, rounded)))
        for place, (claim, share, cents) in enumerate(
            zip(claims, exact, rounded.amounts, strict=True)
        )
    )
    return Division(rule, envelope, awards, envelope - sum(rounded.amounts))


def _rule(name: str) -> ClaimsRule:
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
    left = Fraction(envelope - sum(claim.floor for claim in claims))
    shares: dict[int, Fraction] = {}
    active = list(range(len(claims)))
    while active:
        net = [Fraction(claims[i].cents - claims[i].floor) for i in active]
        weights = [claims[i].weight for i in active]
        wanted = sum(net, Fraction(0))
        given = net if wanted <= left else rule.share(left, net, weights)
        room = {i: claims[i].top - claims[i].floor for i in active}
        over = [i for i, share in zip(active, given, strict=True) if share > room[i]]
        if not over:
            shares |= dict(zip(active, given, strict=True))
            break
        for i in over:
            shares[i] = Fraction(room[i])
            left -= room[i]
        active = [i for i in active if i not in shares]
    return [claim.floor + shares[i] for i, claim in enumerate(claims)]


def _bounds(place: int, claim: Claim, share: Fraction, rounded: Rounded) -> Iterator[Bound]:
    if share == claim.cents:
        yield Bound.WHOLE
    elif share == claim.top:
        yield Bound.CAP
    if claim.floor:
        yield Bound.FLOOR
    if place in rounded.favoured:
        yield Bound.CENT
    elif place in rounded.tied_in or place in rounded.tied_out:
        yield Bound.TIE
