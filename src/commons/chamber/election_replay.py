"""Counting the election of a round file again, from the file of its ballots."""

from collections.abc import Mapping
from fractions import Fraction
from hashlib import sha256
from typing import Any

from commons.allocation.pabulib import read_election
from commons.allocation.recipe import fraction
from commons.chamber.election_file import funded_by
from commons.chamber.round_file import funded_places
from commons.kernel.errors import InputError
from commons.kernel.text import t

KEYS = (
    "form",
    "engine",
    "kind",
    "commons_id",
    "envelope_id",
    "rule",
    "utility",
    "completion",
    "budget",
    "election_sha256",
)


def election_again(value: Mapping[str, Any], ballots: bytes | None) -> dict[str, Any]:
    """What the election part of a round file should be, counted again.

    Raises `InputError` without the ballots, or with others than those the file names.
    """
    if ballots is None:
        raise InputError(t("Ce calcul est une élection : donnez ses bulletins avec --ballots."))
    if sha256(ballots).hexdigest() != value.get("election_sha256"):
        raise InputError(
            t("Ces bulletins ne sont pas ceux de ce calcul : l'empreinte diffère.")
        )
    if value.get("completion") != "none":
        raise InputError(t("La complétion de ce calcul n'est pas connue."))
    election = read_election(ballots, fraction(value.get("budget")))
    places = funded_by(election, str(value.get("rule")), str(value.get("utility")))
    cost = sum((election.proposals[place].cost for place in places), Fraction(0))
    return {
        **{key: value[key] for key in KEYS if key in value},
        "voters": str(election.voters),
        "result": {
            "selected": [election.proposals[place].proposal_id for place in places],
            "cost": str(cost),
            "funded": funded_places(election, places),
        },
    }
