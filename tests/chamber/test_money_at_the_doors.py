"""Money over the API and by the forms: each carries a key, and a double click books once."""

import asyncio
import re
from collections.abc import Mapping
from uuid import uuid4

import httpx
import pytest
from tests.doors import Browser, Door, registered

from commons.chamber.store import ChamberStore
from commons.identity.model import Grant, Role, Scope
from commons.ledger.invariants import violations
from commons.registry.store import RegistryStore

KEY = re.compile(r'name="entry_id" value="([^"]+)"')


async def peopled(door: Door) -> tuple[str, str]:
    """A commons with a steward, a treasurer and a contributor; and a town that gives."""
    await door.steward("Alice")
    slug = await registered(door, "Alice")
    async with door.services.engine.begin() as db:
        commons_id = (await RegistryStore(db).by_slug(slug)).commons_id
    for name, role in (("Ignacio", Role.TREASURER), ("Mathilde", Role.CONTRIBUTOR)):
        await door.person(name, Grant(Scope.COMMONS, commons_id, role))
    async with door.program("Alice") as alice:
        town = await alice.post("/api/v1/organisations", json={"name": "Ville d'Ici"})
    return slug, str(town.json()["organisation_id"])


async def transfers(door: Door, slug: str) -> list[str]:
    """What the journal says of money, in the order of the alphabet."""
    async with door.program("Alice") as alice:
        found = (await alice.get(f"/api/v1/commons/{slug}/entries")).json()
    purposes = [e["details"]["purpose"] for e in found if e["kind"] == "transfer"]
    return sorted(purposes)


async def posted(
    door: Door, who: str, address: str, body: Mapping[str, object], copies: int
) -> list[httpx.Response]:
    async with door.program(who) as program:
        return await asyncio.gather(*[program.post(address, json=body) for _ in range(copies)])


async def test_fifty_copies_over_the_api_are_booked_once_and_answered_alike(
    door: Door,
) -> None:
    slug, town = await peopled(door)
    api = f"/api/v1/commons/{slug}"
    received = {"organisation_id": town, "amount": "1500", "received_on": "2026-11-01"}
    answers = await posted(
        door, "Ignacio", f"{api}/funding", {"entry_id": str(uuid4()), **received}, 50
    )
    assert sorted(answer.status_code for answer in answers) == [200] * 49 + [201]
    assert {answer.json()["held"] for answer in answers} == {"1500"}
    dates = {"opens_on": "2026-11-02", "closes_on": "2026-11-10"}
    opened = {"entry_id": str(uuid4()), "title": "Automne", "amount": "1000", **dates}
    answers = await posted(door, "Ignacio", f"{api}/envelopes", opened, 50)
    assert {answer.status_code for answer in answers} == {201}
    [envelope] = {answer.json()["envelope_id"] for answer in answers}
    claimed = {"entry_id": str(uuid4()), "amount": "400", "reason": "Compost"}
    place = f"{api}/envelopes/{envelope}"
    answers = await posted(door, "Mathilde", f"{place}/claims", claimed, 50)
    assert {answer.json()["claims"][0]["entry_id"] for answer in answers} == {
        claimed["entry_id"]
    }
    door.watch.later(days=9)
    settled = {"entry_id": str(uuid4()), "rule": "proportional"}
    answers = await posted(door, "Alice", f"{place}/settlement", settled, 50)
    assert {answer.json()["settlement"]["entry_id"] for answer in answers} == {
        settled["entry_id"]
    }
    paid = {"entry_id": str(uuid4()), "payee_id": str(door.people["Mathilde"])}
    answers = await posted(door, "Ignacio", f"{api}/payments", paid, 50)
    assert {answer.text for answer in answers} == {answers[0].text}
    assert answers[0].json()["amount"] == "400"
    assert await transfers(door, slug) == ["award", "envelope", "funding", "payment"]
    async with door.services.engine.connect() as db:
        assert await violations(db) == []


