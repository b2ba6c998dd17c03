"""The example charter: a garden of invented people and the town of Saint-Ouvert."""

from collections.abc import Callable
from datetime import date

import pytest
import yaml

from commons.charters.content import charter_model
from commons.charters.model import CharterModel
from commons.charters.rules import draft_charter
from commons.content import content_folder
from commons.documents.blocks import Document

Draft = Callable[..., Document]


@pytest.fixture(scope="session")
def partnership() -> CharterModel:
    return charter_model("charte-de-partenariat")


@pytest.fixture
def garden() -> dict[str, object]:
    """The answers of `examples/charter-answers.yaml`, for a test to change."""
    file = content_folder("examples") / "charter-answers.yaml"
    answers = yaml.safe_load(file.read_text(encoding="utf-8"))["answers"]
    assert isinstance(answers, dict)
    return answers


@pytest.fixture
def draft(partnership: CharterModel) -> Draft:
    def drafted(answers: dict[str, object]) -> Document:
        return draft_charter(
            partnership, answers, dated=date(2026, 11, 23), reference="CHARTE-2026-004"
        )

    return drafted


@pytest.fixture
def association(garden: dict[str, object]) -> dict[str, object]:
    """The same garden, carried by a declared association."""
    only_without = {"signatories", "mandate_holder", "mandate_contact", "decision_rule"}
    kept = {k: v for k, v in garden.items() if k not in only_without | {"carrier_name"}}
    kept.pop("carrier_siret")
    return kept | {
        "legal_personality": True,
        "commons_legal_name": "Les Jardins de la Poudrerie",
        "commons_legal_form": "association déclarée",
        "commons_registration": "RNA W930001234",
        "commons_representative": "Yann Le Goff",
        "commons_quality": "président",
    }
