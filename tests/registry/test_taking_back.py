"""What someone attested, contested or recorded is taken back by them, with a reason.

Nothing else is (LED-4, LED-32, LED-33); who may is in `docs/rights.md`.
"""

from uuid import uuid4

import pytest
from tests.doors import Door
from tests.registry.test_who_reads_what import Place, lived_in

from commons.ledger.appending import append_all
from commons.ledger.invariants import violations
from commons.ledger.model import Draft, Kind, State
from commons.registry.store import RegistryStore


async def about(door: Door, place: Place, kind: str) -> str:
    """The entry of that kind that speaks of the contribution."""
    async with door.program("Alice") as alice:
        found = (await alice.get(f"/api/v1/commons/{place.slug}/entries")).json()
    [entry] = [e for e in found if e["kind"] == kind and e["about"] == place.entry_id]
    return str(entry["entry_id"])


async def state(door: Door, place: Place, entry_id: str) -> str:
    async with door.program("Alice") as alice:
        found = (await alice.get(f"/api/v1/commons/{place.slug}/entries")).json()
    return str(next(e["state"] for e in found if e["entry_id"] == entry_id))


async def sent(
    door: Door, who: str, place: Place, entry_id: str, what: str = "reversal", key: str = ""
) -> tuple[int, str]:
    body = {"entry_id": key or str(uuid4()), "reason": "Je me suis trompé·e"}
    async with door.program(who) as program:
        address = f"/api/v1/commons/{place.slug}/entries/{entry_id}/{what}"
        answer = await program.post(address, json=body)
    return answer.status_code, str(answer.json().get("detail", ""))


async def test_an_attestation_is_taken_back_by_who_attested_and_counts_no_more(
    door: Door,
) -> None:
    place = await lived_in(door, "public")
    attestation = await about(door, place, "attestation")
    assert await state(door, place, place.entry_id) == State.ATTESTED
    status, said = await sent(door, "Alice", place, attestation)
    assert status == 409
    assert "Seule la personne qui a attesté" in said
    assert (await sent(door, "Ignacio", place, attestation))[0] == 201
    assert await state(door, place, place.entry_id) == State.AWAITING
    ignacio = await door.browser("Ignacio")
    page = await ignacio.get(f"/communs/{place.slug}/journal/{attestation}")
    assert "Retirer mon attestation" not in page.text


async def test_a_contest_is_taken_back_by_its_author_and_the_person_can_be_paid(
    door: Door,
) -> None:
    """The only steward contests, and whoever gave has no address: nobody else could answer."""
    place = await lived_in(door, "public")
    assert (await sent(door, "Alice", place, place.entry_id, "contests"))[0] == 201
    contest = await about(door, place, "contest")
    paid = {"entry_id": str(uuid4()), "payee_id": str(door.people["Mathilde"])}
    async with door.program("Ignacio") as ignacio:
        payments = f"/api/v1/commons/{place.slug}/payments"
        assert (await ignacio.post(payments, json=paid)).status_code == 409
        assert (await sent(door, "Alice", place, contest, "answers"))[0] == 409
        status, said = await sent(door, "Ignacio", place, contest)
        assert status == 409
        assert "on peut y répondre" in said
        key = str(uuid4())
        answers = [await sent(door, "Alice", place, contest, key=key) for _ in range(2)]
        assert [status for status, _ in answers] == [201, 200]
        assert await state(door, place, place.entry_id) == State.ATTESTED
        assert (await ignacio.post(payments, json=paid)).status_code == 201
    async with door.services.engine.connect() as db:
        assert await violations(db) == []


async def test_what_was_said_is_taken_back_from_its_page_and_a_double_click_does_it_once(
    door: Door,
) -> None:
    place = await lived_in(door, "public")
    await sent(door, "Alice", place, place.entry_id, "contests")
    contest = await about(door, place, "contest")
    alice, mathilde = await door.browser("Alice"), await door.browser("Mathilde")
    contested = await alice.get(f"/communs/{place.slug}/journal/{place.entry_id}")
    page = f"/communs/{place.slug}/journal/{contest}"
    assert f'href="{page}#corriger"' in contested.text
    assert "Retirer ma contestation" in (await alice.get(page)).text
    assert "Retirer ma contestation" not in (await mathilde.get(page)).text
    form = {"reason": "C'était bien la bonne durée", "entry_id": str(uuid4())}
    for expected in ("annule", "deja"):
        answer = await alice.post(f"{page}/annuler", form)
        assert answer.headers["location"] == f"{page}?fait={expected}"
    nothing = await alice.post(f"{page}/annuler", {**form, "reason": ""})
    assert nothing.status_code == 422


