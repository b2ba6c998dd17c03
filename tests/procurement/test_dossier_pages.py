"""A dossier from the first question to the archive, through the pages, on PostgreSQL."""

import re
from io import BytesIO
from uuid import UUID
from zipfile import ZipFile

from commons.identity.model import INSTANCE, Grant, Role, Scope
from commons.procurement.dossier_file import read_dossier
from tests.procurement.conftest import Town, Visitor

ANSWERS = {
    "title": "Service de prêt d'outils",
    "subject": "l'adaptation d'un service de prêt d'outils",
    "need": "Prêter les outils de l'atelier.\r\nSuivre les retours.",
    "start": "software",
    "purchase": "services",
    "estimate__amount": "84 000,50",
    "procedure": "permitted",
    "consultation_on": "2026-11-30",
    "offers_until": "2027-01-11",
    "months": "36",
    "level": "standard",
}


def seen_in(page: str) -> str:
    found = re.search(r'name="seen" value="([^"]+)"', page)
    assert found is not None
    return found[1]


async def begun(town: Town, agent: Visitor, **changes: str) -> str:
    """The address of a new dossier of Valbrume."""
    buyer = str(town.valbrume.organisation_id)
    answer = await agent.send("/dossiers/nouveau", organisation=buyer, **{**ANSWERS, **changes})
    assert answer.status_code == 303, answer.text
    return answer.headers["location"].partition("?")[0]


async def kept_text(agent: Visitor, address: str) -> str:
    return (await agent.read(f"{address}/dossier.yaml")).text


async def test_a_dozen_answers_make_a_dossier_without_errors(town: Town) -> None:
    agent = await town.agent()
    address = await begun(town, agent)
    page = (await agent.read(address)).text
    assert "Erreurs : 0" in page
    dossier = read_dossier(await kept_text(agent, address))
    assert dossier.procedure == "adapted"
    assert str(dossier.estimate.amount) == "84000.50"
    assert dossier.need == "Prêter les outils de l'atelier.\nSuivre les retours."
    assert dossier.choice("exec-environnement") is not None
    assert "tout.zip" in page


async def test_pages(town: Town) -> None:
    agent = await town.agent()
    address = await begun(town, agent)
    for end in (
        "",
        "/etape/besoin",
        "/etape/procedure",
        "/etape/lots",
        "/etape/criteres",
        "/etape/textes",
        "/clauses",
        "/clauses/exec-environnement",
        "/clauses/exec-social",
        "/texte",
        "/apercu/RC",
    ):
        answer = await agent.read(address + end)
        assert answer.status_code == 200, (end, answer.text)
    for path in (
        "/dossiers",
        "/dossiers/nouveau",
        "/marches",
        "/clauses",
        "/clauses/exec-environnement",
        "/seuils",
    ):
        answer = await agent.read(path)
        assert answer.status_code == 200, (path, answer.text)
