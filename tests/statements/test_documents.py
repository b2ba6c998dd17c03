"""The documents a person and a treasurer take out of a journal, as they come by every door."""

import csv
import json
from datetime import UTC, date, datetime
from io import BytesIO, StringIO
from pathlib import Path

import docx
import pikepdf
import pytest
from pikepdf.pdfa import validate_written
from tests.documents.test_pdf import printed, structure
from tests.statements.conftest import Garden, gave, on

from commons.ledger.appending import append_all

RATE = {"hourly_rate": "12,02", "basis": "smic", "method": "SMIC au 1er janvier 2026"}


def read(content: bytes, folder: Path) -> str:
    return printed(content, folder).replace("\u00a0", " ").replace("\u202f", " ")


def words(content: bytes) -> str:
    """What the structure of a PDF reads aloud, block after block."""
    said = " ".join(node.words for node in structure(content))
    return " ".join(said.replace("\u00a0", " ").replace("\u202f", " ").split())


def attached(content: bytes) -> dict[str, object]:
    with pikepdf.open(BytesIO(content)) as pdf:
        [name] = pdf.attachments
        found: dict[str, object] = json.loads(pdf.attachments[name].get_file().read_bytes())
    return found


async def fetched(garden: Garden, who: str, path: str) -> bytes:
    browser = await garden.door.browser(who)
    answer = await browser.get(path)
    assert answer.status_code == 200, answer.text[:400]
    assert answer.headers["cache-control"] == "no-store"
    return answer.content


async def test_a_statement_says_everything_and_carries_its_data(
    garden: Garden,
) -> None:
    path = garden.address("Bob", 2026, "releve.pdf")
    content = await fetched(garden, "Bob", path)
    text = words(content)
    for expected in (
        "Relevé de contributions 2026",
        "Bob",
        "du 30 décembre 2025 au 2 janvier 2026",
        "appartient à l’année de son dernier jour",
        "2 h 30",
        "2,125 paniers",
        "[U+1F331]",
        "Contre-écriture : Erreur de saisie",
        "−45 min",
        "contestée",
        "en attente d’attestation",
        "« Un puits pour tous »",
        "120,50 €",
        "100,25 €",
        "20,25 €",
        "Point de contrôle",
        "pas finie",
    ):
        assert expected in text, expected
    report = validate_written(BytesIO(content), "3b")
    assert report.passed, report.findings
    data = attached(content)
    assert data["volunteer_minutes"] == "850"  # 600 + 150 + 100
    assert data["due_after"] == "20.25"
    assert await fetched(garden, "Bob", path) == content
    word = await fetched(garden, "Nour", garden.address("Bob", 2026, "releve.docx"))
    assert "Bob" in "".join(p.text for p in docx.Document(BytesIO(word)).paragraphs)


async def test_an_attestation_certifies_confirmed_volunteer_time_alone(garden: Garden) -> None:
    content = await fetched(garden, "Alice", garden.address("Bob", 2026, "attestation.pdf"))
    text = words(content)
    assert "atteste que Bob lui a donné 14 h 10 de bénévolat" in text
    for expected in (
        "4 h ouvertes à rétribution",
        "45 min annulées",
        "30 min en attente d’attestation",
        "1 h 15 contestées",
        "1 h 30 de matériel prêté",
        "Signature",
        "Alice",
    ):
        assert expected in text, expected


async def test_an_empty_year_says_so_and_has_nothing_to_sign(garden: Garden) -> None:
    empty = await fetched(garden, "Bob", garden.address("Bob", 2024, "releve.pdf"))
    text = words(empty)
    assert "Aucune contribution de Bob n’est consignée pour 2024" in text
    assert "n’a rien dû ni versé" in text
    nothing = await fetched(garden, "Bob", garden.address("Bob", 2024, "attestation.pdf"))
    text = words(nothing)
    assert "il n’y a rien à attester" in text
    assert "Signature" not in text


async def test_a_valuation_is_exact_and_says_how(garden: Garden) -> None:
    browser = await garden.door.browser("Nour")
    path = f"/communs/{garden.slug}/valorisation"
    form = {**RATE, "annee": "2026", "value.in-kind.basket": "0,035"}
    shown = await browser.post(path, form)
    assert shown.status_code == 200
    # 700 min of work and 150 of knowledge at 12.02 €/h; 2.125 baskets at 0.035 €.
    total = "170,35\u00a0€"  # 140.23 + 30.05 + 0.07
    assert total in shown.text
    pdf = (await browser.post(path, {**form, "fichier": "pdf"})).content
    text = words(pdf)
    for expected in ("12,02 € l’heure", "140,23 €", "30,05 €", "0,07 €", "170,35 €"):
        assert expected in text, expected
    for expected in ("non valorisé", "À vérifier", "SMIC au 1er janvier 2026", "demi-centime"):
        assert expected in text, expected
    data = await browser.post(path, {**form, "fichier": "csv", "method": "=1+1"})
    assert data.content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(StringIO(data.content.decode("utf-8-sig")), delimiter=";"))
    assert [row["valeur_en_euros"] for row in rows][-1] == "170,35"
    assert {row["taux_en_euros"] for row in rows[:2]} == {"12,02"}
    assert not any((cell or "")[:1] in "=+-@" for row in rows for cell in row.values() if cell)
    assert attached(pdf)["total"] == "170.35"


