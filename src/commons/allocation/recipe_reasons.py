"""Why each amount of a recipe, stage by stage: what each rule looked at.

Source: DESIGN §6, explanations.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from commons.allocation.claims import RULES
from commons.allocation.contributions import Contributor, Formula, Shape
from commons.allocation.counting import BALLOT_RULES
from commons.allocation.election import WITH_POINTS
from commons.allocation.matching import MATCHING_RULES
from commons.allocation.peers import PEER_RULES
from commons.allocation.recipe import BALLOTS, MEMBERS, Inputs, Stage, StageResult
from commons.allocation.recipe_vote import Vote
from commons.kernel.duration import spell_minutes
from commons.kernel.money import NARROW, NO_BREAK, french_number
from commons.kernel.quantity import MINUTE
from commons.kernel.text import Text, t

DECIMALS_MAX = 6
SHAPES: dict[str, Text] = {
    Shape.LINEAR: t("Selon les quantités attestées"),
    Shape.ROOT: t("Selon la racine carrée des quantités attestées"),
    Shape.CAPPED: t("Selon les quantités attestées, sous un plafond"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """What a stage gives to someone or something, in cents, and what it looked at.

    `label` is the name of a proposal that stands by its identifier; else it is empty.
    """

    name: str
    cents: int
    reason: Text
    label: str = ""


def rule_text(stage: Stage) -> Text:
    """What the rule of a stage is called. Source: each rule's own label."""
    if stage.rule == MEMBERS:
        return t("Parts égales entre les membres")
    if stage.rule == BALLOTS:
        count = stage.count
        if count is None or count.rule not in BALLOT_RULES:
            return t("Vote sur des propositions")
        return t("Vote sur des propositions : {rule}", rule=BALLOT_RULES[count.rule].label)
    if stage.rule in SHAPES:
        return SHAPES[stage.rule]
    for rules in (RULES, MATCHING_RULES, PEER_RULES):
        if stage.rule in rules:
            return rules[stage.rule].label
    return Text(stage.rule)


def stage_lines(result: StageResult, inputs: Inputs) -> list[Line]:
    """The amounts of a stage in order, each with its reason. Source: as the module says."""
    rule = result.stage.rule
    if rule == BALLOTS:
        return _voted(result, inputs)
    reasons = _reasons(result.stage, inputs)
    return [Line(name, cents, reasons[name]) for name, cents in result.given.items()]


def _reasons(stage: Stage, inputs: Inputs) -> Mapping[str, Text]:
    if stage.rule == MEMBERS:
        count = len(inputs.members)
        return dict.fromkeys(inputs.members, t("à parts égales, 1 sur {count}", count=count))
    if stage.rule in set(Shape):
        formula = Formula(stage.weights, Shape(stage.rule), stage.cap)
        total = sum((formula.measure(each) for each in inputs.contributors), Fraction(0))
        return {each.name: _work(each, formula, total) for each in inputs.contributors}
    if stage.rule in MATCHING_RULES:
        gifts: dict[str, int] = {}
        for gift in inputs.gifts:
            gifts[gift.project] = gifts.get(gift.project, 0) + gift.cents
        return {
            name: t("{amount} € de dons", amount=french_number(cents))
            for name, cents in gifts.items()
        }
    if stage.rule in PEER_RULES:
        judges: dict[str, set[str]] = {}
        for each in inputs.evaluations:
            judges.setdefault(each.judge, set())
            judges.setdefault(each.member, set()).add(each.judge)
        return {
            name: t("selon {count} avis", count=len(others)) for name, others in judges.items()
        }
    return {
        claim.name: t("sur {amount} € demandés", amount=french_number(claim.cents))
        for claim in inputs.claims
    }


def _work(contributor: Contributor, formula: Formula, total: Fraction) -> Text:
    """What is attested of a person in units that weigh, its weight, and that of all."""
    found = [
        quantity_text(number, unit)
        for unit, number in contributor.quantities.items()
        if number and formula.weights[unit]
    ]
    measure = formula.measure(contributor)
    if not found:
        return t("rien d'attesté qui compte")
    given, weight = ", ".join(found), number_text(measure)
    if formula.shape is Shape.ROOT:
        return t("{given} : racine carrée de {weight}", given=given, weight=weight)
    whole = number_text(total)
    heavy = [unit for unit, weight in formula.weights.items() if weight]
    if formula.cap is None and len(heavy) == 1:
        [unit] = heavy
        whole = quantity_text(total / formula.weights[unit], unit)
        return t("{given} sur {total}", given=given, total=whole)
    if formula.cap is not None and measure == formula.cap:
        return t(
            "{given} : au plafond de {weight}, sur {total}",
            given=given,
            weight=weight,
            total=whole,
        )
    return t("{given} : {weight} sur {total}", given=given, weight=weight, total=whole)


def quantity_text(number: Fraction, unit: str) -> str:
    """`2 h 30` for minutes, `3 commit` for anything else. Source: as pages show them."""
    if unit == MINUTE.code and number.denominator == 1:
        return spell_minutes(int(number))
    return f"{number_text(number)} {unit}"


def number_text(number: Fraction) -> str:
    """`1 250,5`; `≈ 22,33` where no short decimal number says it. Source: French usage."""
    for scale in range(DECIMALS_MAX + 1):
        scaled = number * 10**scale
        if scaled.denominator == 1:
            whole, rest = divmod(scaled.numerator, 10**scale)
            grouped = f"{whole:,}".replace(",", NARROW)
            return f"{grouped},{rest:0{scale}d}" if scale else grouped
    return f"≈{NO_BREAK}{french_number(round(number * 100))}"


def _voted(result: StageResult, inputs: Inputs) -> list[Line]:
    if not isinstance(inputs.elect, Vote):
        return [Line(name, cents, t("retenue")) for name, cents in result.given.items()]
    count = inputs.elect.counted(result.had)
    election = count.election
    votes = election.votes()
    found: list[Line] = []
    for place in count.places:
        proposal = election.proposals[place]
        reason = (
            t("retenue avec {votes} points", votes=votes[place])
            if election.vote_type in WITH_POINTS
            else t("retenue avec {votes} voix", votes=votes[place])
        )
        cents = result.given[proposal.proposal_id]
        found.append(Line(proposal.proposal_id, cents, reason, proposal.name))
    return found
