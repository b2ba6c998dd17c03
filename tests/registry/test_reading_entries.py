"""The API reads a journal as its pages do: filtered, page by page, each with its story."""

from datetime import timedelta
from decimal import Decimal
from urllib.parse import parse_qs, urlsplit
from uuid import UUID, uuid4

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.doors import Door, registered
from tests.registry.test_who_reads_what import NAMES, SECRETS, Place, lived_in

from commons.app import seal_waiting
from commons.ledger.appending import append_all
from commons.ledger.model import Draft, Kind
from commons.registry.store import RegistryStore


def entries_of(place: Place) -> str:
    return f"/api/v1/commons/{place.slug}/entries"


def following(answer: httpx.Response) -> str:
    """The address of the next page, as RFC 8288 says it; nothing on the last."""
    link = answer.headers.get("link", "")
    assert bool(link) == ("next" in answer.links)
    return answer.links["next"]["url"] if link else ""


async def read_all(client: httpx.AsyncClient, address: str, **asked: str) -> list[list[str]]:
    pages: list[list[str]] = []
    answer = await client.get(address, params=asked or None)
    while True:
        assert answer.status_code == 200, answer.text
        pages.append([entry["entry_id"] for entry in answer.json()])
        if not (link := following(answer)):
            return pages
        answer = await client.get(link)


async def planted(door: Door, count: int) -> Place:
    """A public journal of that many contributions, some recorded at one instant."""
    await door.steward("Alice")
    slug = await registered(door, "Alice", readers="public")
    person = str(door.people["Alice"])
    async with door.services.engine.begin() as db:
        commons_id = (await RegistryStore(db).by_slug(slug)).commons_id
        for start in range(0, count, 3):
            drafts = [
                Draft(
                    uuid4(),
                    Kind.CONTRIBUTION,
                    door.watch().date() - timedelta(days=number % 2),
                    door.watch().date() - timedelta(days=number % 2),
                    quantity=Decimal(1),
                    unit="minute",
                    details={"nature": "work", "reward": "pro-bono"},
                    personal={"contributor": person, "description": f"n° {number}"},
                )
                for number in range(start, min(start + 3, count))
            ]
            await append_all(db, commons_id, drafts, door.watch())
            door.watch.later(minutes=1)
    return Place(slug, "", "")


