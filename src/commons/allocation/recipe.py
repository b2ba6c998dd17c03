"""A recipe: stages in order, each a part of the money and a rule, as data one can hash.

« 10 % parts égales entre les membres, 60 % aux propositions votées, le reste selon les heures
attestées » is three stages. What a stage leaves unspent goes on to the next one, and what the
last one leaves is unspent: no cent is lost or made.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from hashlib import sha256
from typing import TypeAlias

from commons.allocation.claims import RULES
from commons.allocation.contributions import (
    Contributor,
    Formula,
    Shape,
    divide_by_contributions,
)
from commons.allocation.count_text import count_from, count_object
from commons.allocation.counting import Count
from commons.allocation.division import Claim, divide
from commons.allocation.gifts import Gift
from commons.allocation.matching import MATCHING_RULES, match
from commons.allocation.peers import PEER_RULES, Evaluation, divide_by_peers
from commons.allocation.rounding import largest_remainder
from commons.kernel.composing import composed
from commons.kernel.errors import InputError
from commons.kernel.money import NO_BREAK
from commons.kernel.text import t

FORM = "commons-recipe/1"
STAGES_MAX = 20
MEMBERS = "members"
BALLOTS = "ballots"
Money = dict[str, int]
Plain: TypeAlias = "str | Sequence[Plain] | Mapping[str, Plain]"
Elect = Callable[[int], Mapping[str, int]]


@dataclass(frozen=True, slots=True)
class Stage:
    """A part of the money (None: all that is left) and the rule that divides it.

    `rule` is the name of a claims, matching or peer rule, of a `Shape` of contributions
    (`linear`, `root`, `capped`), `members` for equal parts between them, or `ballots`.
    `weights` and `cap` are for contributions, `count` says how ballots are counted.
    """

    rule: str
    part: Fraction | None = None
    weights: Mapping[str, Fraction] = field(default_factory=dict)
    cap: Fraction | None = None
    count: Count | None = None


@dataclass(frozen=True, slots=True)
class Recipe:
    """Stages under a title; the last may take the rest."""

    title: str
    stages: tuple[Stage, ...]

    def as_object(self) -> dict[str, Plain]:
        """Plain data for `round.json`: text, lists and objects only, fractions as text."""
        stages: list[Plain] = []
        for stage in self.stages:
            data: dict[str, Plain] = {"rule": stage.rule}
            data["part"] = "rest" if stage.part is None else str(stage.part)
            if stage.weights:
                data["weights"] = {unit: str(w) for unit, w in stage.weights.items()}
            if stage.cap is not None:
                data["cap"] = str(stage.cap)
            if stage.count is not None:
                data["count"] = count_object(stage.count)
            stages.append(data)
        return {"form": FORM, "title": self.title, "stages": stages}

    def digest(self) -> str:
        """SHA-256 of the one spelling of the recipe. Source: RFC 8785's order and spacing."""
        text = json.dumps(
            self.as_object(), sort_keys=True, separators=(",", ":"), ensure_ascii=False
        )
        return sha256(composed(text).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Inputs:
    """What the rules of a recipe read; only what its stages need has to be there.

    `elect` says, for the cents of its stage, what each chosen proposal receives.
    """

    members: Sequence[str] = ()
    claims: Sequence[Claim] = ()
    gifts: Sequence[Gift] = ()
    evaluations: Sequence[Evaluation] = ()
    contributors: Sequence[Contributor] = ()
    elect: Elect | None = None


@dataclass(frozen=True, slots=True)
class StageResult:
    """What a stage had, in cents, what it gave and to whom, what it left."""

    stage: Stage
    had: int
    given: Mapping[str, int]

    @property
    def left(self) -> int:
        """What goes on to the next stage."""
        return self.had - sum(self.given.values())


@dataclass(frozen=True, slots=True)
class Cooked:
    """The result of a recipe: stages in order, each one's total, what is unspent."""

    recipe: Recipe
    envelope: int
    stages: tuple[StageResult, ...]
    totals: Mapping[str, int]
    unspent: int


def cook(recipe: Recipe, envelope: int, inputs: Inputs) -> Cooked:
    """Divide `envelope` cents stage by stage. Totals and `unspent` add up to it.

    The parts are in whole cents by largest remainder. Raises `InputError` for a recipe that
    makes no sense and for whatever a stage's rule refuses. Source: DESIGN §6, recipes.
    """
    *parts, spare = _parts(recipe, envelope)
    results: list[StageResult] = []
    totals: Money = {}
    left = 0
    for number, (stage, part) in enumerate(zip(recipe.stages, parts, strict=True), start=1):
        try:
            given = _given(stage, part + left, inputs)
        except InputError as error:
            raise in_stage(number, stage.rule, error) from error
        result = StageResult(stage, part + left, given)
        for name, cents in result.given.items():
            totals[name] = totals.get(name, 0) + cents
        left = result.left
        results.append(result)
    return Cooked(recipe, envelope, tuple(results), totals, left + spare)


def in_stage(number: int, rule: str, error: InputError) -> InputError:
    """The same refusal, saying which stage it is about. Source: DESIGN §6, recipes."""
    text = t(
        "Étape {number} (« {rule} ») : {reason}",
        number=number,
        rule=rule[:40],
        reason=error.text,
    )
    return InputError(text, error.errors)


def check_recipe(recipe: Recipe) -> None:
    """Raises `InputError` for stages that make no sense together, whatever they read.

    Source: DESIGN §6, recipes.
    """
    if not recipe.stages or len(recipe.stages) > STAGES_MAX:
        raise InputError(t("Une recette a de 1 à {limit} étapes.", limit=STAGES_MAX))
    so_far = Fraction(0)
    for number, stage in enumerate(recipe.stages, start=1):
        part = Fraction(0) if stage.part is None else stage.part
        so_far += part
        if part < 0 or stage.part == 0 or so_far > 1:
            raise InputError(
                t(
                    "Étape {number} (« {rule} ») : sa part est de {part}, et les parts font "
                    "alors {so_far}. Elles sont positives et font 100 % au plus.",
                    number=number,
                    rule=stage.rule[:40],
                    part=percent(part),
                    so_far=percent(so_far),
                )
            )
    if any(stage.part is None for stage in recipe.stages[:-1]):
        raise InputError(t("Seule la dernière étape peut prendre le reste."))
    if sum(stage.rule == BALLOTS for stage in recipe.stages) > 1:
        raise InputError(
            t("Une recette compte un vote une seule fois : gardez une étape « ballots ».")
        )
    for stage in recipe.stages:
        if stage.rule != BALLOTS and stage.count is not None:
            raise InputError(
                t("« count » ne vaut que pour « ballots », pas « {name} ».", name=stage.rule)
            )
        if stage.rule not in set(Shape) and (stage.weights or stage.cap is not None):
            raise InputError(
                t(
                    "Des poids et un plafond ne valent que pour les quantités attestées, pas "
                    "pour « {name} ».",
                    name=stage.rule,
                )
            )


def percent(part: Fraction) -> str:
    """`12,5 %`; what has more than two decimals as a fraction. Source: French usage."""
    hundredths = part * 10_000
    if hundredths.denominator != 1:
        return str(part)
    sign = "−" if part < 0 else ""
    whole, rest = divmod(abs(hundredths.numerator), 100)
    decimals = f",{rest:02d}".rstrip("0") if rest else ""
    return f"{sign}{whole}{decimals}{NO_BREAK}%"


def _parts(recipe: Recipe, envelope: int) -> list[int]:
    check_recipe(recipe)
    if envelope < 0:
        raise InputError(t("L'enveloppe ne peut pas être négative."))
    named = [stage.part for stage in recipe.stages if stage.part is not None]
    rest = 1 - sum(named, Fraction(0))
    # What no stage is given stands last, so that the parts add up to the envelope.
    shares = [(rest if s.part is None else s.part) * envelope for s in recipe.stages]
    shares.append(envelope - sum(shares, Fraction(0)))
    return list(largest_remainder(shares).amounts)


def _given(stage: Stage, cents: int, inputs: Inputs) -> Money:
    if stage.rule == MEMBERS:
        equal = [Contributor(name, {"member": Fraction(1)}) for name in inputs.members]
        if not equal:
            raise InputError(t("Cette étape demande la liste des membres."))
        found = divide_by_contributions(cents, equal, Formula({"member": Fraction(1)}))
        return {each.name: each.cents for each in found}
    if stage.rule == BALLOTS:
        if inputs.elect is None:
            raise InputError(t("Cette étape demande une élection."))
        return _elected(cents, inputs.elect)
    if stage.rule in set(Shape):
        formula = Formula(stage.weights, Shape(stage.rule), stage.cap)
        by_work = divide_by_contributions(cents, inputs.contributors, formula)
        return {each.name: each.cents for each in by_work}
    if stage.rule in MATCHING_RULES:
        matched = match(cents, inputs.gifts, stage.rule)
        return {each.project: each.cents for each in matched.matches}
    if stage.rule in PEER_RULES:
        judged = divide_by_peers(cents, inputs.evaluations, stage.rule)
        return {each.member: each.cents for each in judged.awards}
    if stage.rule in RULES:
        awards = divide(cents, inputs.claims, stage.rule).awards
        return {award.claim.name: award.cents for award in awards}
    raise InputError(t("Une recette ne connaît pas la règle « {name} ».", name=stage.rule))


def _elected(cents: int, elect: Elect) -> Money:
    chosen = dict(elect(cents))
    if any(cost < 0 for cost in chosen.values()) or sum(chosen.values()) > cents:
        raise InputError(t("L'élection dépense plus que sa part."))
    return chosen


def recipe_from(data: object) -> Recipe:
    """A recipe from plain data, as `as_object` makes it.

    Raises `InputError` for anything else. Source: `docs/round.md`.
    """
    match data:
        case {"form": "commons-recipe/1", "title": str(title), "stages": [*stages]}:
            return Recipe(title, tuple(_stage(stage) for stage in stages))
        case _:
            raise InputError(t("Cette recette ne se lit pas : voyez docs/round.md."))


def _stage(data: object) -> Stage:
    try:
        match data:
            case {"rule": str(rule), "part": str(part), **rest} if not (
                rest.keys() - {"weights", "cap", "count"}
            ):
                weights, cap = rest.get("weights", {}), rest.get("cap")
                count = rest.get("count")
                if not isinstance(weights, dict) or not isinstance(count, dict | None):
                    raise TypeError
                return Stage(
                    rule,
                    None if part == "rest" else fraction(part),
                    {str(unit): fraction(weight) for unit, weight in weights.items()},
                    None if cap is None else fraction(cap),
                    None if count is None else count_from(count),
                )
    except (AttributeError, TypeError, ValueError):
        pass
    raise InputError(t("Une étape de cette recette ne se lit pas : voyez docs/round.md."))


def fraction(text: object) -> Fraction:
    """A fraction or a decimal number as text, `1/3` or `0.25`.

    Raises `InputError` for anything else. Source: `docs/round.md`.
    """
    if isinstance(text, str) and text.isascii() and len(text) <= 400:
        whole, slash, under = text.partition("/")
        if whole.isdigit() and (under.isdigit() and int(under) if slash else True):
            return Fraction(text)
        before, point, after = text.partition(".")
        if point and before.isdigit() and after.isdigit():
            return Fraction(text)
    raise InputError(t("« {text} » n'est pas une fraction.", text=str(text)[:40]))
