"""Dividing by what the ledger attests: quantities of work, time, things given.

Units never turn into each other by themselves: the members choose what one of each weighs.
The measure of a person is Σ weight × quantity, taken as it is, as its square root (a second
hour counts for less than the first), or up to a cap.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from math import isqrt, lcm

from commons.allocation.reals import Bounds, Numbers, Real, rational, root_bounds, squarefree
from commons.allocation.scaling import Scaling
from commons.kernel.errors import InputError
from commons.kernel.text import t

FACTORED_MAX = 10**18
"""Beyond it, a number is not factored to prove that two sums of roots are equal."""


class Shape(StrEnum):
    """How a measure counts."""

    LINEAR = "linear"
    ROOT = "root"
    CAPPED = "capped"


@dataclass(frozen=True, slots=True)
class Contributor:
    """A person and what is attested of them, by unit."""

    name: str
    quantities: Mapping[str, Fraction]


@dataclass(frozen=True, slots=True)
class Formula:
    """What members chose: the weight of each unit, the shape, the cap of a capped measure."""

    weights: Mapping[str, Fraction]
    shape: Shape = Shape.LINEAR
    cap: Fraction | None = None

    def measure(self, contributor: Contributor) -> Fraction:
        """Σ weight × quantity, up to the cap where there is one. Source: DESIGN §6."""
        total = sum(
            (self.weights.get(unit, Fraction(0)) * quantity)
            for unit, quantity in contributor.quantities.items()
        )
        return min(Fraction(total), self.cap) if self.cap is not None else Fraction(total)


@dataclass(frozen=True, slots=True)
class Contributed:
    """What a person receives, in cents and as a number in euros, and their measure."""

    name: str
    cents: int
    exact: str
    measure: Fraction


def divide_by_contributions(
    envelope: int, contributors: Sequence[Contributor], formula: Formula
) -> list[Contributed]:
    """Divide `envelope` cents in proportion to measures, in the order given.

    Cents by largest remainder, decided exactly even between square roots. If nobody has
    anything attested, nobody receives anything. Raises `InputError` for names that stand
    twice, negative quantities or weights, a unit without weight, a cap that is missing.
    Source: DESIGN §6 (ledger-based formulas).
    """
    _check(envelope, contributors, formula)
    measures = [formula.measure(contributor) for contributor in contributors]
    common = lcm(*(measure.denominator for measure in measures))
    whole = [int(measure * common) for measure in measures]
    root = formula.shape is Shape.ROOT
    numbers = [square_root(n) if root else rational(Fraction(n)) for n in whole]
    scaling = Scaling(Numbers(numbers), envelope, stretches=True)
    cents, _reasons = scaling.rounded()
    return [
        Contributed(contributor.name, cents[i], scaling.exact(i), measures[i])
        for i, contributor in enumerate(contributors)
    ]


def square_root(number: int) -> Real:
    """√number among the reals, written without squares only up to `FACTORED_MAX`.

    Source: integer square roots, as `reals` explains.
    """
    whole = isqrt(number)
    if whole * whole == number:
        return rational(Fraction(whole))

    def bounds(bits: int) -> Bounds:
        return root_bounds(number, bits)

    def radicals() -> dict[int, int]:
        outside, radicand = squarefree(number)
        return {radicand: outside}

    return Real(bounds, lambda: number, None, 1 if number <= FACTORED_MAX else None, radicals)


def _check(envelope: int, contributors: Sequence[Contributor], formula: Formula) -> None:
    if envelope < 0:
        raise InputError(t("L'enveloppe ne peut pas être négative."))
    if (formula.cap is None) == (formula.shape is Shape.CAPPED):
        raise InputError(t("Un plafond va avec la forme « capped », et avec elle seulement."))
    if any(weight < 0 for weight in formula.weights.values()) or (formula.cap or 0) < 0:
        raise InputError(t("Un poids, un plafond ne sont pas négatifs."))
    seen = set()
    for contributor in contributors:
        if contributor.name in seen:
            raise InputError(t("« {name} » est là deux fois.", name=contributor.name))
        seen.add(contributor.name)
        for unit, quantity in contributor.quantities.items():
            if quantity < 0:
                raise InputError(
                    t("« {name} » a une quantité négative.", name=contributor.name)
                )
            if unit not in formula.weights:
                raise InputError(
                    t(
                        "Dites ce que pèse l'unité « {unit} » ; 0 pour ne pas la compter.",
                        unit=unit,
                    )
                )
