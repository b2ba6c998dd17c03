"""A catalogue, and a dossier in which no rule finds anything."""

from datetime import date
from decimal import Decimal

import pytest

from commons.procurement.catalogue import Catalogue, Step
from commons.procurement.content import load_catalogue
from commons.procurement.model import (
    Buyer,
    Choice,
    Criterion,
    Dossier,
    Estimate,
    Price,
    PriceItem,
)


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    return load_catalogue()


@pytest.fixture(scope="session")
def garden() -> Dossier:
    """An adapted procedure of Valbrume, launched after every rule of 2026."""
    scale = (Step(0, "Ne répond pas."), Step(4, "Répond entièrement."))
    return Dossier(
        reference="2026-12",
        title="Plateforme du jardin partagé",
        need="Gérer les parcelles, les semences et les tours d'arrosage.",
        buyer=Buyer("Commune de Valbrume", contact="marches@valbrume.example"),
        purchase="services",
        procedure="adapted",
        estimate=Estimate(Decimal(75000)),
        consultation_on=date(2026, 11, 30),
        offers_until=date(2027, 1, 11),
        months=24,
        ccag="TIC",
        place_of_performance="Maison du jardin, commune de Valbrume",
        no_lots_reason="Prestations indissociables.",
        price=Price(items=(PriceItem("Développement", "jour"),)),
        criteria=(
            Criterion("Prix", "price", Decimal(50), method="Note au prorata."),
            Criterion(
                "Qualité", "quality", Decimal(30), evidence="Mémoire technique.", scale=scale
            ),
            Criterion(
                "Environnement",
                "environment",
                Decimal(20),
                evidence="Chiffres et méthode.",
                clause="critere-environnement",
            ),
        ),
        clauses=(Choice("exec-environnement"), Choice("critere-environnement")),
    )
