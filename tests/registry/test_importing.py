"""A git history brought in by its doors: the page, the API and the command line."""

from uuid import UUID, uuid4

import httpx
import pytest
from tests.doors import Browser, Door, registered

from commons.identity.model import Grant, Role, Scope
from commons.identity.store import IdentityStore
from commons.ledger.filters import Filter
from commons.ledger.git_import import COMMAND
from commons.ledger.model import Kind
from commons.ledger.store import JournalStore
from commons.registry.store import RegistryStore


def line(number: int, author: str, subject: str = "Semis", *others: str) -> str:
    cells = [f"{number:040x}", "2026-10-20T10:00:00+02:00", author, subject, *others]
    return "\t".join(cells)


HISTORY = "\n".join(
    [
        line(1, "Léa Martin <lea@example.org>"),
        line(2, "Léa M. <LEA@example.org>", "Arrosage", "Sam <sam@example.org>"),
        line(3, "root <root@localhost>", "Réglages de sam@example.org"),
        line(4, "Nemo <>", "Sans adresse"),
        "",
    ]
)


@pytest.fixture
async def garden(door: Door) -> str:
    await door.steward("Alice")
    return await registered(door, "Alice", readers="public")


async def commons_id_of(door: Door, slug: str) -> UUID:
    async with door.services.engine.connect() as db:
        return (await RegistryStore(db).by_slug(slug)).commons_id


async def names_in(door: Door, slug: str) -> list[str]:
    commons_id = await commons_id_of(door, slug)
    async with door.services.engine.connect() as db:
        return [member.name for member in await IdentityStore(db, b"").members(commons_id)]


async def sent(door: Door, slug: str, history: str, **more: bool) -> httpx.Response:
    async with door.program("Alice") as alice:
        address = f"/api/v1/commons/{slug}/contributions/import/git"
        return await alice.post(address, json={"history": history, **more})


async def count(door: Door, slug: str) -> int:
    commons_id = await commons_id_of(door, slug)
    async with door.services.engine.connect() as db:
        return await JournalStore(db).count(commons_id)


async def posted(browser: Browser, slug: str, data: bytes, **form: str) -> httpx.Response:
    file = {"history": ("historique.txt", data, "text/plain")}
    return await browser.post(f"/communs/{slug}/importer/historique", form, files=file)


async def test_a_history_becomes_claims_and_again_adds_nothing(door: Door, garden: str) -> None:
    first = await sent(door, garden, HISTORY, make_people=True)
    assert first.status_code == 200, first.text
    told = first.json()
    assert (told["written"], told["already"], told["refused"]) == (5, 0, 0)
    assert [item["line"] for item in told["verdicts"]] == [1, 2, 2, 3, 4]
    again = (await sent(door, garden, HISTORY, make_people=True)).json()
    assert (again["written"], again["already"], again["refused"]) == (0, 5, 0)
    assert await names_in(door, garden) == ["Alice", "Léa Martin", "Nemo", "Sam", "root"]
    longer = HISTORY + line(5, "Nemo <>") + "\n" + line(6, "root <root@localhost>")
    more = (await sent(door, garden, longer, make_people=True)).json()
    assert (more["written"], more["already"]) == (2, 5)
    assert await names_in(door, garden) == ["Alice", "Léa Martin", "Nemo", "Sam", "root"]
    commons_id = await commons_id_of(door, garden)
    async with door.services.engine.connect() as db:
        entries = await JournalStore(db).page(commons_id, Filter(kinds=(Kind.CONTRIBUTION,)))
    assert {(entry.unit, str(entry.quantity), str(entry.state)) for entry in entries} == {
        ("commit", "1.000000", "awaiting")
    }
    assert {entry.personal["recorder"] for entry in entries} == {str(door.people["Alice"])}


async def test_someone_else_may_import_it_again(door: Door, garden: str) -> None:
    """Who imports is written with the claim; the claim is the same."""
    await sent(door, garden, HISTORY, make_people=True)
    commons_id = await commons_id_of(door, garden)
    await door.person("Nour", Grant(Scope.COMMONS, commons_id, Role.TREASURER))
    address = f"/api/v1/commons/{garden}/contributions/import/git"
    async with door.program("Nour") as nour:
        answer = await nour.post(address, json={"history": HISTORY})
    assert (answer.json()["already"], answer.json()["refused"]) == (5, 0)


async def test_no_address_stands_in_the_journal_nor_in_its_export(
    door: Door, garden: str
) -> None:
    """LED-11, also where a subject or a name is one."""
    history = HISTORY + line(7, "kim@example.org <kim@example.org>", "De kim@example.org")
    assert (await sent(door, garden, history, make_people=True)).json()["refused"] == 0
    async with door.client() as visitor:
        for form in ("json", "csv", "jsonld", "hledger", "beancount"):
            book = await visitor.get(f"/communs/{garden}/journal.{form}")
            assert book.status_code == 200
            assert "@example.org" not in book.text
        page = await visitor.get(f"/communs/{garden}/journal")
    assert "@" not in page.text.partition("<main")[2]
    assert "[adresse retirée]" in page.text


async def test_unknown_authors_are_refused_unless_they_may_be_made(
    door: Door, garden: str
) -> None:
    told = (await sent(door, garden, HISTORY)).json()
    assert (told["written"], told["refused"]) == (0, 5)
    assert "Léa Martin" in told["verdicts"][0]["detail"]
    assert await names_in(door, garden) == ["Alice"]
    mine = line(1, "Al <alice@communs.example>")
    assert (await sent(door, garden, mine)).json()["written"] == 1


