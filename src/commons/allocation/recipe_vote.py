"""The vote of a recipe: an election counted with the money of its stage.

Source: DESIGN §6, recipes; the count is that of `counting`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

from commons.allocation.counting import Count, Counted, counted
from commons.allocation.election import Election
from commons.allocation.recipe import BALLOTS, Inputs, Recipe
from commons.kernel.errors import InputError
from commons.kernel.text import t

EURO = "EUR"
NO_BUDGET = Fraction(0)
"""What stands in for the budget of a file of ballots when it is read for a recipe."""


@dataclass(frozen=True, slots=True)
class Vote:
    """Ballots and how to count them; called with cents, what each funded proposal receives.

    The money of the stage stands in for the budget of the ballots' file.
    """

    election: Election
    count: Count

    def counted(self, cents: int) -> Counted:
        """What is funded with so much money. Raises `InputError` as the rules do."""
        election = replace(self.election, budget=Fraction(cents, 100))
        return counted(election, self.count)

    def __call__(self, cents: int) -> Mapping[str, int]:
        result = self.counted(cents)
        chosen = (self.election.proposals[place] for place in result.places)
        return {each.proposal_id: int(each.cost * 100) for each in chosen}


def ballots_stage(recipe: Recipe) -> int | None:
    """The place of the stage of a recipe that counts ballots. Source: as the module says."""
    rules = [stage.rule for stage in recipe.stages]
    return rules.index(BALLOTS) if BALLOTS in rules else None


def with_vote(recipe: Recipe, inputs: Inputs, election: Election) -> Inputs:
    """The same inputs with a vote, counted as the recipe says.

    Raises `InputError` for a recipe that does not say how, costs that are not in euros and
    whole cents, and a proposal that has the name of a person: what they receive would be
    taken together. Source: as the module says.
    """
    place = ballots_stage(recipe)
    count = None if place is None else recipe.stages[place].count
    if count is None:
        raise InputError(t("Cette recette ne dit pas comment compter un vote, par « count »."))
    currency = election.meta.get("currency", EURO) or EURO
    if currency != EURO:
        raise InputError(
            t(
                "Ce vote est en {currency}, et une recette partage des euros : convertissez "
                "les coûts, et écrivez « currency;EUR ».",
                currency=currency[:40],
            )
        )
    people = {*inputs.members, *(each.name for each in inputs.contributors)}
    people |= {name for each in inputs.evaluations for name in (each.judge, each.member)}
    for proposal in election.proposals:
        if (proposal.cost * 100).denominator != 1:
            raise InputError(
                t(
                    "Le coût de « {name} » n'est pas au centime près.",
                    name=proposal.name or proposal.proposal_id,
                )
            )
        if proposal.proposal_id in people:
            raise InputError(
                t(
                    "« {name} » est une personne et une proposition : renommez l'une des deux.",
                    name=proposal.proposal_id,
                )
            )
    return replace(inputs, elect=Vote(election, count))
