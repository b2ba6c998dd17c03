"""A round file that anyone brings: done again, and compared."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from commons.allocation.claims import RULES
from commons.allocation.counting import BALLOT_RULES
from commons.allocation.matching import MATCHING_RULES
from commons.allocation.pabulib import read_election
from commons.allocation.peers import PEER_RULES
from commons.allocation.takes import TAKES
from commons.chamber.brought import NOT_DONE, Brought, check_lines, check_marks, check_members
from commons.chamber.replay import Verdict, counts_ballots, read_round, replay
from commons.chamber.side_by_side import Rule
from commons.kernel.errors import FieldError, InputError
from commons.kernel.text import Text, t

LISTS = ("claims", "gifts", "evaluations", "takes", "contributors", "members")
KIND_TEXTS: dict[str, Text] = {
    "claims": t("des demandes sur une enveloppe"),
    "gifts": t("l'abondement de dons"),
    "evaluations": t("des évaluations entre pairs"),
    "takes": t("des prélèvements"),
    "recipe": t("une recette"),
    "election": t("un vote sur des propositions"),
}
ALL_RULES: Mapping[str, Rule] = {
    **RULES,
    **MATCHING_RULES,
    **PEER_RULES,
    **BALLOT_RULES,
    TAKES.name: TAKES,
}


@dataclass(frozen=True, slots=True)
class Replayed:
    """A round file and whether it agrees; `verdict` is None as long as ballots are missing."""

    kind: Text
    rule: Text | str
    engine: str
    sha256: str
    ballots_sha256: str
    verdict: Verdict | None


def replayed(brought: Brought, ballots: bytes) -> Replayed:
    """Compute the round file again. Raises `InputError` as `replay`, or for too large ones.

    An election without its `ballots` is read, not counted.
    """
    value = read_round(brought.data)
    kind = str(value.get("kind"))
    given = value.get("inputs") if kind == "recipe" else value
    check_lines(brought, _lines(given))
    check_members(brought, _judges(given))
    has_ballots = counts_ballots(value)
    is_waiting = has_ballots and not ballots
    if has_ballots and ballots:
        election = read_election(ballots)
        check_marks("ballots", len(election.ballots), len(election.proposals))
    verdict = None if is_waiting else _verdict(brought, ballots)
    name = str(value.get("rule", "")) or _title(value)
    return Replayed(
        KIND_TEXTS.get(kind, t("un calcul")),
        ALL_RULES[name].label if name in ALL_RULES else name,
        str(value.get("engine")),
        verdict.sha256 if verdict else "",
        str(value.get("election_sha256", "")),
        verdict,
    )


def _title(value: Mapping[str, Any]) -> str:
    """What a recipe is called; nothing for any other round."""
    match value.get("recipe"):
        case {"title": str(title)}:
            return title[:200]
    return ""


def _verdict(brought: Brought, ballots: bytes) -> Verdict:
    try:
        return replay(brought.data, ballots or None)
    except InputError as error:
        if not ballots:
            raise
        raise InputError(NOT_DONE, [FieldError("ballots", error.text)]) from error


def _lines(given: object) -> int:
    if not isinstance(given, Mapping):
        return 0
    return sum(len(found) for name in LISTS if isinstance(found := given.get(name), list))


def _judges(given: object) -> int:
    """How many people a list of evaluations names."""
    found: Any = given.get("evaluations") if isinstance(given, Mapping) else None
    lines: Sequence[Any] = found if isinstance(found, list) else []
    named = (line for line in lines if isinstance(line, Mapping))
    return len({str(line.get(key)) for line in named for key in ("from", "to")})
