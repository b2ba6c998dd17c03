"""Cases of the rules that divide money: claims, gifts, peers, takes, work, recipes."""

from collections.abc import Callable, Iterable, Iterator
from fractions import Fraction
from functools import partial
from itertools import product

from tests.allocation.locked_draws import Draws

from commons.allocation.claims import RULES
from commons.allocation.contributions import (
    Contributor,
    Formula,
    Shape,
    divide_by_contributions,
)
from commons.allocation.division import Claim, divide
from commons.allocation.gifts import Gift
from commons.allocation.matching import MATCHING_RULES, match
from commons.allocation.peers import PEER_RULES, Evaluation, collusions, divide_by_peers
from commons.allocation.recipe import Inputs, Recipe, Stage, cook
from commons.allocation.rounding import Rounding, largest_remainder, sainte_lague
from commons.allocation.takes import Take, divide_takes

Cases = list[Callable[[], object]]
Group = tuple[str, Cases]


def money_cases() -> Iterator[Group]:
    yield from _claims()
    yield from _roundings()
    yield from _gifts()
    yield from _peers()
    yield "takes", [partial(_taken, have, takes) for takes in TAKES for have in ENVELOPES]
    yield from _contributions()
    yield from _recipes()


ENVELOPES = (0, 1, 2, 3, 10, 99, 150, 151, 400, 1_000, 1_001, 1_900, 10_007, 1_000_003)


def _plain(*amounts: int) -> list[Claim]:
    return [Claim(f"c{place}", cents) for place, cents in enumerate(amounts)]


def _bound(*rows: tuple[int, int, int | None]) -> list[Claim]:
    return [Claim(f"c{at}", cents, floor, cap) for at, (cents, floor, cap) in enumerate(rows)]


def _weighted(*rows: tuple[int, str, int, int | None]) -> list[Claim]:
    return [
        Claim(f"c{at}", cents, floor, cap, Fraction(weight))
        for at, (cents, weight, floor, cap) in enumerate(rows)
    ]


CLAIMS = {
    "plain": [
        _plain(100, 200, 300),
        _plain(1, 2, 3),
        _plain(5, 5, 5),
        _plain(0, 7, 0, 1),
        _plain(4),
        _plain(2, 2, 3, 9, 9),
        _plain(7_001, 3, 0, 12_345, 12_345, 99, 1),
    ],
    "floors": [
        _bound((10, 2, None), (20, 0, None), (30, 30, None)),
        _bound((5, 5, None), (5, 4, None), (5, 0, None)),
        _bound((100, 20, None), (200, 1, None), (300, 60, None), (0, 0, None)),
    ],
    "caps": [
        _bound((10, 0, 3), (20, 0, 20), (30, 0, 0), (5, 0, None)),
        _bound((6, 0, 2), (6, 0, 3), (6, 0, 6), (6, 0, 7)),
        _bound((100, 0, 50), (100, 0, 25), (400, 0, 75), (400, 0, 200)),
    ],
    "floors and caps": [
        _bound((10, 3, 3), (20, 1, 9), (30, 0, 15), (7, 7, None)),
        _bound((100, 10, 40), (200, 0, 40), (300, 30, None), (40, 5, 40)),
    ],
    "weights": [
        _weighted((10, "2", 0, None), (10, "1", 0, None), (20, "1/2", 0, None)),
        _weighted((9, "3/7", 0, None), (9, "1", 0, None), (18, "5/3", 0, None)),
        _weighted((10, "1/2", 2, 7), (20, "3", 0, 9), (30, "1", 5, None), (4, "1", 4, 4)),
    ],
}


