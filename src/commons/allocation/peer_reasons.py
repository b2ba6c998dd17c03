"""Why a member receives this amount: who said how much, and what would change it.

Source: DESIGN §6, explanations.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from commons.allocation.changes import EURO, with_envelope_more
from commons.allocation.peers import (
    Evaluation,
    PeerAward,
    PeerDivision,
    divide_by_peers,
    judged,
)
from commons.kernel.errors import InputError
from commons.kernel.money import french_number, to_the_cent
from commons.kernel.text import Text, t

NAMED_MAX = 12
"""Up to this many judges stand in a sentence; the data have all."""


@dataclass(frozen=True, slots=True)
class Said:
    """What one judge gave the member, of all the points that this judge gave."""

    judge: str
    points: Fraction
    of: Fraction

    @property
    def part(self) -> Fraction:
        return self.points / self.of if self.of else Fraction(0)


@dataclass(frozen=True, slots=True)
class PeerReason:
    """One amount, in cents, who said how much, and how it would move.

    `silent` are the others who said nothing at all. `envelope_more` is the amount if the
    envelope had one euro more; None where the rule would refuse.
    """

    award: PeerAward
    division: PeerDivision
    said: Sequence[Said]
    silent: Sequence[str]
    envelope_more: int | None

    def sentences(self) -> list[Text]:
        """The reason as one would read it aloud."""
        texts = self.award.sentences(self.division.rule)
        if self.said:
            texts.append(_told(self.said))
        if self.silent:
            texts.append(t("Sans avis : {names}.", names=", ".join(self.silent[:NAMED_MAX])))
        if self.award.exact != self.award.cents:
            texts.append(
                t(
                    "Avant l'arrondi au centime : {exact} centimes ; après : {amount} €.",
                    exact=to_the_cent(self.award.exact),
                    amount=french_number(self.award.cents),
                )
            )
        if self.envelope_more is not None:
            texts.append(with_envelope_more(self.envelope_more - self.award.cents))
        return texts


def explain_peers(
    division: PeerDivision, evaluations: Iterable[Evaluation]
) -> list[PeerReason]:
    """The reason of each amount, in published order.

    What would change is found by dividing again, so it is exact for every rule.
    """
    known = list(evaluations)
    members, points = judged(known)
    totals = {judge: sum(given.values(), Fraction(0)) for judge, given in points.items()}
    try:
        rule = division.rule.name
        richer = divide_by_peers(division.envelope + EURO, known, rule).awards
    except InputError:
        richer = ()
    after = {award.member: award.cents for award in richer}
    return [
        PeerReason(
            award,
            division,
            [
                Said(judge, points[judge].get(award.member, Fraction(0)), totals[judge])
                for judge in members
                if judge in points and judge != award.member
            ],
            [judge for judge in members if judge not in points and judge != award.member],
            after.get(award.member),
        )
        for award in division.awards
    ]


def _told(said: Sequence[Said]) -> Text:
    """« Points reçus : Ana 30 %, Bo 25,5 %. », in parts of what each gave."""
    whole = _part(said[0])
    for each in said[1:NAMED_MAX]:
        whole = Text("{first}, {next}", {"first": whole, "next": _part(each)})
    if left := len(said[NAMED_MAX:]):
        whole = Text("{first}… (+{left})", {"first": whole, "left": left})
    return t("Sa part dans les points que chaque personne a donnés : {parts}.", parts=whole)


def _part(said: Said) -> Text:
    part = to_the_cent(said.part * 100)
    return t("{judge} {part}\u00a0%", judge=said.judge, part=part)
