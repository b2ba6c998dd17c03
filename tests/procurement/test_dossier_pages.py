"""A dossier from the first question to the archive, through the pages, on PostgreSQL."""

import asyncio
import re
from io import BytesIO
from zipfile import ZipFile

import pytest
from tests.procurement.conftest import Town, Visitor

from commons.identity.model import INSTANCE, Grant, Role, Scope
from commons.procurement.dossier_file import read_dossier
from commons.procurement.forms import STEPS

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
LOCAL = {
    "criteria[1]__name": "Entreprise locale",
    "criteria[1]__kind": "other",
    "criteria[1]__weight": "60",
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


async def seen(agent: Visitor, address: str) -> str:
    return seen_in((await agent.read(f"{address}/texte")).text)


async def test_a_dozen_answers_make_a_dossier_without_errors(town: Town) -> None:
    agent = await town.agent()
    address = await begun(town, agent)
    page = (await agent.read(address)).text
    assert "Erreurs\u00a0: 0" in page
    assert "Tout télécharger" in page
    dossier = read_dossier(await kept_text(agent, address))
    assert dossier.procedure == "adapted"
    assert str(dossier.estimate.amount) == "84000.50"
    assert dossier.need == "Prêter les outils de l'atelier.\nSuivre les retours."
    assert dossier.choice("exec-environnement") is not None


async def test_the_shipped_example_becomes_the_buyers_own(town: Town) -> None:
    agent = await town.agent()
    buyer = {"organisation": str(town.valbrume.organisation_id), "from": "example"}
    answer = await agent.send("/dossiers/nouveau", **buyer)
    address = answer.headers["location"].partition("?")[0]
    assert "Le contrôle n’a rien trouvé" in (await agent.read(address)).text
    assert read_dossier(await kept_text(agent, address)).buyer.name == "Commune de Valbrume"


async def test_every_page_of_a_dossier_opens(town: Town) -> None:
    agent = await town.agent()
    address = await begun(town, agent)
    steps = [f"/etape/{step.slug}" for step in STEPS]
    clauses = ["/clauses", "/clauses/exec-environnement", "/clauses/exec-social"]
    for end in ("", *steps, *clauses, "/texte", "/apercu/RC", "/apercu/BPU"):
        answer = await agent.read(address + end)
        assert answer.status_code == 200, end
    assert "Service de prêt" in (await agent.read("/dossiers")).text


async def test_answers_that_are_refused_are_shown_again(town: Town) -> None:
    agent = await town.agent()
    buyer = str(town.valbrume.organisation_id)
    typed = {**ANSWERS, "estimate__amount": "beaucoup", "title": "", "months": "trois"}
    answer = await agent.send("/dossiers/nouveau", organisation=buyer, **typed)
    assert answer.status_code == 422
    assert "Donnez un intitulé" in answer.text
    answer = await agent.send(
        "/dossiers/nouveau", organisation=buyer, **{**typed, "title": "Outils"}
    )
    assert answer.status_code == 422
    assert 'value="beaucoup"' in answer.text
    assert 'id="estimate.amount-erreur"' in answer.text
    assert 'id="months-erreur"' in answer.text
    assert "Suivre les retours." in answer.text
    assert "Aucun dossier" in (await agent.read("/dossiers")).text


async def test_a_finding_stands_beside_the_criterion_it_concerns(town: Town) -> None:
    agent = await town.agent()
    address = await begun(town, agent)
    answer = await agent.send(
        f"{address}/etape/criteres", seen=await seen(agent, address), **LOCAL
    )
    assert answer.status_code == 303
    page = (await agent.read(f"{address}/etape/criteres")).text
    criterion = page.partition('id="criteria[1]"')[2].partition("</fieldset>")[0]
    assert "Erreur T4" in criterion
    assert "Erreur C1" in page.partition('id="criteria[1]"')[0]
    assert "Les documents ne peuvent pas encore" in (await agent.read(address)).text


async def test_a_weight_that_makes_no_sense_is_refused_beside_its_field(town: Town) -> None:
    agent = await town.agent()
    address = await begun(town, agent)
    before = await kept_text(agent, address)
    typed = {
        **LOCAL,
        "criteria[1]__weight": "la moitié",
        "criteria[1]__subcriteria": "Délai ; vingt",
        "criteria[4]__name": "Prix",
        "criteria[4]__kind": "price",
        "criteria[4]__weight": "40,5",
    }
    answer = await agent.send(
        f"{address}/etape/criteres", seen=await seen(agent, address), **typed
    )
    assert answer.status_code == 422
    assert 'id="criteria[1].weight-erreur"' in answer.text
    assert 'id="criteria[1].subcriteria-erreur"' in answer.text
    assert 'value="la moitié"' in answer.text
    assert "Délai ; vingt" in answer.text
    assert 'name="criteria[2].name" type="text" value="Prix"' in answer.text
    assert await kept_text(agent, address) == before


async def test_a_clause_is_added_answered_and_taken_out(town: Town) -> None:
    agent = await town.agent()
    address = await begun(town, agent)
    clause = f"{address}/clauses/exec-social"
    refused = await agent.send(
        clause, seen=await seen(agent, address), answers__heures="beaucoup"
    )
    assert refused.status_code == 422
    assert 'value="beaucoup"' in refused.text
    assert 'id="answers.heures-erreur"' in refused.text
    taken = await agent.send(clause, seen=await seen(agent, address), answers__heures="70")
    assert taken.status_code == 303
    choice = read_dossier(await kept_text(agent, address)).choice("exec-social")
    assert choice is not None
    assert choice.answers == {"heures": "70"}
    await agent.send(f"{clause}/retirer", seen=await seen(agent, address))
    assert read_dossier(await kept_text(agent, address)).choice("exec-social") is None


async def test_without_its_environmental_condition_nothing_is_written(town: Town) -> None:
    agent = await town.agent()
    address = await begun(town, agent)
    clause = f"{address}/clauses/exec-environnement/retirer"
    await agent.send(clause, seen=await seen(agent, address))
    page = (await agent.read(f"{address}/clauses")).text
    assert "Erreur E3" in page
    assert (await agent.read(f"{address}/tout.zip")).status_code == 409
    assert (await agent.read(f"{address}/CCAP/pdf")).status_code == 409


async def test_a_finding_is_set_aside_with_its_reason_and_taken_back(town: Town) -> None:
    agent = await town.agent()
    address = await begun(town, agent, consultation_on="2026-11-30")
    await agent.send(f"{address}/etape/criteres", seen=await seen(agent, address), **LOCAL)
    finding = {"number": "0", "rule": "C1", "place": "Critères"}
    short = await agent.send(
        f"{address}/ecarter",
        seen=await seen(agent, address),
        **finding,
        **{"reason-0": "Non."},
    )
    assert short.status_code == 422
    assert ">Non.</textarea>" in short.text
    reason = "Pondération décidée en commission."
    await agent.send(
        f"{address}/ecarter",
        seen=await seen(agent, address),
        **finding,
        **{"reason-0": reason},
    )
    waivers = read_dossier(await kept_text(agent, address)).waivers
    assert [(w.rule, w.place, w.reason) for w in waivers] == [("C1", "Critères", reason)]
    assert reason in (await agent.read(address)).text
    await agent.send(f"{address}/reprendre", seen=await seen(agent, address), **finding)
    assert read_dossier(await kept_text(agent, address)).waivers == ()


async def test_the_text_is_saved_as_it_was_typed_or_refused_whole(town: Town) -> None:
    agent = await town.agent()
    address = await begun(town, agent)
    text = "# à relire en commission\n" + await kept_text(agent, address)
    await agent.send(f"{address}/texte", seen=await seen(agent, address), text=text)
    assert await kept_text(agent, address) == text
    wrong = text.replace("months:", "mois:")
    answer = await agent.send(f"{address}/texte", seen=await seen(agent, address), text=wrong)
    assert answer.status_code == 422
    assert "mois: " in answer.text
    assert "<code>mois</code>" in answer.text
    assert await kept_text(agent, address) == text


async def test_a_text_too_long_to_keep_comes_back_whole(town: Town) -> None:
    agent = await town.agent()
    address = await begun(town, agent)
    long = await kept_text(agent, address) + f"# {'long ' * 60_000}fin"
    answer = await agent.send(f"{address}/texte", seen=await seen(agent, address), text=long)
    assert answer.status_code == 422
    assert "256" in answer.text
    assert f"{'long ' * 60_000}fin" in answer.text


async def test_a_comment_outlives_the_form(town: Town) -> None:
    agent = await town.agent()
    address = await begun(town, agent)
    text = (await kept_text(agent, address)).replace(
        "purchase: services", "purchase: services  # avis du service achats"
    )
    await agent.send(f"{address}/texte", seen=await seen(agent, address), text=text)
    page = (await agent.read(f"{address}/etape/lots")).text
    await agent.send(
        f"{address}/etape/lots", seen=seen_in(page), no_lots_reason="Un seul logiciel."
    )
    after = await kept_text(agent, address)
    assert after.startswith("# avis du service achats\n")
    assert read_dossier(after).no_lots_reason == "Un seul logiciel."


async def test_the_archive_holds_every_document_and_is_the_same_each_time(
    town: Town,
) -> None:
    agent = await town.agent()
    address = await begun(town, agent, reference="2026-12")
    first = await agent.read(f"{address}/tout.zip")
    assert first.content == (await agent.read(f"{address}/tout.zip")).content
    with ZipFile(BytesIO(first.content)) as archive:
        names = archive.namelist()
        pieces = ("RC", "CCAP", "CCTP", "AE", "BPU")
        files = [f"2026-12/2026-12-{p}.{form}" for p in pieces for form in ("pdf", "docx")]
        assert names == [*files, "2026-12/2026-12.yaml"]
        text = await kept_text(agent, address)
        assert archive.read("2026-12/2026-12.yaml").decode() == text
        assert archive.read("2026-12/2026-12-RC.pdf").startswith(b"%PDF")
        one = await agent.read(f"{address}/CCAP/docx")
        assert archive.read("2026-12/2026-12-CCAP.docx") == one.content


async def test_the_second_to_save_is_told_and_loses_nothing(town: Town) -> None:
    camille, nour = await town.agent("Camille"), await town.agent("Nour")
    address = await begun(town, camille)
    opened = await seen(nour, address)
    await camille.send(f"{address}/etape/lots", seen=opened, no_lots_reason="Un seul logiciel.")
    late = {"no_lots_reason": "Prestations indissociables."}
    told = await nour.send(f"{address}/etape/lots", seen=opened, **late)
    assert told.status_code == 409
    assert "a enregistré ce dossier pendant que vous" in told.text
    assert "Prestations indissociables." in told.text
    kept = read_dossier(await kept_text(camille, address))
    assert kept.no_lots_reason == "Un seul logiciel."
    again = await nour.send(f"{address}/etape/lots", seen=seen_in(told.text), **late)
    assert again.status_code == 303
    kept = read_dossier(await kept_text(camille, address))
    assert kept.no_lots_reason == "Prestations indissociables."


async def test_the_second_to_save_the_text_sees_both(town: Town) -> None:
    camille, nour = await town.agent("Camille"), await town.agent("Nour")
    address = await begun(town, camille)
    opened, text = await seen(nour, address), await kept_text(nour, address)
    hers = text.replace("months: 36", "months: 24")
    await camille.send(f"{address}/texte", seen=opened, text=hers)
    told = await nour.send(f"{address}/texte", seen=opened, text=text + "ccag: PI\n")
    assert told.status_code == 409
    theirs = told.text.partition("<pre")[2]
    assert "months: 24" in theirs
    assert "Camille" in told.text


async def test_of_two_who_save_at_once_exactly_one_is_told(town: Town) -> None:
    agents = [await town.agent(name) for name in ("Camille", "Nour", "Sasha", "Lou")]
    address = await begun(town, agents[0])
    opened = await seen(agents[0], address)
    for agent in agents:
        await agent.read(address)
    answers = await asyncio.gather(
        *(
            agent.send(f"{address}/etape/lots", seen=opened, no_lots_reason=f"Motif {n}.")
            for n, agent in enumerate(agents)
        )
    )
    assert sorted(answer.status_code for answer in answers) == [303, 409, 409, 409]
    won = next(n for n, answer in enumerate(answers) if answer.status_code == 303)
    kept = read_dossier(await kept_text(agents[0], address))
    assert kept.no_lots_reason == f"Motif {won}."


READS = ("", "/etape/lots", "/clauses", "/clauses/exec-social", "/texte", "/dossier.yaml")
FILES = ("/tout.zip", "/RC/pdf", "/CCAP/docx", "/apercu/RC")
WRITES = (
    "/etape/lots",
    "/clauses/exec-social",
    "/clauses/exec-social/retirer",
    "/texte",
    "/ecarter",
    "/reprendre",
)


async def test_a_draft_is_for_the_people_of_its_collectivite(town: Town) -> None:
    agent = await town.agent()
    address = await begun(town, agent)
    before = await kept_text(agent, address)
    neighbour = Grant(Scope.ORGANISATION, town.neighbour.organisation_id, Role.AGENT)
    commons = Grant(Scope.COMMONS, town.valbrume.organisation_id, Role.STEWARD)
    strangers = {
        401: [town.visitor()],
        403: [
            await town.person("Aline", neighbour),
            await town.person("Sasha", commons),
            await town.person("Lou"),
        ],
    }
    for status, visitors in strangers.items():
        for visitor in visitors:
            for end in (*READS, *FILES):
                assert (await visitor.read(address + end)).status_code == status, end
            for end in WRITES:
                answer = await visitor.send(
                    address + end, seen=await seen(agent, address), text=before
                )
                assert answer.status_code == status, end
    assert await kept_text(agent, address) == before


async def test_signatories_and_stewards_of_the_instance_prepare_too(town: Town) -> None:
    agent = await town.agent()
    address = await begun(town, agent)
    signs = Grant(Scope.ORGANISATION, town.valbrume.organisation_id, Role.SIGNATORY)
    for grant in (signs, Grant(Scope.INSTANCE, INSTANCE, Role.STEWARD)):
        visitor = await town.person(f"Alix-{grant.role}", grant)
        assert (await visitor.read(address)).status_code == 200
        assert "Service de prêt" in (await visitor.read("/dossiers")).text


async def test_nobody_begins_a_dossier_for_another_collectivite(town: Town) -> None:
    agent = await town.agent()
    other = str(town.neighbour.organisation_id)
    answer = await agent.send("/dossiers/nouveau", organisation=other, **ANSWERS)
    assert answer.status_code == 422
    assert "Choisissez la collectivité" in answer.text
    assert "Commune de Clairval" not in (await agent.read("/dossiers/nouveau")).text
    nobody = town.visitor()
    assert (await nobody.read("/dossiers/nouveau")).status_code == 401
    assert (await nobody.send("/dossiers/nouveau", **ANSWERS)).status_code == 401
    lou = await town.person("Lou")
    assert (await lou.read("/dossiers/nouveau")).status_code == 403


async def test_the_list_names_no_dossier_to_those_who_may_not_read_it(town: Town) -> None:
    agent = await town.agent()
    await begun(town, agent)
    neighbour = Grant(Scope.ORGANISATION, town.neighbour.organisation_id, Role.AGENT)
    others = [town.visitor(), await town.person("Lou"), await town.person("Aline", neighbour)]
    for visitor in others:
        page = (await visitor.read("/dossiers")).text
        assert "Ouvrir le clausier" in page
        assert "Service de prêt" not in page


async def test_a_form_from_elsewhere_writes_nothing(town: Town) -> None:
    agent = await town.agent()
    address = await begun(town, agent)
    before = await kept_text(agent, address)
    opened = await seen(agent, address)
    for end in WRITES:
        answer = await agent.http.post(address + end, data={"seen": opened, "text": before})
        assert answer.status_code == 403, end
    assert await kept_text(agent, address) == before


@pytest.mark.parametrize(
    "end",
    ["/etape/rien", "/clauses/rien", "/apercu/DPGF", "/DPGF/pdf", "/RC/odt"],
)
async def test_what_is_not_there_is_said(town: Town, end: str) -> None:
    agent = await town.agent()
    address = await begun(town, agent)
    assert (await agent.read(address + end)).status_code == 404
