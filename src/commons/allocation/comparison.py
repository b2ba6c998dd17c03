"""The rules side by side on the same claims: who moves by how much, and how unequal it is."""

from dataclasses import dataclass
from fractions import Fraction

from commons.allocation.axioms import HOLDS, Axiom
from commons.allocation.division import Claim, Division, divide, rule_called
from commons.allocation.inequality import gini, lorenz
from commons.allocation.rounding import Rounding


@dataclass(frozen=True, slots=True)
class Compared:
    """One rule beside the adopted one. `moves` are cents more or less, in order of claims."""

    division: Division
    moves: tuple[int, ...]
    gini: Fraction

    @property
    def moved(self) -> int:
        """How many cents change hands between the two rules, what is unspent being one."""
        return (sum(abs(move) for move in self.moves) + abs(sum(self.moves))) // 2


@dataclass(frozen=True, slots=True)
class Audit:
    """Whether a division is whole, how unequal it is, what its rule promises."""

    total: int
    is_whole: bool
    gini: Fraction
    lorenz: tuple[tuple[Fraction, Fraction], ...]
    promises: frozenset[Axiom]


def compare(adopted: Division, name: str) -> Compared:
    """The rule of that name on the claims of `adopted`, and who moves from it.

    Cents are rounded as in `adopted` where the other rule can be. Raises `InputError` as
    `divide` does. Source: DESIGN §6, audit.
    """
    claims: list[Claim] = [award.claim for award in adopted.awards]
    fixed = rule_called(name).fixed_weights
    kept = adopted.rounding if fixed else Rounding.LARGEST_REMAINDER
    division = divide(adopted.envelope, claims, name, kept)
    moves = tuple(
        theirs.cents - ours.cents
        for ours, theirs in zip(adopted.awards, division.awards, strict=True)
    )
    return Compared(division, moves, gini([award.cents for award in division.awards]))


def audit(division: Division) -> Audit:
    """The total to the cent, Gini, Lorenz and the promises of the rule.

    Source: DESIGN §6, audit; Gini 1912; Lorenz 1905.
    """
    received = [award.cents for award in division.awards]
    total = sum(received) + division.unspent
    return Audit(
        total,
        total == division.envelope,
        gini(received),
        tuple(lorenz(received)),
        HOLDS[division.rule.name],
    )
