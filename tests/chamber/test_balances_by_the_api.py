"""The accounts of a journal over the API: those of the page, at the same moments."""

import re
from decimal import Decimal
from typing import Any
from uuid import uuid4

import httpx
import pytest
from tests.doors import Door
from tests.registry.test_who_reads_what import NAMES, Place, lived_in

from commons.app import seal_waiting


async def told(client: httpx.AsyncClient, place: Place, **asked: str) -> dict[str, Any]:
    answer = await client.get(f"/api/v1/commons/{place.slug}/balances", params=asked)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    assert sum(Decimal(item["amount"]) for item in found["balances"]) == 0
    assert (found["sum"], found["unit"]) == ("0", "EUR")
    return found


def amounts(found: dict[str, Any]) -> dict[str, Decimal]:
    held: dict[str, Decimal] = {}
    for item in found["balances"]:
        held[item["account"]] = held.get(item["account"], Decimal(0)) + Decimal(item["amount"])
    return held


async def test_balances_now_on_a_day_and_as_known_at_a_checkpoint(door: Door) -> None:
    place = await lived_in(door, "public")
    async with door.program("Alice") as alice:
        unsealed = await told(alice, place)
        assert unsealed["latest_size"] == 0
        await seal_waiting(door.services)
        now = await told(alice, place)
        assert now["balances"] == unsealed["balances"]
        assert amounts(now) == {"person": 1000, "funder": -1000}
        assert amounts(await told(alice, place, on="2026-11-01")) == {
            "commons": 1000,
            "funder": -1000,
        }
        assert amounts(await told(alice, place, on="2026-10-31")) == {}
        size = now["latest_size"]
        paid = {"entry_id": str(uuid4()), "payee_id": str(door.people["Mathilde"])}
        answer = await alice.post(f"/api/v1/commons/{place.slug}/payments", json=paid)
        assert answer.status_code == 201
        await seal_waiting(door.services)
        later = await told(alice, place)
        assert later["latest_size"] > size
        assert amounts(later)["outside"] == Decimal(answer.json()["amount"])
        then = await told(alice, place, size=str(size))
        assert (then["size"], then["on"]) == (size, None)
        assert then["balances"] == now["balances"]
        both = await told(alice, place, size=str(size), on="2026-11-01")
        assert amounts(both) == {"commons": 1000, "funder": -1000}


async def test_the_page_shows_the_same_accounts(door: Door) -> None:
    place = await lived_in(door, "pseudonyms")
    async with door.client() as visitor:
        found = await told(visitor, place)
        page = await visitor.get(f"/communs/{place.slug}/comptes")
    rows = re.findall(r'<th scope="row">([^<]+)</th>', page.text)
    labels = [item["label"].replace("'", "&#39;") for item in found["balances"]]
    assert [
        row.replace("\u00a0", " ").replace("’", "&#39;") for row in rows[: len(labels)]
    ] == [label.replace("\u00a0", " ") for label in labels]
    shown = str(found)
    assert not any(name in shown for name in NAMES)
    assert not any(str(person_id) in shown for person_id in door.people.values())
    async with door.program("Ignacio") as member:
        opened = await told(member, place)
    owed = [item for item in opened["balances"] if item["account"] == "person"]
    assert {item["ref"] for item in owed} == {
        str(door.people["Mathilde"]),
        str(door.people["Ignacio"]),
    }
    assert any("Mathilde" in item["label"] for item in owed)


@pytest.mark.parametrize(
    ("asked", "field"),
    [({"on": "demain"}, "on"), ({"size": "0"}, "size"), ({"size": "99"}, "size")],
)
async def test_a_moment_that_is_none_is_refused(
    door: Door, asked: dict[str, str], field: str
) -> None:
    place = await lived_in(door, "public")
    async with door.client() as visitor:
        answer = await visitor.get(f"/api/v1/commons/{place.slug}/balances", params=asked)
    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == [field]
