"""An election file as it is brought to an envelope: whole, in euros, with its title."""

from dataclasses import dataclass
from fractions import Fraction

from commons.allocation.completion import Completion
from commons.allocation.counting import Count, counted
from commons.allocation.election import Election
from commons.allocation.pabulib import read_election
from commons.kernel.errors import InputError
from commons.kernel.text import t

EURO = "EUR"
TITLE_CHARACTERS_MAX = 120


@dataclass(frozen=True, slots=True)
class ElectionFile:
    """An election and the bytes it came from. `currency` is `EUR` where the file is silent."""

    name: str
    source: bytes
    election: Election
    currency: str
    title: str


def read_election_file(
    name: str, source: bytes, budget: Fraction | None = None
) -> ElectionFile:
    """Read a `.pb` file; `budget` stands in for its own. Raises `InputError` as the reader."""
    election = read_election(source, budget)
    currency = election.meta.get("currency") or EURO
    title = election.meta.get("description", "")[:TITLE_CHARACTERS_MAX]
    return ElectionFile(name, source, election, currency, title)


def funded_by(election: Election, rule: str, utility: str) -> list[int]:
    """The places that the rule of that name funds, in order.

    Raises `InputError` for a name that is no rule of elections.
    """
    return counted(election, Count(rule, Completion(utility))).places


def check_bookable(counted: ElectionFile) -> None:
    """Raises `InputError` unless a journal can hold the result: euros, in whole cents."""
    if counted.currency != EURO:
        raise InputError(
            t(
                "Ce scrutin est en {currency} : un journal compte l'argent en euros. "
                "Convertissez les coûts et le budget, et écrivez « currency;EUR ».",
                currency=counted.currency[:40],
            )
        )
    for proposal in counted.election.proposals:
        if (proposal.cost * 100).denominator != 1:
            raise InputError(
                t(
                    "Le coût de « {name} » n'est pas au centime près.",
                    name=proposal.name or proposal.proposal_id,
                )
            )
