"""`round.json`: what went into a division and what came out, so that anyone can do it again.

One canonical JSON object (the journal's spelling), whose SHA-256 stands in the entry that
books the result. Persons do not stand in it: a claim
stands by the identifier of its entry, whose claimant is committed to and not shown.
"""

from collections.abc import Mapping, Sequence
from hashlib import sha256

from commons.allocation.division import ENGINE, Division
from commons.allocation.election import Election
from commons.chamber.model import Envelope
from commons.ledger.canonical import encode

FORM = "commons-round/1"


def euros(cents: int) -> str:
    """`12.34` from 1234 cents."""
    return f"{cents // 100}.{cents % 100:02d}"


def claims_round(
    envelope: Envelope, division: Division, claim_entries: Mapping[str, str]
) -> bytes:
    """The round file of an envelope divided among claims.

    `claim_entries` gives, for each name in the division, the entry of the claim.
    """
    return encode(
        {
            "form": FORM,
            "engine": ENGINE,
            "kind": "claims",
            "commons_id": str(envelope.commons_id),
            "envelope_id": str(envelope.envelope_id),
            "rule": division.rule.name,
            "envelope": euros(division.envelope),
            "claims": [
                {"claimant": claim_entries[award.claim.name], "claim": euros(award.claim.cents)}
                for award in division.awards
            ],
            "result": {
                "awards": [
                    {
                        "claimant": claim_entries[award.claim.name],
                        "award": euros(award.cents),
                        "exact": str(award.exact / 100),
                    }
                    for award in division.awards
                ],
                "unspent": euros(division.unspent),
            },
        }
    )


def election_round(
    envelope: Envelope,
    election: Election,
    source: bytes,
    rule: str,
    utility: str,
    selected: Sequence[int],
) -> bytes:
    """The round file of an election: the ballots stand by the hash of their file."""
    return encode(
        {
            "form": FORM,
            "engine": ENGINE,
            "kind": "election",
            "commons_id": str(envelope.commons_id),
            "envelope_id": str(envelope.envelope_id),
            "rule": rule,
            "utility": utility,
            "completion": "none",
            "budget": str(election.budget),
            "voters": str(election.voters),
            "election_sha256": sha256(source).hexdigest(),
            "result": {
                "selected": [election.proposals[place].proposal_id for place in selected],
                "cost": str(sum(election.proposals[place].cost for place in selected)),
            },
        }
    )


def digest(round_file: bytes) -> str:
    return sha256(round_file).hexdigest()
