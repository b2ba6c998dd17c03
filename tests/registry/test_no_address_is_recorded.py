"""No e-mail address enters a journal, by any door: so none leaves with an export (LED-11)."""

from datetime import date
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from tests.doors import Door, registered
from tests.ledger.test_git_import import git

from commons.identity.model import Grant, Role, Scope
from commons.identity.store import IdentityStore
from commons.kernel.addresses import REFUSED, WITHHELD
from commons.ledger.git_import import read_history
from commons.registry.importing import Importer
from commons.registry.store import RegistryStore
from commons.web.i18n import quoted

TEXT = "Taille : écrire à a@b.fr"
SAID = quoted(str(REFUSED).replace("'", "’"))


@pytest.fixture
async def garden(door: Door) -> str:
    await door.steward("Alice")
    return await registered(door, "Alice")


async def commons_of(door: Door, slug: str) -> UUID:
    async with door.services.engine.connect() as db:
        return (await RegistryStore(db).by_slug(slug)).commons_id


def contribution(text: str, links: tuple[str, ...] = ()) -> dict[str, object]:
    return {
        "entry_id": str(uuid4()),
        "occurred_on": "2026-11-01",
        "quantity": "30",
        "description": text,
        "links": list(links),
    }


async def test_the_api_refuses_it_beside_its_field(door: Door, garden: str) -> None:
    api = f"/api/v1/commons/{garden}"
    async with door.program("Alice") as alice:
        for body, field in (
            (contribution(TEXT), "description"),
            (contribution("Taille", ("mailto:a@b.fr",)), "links"),
        ):
            answer = await alice.post(f"{api}/contributions", json=body)
            assert answer.status_code == 422
            [fault] = answer.json()["errors"]
            assert fault["field"] == field
            assert "adresse électronique" in fault["detail"]
        table = f"date;contributeur;durée;description\n01/11/2026;Alice;1h;{TEXT}\n"
        answer = await alice.post(f"{api}/contributions/import", json={"csv": table})
        [verdict] = answer.json()["verdicts"]
        assert verdict["outcome"] == "refused"
        assert "adresse électronique" in answer.text
        assert (await alice.get(f"{api}/entries")).json() == []
        fact = {"name": "Jardin de a@b.fr"}
        with pytest.raises(AssertionError, match="adresse"):
            await registered(door, "Alice", **fact)


async def test_the_forms_refuse_it_and_keep_what_was_typed(door: Door, garden: str) -> None:
    alice, place = await door.browser("Alice"), f"/communs/{garden}"
    typed = {"entry_id": str(uuid4()), "day": "2026-11-01", "duration": "1h"}
    more = {"nature": "work", "reward": "pro-bono", "description": TEXT}
    answer = await alice.post(f"{place}/consigner", {**typed, **more})
    assert answer.status_code == 422
    assert SAID in answer.text
    assert TEXT in answer.text
    assert 'id="description-erreur"' in answer.text
    written = await alice.post(f"{place}/consigner", {**typed, **more, "description": "Taille"})
    assert written.status_code == 303
    place_id = await commons_of(door, garden)
    await door.person("Bob", Grant(Scope.COMMONS, place_id, Role.CONTRIBUTOR))
    bob = await door.browser("Bob")
    entry = f"{place}/journal/{typed['entry_id']}"
    for browser, path, field in ((bob, "contester", "contest"), (alice, "annuler", "reason")):
        answer = await browser.post(f"{entry}/{path}", {"entry_id": str(uuid4()), field: TEXT})
        assert answer.status_code == 422
        assert SAID in answer.text
        assert f'id="{field}-erreur"' in answer.text


async def test_a_commit_loses_it_and_its_author_too(
    door: Door, garden: str, tmp_path: Path
) -> None:
    door.watch.later(days=30)
    folder = tmp_path / "depot"
    folder.mkdir()
    git(folder, "init", "-q")
    author = "--author=sam@exemple.fr <sam@exemple.fr>"
    git(folder, "commit", "--allow-empty", "-qm", "Répondre à a@b.fr", author)
    async with door.services.engine.begin() as db:
        people = IdentityStore(db, door.services.keyring.email)
        commons_id = await commons_of(door, garden)
        importer = Importer(db, people, commons_id, door.watch())
        report = await importer.history(read_history(folder, commons_id))
    assert report.count("written") == 1
    async with door.program("Alice") as alice:
        whole = (await alice.get(f"/api/v1/commons/{garden}/journal")).text
    assert "@b.fr" not in whole
    assert "@exemple.fr" not in whole
    assert f"Répondre à {WITHHELD}" in whole
    assert '"sam"' in whole
    assert date(2026, 11, 21).isoformat() in whole
