"""An explanation is a claim: each sentence is checked against another count, voter by voter."""

import re
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st
from tests.allocation.small_elections import (
    counts,
    each_voter,
    elections,
    equal_shares_by_definition,
)

from commons.allocation.ballots import Ballot
from commons.allocation.completion import Completion
from commons.allocation.counting import Count, Counted, changed, counted, paid_in, with_one_more
from commons.allocation.counting_reasons import whys
from commons.allocation.election import Election, Proposal
from commons.allocation.reason_sentences import Teller
from commons.kernel.money import to_the_cent

AMOUNT = r"(\d+\.\d\d)"
NAMES = r"((?:« [^ ]+ »(?:, )?)+)"


SENTENCES = {
    "shared": (
        f"Ses soutiens se partagent {AMOUNT} : {AMOUNT} (chacun|par point)"
        r"(?:, sauf (une|\d+) personnes?, qui [^.]*)?\."
    ),
    "free": r"Elle ne coûte rien, il suffit qu'on la choisisse\.",
    "fitted_after_shares": (
        f"Financée ensuite par le nombre de voix : {AMOUNT} sur les {AMOUNT} qui restaient à "
        r"son tour\."
    ),
    "fitted": (
        f"Financée par le nombre de voix : {AMOUNT} sur les {AMOUNT} qui restaient à "
        r"son tour\."
    ),
    "dripped": rf"Achetée par ses soutiens quand chaque personne avait reçu {AMOUNT}\.",
    "too_dear": r"Non financée : elle coûte plus que le budget\.",
    "too_few": r"Non financée : il en fallait au moins (\d+)\.",
    "short": (
        "Non financée : (après d'autres achats, )?ses soutiens n'(?:avaient ensemble plus|ont "
        rf"ensemble) que {AMOUNT} sur {AMOUNT}\."
    ),
    "overtaken": rf"Moins choisies, mais payées par leurs soutiens : {NAMES}\.",
    "no_room_then": rf"Puis, au nombre de voix, il ne restait à son tour que {AMOUNT}\.",
    "others_fit": rf"Moins choisies, mais qui tenaient dans ce reste : {NAMES}\.",
    "no_room": rf"Non financée : à son tour, il ne restait que {AMOUNT} pour {AMOUNT}\.",
    "ends": r"Le décompte s'arrête là\.",
    "ends_all": (
        f"Non financée : quand ses soutiens ont eu ensemble {AMOUNT}, il ne restait que "
        rf"{AMOUNT} du budget\. Le décompte s'arrête là\."
    ),
    "beside_the_end": (
        f"Non financée : ses soutiens ont eu ensemble {AMOUNT} en même temps que ceux "
        f"d'autres, qui ne tenaient plus dans le budget : {NAMES}"
        r"\. Le décompte s'arrête là\."
    ),
    "after_the_end": (
        "Non financée : le décompte s'est arrêté avant, à la première qui ne tenait plus : "
        rf"{NAMES}\."
    ),
    "not_yet": (
        "Non financée : quand le décompte s'est arrêté, à ce qui ne tenait plus dans le budget "
        rf"\({NAMES}\), ses soutiens n'avaient ensemble que {AMOUNT} sur {AMOUNT}\."
    ),
}
"""Each sentence there is, by the method of `Check` that says what must be so."""


@dataclass
class Money:
    """Everyone's money at the end, and what was left at each turn by votes, counted anew."""

    held: dict[str, Fraction] = field(default_factory=dict)
    spenders: set[str] = field(default_factory=set)
    by_backers: list[str] = field(default_factory=list)
    payment: dict[str, list[Fraction]] = field(default_factory=dict)
    turns: dict[str, Fraction] = field(default_factory=dict)
    by_votes: list[str] = field(default_factory=list)
    given: dict[str, Fraction] = field(default_factory=dict)
    stop: Fraction | None = None
    left: Fraction = Fraction(0)
    ends: list[str] = field(default_factory=list)


