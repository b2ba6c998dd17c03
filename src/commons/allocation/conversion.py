"""What a choice on a ballot is worth, said by whoever counts and never guessed.

Source: J.-C. de Borda, « Mémoire sur les élections au scrutin », 1781, and its variants.
"""

from collections import Counter
from dataclasses import replace
from enum import StrEnum

from commons.allocation.ballots import Ballot
from commons.allocation.election import RANKED, Election
from commons.kernel.errors import InputError
from commons.kernel.text import Text, t


class Conversion(StrEnum):
    """Ways to read choices as points or approvals; `MEANINGS` says what each does."""

    BORDA = "borda"
    LIMIT = "limit"
    APPROVAL = "approval"
    FIRST = "first"


TO_APPROVALS = frozenset({Conversion.APPROVAL, Conversion.FIRST})
"""What these make of ballots are approvals; of the others, points."""

MEANINGS: dict[Conversion, Text] = {
    Conversion.BORDA: t(
        "Borda : parmi m propositions, le choix de rang r vaut m − r points, "
        "et une proposition non classée n'en reçoit aucun."
    ),
    Conversion.LIMIT: t(
        "Selon la longueur permise L : le premier choix vaut L points, le suivant L − 1, "
        "et ainsi de suite."
    ),
    Conversion.APPROVAL: t("Chaque choix inscrit vaut une approbation."),
    Conversion.FIRST: t("Seul le premier choix compte, pour une approbation."),
}


def convert(election: Election, conversion: Conversion) -> Election:
    """The same election with choices worth what `conversion` says.

    Raises `InputError` where the ballots have no order that the conversion needs.
    """
    if election.vote_type != RANKED and conversion is not Conversion.APPROVAL:
        raise InputError(
            t(
                "Ces bulletins ne sont pas des classements : la conversion « {name} » n'a "
                "pas de sens ici.",
                name=conversion.value,
            )
        )
    points = _points(election, conversion)
    ballots: Counter[Ballot] = Counter()
    for ballot, count in election.ballots.items():
        marks = zip(ballot, points, strict=False)
        ballots[tuple(sorted((place, given) for (place, _), given in marks if given))] += count
    del ballots[()]
    kind = "approval" if conversion in TO_APPROVALS else "cumulative"
    return replace(election, ballots=dict(ballots), vote_type=kind)


def _points(election: Election, conversion: Conversion) -> list[int]:
    """What the first choice is worth, the second, and so on."""
    longest = max((len(ballot) for ballot in election.ballots), default=0)
    match conversion:
        case Conversion.BORDA:
            return list(range(len(election.proposals) - 1, -1, -1))
        case Conversion.LIMIT:
            top = max(_length_max(election), longest)
            return [top - rank for rank in range(longest)]
        case Conversion.APPROVAL:
            return [1] * longest
        case Conversion.FIRST:
            return [1]


def _length_max(election: Election) -> int:
    written = election.meta.get("max_length", "")
    if not (written.isascii() and written.isdecimal()):
        return 0
    if len(written) > 7:
        raise InputError(t("« max_length » est trop grand : {text}.", text=written[:40]))
    return int(written)