@settings(
    max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(count=st.integers(1, 13), limit=st.integers(1, 7))
async def test_pages_follow_one_another_without_gap_or_double(
    door: Door, count: int, limit: int
) -> None:
    place = await planted(door, count)
    async with door.client() as visitor:
        [whole] = await read_all(visitor, entries_of(place))
        pages = await read_all(visitor, entries_of(place), limit=str(limit))
    assert len(whole) == count
    assert [key for page in pages for key in page] == whole
    assert [len(page) for page in pages[:-1]] == [limit] * (len(pages) - 1)
    assert 1 <= len(pages[-1]) <= limit


async def test_what_is_written_meanwhile_moves_no_page(door: Door) -> None:
    place = await planted(door, 5)
    async with door.program("Alice") as alice:
        first = await alice.get(entries_of(place), params={"limit": "2"})
        body = {
            "entry_id": str(uuid4()),
            "occurred_on": "2026-11-01",
            "quantity": "60",
            "description": "Entre deux pages",
        }
        api = f"/api/v1/commons/{place.slug}/contributions"
        assert (await alice.post(api, json=body)).status_code == 201
        seen = [entry["entry_id"] for entry in first.json()]
        rest = await read_all(alice, following(first))
        [now] = await read_all(alice, entries_of(place))
    assert [*seen, *(key for page in rest for key in page)] == now[1:]


async def test_the_next_page_keeps_what_was_asked(door: Door) -> None:
    place = await lived_in(door, "public")
    asked = {
        "kind": ["claim", "attestation"],
        "since": "2026-11-01",
        "limit": "1",
        "lang": "en",
    }
    async with door.client() as visitor:
        answer = await visitor.get(entries_of(place), params=asked)
        kept = parse_qs(urlsplit(following(answer)).query)
        before = kept.pop("before")
        assert kept == {
            name: value if isinstance(value, list) else [value] for name, value in asked.items()
        }
        again = await visitor.get(following(answer), params=None)
        assert len(before) == 1
        assert again.json()[0]["kind"] in asked["kind"]


@pytest.mark.parametrize(
    ("asked", "kinds"),
    [
        ({"kind": "contribution"}, {"contribution"}),
        ({"kind": ["claim", "attestation"]}, {"claim", "attestation"}),
        ({"state": "attested"}, {"contribution"}),
        ({"state": "contested"}, set()),
        ({"unit": "minute"}, {"contribution"}),
        ({"unit": "EUR"}, {"claim"}),
        ({"until": "2026-11-01"}, {"contribution", "transfer"}),
        ({"since": "2026-11-09", "kind": "claim"}, set()),
    ],
)
async def test_each_filter_keeps_what_it_says(
    door: Door, asked: dict[str, str | list[str]], kinds: set[str]
) -> None:
    place = await lived_in(door, "public")
    async with door.client() as visitor:
        found = (await visitor.get(entries_of(place), params=asked)).json()
    assert {entry["kind"] for entry in found} == kinds


async def test_only_who_reads_names_may_look_for_someone(door: Door) -> None:
    place = await lived_in(door, "pseudonyms")
    asked = {"contributor": str(door.people["Mathilde"])}
    async with door.client() as visitor, door.program("Ignacio") as member:
        refused = await visitor.get(entries_of(place), params=asked)
        assert refused.status_code == 403
        assert "sans les noms" in refused.json()["detail"]
        found = (await member.get(entries_of(place), params=asked)).json()
        assert [entry["entry_id"] for entry in found] == [place.entry_id]
        nobody = {"contributor": str(door.people["Ignacio"])}
        assert (await member.get(entries_of(place), params=nobody)).json() == []


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"kind": "gift"}, "kind"),
        ({"state": "xx"}, "state"),
        ({"unit": "panier"}, "unit"),
        ({"since": "hier"}, "since"),
        ({"since": "2026-11-03", "until": "2026-11-02"}, "until"),
        ({"contributor": "Mathilde"}, "contributor"),
        ({"before": "demain"}, "before"),
        ({"before": f"2026-11-02T09:00:00_{uuid4()}"}, "before"),
        ({"limit": "0"}, "limit"),
        ({"limit": "501"}, "limit"),
    ],
)
async def test_a_filter_that_means_nothing_is_refused_with_its_name(
    door: Door, asked: dict[str, str], field: str
) -> None:
    place = await planted(door, 1)
    async with door.client() as visitor:
        answer = await visitor.get(entries_of(place), params=asked)
    assert answer.status_code == 422, answer.text
    assert [error["field"] for error in answer.json()["errors"]] == [field]


