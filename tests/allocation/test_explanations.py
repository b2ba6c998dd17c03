"""Why this amount, what would change it, and who would move under another rule."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commons.allocation.claims import RULES, USUAL
from commons.allocation.comparison import audit, compare
from commons.allocation.division import Claim, divide
from commons.allocation.explanation import explain
from commons.allocation.rounding import Rounding

CLAIMS = [Claim("Zoé", 600_000), Claim("Ali", 500_000, cap=100_000), Claim("Bob", 400_000)]


def test_an_explanation_says_what_bound_the_amount_and_what_would_change_it() -> None:
    zoe, ali, _bob = explain(divide(1_000_000, CLAIMS, "equal-awards"))
    assert [str(text) for text in ali.sentences()][1:] == [
        "Un plafond arrête ce montant ; le surplus est repartagé.",
        "C'est 20,0 % de la demande ; il manque 4\u202f000,00 €.",
        "Un euro de plus dans l'enveloppe ne changerait pas ce montant.",
        "Demander un euro de plus n'aurait rien changé.",
    ]
    assert (zoe.award.cents, zoe.envelope_more, zoe.claim_more) == (500_000, 500_100, 500_000)
    assert str(zoe.sentences()[-2]).endswith("de +1,00 €.")
    assert zoe.rate == Fraction(5, 6)


@given(
    amounts=st.lists(st.integers(0, 400), min_size=1, max_size=4),
    envelope=st.integers(0, 1500),
    rule=st.sampled_from(sorted(RULES)),
)
def test_what_would_change_is_what_dividing_again_gives(
    amounts: list[int], envelope: int, rule: str
) -> None:
    claims = [Claim(name, cents) for name, cents in zip("ABCD", amounts, strict=False)]
    division = divide(envelope, claims, rule)
    richer = divide(envelope + 100, claims, rule)
    for each, after in zip(explain(division), richer.awards, strict=True):
        assert each.envelope_more == after.cents
        assert each.missing == each.award.claim.cents - each.award.cents
        assert all(str(text) for text in each.sentences())


def test_many_claims_are_explained_without_asking_each_for_one_euro_more() -> None:
    claims = [Claim(str(place), 1000) for place in range(61)]
    found = explain(divide(30_000, claims, "talmud"))
    assert {each.claim_more for each in found} == {None}
    assert found[0].envelope_more is not None


@pytest.mark.parametrize("rule", sorted(RULES))
def test_under_its_own_rule_nobody_moves_and_elsewhere_moves_cancel_out(rule: str) -> None:
    division = divide(1_000_000, CLAIMS, rule)
    itself, *others = (compare(division, name) for name in (rule, *USUAL))
    assert set(itself.moves) == {0}
    for other in others:
        given = sum(award.cents for award in division.awards)
        theirs = sum(award.cents for award in other.division.awards)
        assert sum(other.moves) == theirs - given
    found = audit(division)
    assert found.is_whole
    assert found.total == 1_000_000
    assert found.lorenz[-1] == (Fraction(1), Fraction(1))


def test_who_moves_by_how_much() -> None:
    claims = [Claim("Ali", 300), Claim("Zoé", 100)]
    other = compare(divide(200, claims, "proportional"), "equal-awards")
    assert (other.moves, other.moved) == ((-50, 50), 50)
    assert other.gini == 0


def test_what_one_rule_leaves_has_moved_too() -> None:
    claims = [Claim("Ali", 300), Claim("Zoé", 10)]
    other = compare(divide(200, claims, "equal-awards"), "equal")
    assert (other.moves, other.division.unspent) == ((-90, 0), 90)
    assert other.moved == 90


def test_rules_beside_are_rounded_alike_where_they_can_be() -> None:
    claims = [Claim(name, cents) for name, cents in zip("ABC", (301, 301, 2), strict=True)]
    adopted = divide(100, claims, "proportional", Rounding.SAINTE_LAGUE)
    names = "proportional", "equal-awards", "talmud"
    itself, awards, talmud = (compare(adopted, name) for name in names)
    assert itself.moves == (0, 0, 0)
    assert awards.division.rounding is Rounding.SAINTE_LAGUE
    assert talmud.division.rounding is Rounding.LARGEST_REMAINDER
