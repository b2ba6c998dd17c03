"""Why a project receives this match, what bound it, what would change it.

Source: DESIGN §6, explanations.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from commons.allocation.changes import ASKED_MAX, EURO, signed, with_envelope_more
from commons.allocation.gifts import Gift, tabled
from commons.allocation.matching import Match, Matched, match
from commons.kernel.errors import InputError
from commons.kernel.money import french_number
from commons.kernel.text import Text, how_many, t

WORK_MAX = 8_000
"""Projects times gifts: beyond, what one more donor would bring is not worked out."""


@dataclass(frozen=True, slots=True)
class MatchReason:
    """One match, in cents, and how it would move.

    `pool_more` is the match if the pool had one euro more; `donor_more` if one more person,
    of no group, gave this project one euro and nothing else changed; None where it was not
    worked out or the rule would refuse.
    """

    match: Match
    matched: Matched
    donors: int
    pool_more: int | None
    donor_more: int | None

    def sentences(self) -> list[Text]:
        """The reason as one would read it aloud."""
        gifts = french_number(self.match.gifts)
        texts = [
            *self.match.sentences(self.matched.rule),
            how_many(
                self.donors,
                none=t("Personne ne lui a donné."),
                one=t("1 personne lui a donné {gifts} €.", gifts=gifts),
                many=t("{count} personnes lui ont donné {gifts} € en tout.", gifts=gifts),
            ),
        ]
        if self.pool_more is not None:
            texts.append(with_envelope_more(self.pool_more - self.match.cents))
        if self.donor_more is not None:
            texts.append(_with_donor_more(self.donor_more - self.match.cents))
        return texts


def explain_matches(
    matched: Matched, gifts: Sequence[Gift], cap: int | None, bound: int
) -> list[MatchReason]:
    """The reason of each match, in published order; `cap` and `bound` as they were matched.

    What would change is found by matching again, so it is exact for every rule.
    """
    table = tabled(gifts)
    donor = _newcomer(table.groups.keys())
    is_asked = len(table.projects) <= ASKED_MAX and len(table.projects) * len(gifts) <= WORK_MAX

    def again(pool: int, more: Sequence[Gift]) -> list[int] | None:
        try:
            result = match(pool, [*gifts, *more], matched.rule.name, cap=cap, bound=bound)
        except InputError:
            # A rule with limits may refuse the question though it took the gifts themselves.
            return None
        return [each.cents for each in result.matches]

    richer = again(matched.pool + EURO, ())
    found = []
    for place, each in enumerate(matched.matches):
        asked = again(matched.pool, [Gift(each.project, donor, EURO)]) if is_asked else None
        found.append(
            MatchReason(
                each,
                matched,
                len(table.given[place]),
                richer[place] if richer else None,
                asked[place] if asked else None,
            )
        )
    return found


def _newcomer(donors: Collection[str]) -> str:
    """A name that nobody has."""
    name = "+"
    while name in donors:
        name += "+"
    return name


def _with_donor_more(change: int) -> Text:
    if not change:
        return t("Si une personne de plus lui donnait un euro, ce montant ne changerait pas.")
    return t(
        "Si une personne de plus lui donnait un euro, ce montant changerait de {change} €.",
        change=signed(change),
    )
