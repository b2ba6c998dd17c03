"""Counting an election by any ballot rule with its parameters, and checking what came out.

Source: each rule names its own; the audit is that of `election_audit` and `certificate`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from commons.allocation.certificate import Payments, broken_conditions, payments
from commons.allocation.completion import Completion, Outcome, complete
from commons.allocation.conversion import TO_APPROVALS, Conversion, convert
from commons.allocation.election import RANKED, WITH_POINTS, Election
from commons.allocation.election_audit import (
    Grievance,
    Satisfaction,
    grievances,
    satisfaction,
)
from commons.allocation.greedy import greedy
from commons.allocation.phragmen import phragmen
from commons.kernel.errors import FieldError, InputError
from commons.kernel.text import Text, t


@dataclass(frozen=True, slots=True)
class BallotRule:
    """A rule that counts ballots, as people choose it; `source` is where it is defined."""

    name: str
    label: Text
    counts: Text
    protects: Text
    costs: Text
    source: str


BALLOT_RULES: dict[str, BallotRule] = {
    rule.name: rule
    for rule in (
        BallotRule(
            "equal-shares",
            t("Méthode des parts égales"),
            t(
                "Chaque personne dispose de la même part du budget ; une proposition est "
                "retenue quand ses soutiens la paient ensemble, à parts aussi égales que "
                "possible."
            ),
            t("Elle protège les minorités : un groupe uni obtient à hauteur de sa taille."),
            t("Elle coûte aux propositions les plus votées si leurs soutiens ont déjà payé."),
            "Peters & Skowron 2020; Peters, Pierczyński & Skowron 2021",
        ),
        BallotRule(
            "phragmen",
            t("Phragmén séquentiel"),
            t(
                "L'argent arrive au même rythme chez chaque personne ; dès que les soutiens "
                "d'une proposition en ont le coût, ils l'achètent."
            ),
            t("Elle protège l'équilibre entre les groupes, sans paramètre à choisir."),
            t("Elle coûte à la dépense : elle s'arrête à la première qui ne tient plus."),
            "Phragmén 1894; Los, Christoff & Grossi 2022",
        ),
        BallotRule(
            "greedy",
            t("Au nombre de voix"),
            t("Les propositions les plus votées d'abord, tant que l'argent suffit."),
            t("Elle protège la simplicité : un décompte, que tout le monde peut refaire."),
            t("Elle coûte aux minorités : une majorité peut décider de tout le budget."),
            "the practice of cities, as Pabulib names it",
        ),
    )
}


@dataclass(frozen=True, slots=True)
class Count:
    """How to count: the rule and the parameters that it reads.

    `completion` is for Equal Shares, `skipping` and `threshold` for greedy, `conversion` says
    what choices are worth, for all.
    """

    rule: str = "equal-shares"
    completion: Completion = Completion()  # noqa: RUF009 -- it is frozen
    conversion: Conversion | None = None
    skipping: bool = True
    threshold: int = 0

    def by(self, rule: str) -> "Count":
        """How that rule counts: with the parameters it reads, and no others.

        Groups are judged by the utility whatever the rule, but not by points.
        """
        if rule == "equal-shares":
            return replace(self, rule=rule, skipping=True, threshold=0)
        utility = self.completion.utility
        judged = Completion(utility if utility == "cardinality" else "cost")
        if rule == "greedy":
            return replace(self, rule=rule, completion=judged)
        return Count(rule, judged, self.conversion)


@dataclass(frozen=True, slots=True)
class Counted:
    """What a rule funds, in order; `election` is as counted, its choices converted.

    `given` is what each person had been given when a proposal was bought, where the rule is
    Phragmén's; `outcome` is there where it is Equal Shares.
    """

    election: Election
    count: Count
    places: list[int]
    outcome: Outcome | None = None
    given: tuple[Fraction, ...] = ()


def counted(election: Election, count: Count) -> Counted:
    """Count the election. Raises `InputError` for an unknown rule and as the rules do."""
    if count.conversion is not None:
        election = convert(election, count.conversion)
    if count.rule not in _COUNTS:
        known = ", ".join(BALLOT_RULES)
        raise InputError(
            t(
                "La règle « {name} » ne compte pas des votes : {known}.",
                name=count.rule[:40],
                known=known,
            )
        )
    return _COUNTS[count.rule](election, count)


def refuse_idle(election: Election, count: Count) -> None:
    """Raise `InputError` beside `utility` or `convert` where these ballots make them idle.

    Who asks for them would believe that they were heeded. Rounds counted before this was
    refused can still be counted again, so `counted` does not ask.
    """
    conversion, kind = count.conversion, election.vote_type
    faults = []
    if conversion is Conversion.APPROVAL and kind not in {RANKED, *WITH_POINTS}:
        text = t("Ces bulletins sont déjà des approbations : il n'y a rien à convertir.")
        faults.append(FieldError("convert", text))
    if conversion is not None:
        kind = "approval" if conversion in TO_APPROVALS else "cumulative"
    if count.completion.utility == "points" and kind not in {RANKED, *WITH_POINTS}:
        text = t(
            "Ces bulletins n'ont pas de points, seulement des approbations : choisissez "
            "l'utilité « cost » ou « cardinality »."
        )
        faults.append(FieldError("utility", text))
    if faults:
        raise InputError(t("Ce réglage n'a pas de sens pour ces bulletins."), faults)


@dataclass(frozen=True, slots=True)
class OneMore:
    """What one more unit of money in the budget would have changed."""

    gained: Sequence[int]
    lost: Sequence[int]


def with_one_more(result: Counted) -> OneMore:
    """The same ballots counted with one more unit of money.

    No rule here is monotone in the budget: with more money, a proposal may lose. Source:
    counting again.
    """
    election = result.election
    richer = replace(election, budget=election.budget + 1)
    then = _COUNTS[result.count.rule](richer, result.count).places
    return changed(result.places, then)


def changed(now: Sequence[int], then: Sequence[int]) -> OneMore:
    """What is funded only then, and what only now, each in its order."""
    before, after = set(now), set(then)
    return OneMore(
        [place for place in then if place not in before],
        [place for place in now if place not in after],
    )


def _equal_shares(election: Election, count: Count) -> Counted:
    outcome = complete(election, count.completion)
    return Counted(election, count, outcome.selected, outcome)


def _greedy(election: Election, count: Count) -> Counted:
    places = greedy(election, skipping=count.skipping, threshold=count.threshold)
    return Counted(election, count, places)


def _phragmen(election: Election, count: Count) -> Counted:
    drips = phragmen(election)
    given = tuple(drip.given for drip in drips)
    return Counted(election, count, [drip.place for drip in drips], given=given)


_COUNTS: dict[str, Callable[[Election, Count], Counted]] = {
    "equal-shares": _equal_shares,
    "greedy": _greedy,
    "phragmen": _phragmen,
}


@dataclass(frozen=True, slots=True)
class CountAudit:
    """What can be checked of a result; `broken` is None where no payments made it.

    `utility` is the one by which groups were judged; `by_votes` says whether something was
    funded after the payments, by number of votes.
    """

    fare: Satisfaction
    utility: str
    wronged: list[Grievance]
    broken: list[Text] | None
    by_votes: bool


def paid_in(result: Counted) -> Payments | None:
    """Who paid how much, where Equal Shares was counted."""
    outcome = result.outcome
    if outcome is None:
        return None
    utility = outcome.completion.utility
    return payments(result.election, outcome.purchases, outcome.endowment, utility)


def audited(result: Counted, table: Payments | None) -> CountAudit:
    """EJR+ up to any project, satisfaction, and whether the payments hold.

    `table` is `paid_in(result)`, which is worth computing once.
    """
    election, outcome = result.election, result.outcome
    utility = "cardinality" if result.count.completion.utility == "cardinality" else "cost"
    broken = None
    if outcome is not None and outcome.is_kept and table is not None:
        broken = broken_conditions(election, outcome.purchases, table)
    return CountAudit(
        satisfaction(election, result.places),
        utility,
        grievances(election, result.places, utility),
        broken,
        by_votes=outcome is not None and bool(outcome.by_votes),
    )
