"""The Method of Equal Shares, exact: same winners in the same order on every machine.

Every voter holds an equal share of the budget; a proposal is bought by those who support it,
each paying as near to the same price per unit of utility as they can. Source: D. Peters &
P. Skowron, « Proportionality and the Limits of Welfarism », 2020; P. Pierczyński, P. Skowron
& D. Peters, « Proportional Participatory Budgeting with Additive Utilities », 2021.
"""

from dataclasses import dataclass
from fractions import Fraction

from commons.allocation.election import Election
from commons.allocation.market import Market, Trace
from commons.kernel.errors import InputError
from commons.kernel.text import t

UTILITIES = ("cost", "cardinality", "points")
"""What a backer gains from a proposal: its cost, one, or the points they gave it."""


@dataclass(frozen=True, slots=True)
class Purchase:
    """A proposal bought: its place, and what each of its backers was asked for.

    A backer pays `payment` (times the points they gave, where the utility is points), or all
    they hold if that is less. `price` is ρ, the payment per unit of utility; proposals that
    cost nothing have price zero.
    """

    place: int
    price: Fraction
    payment: Fraction


def equal_shares(election: Election, utility: str) -> list[Purchase]:
    """The proposals bought, in order, without completion.

    At each step the proposal with the lowest price is bought; equal prices go to the lower
    identifier, by code point. Raises `InputError` for an unknown utility and for rankings.
    """
    market = open_market(election, utility)
    return purchases(market, market.trace(election.share()))


def open_market(election: Election, utility: str) -> Market:
    """Where proposals are bought with any endowment. Raises `InputError` as `equal_shares`."""
    if utility not in UTILITIES:
        raise InputError(
            t(
                "L'utilité « {name} » n'existe pas : cost, cardinality ou points.",
                name=utility,
            )
        )
    return Market(election, utility)


def purchases(market: Market, trace: Trace) -> list[Purchase]:
    """The sales of a trace as exact fractions of the currency's own unit."""
    found = []
    for sale in trace.sales:
        payment = Fraction(sale.paid, sale.scale * market.unit)
        cost = market.costs[sale.place]
        by_cost = market.by_cost and cost
        price = Fraction(sale.paid, sale.scale * cost) if by_cost else payment
        found.append(Purchase(sale.place, price, payment))
    return found