async def document(door: Door, place: Place, recorder: str) -> str:
    key = uuid4()
    on = door.watch().date()
    async with door.services.engine.begin() as db:
        commons = await RegistryStore(db).by_slug(place.slug)
        draft = Draft(
            key,
            Kind.DOCUMENT,
            on,
            on,
            details={"document": "publiccode", "sha256": "00"},
            personal={"recorder": str(door.people[recorder]), "title": "publiccode.yml"},
        )
        await append_all(db, commons.commons_id, [draft], door.watch())
    return str(key)


@pytest.mark.parametrize(
    ("recorder", "who", "expected"),
    [
        ("Mathilde", "Mathilde", 201),
        ("Mathilde", "Ignacio", 403),
        ("Mathilde", "Alice", 201),
        ("Alice", "Mathilde", 403),
    ],
)
async def test_a_document_is_taken_back_by_who_recorded_it_or_a_steward(
    door: Door, recorder: str, who: str, expected: int
) -> None:
    place = await lived_in(door, "public")
    entry_id = await document(door, place, recorder)
    fiche = f"/communs/{place.slug}"
    browser = await door.browser("Alice")
    assert "publiccode.yml" in (await browser.get(fiche)).text
    assert (await sent(door, who, place, entry_id))[0] == expected
    reversed_ = State.REVERSED if expected == 201 else State.RECORDED
    assert await state(door, place, entry_id) == reversed_


async def test_what_is_corrected_otherwise_says_by_which_door(door: Door) -> None:
    place = await lived_in(door, "public")
    await sent(door, "Alice", place, place.entry_id, "contests")
    await sent(door, "Mathilde", place, await about(door, place, "contest"), "answers")
    async with door.program("Alice") as alice:
        rules = await alice.post(f"/api/v1/commons/{place.slug}/rules", json={"quorum": 2})
        assert rules.status_code == 201
    async with door.program("Alice") as alice:
        found = (await alice.get(f"/api/v1/commons/{place.slug}/entries")).json()
    answer = next(e["entry_id"] for e in found if e["kind"] == "answer")
    claim = next(e["entry_id"] for e in found if e["kind"] == "claim")
    ruled = next(e["entry_id"] for e in found if e["details"].get("document") == "rules")
    for entry_id, door_to_use in (
        (claim, "sur la page de son enveloppe"),
        (ruled, "adoptez-en d'autres"),
        (answer, "contestez encore"),
    ):
        status, said = await sent(door, "Alice", place, entry_id)
        assert status == 409
        assert door_to_use in said


async def test_money_is_taken_back_over_the_api_step_by_step(door: Door) -> None:
    place = await lived_in(door, "public")
    async with door.program("Alice") as alice:
        found = (await alice.get(f"/api/v1/commons/{place.slug}/entries")).json()
        booked = {
            e["details"]["purpose"]: e["entry_id"] for e in found if e["kind"] == "transfer"
        }
        for purpose, expected in (
            ("funding", 409),
            ("envelope", 409),
            ("award", 201),
            ("envelope", 201),
            ("funding", 201),
        ):
            status, said = await sent(door, "Alice", place, booked[purpose])
            assert status == expected, said
        api = f"/api/v1/commons/{place.slug}/envelopes/{place.envelope_id}"
        shown = (await alice.get(api)).json()
    assert shown["envelope"]["stage"] == "withdrawn"
    assert shown["settlement"] is None
    visitor = await door.client().get(f"/communs/{place.slug}/enveloppes/{place.envelope_id}")
    assert "Enveloppe annulée" in visitor.text
    assert (await sent(door, "Mathilde", place, booked["award"]))[0] == 403
    async with door.services.engine.connect() as db:
        assert await violations(db) == []