async def test_nobody_s_name_is_learnt_from_their_address(door: Door, garden: str) -> None:
    """Someone of the instance who is no member here must be invited, not brought in."""
    await door.person("Mathilde")
    probe = line(1, "Qui <mathilde@communs.example>")
    told = await sent(door, garden, probe, make_people=True)
    assert told.json()["refused"] == 1
    assert "Mathilde" not in told.text
    assert await names_in(door, garden) == ["Alice"]
    table = "date;contributeur;durée;description\n2026-10-20;mathilde@communs.example;1h;Semis"
    async with door.program("Alice") as alice:
        address = f"/api/v1/commons/{garden}/contributions/import"
        answer = await alice.post(address, json={"csv": table, "make_people": True})
    assert answer.json()["refused"] == 1
    assert await count(door, garden) == 0


async def test_a_member_is_known_by_their_address_whoever_has_the_same_name(
    door: Door, garden: str
) -> None:
    grant = Grant(Scope.COMMONS, await commons_id_of(door, garden), Role.CONTRIBUTOR)
    async with door.services.engine.begin() as db:
        people = IdentityStore(db, door.services.keyring.email)
        for number in (1, 2):
            address = f"kim{number}@communs.example"
            kim = await people.find_or_make("Kim", address, door.watch(), keep_address=True)
            await people.grant(kim, grant, door.watch())
    rows = [f"2026-10-20;kim{number}@communs.example;1h;Semis" for number in (1, 2)]
    table = "\n".join(["date;contributeur;durée;description", *rows])
    async with door.program("Alice") as alice:
        address = f"/api/v1/commons/{garden}/contributions/import"
        answer = await alice.post(address, json={"csv": table})
    assert (answer.json()["written"], answer.json()["refused"]) == (2, 0)


async def test_all_or_nothing_writes_nothing_and_makes_nobody(door: Door, garden: str) -> None:
    faulty = f"{HISTORY}ceci n'est pas un commit"
    refused = await sent(door, garden, faulty, make_people=True, all_or_nothing=True)
    assert refused.status_code == 422
    assert "Ligne 5" in refused.json()["detail"]
    assert (await count(door, garden), await names_in(door, garden)) == (0, ["Alice"])
    partly = (await sent(door, garden, faulty, make_people=True)).json()
    assert (partly["written"], partly["refused"]) == (5, 1)


async def test_a_key_taken_by_something_else_is_no_commit(door: Door, garden: str) -> None:
    """Whoever logs under the key of a commit that is to come does not pass for it."""
    commons_id = await commons_id_of(door, garden)
    told = (await sent(door, garden, line(1, "Al <alice@communs.example>"))).json()
    assert told["written"] == 1
    async with door.services.engine.connect() as db:
        [entry] = await JournalStore(db).page(commons_id, Filter())
    other = await registered(door, "Alice", name="Un autre")
    body = {
        "entry_id": str(entry.entry_id),
        "occurred_on": "2026-10-20",
        "quantity": "60",
        "description": "Autre chose",
    }
    async with door.program("Alice") as alice:
        answer = await alice.post(f"/api/v1/commons/{garden}/contributions", json=body)
        assert answer.status_code == 409
        body["entry_id"] = str(uuid4())
        await alice.post(f"/api/v1/commons/{other}/contributions", json=body)
    assert (await count(door, garden), await count(door, other)) == (1, 1)


@pytest.mark.parametrize(
    ("history", "said"),
    [
        ("date;contributeur", "n'est pas un historique git"),
        ("\x01\x02", "n'est pas un historique git"),
        ("", "n'est pas un historique git"),
    ],
)
async def test_what_is_no_history_is_refused_beside_its_field(
    door: Door, garden: str, history: str, said: str
) -> None:
    answer = await sent(door, garden, history)
    assert answer.status_code == 422
    assert [item["field"] for item in answer.json()["errors"]] == ["history"]
    assert said in answer.json()["detail"]


async def test_the_page_shows_the_command_and_takes_its_file(door: Door, garden: str) -> None:
    browser = await door.browser("Alice")
    page = await browser.get(f"/communs/{garden}/importer")
    assert COMMAND.replace('"', "&#34;").replace("<", "&lt;").replace(">", "&gt;") in page.text
    done = await posted(browser, garden, HISTORY.encode(), authors="oui")
    assert done.status_code == 200
    assert "5 consignées, 0 déjà là, 0 refusées." in done.text
    again = await posted(browser, garden, HISTORY.encode(), authors="oui")
    assert "0 consignées, 5 déjà là, 0 refusées." in again.text
    assert await count(door, garden) == 5


@pytest.mark.parametrize(
    ("data", "status", "said"),
    [
        (b"", 422, "historique.txt"),
        (b"\x89PNG\r\n\x1a\n\0\0", 422, "pas du texte"),
        (b"a" * 9_000_000, 422, "pas un historique git"),
        (b"\n" * 9_000_000, 422, "coupez le fichier"),
        (b"a" * 11_000_000, 413, "10 Mo"),
    ],
)
async def test_a_hostile_file_is_refused_on_the_page(
    door: Door, garden: str, data: bytes, status: int, said: str
) -> None:
    browser = await door.browser("Alice")
    answer = await posted(browser, garden, data, **{"history-whole": "oui"})
    assert answer.status_code == status
    assert said in answer.text
    if status == 422:
        assert 'id="history-erreur"' in answer.text
        assert 'id="history-whole-oui" name="history-whole" value="oui" checked' in answer.text
    assert await count(door, garden) == 0


async def test_a_contributor_may_not_import(door: Door, garden: str) -> None:
    commons_id = await commons_id_of(door, garden)
    await door.person("Sasha", Grant(Scope.COMMONS, commons_id, Role.CONTRIBUTOR))
    browser = await door.browser("Sasha")
    assert (await posted(browser, garden, HISTORY.encode())).status_code == 403
    assert (await browser.get(f"/communs/{garden}/importer")).status_code == 403