async def test_only_what_counts_is_said_to_cross_new_year(garden: Garden) -> None:
    days = (date(2025, 12, 31), date(2026, 1, 1))
    waiting = gave(garden.people["Bob"], days, "60", "Réveillon")
    async with garden.door.services.engine.begin() as db:
        await append_all(db, garden.commons_id, [waiting], garden.door.watch())
    browser = await garden.door.browser("Nour")
    form = {**RATE, "annee": "2026", "fichier": "pdf"}
    paper = await browser.post(f"/communs/{garden.slug}/valorisation", form)
    assert "Une contribution commencée avant" in words(paper.content)


async def test_a_commons_one_has_no_part_in_gives_no_statement(garden: Garden) -> None:
    browser = await garden.door.browser("Eve")
    answer = await browser.get(garden.address("Eve", 2026, "releve.pdf"))
    assert answer.status_code == 404


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"hourly_rate": ""}, "hourly_rate"),
        ({"hourly_rate": "douze"}, "hourly_rate"),
        ({"hourly_rate": "0"}, "hourly_rate"),
        ({"hourly_rate": "12,02345"}, "hourly_rate"),
        ({"basis": "rien"}, "basis"),
        ({"method": " "}, "method"),
        ({"value.in-kind.basket": "-1"}, "value.in-kind.basket"),
    ],
)
async def test_a_valuation_that_cannot_be_read_is_shown_again(
    garden: Garden, changed: dict[str, str], field: str
) -> None:
    browser = await garden.door.browser("Nour")
    path = f"/communs/{garden.slug}/valorisation"
    answer = await browser.post(path, {**RATE, "annee": "2026", **changed})
    assert answer.status_code == 422
    assert f'href="#{field}"' in answer.text
    assert "12,02" in answer.text or "hourly_rate" in changed


async def test_a_year_that_has_not_begun_is_refused(garden: Garden) -> None:
    browser = await garden.door.browser("Bob")
    for year in (2027, 1800):
        answer = await browser.get(garden.address("Bob", year, "releve.pdf"))
        assert answer.status_code == 422
    assert (await browser.get("/moi/contributions?annee=2027")).status_code == 422


async def test_what_the_api_says_is_what_the_paper_carries(garden: Garden) -> None:
    base = f"/api/v1/commons/{garden.slug}/statements/{garden.people['Bob']}/2026"
    async with garden.door.program("Nour") as program:
        told = (await program.get(base)).json()
        paper = await program.get(f"{base}/statement.pdf")
        signed = await program.get(f"{base}/attestation.pdf")
        query = {**RATE, "value": "in-kind.basket=0.035"}
        worth = f"/api/v1/commons/{garden.slug}/valuations/2026"
        valued = await program.get(worth, params=query)
        sheet = await program.get(f"{worth}/valuation.csv", params=query)
        made = await program.get(f"{worth}/valuation.pdf", params=query)
    assert attached(paper.content) == told
    assert signed.headers["content-type"] == "application/pdf"
    assert valued.json()["total"] == "170.35"
    assert b"170,35" in sheet.content
    assert attached(made.content) == valued.json()


@pytest.mark.parametrize(
    ("value", "field", "said"),
    [
        ("work.EUR=1", "value.work.EUR", "Ni l'argent ni les commits"),
        ("work.commit=1", "value.work.commit", "Ni l'argent ni les commits"),
        ("work.minute=1", "value.work.minute", "le taux horaire"),
        ("knowledge.minute=1", "value.knowledge.minute", "le taux horaire"),
        ("material.panier=1", "value.material.panier", "pas d'unité « panier »"),
        ("gold.basket=1", "value.gold.basket", "pas une nature"),
        ("in-kind.basket=", "value", "knowledge.basket=12.50"),
        ("in-kind=1", "value", "knowledge.basket=12.50"),
    ],
)
async def test_a_value_that_no_contribution_could_have_is_refused(
    garden: Garden, value: str, field: str, said: str
) -> None:
    worth = f"/api/v1/commons/{garden.slug}/valuations/2026"
    query = {**RATE, "value": ["material.minute=3", value]}
    async with garden.door.program("Nour") as program:
        for address in (worth, f"{worth}/valuation.csv", f"{worth}/valuation.pdf"):
            answer = await program.get(address, params=query)
            assert answer.status_code == 422
            [error] = answer.json()["errors"]
            assert error["field"] == field
            assert said in error["detail"]


async def test_a_value_given_twice_is_refused_and_others_are_taken(garden: Garden) -> None:
    worth = f"/api/v1/commons/{garden.slug}/valuations/2026"
    twice = ["in-kind.basket=1", "in-kind.basket=2"]
    async with garden.door.program("Nour") as program:
        refused = await program.get(worth, params={**RATE, "value": twice})
        taken = await program.get(
            worth, params={**RATE, "value": ["material.minute=3", "in-kind.basket=1"]}
        )
    assert [error["field"] for error in refused.json()["errors"]] == ["value.in-kind.basket"]
    assert taken.status_code == 200


async def test_hundreds_of_lines_repeat_the_head_of_their_table(
    garden: Garden, tmp_path: Path
) -> None:
    bob = garden.people["Bob"]
    many = [gave(bob, on("2026-02-01"), "15", f"Tournée {n}") for n in range(300)]
    async with garden.door.services.engine.begin() as db:
        await append_all(db, garden.commons_id, many, datetime(2026, 11, 2, 9, tzinfo=UTC))
    content = await fetched(garden, "Bob", garden.address("Bob", 2026, "releve.pdf"))
    text = read(content, tmp_path)
    pages = [page for page in text.split("\f") if "Tournée" in page]
    assert len(pages) > 5
    assert all("Contribution" in page and "Feuille" in page for page in pages)
    for number in range(300):
        assert f"Tournée {number}" in text
