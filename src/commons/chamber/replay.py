"""Doing a round again from its file alone, and saying whether the result is the same."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, TypeAlias

from commons.allocation.contributions import Contributor
from commons.allocation.csv_rows import cents
from commons.allocation.division import ENGINE, Claim, divide
from commons.allocation.gifts import Gift
from commons.allocation.matching import BOUND_CENTS, match
from commons.allocation.pabulib import read_election
from commons.allocation.peers import Evaluation, divide_by_peers
from commons.allocation.recipe import BALLOTS, Inputs, cook, fraction, recipe_from
from commons.allocation.recipe_vote import NO_BUDGET, with_vote
from commons.allocation.rounding import Rounding
from commons.allocation.takes import TAKES, Take, divide_takes
from commons.chamber.election_round import FORM, check_ballots, election_again
from commons.chamber.round_file import (
    digest,
    division_round,
    matching_round,
    peers_round,
    recipe_round,
    takes_round,
)
from commons.kernel.errors import InputError
from commons.kernel.text import Text, t
from commons.ledger.canonical import NotCanonicalError, decode, encode, read_json

Plain: TypeAlias = Mapping[str, Any]
EARLIER = frozenset({"commons.allocation/1"})
"""Engines whose rounds are done again here; most of their results have not changed."""
ELECTION = "election"
"""The kind of round whose ballots stand in a file of their own."""
RECIPE = "recipe"


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether the same inputs give the result of the file, and where they do not.

    `sha256` is that of the file: what the journal's entry has to show.
    """

    sha256: str
    faults: tuple[Text, ...]

    @property
    def agrees(self) -> bool:
        return not self.faults


def replay(data: bytes, ballots: bytes | None = None) -> Verdict:
    """Compute a round file again. An election also needs the file of its ballots.

    Raises `InputError` for a file that cannot be read, was made by an engine unknown here, or
    by an earlier one that gave another result: what a later version changes is refused, never
    silently called wrong.
    """
    value = read_round(data)
    again = _again(value, ballots)
    if _inputs(again) != _inputs(value):
        raise InputError(
            t("Ce calcul contient autre chose que ce qui est prévu : voyez docs/round.md.")
        )
    faults = tuple(_faults(value["result"], again["result"], "result"))
    if faults and value["engine"] != ENGINE:
        raise _of_another_engine(value)
    return Verdict(digest(data), faults)


def read_round(data: bytes) -> Plain:
    """The content of a round file of this engine or an earlier one.

    Raises `InputError` for anything else.
    """
    try:
        value = read_json(data)
    except NotCanonicalError as error:
        raise InputError(
            t(
                "Ce calcul ne se lit pas : ce n'est pas du JSON, ou le fichier est coupé ou "
                "abîmé. Reprenez-le tel qu'il a été écrit."
            )
        ) from error
    if not _is_canonical(value, data):
        raise InputError(
            t(
                "Ce calcul ne se lit pas : il n'est plus écrit comme commons l'écrit, un autre "
                "logiciel l'a peut-être enregistré. Reprenez le fichier d'origine."
            )
        )
    if not isinstance(value, dict) or value.get("form") != FORM:
        raise InputError(t("Ce fichier n'est pas un calcul « {form} ».", form=FORM))
    if value.get("engine") not in {ENGINE, *EARLIER}:
        raise _of_another_engine(value)
    if not isinstance(value.get("result"), dict):
        raise InputError(t("Ce calcul n'a pas de résultat à comparer."))
    return value


def _of_another_engine(value: Plain) -> InputError:
    return InputError(
        t(
            "Ce calcul vient du moteur « {theirs} », celui-ci est « {ours} » : "
            "refaites-le avec la version de commons qui l'a fait.",
            theirs=str(value.get("engine"))[:80],
            ours=ENGINE,
        )
    )


def counts_ballots(value: Plain) -> bool:
    """Whether the ballots of the round stand in a file of their own."""
    match value:
        case {"kind": "election"}:
            return True
        case {"kind": "recipe", "recipe": {"stages": [*stages]}}:
            return any(isinstance(s, Mapping) and s.get("rule") == BALLOTS for s in stages)
    return False


def _is_canonical(value: Any, data: bytes) -> bool:  # noqa: ANN401 -- whatever JSON holds
    try:
        return encode(value) == data
    except NotCanonicalError:
        return False


def _again(value: Plain, ballots: bytes | None) -> Plain:
    kind = str(value.get("kind"))
    place = {key: value[key] for key in ("commons_id", "envelope_id") if key in value}
    if kind == ELECTION:
        return _made(lambda: election_again(value, ballots, place))
    if kind == RECIPE and counts_ballots(value):
        return _made(lambda: _recipe_with_vote(value, ballots, place))
    if ballots is not None:
        raise InputError(t("Ce calcul n'est pas une élection : il n'a pas de bulletins."))
    if kind not in KINDS:
        raise InputError(t("Un calcul de sorte « {kind} » ne se refait pas.", kind=kind[:40]))
    return _made(lambda: KINDS[kind](value, place))


