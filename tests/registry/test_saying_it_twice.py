"""A double click attests, contests and answers once, and the answer is no refusal (LED-2)."""

import re
from uuid import uuid4

from tests.doors import Browser, Door
from tests.registry.test_who_reads_what import Place, lived_in


async def clicked_twice(who: Browser, page: str, action: str, **form: str) -> list[str]:
    """Where the form of that page leads, sent twice with the key that it carries."""
    shown = (await who.get(page)).text
    found = re.search(rf'action="[^"]*{action}"[^>]*>.*?name="entry_id" value="([^"]+)"', shown)
    assert found, shown
    whole = {**form, "entry_id": found[1]}
    answers = [await who.post(action, whole) for _ in range(2)]
    return [answer.headers.get("location", answer.text) for answer in answers]


async def counted(door: Door, place: Place, kind: str) -> int:
    async with door.program("Alice") as alice:
        entries = f"/api/v1/commons/{place.slug}/entries?kind={kind}"
        return len((await alice.get(entries)).json())


async def test_each_form_about_an_entry_writes_once(door: Door) -> None:
    place = await lived_in(door, "public")
    alice, mathilde = await door.browser("Alice"), await door.browser("Mathilde")
    journal = f"/communs/{place.slug}/journal"
    page = f"{journal}/{place.entry_id}"

    led = await clicked_twice(alice, page, f"{page}/attester")
    assert led == [f"{page}?fait=atteste", f"{page}?fait=deja"]
    led = await clicked_twice(alice, page, f"{page}/contester", contest="Le 2, pas le 1er")
    assert led == [f"{page}?fait=conteste", f"{page}?fait=deja"]
    contest = re.search(rf'{journal}/([^"/]+)/repondre', (await mathilde.get(page)).text)
    assert contest
    answered = f"{journal}/{contest[1]}"
    led = await clicked_twice(mathilde, page, f"{answered}/repondre", answer="En effet")
    assert led == [f"{answered}?fait=repondu", f"{answered}?fait=deja"]
    kinds = ("attestation", "contest", "answer")
    assert [await counted(door, place, kind) for kind in kinds] == [2, 1, 1]


async def test_several_are_attested_once(door: Door) -> None:
    place = await lived_in(door, "public")
    alice = await door.browser("Alice")
    gave = [str(uuid4()) for _ in range(2)]
    async with door.program("Mathilde") as mathilde:
        for key in gave:
            body = {
                "entry_id": key,
                "occurred_on": "2026-11-01",
                "quantity": "60",
                "description": "Arrosage",
            }
            given = await mathilde.post(
                f"/api/v1/commons/{place.slug}/contributions", json=body
            )
            assert given.status_code == 201
    journal = f"/communs/{place.slug}/journal"
    carried = re.search('name="entry_id" value="([^"]+)"', (await alice.get(journal)).text)
    assert carried
    form: dict[str, str | list[str]] = {"entree": gave, "entry_id": carried[1]}
    told = [await alice.post(f"{journal}/attester", form) for _ in range(2)]
    led = [answer.headers["location"].rpartition("fait=")[2] for answer in told]
    assert led == ["attestees", "deja"]
    assert await counted(door, place, "attestation") == 3
