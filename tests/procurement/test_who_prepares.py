"""People enter a collectivité by invitation, from a signatory or a steward of the instance."""

import re

from tests.procurement.conftest import Town, Visitor

from commons.identity.model import INSTANCE, Grant, Role, Scope


async def invite(town: Town, host: Visitor, name: str, role: str) -> int:
    address = f"/dossiers/equipe/{town.valbrume.organisation_id}"
    mail = f"{name}@commons.example"
    answer = await host.send(address, name=name, email=mail, role=role)
    return answer.status_code


async def accept(visitor: Visitor) -> None:
    page = (await visitor.read("/invitations")).text
    found = re.search(r'action="(/invitations/[^"]+)"', page)
    assert found is not None
    await visitor.send(found[1], reponse="oui")


async def test_an_agent_enters_by_invitation_and_leaves_when_withdrawn(town: Town) -> None:
    steward = await town.person("Alix", Grant(Scope.INSTANCE, INSTANCE, Role.STEWARD))
    assert await invite(town, steward, "Camille", "agent") == 303
    camille = await town.person("Camille")
    assert (await camille.read("/dossiers/nouveau")).status_code == 403
    await accept(camille)
    assert (await camille.read("/dossiers/nouveau")).status_code == 200
    team = f"/dossiers/equipe/{town.valbrume.organisation_id}"
    assert "Camille" in (await steward.read(team)).text
    assert f'"{team}"' in (await steward.read("/dossiers")).text
    await steward.send(f"{team}/{camille.person_id}", role="agent")
    assert (await camille.read("/dossiers/nouveau")).status_code == 403


async def test_a_signatory_appoints_and_an_agent_does_not(town: Town) -> None:
    signs = Grant(Scope.ORGANISATION, town.valbrume.organisation_id, Role.SIGNATORY)
    assert await invite(town, await town.person("Maire", signs), "Nour", "agent") == 303
    neighbour = Grant(Scope.ORGANISATION, town.neighbour.organisation_id, Role.SIGNATORY)
    strangers = [
        (await town.agent(), 403),
        (await town.person("Aline", neighbour), 403),
        (await town.person("Lou"), 403),
        (town.visitor(), 401),
    ]
    team = f"/dossiers/equipe/{town.valbrume.organisation_id}"
    for stranger, status in strangers:
        assert (await stranger.read(team)).status_code == status
        assert await invite(town, stranger, "Sasha", "signatory") == status
        answer = await stranger.send(f"{team}/{signs.scope_id}", role="signatory")
        assert answer.status_code == status


async def test_an_invitation_that_does_not_read_is_shown_again(town: Town) -> None:
    steward = await town.person("Alix", Grant(Scope.INSTANCE, INSTANCE, Role.STEWARD))
    team = f"/dossiers/equipe/{town.valbrume.organisation_id}"
    answer = await steward.send(team, name="", email="camille@", role="steward")
    assert answer.status_code == 422
    for name in ("name", "email", "role"):
        assert f'id="{name}-erreur"' in answer.text
    assert 'value="camille@"' in answer.text
