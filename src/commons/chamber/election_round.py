"""`round.json` of an election: how it was counted, what came out, the ballots by their hash."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from hashlib import sha256
from typing import Any

from commons.allocation.completion import Completion
from commons.allocation.conversion import Conversion
from commons.allocation.counting import Count, Counted, counted
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
OPTIONS = ("exhaustive", "integral", "comparison", "no-skip")


def election_round(result: Counted, source: bytes, place: Mapping[str, str] = NOWHERE) -> bytes:
    """The round file of an election: the ballots stand by the hash of their file.

    What is as usual is left out: options, conversion, threshold.
    """
    count, election = result.count, result.election
    return encode(
        {
            **round_head("election", place),
            "rule": count.rule,
            "utility": count.completion.utility,
            "completion": count.completion.method,
            **_options(count),
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


def _options(count: Count) -> dict[str, Canonical]:
    done = count.completion
    chosen = (done.exhaustive, done.integral, done.comparison, not count.skipping)
    options: list[Canonical] = [
        name for name, is_on in zip(OPTIONS, chosen, strict=True) if is_on
    ]
    found: dict[str, Canonical] = {"options": options} if options else {}
    if count.conversion is not None:
        found["convert"] = count.conversion.value
    if count.threshold:
        found["threshold"] = str(count.threshold)
    return found


def election_again(
    value: Mapping[str, Any], ballots: bytes | None, place: Mapping[str, str]
) -> bytes:
    """What the round file of an election should be, counted again.

    Raises `InputError` without the ballots, or with others than those the file names.
    """
    if ballots is None:
        raise InputError(t("Ce calcul est une élection : donnez ses bulletins avec --ballots."))
    if sha256(ballots).hexdigest() != value.get("election_sha256"):
        raise InputError(
            t("Ces bulletins ne sont pas ceux de ce calcul : l'empreinte diffère.")
        )
    election = read_election(ballots, fraction(value.get("budget")))
    return election_round(counted(election, _count(value)), ballots, place)


def _count(value: Mapping[str, Any]) -> Count:
    options = value.get("options", [])
    completion = Completion(
        str(value.get("utility")),
        str(value.get("completion")),
        exhaustive="exhaustive" in options,
        integral="integral" in options,
        comparison="comparison" in options,
    )
    return Count(
        str(value.get("rule")),
        completion,
        Conversion(value["convert"]) if "convert" in value else None,
        skipping="no-skip" not in options,
        threshold=int(value.get("threshold", "0")),
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
