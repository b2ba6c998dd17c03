"""`round.json` of an election: how it was counted, what came out, the ballots by their hash."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from hashlib import sha256
from typing import Any

from commons.allocation.count_text import count_from, count_object
from commons.allocation.counting import Counted, counted
from commons.allocation.division import ENGINE
from commons.allocation.election import Election, Proposal
from commons.allocation.pabulib import read_election
from commons.allocation.recipe import fraction
from commons.chamber.model import ElectionResult, Funded
from commons.kernel.errors import InputError
from commons.kernel.text import t
from commons.ledger.canonical import Canonical, decode, encode

FORM = "commons-round/1"
NOWHERE: Mapping[str, str] = {}
"""A division made outside any commons has no identifiers."""


def election_round(result: Counted, source: bytes, place: Mapping[str, str] = NOWHERE) -> bytes:
    """The round file of an election: the ballots stand by the hash of their file.

    What is as usual is left out: options, conversion, threshold.
    """
    count, election = result.count, result.election
    return encode(
        {
            **round_head("election", place),
            **count_object(count),
            "budget": str(election.budget),
            "voters": str(election.voters),
            "election_sha256": sha256(source).hexdigest(),
            "result": {
                "selected": [election.proposals[place].proposal_id for place in result.places],
                "cost": str(election.cost(result.places)),
                "funded": funded_places(election, result.places),
            },
        }
    )


def round_head(kind: str, place: Mapping[str, str]) -> dict[str, Canonical]:
    """What every round file begins with."""
    return {"form": FORM, "engine": ENGINE, "kind": kind, **place}


def election_again(
    value: Mapping[str, Any], ballots: bytes | None, place: Mapping[str, str]
) -> bytes:
    """What the round file of an election should be, counted again.

    Raises `InputError` without the ballots, or with others than those the file names.
    """
    if ballots is None:
        raise InputError(t("Ce calcul est une élection : donnez ses bulletins avec --ballots."))
    check_ballots(value, ballots)
    election = read_election(ballots, fraction(value.get("budget")))
    return election_round(counted(election, count_from(value)), ballots, place)


def check_ballots(value: Mapping[str, Any], ballots: bytes) -> None:
    """Raises `InputError` for other ballots than those that the round file names."""
    if sha256(ballots).hexdigest() != value.get("election_sha256"):
        raise InputError(
            t("Ces bulletins ne sont pas ceux de ce calcul : l'empreinte diffère.")
        )


def funded_places(election: Election, selected: Sequence[int]) -> list[Canonical]:
    """The proposals funded, in the order of the rule, with their names and costs."""
    return [_funded(election.proposals[place]) for place in selected]


def _funded(proposal: Proposal) -> dict[str, Canonical]:
    return {
        "proposal": proposal.proposal_id,
        "name": proposal.name,
        "cost": str(proposal.cost),
    }


def read_election_result(round_file: bytes) -> ElectionResult:
    """What `election_round` says came out. Only for files that this service wrote."""
    content = decode(round_file)
    return ElectionResult(
        rule=content["rule"],
        utility=content["utility"],
        voters=int(content["voters"]),
        funded=tuple(
            Funded(item["proposal"], item["name"], int(Fraction(item["cost"]) * 100))
            for item in content["result"]["funded"]
        ),
    )
