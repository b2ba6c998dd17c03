"""Who may read a journal: anyone, anyone without the names, members only."""

import csv
import io
from dataclasses import dataclass
from uuid import uuid4

import pytest
from tests.doors import Door, registered

from commons.identity.model import Grant, Role, Scope
from commons.ledger.books.forms import BookForm

NAMES = ("Alice", "Mathilde", "Ignacio")
SECRETS = ("Paillage du verger", "deux saisons de taille", "preuve.example")


@dataclass(frozen=True, slots=True)
class Place:
    slug: str
    entry_id: str
    envelope_id: str


async def lived_in(door: Door, readers: str) -> Place:
    """A commons of three people with a contribution, and an envelope settled."""
    await door.steward("Alice")
    slug = await registered(door, "Alice", readers=readers)
    api = f"/api/v1/commons/{slug}"
    async with door.program("Alice") as alice:
        commons_id = (await alice.get(api)).json()["commons_id"]
        for name, role in (("Mathilde", Role.CONTRIBUTOR), ("Ignacio", Role.TREASURER)):
            await door.person(name, Grant(Scope.COMMONS, commons_id, role))
        entry_id = str(uuid4())
        async with door.program("Mathilde") as mathilde, door.program("Ignacio") as ignacio:
            contribution = {
                "entry_id": entry_id,
                "occurred_on": "2026-11-01",
                "quantity": "150",
                "description": SECRETS[0],
                "links": [f"https://{SECRETS[2]}/1"],
            }
            done = [await mathilde.post(f"{api}/contributions", json=contribution)]
            place = f"{api}/entries/{entry_id}/attestations"
            done.append(await ignacio.post(place, json={"entry_id": str(uuid4())}))
            town = await alice.post("/api/v1/organisations", json={"name": "Ville d'Ici"})
            funding = {
                "entry_id": str(uuid4()),
                "organisation_id": town.json()["organisation_id"],
                "amount": "1000",
                "received_on": "2026-11-01",
            }
            done.append(await ignacio.post(f"{api}/funding", json=funding))
            envelope = {
                "entry_id": str(uuid4()),
                "title": "Automne",
                "amount": "1000",
                "opens_on": "2026-11-02",
                "closes_on": "2026-11-10",
            }
            done.append(opened := await ignacio.post(f"{api}/envelopes", json=envelope))
            key = opened.json()["envelope_id"]
            for claimant, amount in ((mathilde, "900"), (ignacio, "300")):
                claim = {"entry_id": str(uuid4()), "amount": amount, "reason": SECRETS[1]}
                claims = f"{api}/envelopes/{key}/claims"
                done.append(await claimant.post(claims, json=claim))
            door.watch.later(days=8)
            settle = f"{api}/envelopes/{key}/settlement"
            rule = {"entry_id": str(uuid4()), "rule": "equal-losses"}
            alone = await ignacio.post(settle, json=rule)
            assert alone.status_code == 409
            assert "seul·e" in alone.json()["detail"]
            done.append(await alice.post(settle, json=rule))
            himself = {"entry_id": str(uuid4()), "payee_id": str(door.people["Ignacio"])}
            refused = await ignacio.post(f"{api}/payments", json=himself)
            assert refused.status_code == 409
            assert "soi-même" in refused.json()["detail"]
        assert [answer.status_code for answer in done] == [201] * len(done), done[-1].text
    return Place(slug, entry_id, key)


def doors_of(place: Place) -> list[str]:
    """Every address of this commons that shows something of its journal."""
    page, api = f"/communs/{place.slug}", f"/api/v1/commons/{place.slug}"
    envelope = f"enveloppes/{place.envelope_id}"
    return [
        *(f"{page}/journal", f"{page}/journal/{place.entry_id}", f"{page}/journal.json"),
        *(f"{page}/enveloppes", f"{page}/{envelope}", f"{page}/{envelope}/round.json"),
        *(f"{page}/chartes", f"{api}/entries", f"{api}/journal", f"{api}/envelopes"),
        *(f"{api}/entries/{place.entry_id}", f"{api}/balances", f"{page}/comptes"),
        *(f"{api}/envelopes/{place.envelope_id}", f"{api}/envelopes/{place.envelope_id}/round"),
        *(f"{where}/journal.{form}" for where in (page, api) for form in BookForm),
    ]


async def test_pseudonyms_leak_no_name_no_text_and_no_identifier(door: Door) -> None:
    place = await lived_in(door, "pseudonyms")
    hidden = [*NAMES, *SECRETS, *(str(person_id) for person_id in door.people.values())]
    await door.person("Passante")
    for reader in (door.client(), (await door.browser("Passante")).client):
        shown = ["/", "/communs", f"/communs/{place.slug}", *doors_of(place)]
        for address in shown:
            answer = await reader.get(address)
            assert answer.status_code == 200, address
            for word in hidden:
                assert word not in answer.text, (address, word)
    page = await door.client().get(f"/communs/{place.slug}/enveloppes/{place.envelope_id}")
    assert "Membre " in page.text
    for closed in ("membres", "paiements.csv"):
        answer = await door.client().get(f"/communs/{place.slug}/{closed}")
        assert answer.status_code == 401


