"""`round.json`: what went into a division and what came out, so that anyone can do it again.

One canonical JSON object (the journal's spelling), whose SHA-256 stands in the entry that
books the result. Persons do not stand in it: a claim
stands by the identifier of its entry, whose claimant is committed to and not shown.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from hashlib import sha256

from commons.allocation.division import Claim, Division
from commons.allocation.exact_text import exact_text
from commons.allocation.gifts import Gift
from commons.allocation.matching import Matched
from commons.allocation.peers import Evaluation, PeerDivision
from commons.allocation.recipe import Cooked, Inputs
from commons.allocation.recipe_vote import ballots_stage
from commons.allocation.rounding import Rounding
from commons.allocation.takes import TAKES, Take
from commons.chamber.election_round import NOWHERE, round_head
from commons.chamber.model import Envelope
from commons.kernel.errors import InputError
from commons.kernel.money import euros
from commons.kernel.text import t
from commons.ledger.canonical import Canonical, encode


def claims_round(
    envelope: Envelope, division: Division, claim_entries: Mapping[str, str]
) -> bytes:
    """The round file of an envelope divided among claims.

    `claim_entries` gives, for each name in the division, the entry of the claim.
    """
    awards = tuple(
        replace(award, claim=replace(award.claim, name=claim_entries[award.claim.name]))
        for award in division.awards
    )
    return division_round(replace(division, awards=awards), place_of(envelope))


def place_of(envelope: Envelope) -> Mapping[str, str]:
    """The identifiers of an envelope of a commons."""
    return {
        "commons_id": str(envelope.commons_id),
        "envelope_id": str(envelope.envelope_id),
    }


def division_round(division: Division, place: Mapping[str, str] = NOWHERE) -> bytes:
    """The round file of any division among claims. What is as usual is left out."""
    rounding = division.rounding
    return encode(
        {
            **round_head("claims", place),
            "rule": division.rule.name,
            **({} if rounding is Rounding.LARGEST_REMAINDER else {"rounding": str(rounding)}),
            "envelope": euros(division.envelope),
            "claims": _claims([award.claim for award in division.awards]),
            "result": {
                "awards": [
                    {
                        "claimant": award.claim.name,
                        "award": euros(award.cents),
                        "exact": exact_text(award.exact / 100),
                    }
                    for award in division.awards
                ],
                "unspent": euros(division.unspent),
            },
        }
    )


def matching_round(
    result: Matched,
    gifts: Sequence[Gift],
    cap: int | None,
    bound: int,
    place: Mapping[str, str] = NOWHERE,
) -> bytes:
    """The round file of a pool that matched gifts; the bound stands where the rule reads it."""
    return encode(
        {
            **round_head("gifts", place),
            "rule": result.rule.name,
            "pool": euros(result.pool),
            **({} if cap is None else {"cap": euros(cap)}),
            **({"pair_bound": euros(bound)} if result.rule.name == "pairwise" else {}),
            "gifts": _gifts(gifts),
            "result": {
                "awards": [
                    {"project": m.project, "award": euros(m.cents), "exact": m.exact}
                    for m in result.matches
                ],
                "unspent": euros(result.unspent),
            },
        }
    )


def peers_round(
    result: PeerDivision,
    evaluations: Sequence[Evaluation],
    place: Mapping[str, str] = NOWHERE,
) -> bytes:
    """The round file of an envelope divided by what members say of each other."""
    return encode(
        {
            **round_head("evaluations", place),
            "rule": result.rule.name,
            "envelope": euros(result.envelope),
            "evaluations": _evaluations(evaluations),
            "result": {
                "awards": [
                    {
                        "member": award.member,
                        "award": euros(award.cents),
                        "exact": exact_text(award.exact / 100),
                    }
                    for award in result.awards
                ]
            },
        }
    )


def takes_round(
    envelope: int,
    takes: Sequence[Take],
    division: Division,
    place: Mapping[str, str] = NOWHERE,
) -> bytes:
    """The round file of an envelope from which each member says what they take."""
    return encode(
        {
            **round_head("takes", place),
            "rule": TAKES.name,
            "envelope": euros(envelope),
            "takes": [
                {"name": each.name, "take": euros(each.cents), "before": euros(each.before)}
                for each in takes
            ],
            "result": {
                "awards": [
                    {
                        "name": award.claim.name,
                        "award": euros(award.cents),
                        "exact": exact_text(award.exact / 100),
                    }
                    for award in division.awards
                ],
                "unspent": euros(division.unspent),
            },
        }
    )


def recipe_round(
    result: Cooked,
    inputs: Inputs,
    place: Mapping[str, str] = NOWHERE,
    ballots: bytes | None = None,
) -> bytes:
    """The round file of a recipe: its stages, all they read, what each gave.

    `ballots` is the file of the election that a stage counted: its hash stands for it. Raises
    `InputError` for a stage of ballots that this file could not count again.
    """
    stage = ballots_stage(result.recipe)
    if stage is not None and (ballots is None or result.recipe.stages[stage].count is None):
        raise InputError(
            t(
                "Cette recette compte une élection : il faut ses bulletins et la façon de les "
                "compter pour écrire un calcul que d'autres refassent."
            )
        )
    voted = {} if ballots is None else {"election_sha256": sha256(ballots).hexdigest()}
    contributors: list[Canonical] = [
        {
            "name": each.name,
            "quantities": {unit: str(number) for unit, number in each.quantities.items()},
        }
        for each in inputs.contributors
    ]
    return encode(
        {
            **round_head("recipe", place),
            "recipe": result.recipe.as_object(),
            "recipe_sha256": result.recipe.digest(),
            **voted,
            "envelope": euros(result.envelope),
            "inputs": {
                "members": list(inputs.members),
                "claims": _claims(inputs.claims),
                "gifts": _gifts(inputs.gifts),
                "evaluations": _evaluations(inputs.evaluations),
                "contributors": contributors,
            },
            "result": {
                "stages": [
                    {"had": euros(stage.had), "given": _named(stage.given)}
                    for stage in result.stages
                ],
                "totals": _named(result.totals),
                "unspent": euros(result.unspent),
            },
        }
    )


def _claims(claims: Sequence[Claim]) -> list[Canonical]:
    written: list[Canonical] = []
    for claim in claims:
        line = {"claimant": claim.name, "claim": euros(claim.cents)}
        if claim.floor:
            line["floor"] = euros(claim.floor)
        if claim.cap is not None:
            line["cap"] = euros(claim.cap)
        if claim.weight != 1:
            line["weight"] = str(claim.weight)
        written.append(line)
    return written


def _gifts(gifts: Sequence[Gift]) -> list[Canonical]:
    written: list[Canonical] = []
    for gift in gifts:
        line: dict[str, Canonical] = {
            "project": gift.project,
            "donor": gift.donor,
            "amount": euros(gift.cents),
        }
        if gift.groups:
            line["groups"] = list(gift.groups)
        written.append(line)
    return written


def _evaluations(evaluations: Sequence[Evaluation]) -> list[Canonical]:
    return [
        {"from": each.judge, "to": each.member, "points": str(each.points)}
        for each in evaluations
    ]


def _named(money: Mapping[str, int]) -> list[Canonical]:
    return [{"name": name, "award": euros(cents)} for name, cents in money.items()]


def digest(round_file: bytes) -> str:
    return sha256(round_file).hexdigest()
