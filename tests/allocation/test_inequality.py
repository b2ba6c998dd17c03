"""The Gini index and the Lorenz curve, on a published case and on any amounts."""

import csv
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commons.allocation.csv_rows import cents
from commons.allocation.division import Claim, divide
from commons.allocation.inequality import gini, lorenz

ELCHE = 717_293_11
"""What the university of Elche had for its teaching laboratories (Pulido, Sánchez-Soriano &
Llorca, Annals of Operations Research 109, 2002), in cents."""

amounts = st.lists(st.integers(0, 10**6), min_size=1, max_size=12)


@pytest.mark.parametrize(
    ("rule", "published"),
    [
        ("equal-awards", "0.286"),
        ("talmud", "0.329"),
        ("proportional", "0.424"),
        ("equal-losses", "0.638"),
    ],
)
def test_university_funds_with_entitlements_as_floors(
    shared_data: Path, rule: str, published: str
) -> None:
    text = (shared_data / "claims" / "Universityfunds.csv").read_text()
    claims = [
        Claim(row["Degree"], cents(row["Claim"]), floor=cents(row["Entitlement"]))
        for row in csv.DictReader(text.splitlines())
    ]
    division = divide(ELCHE, claims, rule)
    received = [award.cents for award in division.awards]
    assert sum(received) == ELCHE
    assert f"{float(gini(received)):.3f}" == published


@given(amounts=amounts)
def test_the_gini_index_is_the_area_the_lorenz_curve_leaves(amounts: list[int]) -> None:
    points = lorenz(amounts)
    below = sum((x2 - x1) * (y1 + y2) / 2 for (x1, y1), (x2, y2) in pairwise(points))
    assert gini(amounts) == 1 - 2 * below
    assert points[0] == (Fraction(0), Fraction(0))
    assert points[-1] == (Fraction(1), Fraction(1))


@given(amounts=amounts, scale=st.integers(1, 1000))
def test_the_gini_index_knows_neither_names_nor_currency(
    amounts: list[int], scale: int
) -> None:
    assert gini(amounts) == gini([scale * amount for amount in reversed(amounts)])
    assert 0 <= gini(amounts) < 1


def test_equal_amounts_have_no_inequality() -> None:
    assert gini([5, 5, 5]) == 0
    assert gini([0, 0, 9]) == Fraction(2, 3)