@pytest.mark.parametrize("missing", [True, False])
async def test_other_content_under_a_key_is_a_conflict_and_no_key_is_refused(
    door: Door, *, missing: bool
) -> None:
    slug, town = await peopled(door)
    address = f"/api/v1/commons/{slug}/funding"
    body = {"organisation_id": town, "amount": "1000", "received_on": "2026-11-01"}
    async with door.program("Ignacio") as program:
        if missing:
            assert (await program.post(address, json=body)).status_code == 422
            return
        keyed = {"entry_id": str(uuid4()), **body}
        assert (await program.post(address, json=keyed)).status_code == 201
        other = await program.post(address, json={**keyed, "amount": "1001"})
    assert (other.status_code, other.json()["type"]) == (409, "/problemes/conflict")
    assert await transfers(door, slug) == ["funding"]


async def form_key(browser: Browser, page: str) -> str:
    found = KEY.findall((await browser.get(page)).text)
    assert found, page
    assert len(set(found)) == len(found)
    return str(found[-1])


async def test_a_double_click_on_each_form_books_once_and_leads_to_the_same_page(
    door: Door,
) -> None:
    slug, town = await peopled(door)
    place = f"/communs/{slug}"
    ignacio, mathilde = await door.browser("Ignacio"), await door.browser("Mathilde")

    async def clicked(browser: Browser, page: str, to: str, **typed: str) -> str:
        form = {**typed, "entry_id": await form_key(browser, page)}
        await browser.secret()
        first, second = await asyncio.gather(browser.post(to, form), browser.post(to, form))
        assert [first.status_code, second.status_code] == [303, 303], second.text[:2000]
        ways = {answer.headers["location"].partition("?")[0] for answer in (first, second)}
        assert len(ways) == 1
        return ways.pop()

    money = {"funder": town, "amount": "1 500,00", "day": "2026-11-01"}
    await clicked(ignacio, f"{place}/argent", f"{place}/argent", **money)
    new = f"{place}/enveloppes/nouvelle"
    dates = {"opens_on": "2026-11-02", "closes_on": "2026-11-10"}
    envelope = await clicked(ignacio, new, new, title="Automne", amount="1000", **dates)
    asked = {"amount": "400", "reason": "Compost"}
    await clicked(mathilde, envelope, f"{envelope}/demander", **asked)
    door.watch.later(days=9)
    await clicked(ignacio, envelope, f"{envelope}/regle", rule="proportional", step="adopt")
    pay = f"{place}/payer/{door.people['Mathilde']}"
    await clicked(ignacio, f"{place}/enveloppes", pay)
    assert await transfers(door, slug) == ["award", "envelope", "funding", "payment"]
    async with door.services.engine.connect() as db:
        commons_id = (await RegistryStore(db).by_slug(slug)).commons_id
        assert str(await ChamberStore(db).held(commons_id)) == "1100.000000"
        assert await violations(db) == []


async def test_a_form_sent_again_with_other_words_says_so_and_can_then_be_sent(
    door: Door,
) -> None:
    slug, town = await peopled(door)
    place = f"/communs/{slug}/argent"
    ignacio = await door.browser("Ignacio")
    form = {"funder": town, "amount": "1000", "day": "2026-11-01"}
    form["entry_id"] = await form_key(ignacio, place)
    assert (await ignacio.post(place, form)).status_code == 303
    refused = await ignacio.post(place, {**form, "amount": "1001"})
    assert refused.status_code == 409
    assert "a déjà servi" in refused.text
    assert 'value="1001"' in refused.text
    [key] = KEY.findall(refused.text)
    assert key != form["entry_id"]
    answer = await ignacio.post(place, {**form, "amount": "1001", "entry_id": key})
    assert answer.status_code == 303
    assert (await ignacio.post(place, {**form, "entry_id": "?"})).status_code == 422
    assert await transfers(door, slug) == ["funding", "funding"]
