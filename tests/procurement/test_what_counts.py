"""What an amount holds, and which criteria weigh."""

from dataclasses import replace
from decimal import Decimal

from commons.procurement.catalogue import Catalogue
from commons.procurement.model import Criterion, Dossier, Estimate, Lot
from commons.procurement.rules.lint import lint


def test_lots_are_part_of_the_amount_a_threshold_is_compared_with(
    garden: Dossier, catalogue: Catalogue
) -> None:
    lots = (Lot(1, "Parcelles", Decimal(30000)), Lot(2, "Arrosage", Decimal(30000)))
    small = replace(
        garden,
        procedure="below-threshold",
        estimate=Estimate(Decimal(50000)),
        criteria=(),
        lots=lots,
    )
    assert "S1" in {item.rule for item in lint(small, catalogue)}
    smaller = replace(small, lots=(lots[0], Lot(2, "Arrosage", Decimal("29999.99"))))
    assert "S1" not in {item.rule for item in lint(smaller, catalogue)}


def test_a_criterion_that_takes_the_environmental_grid_is_environmental(
    garden: Dossier, catalogue: Catalogue
) -> None:
    *others, _ = garden.criteria
    by_clause = Criterion(
        "Sobriété", "other", Decimal(20), evidence="Chiffres.", clause="critere-environnement"
    )
    assert lint(replace(garden, criteria=(*others, by_clause)), catalogue) == ()
    as_price = replace(by_clause, kind="price")
    found = lint(replace(garden, criteria=(*others, as_price)), catalogue)
    assert "E1" in {item.rule for item in found}


def test_a_criterion_of_no_weight_leaves_the_price_alone(
    garden: Dossier, catalogue: Catalogue
) -> None:
    price = Criterion("Prix", "price", Decimal(100), method="Note au prorata.")
    nothing = Criterion(
        "Environnement", "environment", Decimal(0), evidence="Rien.", method="Lecture."
    )
    found = {i.rule for i in lint(replace(garden, criteria=(price, nothing)), catalogue)}
    assert {"E1", "E2"} <= found
