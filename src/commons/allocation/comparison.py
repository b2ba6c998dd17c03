"""The rules side by side on the same claims: who moves by how much, and how unequal it is."""

from collections.abc import Sequence
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


def compare(adopted: Division, names: Sequence[str]) -> list[Compared]:
    """Each rule of `names` on the claims of `adopted`, and who moves from it.

    Cents are rounded as in `adopted` where the other rule can be. Raises `InputError` as
    `divide` does. Source: DESIGN §6, audit.
    """
    claims: list[Claim] = [award.claim for award in adopted.awards]
    found, usual = [], Rounding.LARGEST_REMAINDER
    for name in names:
        kept = adopted.rounding if rule_called(name).fixed_weights else usual
        division = divide(adopted.envelope, claims, name, kept)
        moves = tuple(
            theirs.cents - ours.cents
            for ours, theirs in zip(adopted.awards, division.awards, strict=True)
        )
        found.append(Compared(division, moves, gini([a.cents for a in division.awards])))
    return found


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