async def test_an_entry_tells_its_story_its_state_and_its_leaf(door: Door) -> None:
    place = await lived_in(door, "public")
    await seal_waiting(door.services)
    said = {"contests": ("Trop long", "reason"), "answers": ("C'était deux jours", "reason")}
    async with door.program("Ignacio") as ignacio, door.program("Mathilde") as mathilde:
        at = f"{entries_of(place)}/{place.entry_id}"
        before = (await ignacio.get(at)).json()
        assert before["entry"]["state"] == "attested"
        assert isinstance(before["entry"]["leaf_index"], int)
        assert [item["kind"] for item in before["story"]] == ["attestation"]
        assert before["story"][0]["people"] == {"attester": "Ignacio"}
        door.watch.later(minutes=1)
        key = str(uuid4())
        contest = {"entry_id": key, "reason": said["contests"][0]}
        answer = await ignacio.post(f"{at}/contests", json=contest)
        assert answer.status_code == 201, answer.text
        then = (await ignacio.get(at)).json()
        assert (then["entry"]["state"], then["open_contests"]) == ("contested", [key])
        door.watch.later(minutes=1)
        reply = {"entry_id": str(uuid4()), "reason": said["answers"][0]}
        answered = await mathilde.post(f"{entries_of(place)}/{key}/answers", json=reply)
        if answered.status_code == 403:
            async with door.program("Alice") as alice:
                answered = await alice.post(f"{entries_of(place)}/{key}/answers", json=reply)
        assert answered.status_code == 201, answered.text
        door.watch.later(minutes=1)
        reversal = {"entry_id": str(uuid4()), "reason": "Erreur de jour"}
        assert (await mathilde.post(f"{at}/reversal", json=reversal)).status_code == 201
        after = (await ignacio.get(at)).json()
    assert [item["kind"] for item in after["story"]] == [
        "attestation",
        "contest",
        "answer",
        "reversal",
    ]
    assert [item["about"] for item in after["story"]] == [
        place.entry_id,
        place.entry_id,
        key,
        place.entry_id,
    ]
    assert (after["entry"]["state"], after["open_contests"]) == ("reversed", [])
    assert after["entry"]["reversed_by"] == reversal["entry_id"]
    assert after["entry"]["people"]["contributor"] == "Mathilde"


async def test_a_transfer_shows_its_postings_as_the_reader_may_see_them(door: Door) -> None:
    place = await lived_in(door, "pseudonyms")
    people = {str(person_id) for person_id in door.people.values()}
    async with door.client() as visitor, door.program("Alice") as alice:
        listed = (await visitor.get(entries_of(place), params={"kind": "transfer"})).json()
        for entry in listed:
            at = f"{entries_of(place)}/{entry['entry_id']}"
            hidden, shown = await visitor.get(at), (await alice.get(at)).json()
            assert not any(word in hidden.text for word in (*NAMES, *SECRETS, *people))
            told = hidden.json()["postings"]
            assert [item["amount"] for item in told] == [
                item["amount"] for item in shown["postings"]
            ]
            for item, open_item in zip(told, shown["postings"], strict=True):
                assert item["account"] == open_item["account"]
                if item["account"] == "person":
                    assert (item["ref"], item["holder"][:7]) == (None, "Membre ")
                    assert open_item["ref"] in people
                    assert open_item["holder"] in NAMES
                else:
                    assert item == open_item
    assert {"person", "envelope", "funder", "commons"} <= {
        item["account"] for item in await _all_postings(door, place)
    }


async def _all_postings(door: Door, place: Place) -> list[dict[str, str]]:
    async with door.client() as visitor:
        found = (await visitor.get(entries_of(place), params={"kind": "transfer"})).json()
        details = [
            (await visitor.get(f"{entries_of(place)}/{entry['entry_id']}")).json()
            for entry in found
        ]
    return [item for detail in details for item in detail["postings"]]


async def test_a_pseudonym_is_that_of_the_page(door: Door) -> None:
    place = await lived_in(door, "pseudonyms")
    async with door.client() as visitor:
        told = (await visitor.get(f"{entries_of(place)}/{place.entry_id}")).json()
        page = await visitor.get(f"/communs/{place.slug}/journal/{place.entry_id}")
    assert told["entry"]["personal"] == {}
    assert told["entry"]["people"]["contributor"] in page.text
    assert told["story"][0]["people"]["attester"] in page.text


async def test_an_entry_of_another_commons_is_not_found(door: Door) -> None:
    place = await lived_in(door, "public")
    other = await registered(door, "Alice", name="Ailleurs", readers="public")
    async with door.client() as visitor:
        for slug, key in (
            (other, place.entry_id),
            (place.slug, uuid4()),
            ("rien", UUID(int=0)),
        ):
            answer = await visitor.get(f"/api/v1/commons/{slug}/entries/{key}")
            assert answer.status_code == 404