async def test_members_see_names_where_others_see_pseudonyms(door: Door) -> None:
    place = await lived_in(door, "pseudonyms")
    browser = await door.browser("Mathilde")
    page = await browser.get(f"/communs/{place.slug}/journal/{place.entry_id}")
    assert "Mathilde" in page.text
    assert SECRETS[0] in page.text
    async with door.program("Mathilde") as program:
        entries = (await program.get(f"/api/v1/commons/{place.slug}/entries")).json()
    own = next(entry for entry in entries if entry["entry_id"] == place.entry_id)
    assert own["personal"]["contributor"] == str(door.people["Mathilde"])


async def test_a_pseudonym_stays_in_a_commons_and_is_another_elsewhere(door: Door) -> None:
    places = [await lived_in(door, "pseudonyms") for _ in range(2)]
    seen = []
    for place in places:
        async with door.client() as client:
            address = f"/api/v1/commons/{place.slug}/envelopes/{place.envelope_id}"
            twice = [(await client.get(address)).json()["claims"] for _ in range(2)]
            assert twice[0] == twice[1]
            seen.append({claim["claimant"] for claim in twice[0]})
    assert not seen[0] & seen[1]


async def test_a_journal_for_members_is_closed_to_all_others(door: Door) -> None:
    place = await lived_in(door, "members")
    await door.person("Passante")
    browser = await door.browser("Passante")
    async with door.client() as visitor, door.program("Passante") as program:
        for address in doors_of(place):
            assert (await visitor.get(address)).status_code == 401, address
            known = program if address.startswith("/api/") else browser.client
            assert (await known.get(address)).status_code == 403, address
        for address in ("/", "/communs", f"/communs/{place.slug}"):
            page = await visitor.get(address)
            assert page.status_code == 200
            assert not any(word in page.text for word in (*NAMES, *SECRETS, "Automne"))


async def test_a_public_journal_shows_names_to_anyone(door: Door) -> None:
    place = await lived_in(door, "public")
    async with door.client() as visitor:
        page = await visitor.get(f"/communs/{place.slug}/journal/{place.entry_id}")
        assert "Mathilde" in page.text
        assert (await visitor.get(f"/communs/{place.slug}/paiements.csv")).status_code == 401


async def test_the_payout_file_is_for_those_who_pay(door: Door) -> None:
    place = await lived_in(door, "pseudonyms")
    treasurer, contributor = await door.browser("Ignacio"), await door.browser("Mathilde")
    address = f"/communs/{place.slug}/paiements.csv"
    assert (await contributor.get(address)).status_code == 403
    answer = await treasurer.get(address)
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))
    assert {row[0]: row[1] for row in rows[1:]} == {"Mathilde": "800,00", "Ignacio": "200,00"}


@pytest.mark.parametrize("reason", ["", "Mauvaise durée"])
async def test_a_contribution_is_reversed_over_the_api_with_a_reason(
    door: Door, reason: str
) -> None:
    place = await lived_in(door, "public")
    api = f"/api/v1/commons/{place.slug}/entries/{place.entry_id}/reversal"
    body = {"entry_id": str(uuid4()), "reason": reason}
    async with door.program("Ignacio") as other, door.program("Mathilde") as own:
        assert (await other.post(api, json=body)).status_code == (403 if reason else 422)
        answers = [(await own.post(api, json=body)).status_code for _ in range(2)]
        assert answers == ([201, 200] if reason else [422, 422])
        if reason:
            again = await own.post(api, json={**body, "entry_id": str(uuid4())})
            assert again.status_code == 409
            twice = f"/api/v1/commons/{place.slug}/entries/{body['entry_id']}/reversal"
            answer = await own.post(twice, json={**body, "entry_id": str(uuid4())})
            assert answer.status_code in {403, 409}


async def test_a_spreadsheet_is_imported_over_the_api_with_a_verdict_for_each_row(
    door: Door,
) -> None:
    place = await lived_in(door, "public")
    api = f"/api/v1/commons/{place.slug}/contributions/import"
    rows = (
        "date;contributeur;durée;description\n"
        "01/11/2026;Mathilde;2h30;Semis\n"
        "31/02/2026;Mathilde;1h;Impossible\n"
        "01/11/2026;Inconnue;1h;Arrosage\n"
    )
    async with door.program("Alice") as alice:
        whole = await alice.post(api, json={"csv": rows, "all_or_nothing": True})
        assert whole.status_code == 422
        first = (await alice.post(api, json={"csv": rows})).json()
        assert [v["outcome"] for v in first["verdicts"]] == ["written", "refused", "refused"]
        again = (await alice.post(api, json={"csv": rows})).json()
        assert (again["written"], again["already"], again["refused"]) == (0, 1, 2)
        entries = (await alice.get(f"/api/v1/commons/{place.slug}/entries")).json()
        named = [entry["personal"].get("description") for entry in entries]
        assert named.count("Semis") == 1
        assert (await alice.post(api, json={"csv": "a\0b"})).status_code == 422
