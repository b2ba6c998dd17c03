"""What anyone may read of procurement, and what programs may ask."""

import json
from typing import Any

import pytest
from tests.procurement.conftest import Town

from commons.content import content_folder
from commons.procurement.catalogue import Catalogue

GOOD = (content_folder("examples") / "dossier.yaml").read_text(encoding="utf-8")
FAULTY = (content_folder("examples") / "dossier-with-faults.yaml").read_text(encoding="utf-8")
SMALL: dict[str, Any] = {
    "reference": "1",
    "title": "Outils",
    "need": "Prêter des outils.",
    "buyer": {"name": "Commune de Valbrume"},
    "purchase": "services",
    "procedure": "below-threshold",
    "estimate": {"amount": 60000},
    "consultation_on": "2026-11-30",
}


async def test_anyone_reads_the_clauses(town: Town, catalogue: Catalogue) -> None:
    visitor = town.visitor()
    listing = (await visitor.read("/clauses")).text
    for clause in catalogue.clauses.values():
        assert f"/clauses/{clause.id}" in listing
        page = await visitor.read(f"/clauses/{clause.id}")
        assert page.status_code == 200
        assert "Base légale" in page.text
    assert (await visitor.read("/clauses/rien")).status_code == 404


async def test_what_nobody_checked_is_marked_on_the_page_of_a_clause(town: Town) -> None:
    page = (await town.visitor().read("/clauses/pi-licence-resultats")).text
    assert "à vérifier" in page


async def test_thresholds_stand_with_their_dates_source_and_status(town: Town) -> None:
    page = (await town.visitor().read("/seuils")).text
    row = page.partition("60\u202f000,00\u00a0€")[2].partition("</tr>")[0]
    assert "1 avril 2026" in row
    assert "en vigueur" in row
    assert "lu au Journal officiel" in row
    row = page.partition("140\u202f000,00\u00a0€")[2].partition("</tr>")[0]
    assert "à vérifier" in row


async def test_a_program_has_a_dossier_checked_as_yaml(town: Town) -> None:
    answer = await town.visitor().http.post("/api/v1/dossiers/lint", content=GOOD.encode())
    assert answer.status_code == 200
    assert answer.json() == {"on": "2026-11-30", "findings": [], "errors": 0}
    answer = await town.visitor().http.post("/api/v1/dossiers/lint", content=FAULTY.encode())
    found = {finding["rule"] for finding in answer.json()["findings"]}
    assert {"E1", "E3", "C1", "C7", "T4"} <= found
    assert all(finding["basis"] for finding in answer.json()["findings"])


async def test_a_program_has_a_dossier_checked_as_json_on_a_day(town: Town) -> None:
    http = town.visitor().http
    answer = await http.post("/api/v1/dossiers/lint", json=SMALL)
    assert "S1" in {finding["rule"] for finding in answer.json()["findings"]}
    works = {**SMALL, "purchase": "works"}
    answer = await http.post("/api/v1/dossiers/lint?on=2026-03-01", json=works)
    assert answer.json()["findings"] == []
    assert answer.json()["on"] == "2026-03-01"


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"", "text/plain"),
        (b"\xff\xfe", "text/plain"),
        (b"[1, 2]", "application/json"),
        (b'{"title": 1, "title": 2}', "application/json"),
        (b'{"title": NaN}', "application/json"),
        (b'{"title": "\\u0000"}', "application/json"),
        (b'{"title": "\\ud800"}', "application/json"),
        (b"{" * 20_000, "application/json"),
        (b"[" * 200_000, "application/json"),
        (b"title: &a x", "application/yaml"),
        (b"a: " + b"x" * 300_000, "application/yaml"),
    ],
)
async def test_what_does_not_read_is_a_problem_document(
    town: Town, content: bytes, kind: str
) -> None:
    answer = await town.visitor().http.post(
        "/api/v1/dossiers/lint", content=content, headers={"Content-Type": kind}
    )
    assert answer.status_code in {400, 422}
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["detail"]


async def test_a_problem_names_each_key(town: Town) -> None:
    wrong = {**SMALL, "estimate": {"amount": "beaucoup"}, "commune": "Valbrume"}
    answer = await town.visitor().http.post("/api/v1/dossiers/lint", json=wrong)
    assert answer.status_code == 422
    assert {fault["field"] for fault in answer.json()["errors"]} == {
        "estimate.amount",
        "commune",
    }


async def test_a_program_reads_the_clauses(town: Town, catalogue: Catalogue) -> None:
    answer = await town.visitor().http.get("/api/v1/clauses")
    found = {clause["id"]: clause for clause in answer.json()}
    assert found.keys() == catalogue.clauses.keys()
    clause = found["exec-environnement"]
    assert clause["mandatory"] is True
    assert clause["legal_basis"][0]["effect"] == "2026-08-22"
    assert json.dumps(clause)
