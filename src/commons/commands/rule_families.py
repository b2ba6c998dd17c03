"""Which rules are for which files: a rule of another kind is named as such."""

from collections.abc import Iterable

import click

from commons.allocation.claims import RULES
from commons.allocation.counting import BALLOT_RULES
from commons.allocation.matching import MATCHING_RULES
from commons.allocation.peers import PEER_RULES
from commons.allocation.takes import TAKES

CLAIMS = "des demandes"
GIFTS = "des dons"
EVALUATIONS = "des évaluations"
TAKEN = "des prélèvements"
ELECTION = "un vote"
FAMILIES: dict[str, tuple[str, tuple[str, ...]]] = {
    CLAIMS: ("name;claim", tuple(RULES)),
    GIFTS: ("project;donor;amount", tuple(MATCHING_RULES)),
    EVALUATIONS: ("from;to;points", tuple(PEER_RULES)),
    TAKEN: ("name;take;before", (TAKES.name,)),
    ELECTION: (".pb", tuple(BALLOT_RULES)),
}
"""What a file holds: how one sees it, and the rules that read it."""


def check_rules(names: Iterable[str], kind: str) -> None:
    """Raises `click.UsageError` for a rule that does not read `kind`, saying which files do."""
    _, known = FAMILIES[kind]
    listed = ", ".join(known)
    for name in names:
        if name in known:
            continue
        for other, (seen_by, rules) in FAMILIES.items():
            if name in rules:
                raise click.UsageError(
                    f"La règle « {name} » est pour {other} ({seen_by}), pas pour {kind}. "
                    f"Règles : {listed}."
                )
        raise click.UsageError(
            f"La règle « {name} » n'existe pas. Règles pour {kind} : {listed}."
        )
