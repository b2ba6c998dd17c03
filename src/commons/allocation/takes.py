"""Takes: each member says what they take, and no take may rise too fast.

A take is at most twice what the member received last time, or the median of what members
received then, or one euro, whichever is most: newcomers can start, nobody can leap. The first
time there is nothing to compare with, and takes are free. What is taken beyond the money
there is, is scaled down in proportion.

Source: the takes of teams on Gratipay and Liberapay (« throttling of takes »).
"""

from collections.abc import Sequence
from dataclasses import dataclass

from commons.allocation.csv_rows import cents, heading_of, read_rows
from commons.allocation.division import Claim, Division, divide
from commons.kernel.errors import InputError
from commons.kernel.text import Text, t

LEAST_CENTS = 1_00
COLUMNS = ("name", "take", "before")


@dataclass(frozen=True, slots=True)
class TakesRule:
    """The one rule of takes, as people read it; `name` is that of the command line."""

    name: str
    label: Text
    counts: Text
    protects: Text
    costs: Text
    source: str


TAKES = TakesRule(
    "takes",
    t("Prélèvements"),
    t(
        "Chaque personne dit ce qu'elle prend, au plus le double de la dernière fois, ou la "
        "médiane d'alors, ou un euro."
    ),
    t("Elle protège la confiance : chaque personne décide pour elle, à la vue de toutes."),
    t("Elle coûte à qui arrive ou à qui a besoin de beaucoup d'un coup : il faut attendre."),
    "Gratipay and Liberapay, throttling of takes",
)


@dataclass(frozen=True, slots=True)
class Take:
    """What a member takes and what they received last time, in cents."""

    name: str
    cents: int
    before: int = 0


def highest_takes(takes: Sequence[Take]) -> list[int | None]:
    """The most each member may take now; None if nobody received anything last time.

    Source: Liberapay's rule, as the module says.
    """
    earlier = sorted(each.before for each in takes if each.before)
    if not earlier:
        return [None] * len(takes)
    middle = earlier[(len(earlier) - 1) // 2] + earlier[len(earlier) // 2]
    return [max(2 * take.before, middle // 2, LEAST_CENTS) for take in takes]


def divide_takes(envelope: int, takes: Sequence[Take]) -> Division:
    """Divide `envelope` cents among takes, each stopped at its highest.

    What the takes leave is unspent. Raises `InputError` as `divide` does. Source: as the
    module says; the proportion is the proportional rule with caps.
    """
    if any(take.cents < 0 or take.before < 0 for take in takes):
        raise InputError(t("Un prélèvement n'est pas négatif."))
    claims = [
        Claim(take.name, take.cents if top is None else min(take.cents, top))
        for take, top in zip(takes, highest_takes(takes), strict=True)
    ]
    return divide(envelope, claims, "proportional")


def is_takes(heading: tuple[str, ...]) -> bool:
    """Whether a heading is that of a file of takes."""
    return set(heading) == set(COLUMNS)


def read_takes(data: bytes) -> list[Take]:
    """Takes from a CSV file `name;take;before`. Raises `InputError` naming the line."""
    if not is_takes(heading_of(data)):
        raise InputError(t("La première ligne doit être « name;take;before »."))
    return [
        Take(
            row.text("name"),
            cents(row.cells["take"], row.line),
            cents(row.cells["before"] or "0", row.line),
        )
        for row in read_rows(data)
    ]