def _envelopes(claims: list[Claim]) -> Iterable[int]:
    """All of them where they are few, else those about which rules turn."""
    total, tops = sum(c.cents for c in claims), sum(c.top for c in claims)
    floors = sum(c.floor for c in claims)
    if total <= 80:
        return range(total + 2)
    near = {0, floors, total // 3, total // 2, tops // 2, 2 * total // 3, tops, total}
    return sorted({max(0, each + step) for each in near for step in (-1, 0, 1)})


def _claims() -> Iterator[Group]:
    for (name, rule), (kind, problems) in product(RULES.items(), CLAIMS.items()):
        for rounding in Rounding:
            if rounding is Rounding.SAINTE_LAGUE and not rule.fixed_weights:
                continue
            cases: Cases = [
                partial(_divided, envelope, claims, name, rounding)
                for claims in problems
                for envelope in _envelopes(claims)
            ]
            yield f"claims, {name}, {kind}, {rounding}", cases


def _divided(envelope: int, claims: list[Claim], rule: str, rounding: Rounding) -> object:
    division = divide(envelope, claims, rule, rounding)
    return [[(a.cents, str(a.exact)) for a in division.awards], division.unspent]


def _roundings() -> Iterator[Group]:
    """One large weight among many small ones, rooms, and shares of endless denominators."""
    draws = Draws(31)
    cases: Cases = []
    for _ in range(60):
        small = 1 + draws.below(6)
        weights = [small * (1 + draws.below(2)) for _ in range(2 + draws.below(30))]
        weights[draws.below(len(weights))] = draws.one_of([0, small, 150 * small + 1])
        rooms = [draws.one_of([1, 3, 500]) for _ in weights]
        total = draws.below(3 * len(weights)) * draws.one_of([1, 1, 9])
        cases.append(partial(_by_sainte_lague, total, weights, rooms))
    # The largest is rounded down, then has unit after unit until its room is full.
    crowd = [1_004, *[4] * 30]
    for room in (103, 105, 111, 500):
        rooms = [room, *[500] * 30]
        cases.append(partial(_by_sainte_lague, 112, crowd, rooms))
    yield "rounding, sainte-lague", cases
    tiny = Fraction(1, 3**21_000)
    wide = (
        [Fraction(1, 2) + tiny, Fraction(1, 2) - tiny, Fraction(7, 2), Fraction(5, 2)],
        [Fraction(1, 3) - tiny, Fraction(1, 3), Fraction(1, 3) + tiny, Fraction(2)],
        [Fraction(9, 5), Fraction(6, 5) - tiny, Fraction(6, 5) + tiny, Fraction(4, 5)],
    )
    yield "rounding, largest-remainder", [partial(_by_remainder, shares) for shares in wide]


def _by_sainte_lague(total: int, weights: list[int], rooms: list[int]) -> object:
    return sainte_lague(total, weights, rooms).amounts


def _by_remainder(shares: list[Fraction]) -> object:
    return largest_remainder(shares).amounts


GIFTS = {
    "in groups": [
        Gift(f"p{place % 4}", f"d{place % 7}", 37 * place + 1, (f"g{place % 3}",))
        for place in range(28)
    ],
    "in several groups": [
        Gift("a", "x", 400, ("g", "h")),
        Gift("a", "y", 900, ("h", "k")),
        Gift("a", "z", 100, ("i",)),
        Gift("a", "x", 500, ("j",)),
        Gift("b", "y", 100, ("h",)),
        Gift("b", "z", 300, ()),
        Gift("c", "w", 0, ()),
    ],
    "without groups": [
        Gift(f"p{place % 3}", f"d{place * place % 5}", 11 * place + 7) for place in range(15)
    ],
    "alike": [Gift(project, donor, 250) for project in "abc" for donor in "xyz"],
    "squares": [
        Gift("a", "x", 100),
        Gift("a", "y", 400),
        Gift("b", "x", 900),
        Gift("b", "y", 100),
        Gift("c", "z", 2_500),
        Gift("c", "w", 1_600),
        Gift("d", "v", 50),
    ],
}
POOLS = (0, 1, 2, 100, 400, 401, 4_399, 4_400, 4_401, 10_007, 10_000_000)


def _gifts() -> Iterator[Group]:
    for rule, (kind, gifts) in product(MATCHING_RULES, GIFTS.items()):
        for cap in (None, 0, 50, 400, 1_400, 4_001):
            cases: Cases = [partial(_matched, pool, gifts, rule, cap, 2_500) for pool in POOLS]
            yield f"gifts, {rule}, {kind}, cap {cap}", cases
        for bound in (1, 37, 1_000_000):
            cases = [partial(_matched, pool, gifts, rule, None, bound) for pool in POOLS]
            yield f"gifts, {rule}, {kind}, bound {bound}", cases
        cases = [partial(_usually_matched, pool, gifts, rule) for pool in POOLS]
        yield f"gifts, {rule}, {kind}", cases


def _matched(pool: int, gifts: list[Gift], rule: str, cap: int | None, bound: int) -> object:
    matched = match(pool, gifts, rule, cap=cap, bound=bound)
    return [[(m.cents, m.exact) for m in matched.matches], matched.unspent]


def _usually_matched(pool: int, gifts: list[Gift], rule: str) -> object:
    matched = match(pool, gifts, rule)
    return [[(m.cents, m.exact) for m in matched.matches], matched.unspent]


def _circle(
    names: str, most: int, seed: int, silent: str = "", least: int = 1
) -> list[Evaluation]:
    draws = Draws(seed)
    return [
        Evaluation(judge, member, Fraction(least + draws.below(most), 1 + draws.below(2)))
        for judge in names
        for member in names
        if judge != member and judge not in silent
    ]


CIRCLES = {
    "four": [_circle("dbca", 3, seed) for seed in range(4)],
    "five": [_circle("ABCDE", 20, seed) for seed in range(2)],
    "silent": [
        _circle("ABCDE", 9, 5, "A"),
        _circle("ABCDE", 9, 5, "BD"),
        _circle("ABCDEF", 9, 6, "CF"),
    ],
    "far apart": [_circle("ABCD", 900, seed) for seed in (7, 8)],
    "with zeros": [_circle("ABCD", 3, seed, least=0) for seed in (9, 10)],
    "three": [_circle("ABC", 4, 11), _circle("AB", 4, 12)],
}


def _peers() -> Iterator[Group]:
    for rule, (kind, circles) in product(PEER_RULES, CIRCLES.items()):
        cases: Cases = [
            partial(_judged, envelope, circle, rule)
            for circle, envelope in product(circles, ENVELOPES)
        ]
        yield f"peers, {rule}, {kind}", cases
        yield f"collusions, {rule}, {kind}", [partial(_colluding, c, rule) for c in circles]


def _judged(envelope: int, circle: list[Evaluation], rule: str) -> object:
    awards = divide_by_peers(envelope, circle, rule).awards
    return [(award.member, award.cents, str(award.exact)) for award in awards]


def _colluding(circle: list[Evaluation], rule: str) -> object:
    return [(each.members, str(each.gain)) for each in collusions(1_000, circle, rule)]


TAKES = (
    [Take("a", 900, 200), Take("b", 300, 400), Take("c", 5_000, 0)],
    [Take("a", 900, 200), Take("b", 900, 100), Take("c", 900, 301), Take("d", 0, 0)],
    [Take("a", 900, 20), Take("b", 100, 30), Take("c", 101, 0), Take("d", 99, 0)],
    [Take("a", 400, 200), Take("b", 401, 200), Take("c", 399, 200)],
    [Take("a", 200, 0), Take("b", 4_000, 0)],
    [Take("a", 700, 301), Take("b", 700, 302), Take("c", 700, 0)],
)


def _taken(envelope: int, takes: list[Take]) -> object:
    division = divide_takes(envelope, takes)
    return [[(a.cents, str(a.exact)) for a in division.awards], division.unspent]


def _worker(name: str, hour: str, ride: str = "0") -> Contributor:
    return Contributor(name, {"hour": Fraction(hour), "ride": Fraction(ride)})


TEAMS = (
    [_worker("A", "1"), _worker("B", "4"), _worker("C", "9"), _worker("D", "0")],
    [_worker("A", "5/2", "3"), _worker("B", "1/3"), _worker("C", "7", "1/2")],
    [_worker("A", "2"), _worker("B", "2"), _worker("C", "2")],
    [_worker("A", "2"), _worker("B", "8"), _worker("C", "18"), _worker("D", "3")],
    [_worker("A", "0"), _worker("B", "0")],
)
FORMULAS = (
    {"hour": Fraction(1), "ride": Fraction(0)},
    {"hour": Fraction(3, 2), "ride": Fraction(7)},
    {"hour": Fraction(2, 5), "ride": Fraction(1, 9)},
)


def _contributions() -> Iterator[Group]:
    for shape in Shape:
        caps = [Fraction(0), Fraction(4), Fraction(13, 3), Fraction(900)]
        for cap in caps if shape is Shape.CAPPED else [None]:
            for at, weights in enumerate(FORMULAS):
                formula = Formula(weights, shape, cap)
                cases: Cases = [
                    partial(_worked, envelope, team, formula)
                    for team, envelope in product(TEAMS, ENVELOPES)
                ]
                yield f"contributions, {shape}, cap {cap}, weights {at}", cases


def _worked(envelope: int, team: list[Contributor], formula: Formula) -> object:
    found = divide_by_contributions(envelope, team, formula)
    return [(each.name, each.cents, each.exact, str(each.measure)) for each in found]


INPUTS = Inputs(
    ["A", "B", "C"],
    _bound((40, 5, None), (60, 0, 30), (700, 0, None)),
    GIFTS["squares"],
    [
        Evaluation(judge, member, Fraction(ord(judge) * ord(member) % 7 + 1))
        for judge in "ABCD"
        for member in "DCBA"
        if judge != member
    ],
    TEAMS[1],
    lambda cents: {"p": cents // 2, "A": cents // 5},
)
HALF, THIRD, SEVENTH = Fraction(1, 2), Fraction(1, 3), Fraction(1, 7)


def _recipes() -> Iterator[Group]:
    rules = ["members", "ballots", *RULES, *MATCHING_RULES, *PEER_RULES]
    stages = {rule: Stage(rule) for rule in rules} | {
        shape.value: Stage(
            shape, None, FORMULAS[1], Fraction(6) if shape is Shape.CAPPED else None
        )
        for shape in Shape
    }
    for name, stage in stages.items():
        parted = Stage(stage.rule, SEVENTH, stage.weights, stage.cap)
        recipes = (
            (stage,),
            (parted, Stage("members", HALF)),
            (Stage("members", THIRD), Stage("ballots", SEVENTH), stage),
            (Stage("members", HALF), Stage("ballots", SEVENTH), parted),
            (Stage("talmud", HALF), parted, parted, Stage("members")),
        )
        cases: Cases = [
            partial(_cooked, Recipe("recette", stages), envelope)
            for stages, envelope in product(recipes, ENVELOPES)
        ]
        yield f"recipe, {name}", cases
    odd = (HALF, Fraction(0)), (HALF, Fraction(2, 3)), (HALF, HALF), (None, HALF)
    wrong: Cases = [
        partial(_cooked, Recipe("r", tuple(Stage("members", part) for part in parts)), have)
        for parts, have in product(odd, ENVELOPES)
    ]
    yield "recipe, parts", wrong


def _cooked(recipe: Recipe, envelope: int) -> object:
    cooked = cook(recipe, envelope, INPUTS)
    stages = [[stage.had, dict(stage.given), stage.left] for stage in cooked.stages]
    return [stages, dict(cooked.totals), cooked.unspent, recipe.digest()]