def counted_anew(result: Counted) -> Money:
    election, count = result.election, result.count
    ids = [proposal.proposal_id for proposal in election.proposals]
    voters = each_voter(election)
    found = Money(left=election.budget)
    outcome = result.outcome
    if count.rule == "phragmen":
        return drips_anew(election)
    if outcome is not None and outcome.is_kept:
        bought, paid = equal_shares_by_definition(
            election, outcome.completion.utility, outcome.endowment
        )
        found.by_backers = [ids[place] for place in bought]
        for place, name in enumerate(ids):
            backers = [i for i, voter in enumerate(voters) if place in voter]
            purses = [outcome.endowment - sum(paid[i].values()) for i in backers]
            found.held[name] = sum(purses, Fraction(0))
            found.payment[name] = [paid[i].get(place, Fraction(0)) for i in backers]
            if any(sum(paid[i].values()) for i in backers):
                found.spenders.add(name)
        found.left -= sum((election.proposals[place].cost for place in bought), Fraction(0))
        if count.completion.method not in {"utilitarian", "add1u"}:
            return found
    votes = {name: sum(v.get(place, 0) for v in voters) for place, name in enumerate(ids)}
    cost = {proposal.proposal_id: proposal.cost for proposal in election.proposals}
    for name in sorted(ids, key=lambda each: (-votes[each], each)):
        if not votes[name] or name in found.by_backers or votes[name] < count.threshold:
            continue
        found.turns[name] = found.left
        if cost[name] <= found.left:
            found.by_votes.append(name)
            found.left -= cost[name]
        elif not count.skipping:
            found.ends = [name]
            break
    return found


def drips_anew(election: Election) -> Money:
    """Phragmén's rule with a purse for every voter."""
    found, voters = Money(left=election.budget), each_voter(election)
    since = [Fraction(0)] * len(voters)
    proposals = {p.proposal_id: (place, p.cost) for place, p in enumerate(election.proposals)}
    backers = {
        name: [i for i, voter in enumerate(voters) if place in voter]
        for name, (place, _) in proposals.items()
    }
    open_to = {n for n, (_, cost) in proposals.items() if backers[n] and cost <= found.left}
    while open_to:
        at = {
            name: (proposals[name][1] + sum(since[i] for i in backers[name]))
            / len(backers[name])
            for name in open_to
        }
        found.stop = min(at.values())
        tied = sorted(name for name in open_to if at[name] == found.stop)
        found.ends = [name for name in tied if proposals[name][1] > found.left]
        if found.ends:
            break
        name = tied[0]
        open_to.remove(name)
        found.given[name] = found.stop
        found.left -= proposals[name][1]
        for i in backers[name]:
            since[i] = found.stop
    stop = found.stop or Fraction(0)
    for name in proposals:
        found.held[name] = sum((stop - since[i] for i in backers[name]), Fraction(0))
    return found


class Check:
    """Each sentence there is, and what must be so for it to be said."""

    def __init__(self, result: Counted) -> None:
        self.result, self.money = result, counted_anew(result)
        self.proposals = {p.proposal_id: p for p in result.election.proposals}
        ids = [p.proposal_id for p in result.election.proposals]
        votes = result.election.votes()
        self.votes = dict(zip(ids, votes, strict=True))
        self.place = {name: place for place, name in enumerate(ids)}

    def cost(self, name: str) -> Fraction:
        return self.proposals[name].cost

    def is_said(self, value: Fraction, said: str) -> bool:
        return to_the_cent(value) == Decimal(said)

    def shared(self, name: str, cost: str, each: str, by: str, short: str | None) -> bool:
        voters = [v for v in each_voter(self.result.election) if self.place[name] in v]
        paid = self.money.payment[name]
        points = [v[self.place[name]] if by == "par point" else 1 for v in voters]
        rates = [amount / part for amount, part in zip(paid, points, strict=True)]
        less = sum(rate < max(rates) for rate in rates)
        assert sum(paid) == self.cost(name)
        assert less == (1 if short == "une" else int(short or 0))
        return self.is_said(self.cost(name), cost) and self.is_said(max(rates), each)

    def free(self, name: str) -> bool:
        return not self.cost(name) and bool(self.votes[name])

    def dripped(self, name: str, given: str) -> bool:
        return self.is_said(self.money.given[name], given)

    def too_dear(self, name: str) -> bool:
        return self.cost(name) > self.result.election.budget

    def too_few(self, name: str, least: str) -> bool:
        return self.votes[name] < self.result.count.threshold == int(least)

    def fitted(self, name: str, cost: str, left: str) -> bool:
        assert self.cost(name) <= self.money.turns[name]
        is_cost = self.is_said(self.cost(name), cost)
        return is_cost and self.is_said(self.money.turns[name], left)

    def fitted_after_shares(self, name: str, cost: str, left: str) -> bool:
        return name not in self.money.by_backers and self.fitted(name, cost, left)

    def short(self, name: str, after: str | None, held: str, cost: str) -> bool:
        money = self.money
        assert money.held[name] < self.cost(name)
        assert (name in money.spenders) == bool(after)
        return self.is_said(money.held[name], held) and self.is_said(self.cost(name), cost)

    def overtaken(self, name: str, names: str) -> bool:
        fewer = [n for n in self.money.by_backers if self.votes[n] < self.votes[name]]
        return named(names) == fewer != []

    def no_room_then(self, name: str, left: str) -> bool:
        turn = self.money.turns[name]
        return self.cost(name) > turn and self.is_said(turn, left)

    def no_room(self, name: str, left: str, cost: str) -> bool:
        return self.no_room_then(name, left) and self.is_said(self.cost(name), cost)

    def ends(self, name: str) -> bool:
        return name in self.money.ends

    def others_fit(self, name: str, names: str) -> bool:
        fewer = [n for n in self.money.by_votes if self.votes[n] < self.votes[name]]
        assert all(self.cost(n) <= self.money.turns[name] for n in fewer)
        return named(names) == fewer != []

    def ends_all(self, name: str, cost: str, left: str) -> bool:
        money = self.money
        assert name in money.ends
        assert money.held[name] == self.cost(name) > money.left
        return self.is_said(self.cost(name), cost) and self.is_said(money.left, left)

    def beside_the_end(self, name: str, cost: str, names: str) -> bool:
        assert self.money.held[name] == self.cost(name) <= self.money.left
        is_cost = self.is_said(self.cost(name), cost)
        return is_cost and sorted(named(names)) == sorted(self.money.ends)

    def after_the_end(self, name: str, names: str) -> bool:
        return named(names) == self.money.ends and name not in self.money.turns

    def not_yet(self, name: str, names: str, held: str, cost: str) -> bool:
        money = self.money
        assert money.held[name] < self.cost(name)
        assert sorted(named(names)) == sorted(money.ends)
        return self.is_said(money.held[name], held) and self.is_said(self.cost(name), cost)

    def told(self, name: str, text: str) -> None:
        """Every part of the text is a sentence known here, and true."""
        head = re.match(r"« ([^ ]+) » : (aucune voix|aucun point|(\d+) (?:voix|points?))", text)
        assert head is not None, text
        assert (head[1], int(head[3] or 0)) == (name, self.votes[name])
        rest = text[head.end() :]
        if rest == ", elle ne peut donc pas être financée.":
            assert not self.votes[name]
            return
        rest = rest.removeprefix(". ")
        while rest:
            for check, pattern in SENTENCES.items():
                if found := re.match(pattern, rest):
                    is_so = getattr(self, check)(name, *found.groups())
                    assert is_so, (name, found[0], self.money)
                    rest = rest[found.end() :].lstrip()
                    break
            else:
                raise AssertionError(rest)