def _made(make: Callable[[], bytes]) -> Plain:
    try:
        again = decode(make())
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise InputError(
            t("Il manque à ce calcul quelque chose que sa forme demande : voyez docs/round.md.")
        ) from error
    return dict(again)


def _claims(value: Plain, place: Mapping[str, str]) -> bytes:
    rounding = Rounding(value.get("rounding", Rounding.LARGEST_REMAINDER))
    claims = [_claim(line) for line in value["claims"]]
    division = divide(cents(value["envelope"]), claims, value["rule"], rounding)
    return division_round(division, place)


def _claim(line: Plain) -> Claim:
    return Claim(
        line["claimant"],
        cents(line["claim"]),
        cents(line.get("floor", "0")),
        cents(line["cap"]) if "cap" in line else None,
        fraction(line.get("weight", "1")),
    )


def _gift(line: Plain) -> Gift:
    groups = tuple(line.get("groups", ()))
    return Gift(line["project"], line["donor"], cents(line["amount"]), groups)


def _evaluation(line: Plain) -> Evaluation:
    return Evaluation(line["from"], line["to"], fraction(line["points"]))


def _gifts(value: Plain, place: Mapping[str, str]) -> bytes:
    gifts = [_gift(line) for line in value["gifts"]]
    cap = cents(value["cap"]) if "cap" in value else None
    bound = cents(value["pair_bound"]) if "pair_bound" in value else BOUND_CENTS
    result = match(cents(value["pool"]), gifts, value["rule"], cap=cap, bound=bound)
    return matching_round(result, gifts, cap, bound, place)


def _evaluations(value: Plain, place: Mapping[str, str]) -> bytes:
    evaluations = [_evaluation(line) for line in value["evaluations"]]
    result = divide_by_peers(cents(value["envelope"]), evaluations, value["rule"])
    return peers_round(result, evaluations, place)


def _recipe(value: Plain, place: Mapping[str, str]) -> bytes:
    inputs = _recipe_inputs(value["inputs"])
    result = cook(recipe_from(value["recipe"]), cents(value["envelope"]), inputs)
    return recipe_round(result, inputs, place)


def _recipe_with_vote(value: Plain, ballots: bytes | None, place: Mapping[str, str]) -> bytes:
    if ballots is None:
        raise InputError(
            t("Cette recette compte une élection : donnez ses bulletins avec --ballots.")
        )
    check_ballots(value, ballots)
    recipe = recipe_from(value["recipe"])
    election = read_election(ballots, NO_BUDGET)
    inputs = with_vote(recipe, _recipe_inputs(value["inputs"]), election)
    result = cook(recipe, cents(value["envelope"]), inputs)
    return recipe_round(result, inputs, place, ballots)


def _recipe_inputs(given: Plain) -> Inputs:
    return Inputs(
        members=tuple(given["members"]),
        claims=[_claim(line) for line in given["claims"]],
        gifts=[_gift(line) for line in given["gifts"]],
        evaluations=[_evaluation(line) for line in given["evaluations"]],
        contributors=[
            Contributor(line["name"], _quantities(line["quantities"]))
            for line in given["contributors"]
        ],
    )


def _quantities(given: Plain) -> dict[str, Fraction]:
    return {unit: fraction(number) for unit, number in given.items()}


def _takes(value: Plain, place: Mapping[str, str]) -> bytes:
    takes = [
        Take(line["name"], cents(line["take"]), cents(line["before"]))
        for line in value["takes"]
    ]
    if value["rule"] != TAKES.name:
        raise InputError(
            t(
                "La règle « {name} » n'est pas celle des prélèvements.",
                name=str(value["rule"])[:40],
            )
        )
    envelope = cents(value["envelope"])
    return takes_round(envelope, takes, divide_takes(envelope, takes), place)


KINDS: dict[str, Callable[[Plain, Mapping[str, str]], bytes]] = {
    "claims": _claims,
    "gifts": _gifts,
    "evaluations": _evaluations,
    "takes": _takes,
    RECIPE: _recipe,
}


def _inputs(value: Plain) -> dict[str, Any]:
    """All but the result, and but the engine: `replay` has its own word about that."""
    return {key: item for key, item in value.items() if key not in {"result", "engine"}}


def _faults(theirs: object, ours: object, where: str) -> list[Text]:
    """Where two results differ, place by place."""
    if theirs == ours:
        return []
    if isinstance(theirs, dict) and isinstance(ours, dict) and theirs.keys() == ours.keys():
        return [f for key in ours for f in _faults(theirs[key], ours[key], f"{where}.{key}")]
    if isinstance(theirs, list) and isinstance(ours, list) and len(theirs) == len(ours):
        pairs = enumerate(zip(theirs, ours, strict=True))
        return [f for i, (a, b) in pairs for f in _faults(a, b, f"{where}.{i}")]
    return [
        t(
            "{where} : le fichier dit « {theirs} », le calcul donne « {ours} ».",
            where=where,
            theirs=str(theirs)[:200],
            ours=str(ours)[:200],
        )
    ]
