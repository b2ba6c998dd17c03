"""Each axiom as a question about one rule on one problem.

A problem is an envelope, claims and one more number that the axiom may use (a change of the
envelope, of a claim, who leaves).
"""

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from commons.allocation.axioms import Axiom
from commons.allocation.claims import RULES, Amounts


@dataclass(frozen=True, slots=True)
class Problem:
    envelope: int
    claims: tuple[int, ...]
    extra: int = 1


def shares(rule: str, envelope: int | Fraction, claims: list[Fraction] | list[int]) -> Amounts:
    """The rule on amounts that may be fractions: they are counted in a smaller unit."""
    scale = Fraction(envelope).denominator
    for claim in claims:
        scale *= Fraction(claim).denominator
    whole = [int(claim * scale) for claim in claims]
    given = RULES[rule].share(int(envelope * scale), whole, [1] * len(whole))
    return [share / scale for share in given]


def efficiency(rule: str, problem: Problem) -> bool:
    return sum(shares(rule, problem.envelope, [*problem.claims])) == problem.envelope


def equal_treatment(rule: str, problem: Problem) -> bool:
    given = shares(rule, problem.envelope, [*problem.claims])
    pairs = list(zip(problem.claims, given, strict=True))
    return all(a != b or x == y for a, x in pairs for b, y in pairs)


def order_of_awards(rule: str, problem: Problem) -> bool:
    given = shares(rule, problem.envelope, [*problem.claims])
    pairs = list(zip(problem.claims, given, strict=True))
    return all(a > b or x <= y for a, x in pairs for b, y in pairs)


def order_of_losses(rule: str, problem: Problem) -> bool:
    given = shares(rule, problem.envelope, [*problem.claims])
    pairs = [(claim, claim - share) for claim, share in zip(problem.claims, given, strict=True)]
    return all(a > b or x <= y for a, x in pairs for b, y in pairs)


def envelope_monotonicity(rule: str, problem: Problem) -> bool:
    larger = min(problem.envelope + problem.extra, sum(problem.claims))
    before = shares(rule, problem.envelope, [*problem.claims])
    after = shares(rule, larger, [*problem.claims])
    return all(old <= new for old, new in zip(before, after, strict=True))


def claims_monotonicity(rule: str, problem: Problem) -> bool:
    before = shares(rule, problem.envelope, [*problem.claims])
    after = shares(
        rule, problem.envelope, [problem.claims[0] + problem.extra, *problem.claims[1:]]
    )
    return before[0] <= after[0]


def self_duality(rule: str, problem: Problem) -> bool:
    gains = shares(rule, problem.envelope, [*problem.claims])
    losses = shares(rule, sum(problem.claims) - problem.envelope, [*problem.claims])
    return all(g + m == c for g, m, c in zip(gains, losses, problem.claims, strict=True))


def midpoint(rule: str, problem: Problem) -> bool:
    half = Fraction(sum(problem.claims), 2)
    given = shares(rule, half, [*problem.claims])
    return given == [Fraction(claim, 2) for claim in problem.claims]


def claims_truncation(rule: str, problem: Problem) -> bool:
    cut = [min(claim, problem.envelope) for claim in problem.claims]
    return shares(rule, problem.envelope, [*problem.claims]) == shares(
        rule, problem.envelope, cut
    )


def minimal_rights_first(rule: str, problem: Problem) -> bool:
    total = sum(problem.claims)
    rights = [max(0, problem.envelope - total + claim) for claim in problem.claims]
    rest = [claim - right for claim, right in zip(problem.claims, rights, strict=True)]
    after = shares(rule, problem.envelope - sum(rights), rest)
    given = shares(rule, problem.envelope, [*problem.claims])
    return given == [r + share for r, share in zip(rights, after, strict=True)]


def composition_up(rule: str, problem: Problem) -> bool:
    smaller = problem.envelope // (1 + problem.extra)
    first = shares(rule, smaller, [*problem.claims])
    rest = [claim - share for claim, share in zip(problem.claims, first, strict=True)]
    second = shares(rule, problem.envelope - smaller, rest)
    both = [a + b for a, b in zip(first, second, strict=True)]
    return both == shares(rule, problem.envelope, [*problem.claims])


def composition_down(rule: str, problem: Problem) -> bool:
    smaller = problem.envelope // (1 + problem.extra)
    promised = shares(rule, problem.envelope, [*problem.claims])
    return shares(rule, smaller, promised) == shares(rule, smaller, [*problem.claims])


def consistency(rule: str, problem: Problem) -> bool:
    given = shares(rule, problem.envelope, [*problem.claims])
    left = problem.envelope - given[0]
    return shares(rule, left, [*problem.claims[1:]]) == given[1:]


CHECKS: dict[Axiom, Callable[[str, Problem], bool]] = {
    Axiom.EFFICIENCY: efficiency,
    Axiom.EQUAL_TREATMENT: equal_treatment,
    Axiom.ORDER_OF_AWARDS: order_of_awards,
    Axiom.ORDER_OF_LOSSES: order_of_losses,
    Axiom.ENVELOPE_MONOTONICITY: envelope_monotonicity,
    Axiom.CLAIMS_MONOTONICITY: claims_monotonicity,
    Axiom.SELF_DUALITY: self_duality,
    Axiom.MIDPOINT: midpoint,
    Axiom.CLAIMS_TRUNCATION: claims_truncation,
    Axiom.MINIMAL_RIGHTS_FIRST: minimal_rights_first,
    Axiom.COMPOSITION_UP: composition_up,
    Axiom.COMPOSITION_DOWN: composition_down,
    Axiom.CONSISTENCY: consistency,
}