def named(names: str) -> list[str]:
    return re.findall("« ([^ ]+) »", names)


def told(election: Election, count: Count) -> dict[str, str]:
    result = counted(election, count)
    teller = Teller(election, lambda place: election.proposals[place].proposal_id)
    reasons = whys(result, paid_in(result))
    check, texts = Check(result), {}
    for reason in reasons:
        name = election.proposals[reason.place].proposal_id
        texts[name] = str(teller.text(reason))
        check.told(name, texts[name])
    assert [reason.place for reason in reasons][: len(result.places)] == result.places
    assert len(texts) == len(election.proposals)
    return texts


@given(count=counts(), data=st.data())
def test_every_sentence_is_true_of_the_count(count: Count, data: st.DataObject) -> None:
    points = 1 if count.rule == "phragmen" else data.draw(st.sampled_from([1, 4]))
    told(data.draw(elections(points_max=points)), count)


@given(count=counts(), election=elections(points_max=1))
def test_one_more_unit_changes_what_counting_again_says(
    count: Count, election: Election
) -> None:
    result = counted(election, count)
    richer = Election(
        election.budget + 1,
        election.proposals,
        election.ballots,
        election.voters,
        election.vote_type,
    )
    then = counted(richer, count).places
    change = with_one_more(result)
    assert change == changed(result.places, then)
    assert set(result.places) - set(change.lost) | set(change.gained) == set(then)


def test_who_lost_by_number_of_votes_is_not_told_that_backers_paid_for_another() -> None:
    """B is dearer than the budget; C, with one vote, is funded with what shares left."""
    proposals = tuple(
        Proposal(name, Fraction(cost)) for name, cost in (("A", 3), ("B", 11), ("C", 2))
    )
    ballots: dict[Ballot, int] = {((0, 1),): 6, ((1, 1),): 3, ((2, 1),): 1}
    election = Election(Fraction(10), proposals, ballots, 10, "approval")
    text = told(election, Count(completion=Completion(method="utilitarian")))["B"]
    assert text == (
        "« B » : 3 voix. Non financée : ses soutiens n'ont ensemble que 3.00 sur 11.00. "
        "Puis, au nombre de voix, il ne restait à son tour que 7.00. "
        "Moins choisies, mais qui tenaient dans ce reste : « C »."
    )
