"""No operation that writes is open to the public: every route of the application is tried."""

from dataclasses import dataclass
from uuid import uuid4

import pytest
from httpx import AsyncClient
from tests.doors import Browser, Door, registered

from commons.identity.model import Grant, Role, Scope
from commons.registry.store import RegistryStore

WRITING = {"POST", "PUT", "PATCH", "DELETE"}
OPEN_TO_ANYONE = {
    ("POST", "/connexion"): "asks for a link; the answer does not say whether it was sent",
    ("POST", "/connexion/{token:str}"): "uses a link: the link is the proof",
    ("POST", "/deconnexion"): "ends one's own session, if there is one",
    ("POST", "/verifier"): "checks a file and keeps nothing",
    ("POST", "/repartir"): "computes on what is typed and keeps nothing",
    ("POST", "/api/v1/witness/add-checkpoint"): "the signature of a known log is the proof",
    ("POST", "/api/v1/dossiers/lint"): "checks a dossier and keeps nothing",
}
ONESELF = {
    ("POST", "/moi"): "one's own name",
    ("POST", "/moi/effacer"): "one's own data",
    ("POST", "/moi/jeton"): "a token that can do no more than oneself",
    ("POST", "/invitations/{invitation_id:uuid}"): "an invitation to someone else is not found",
}
KEY = "6f1f3a0e-0d7a-4c6b-9a51-0f7a1f4f9c11"
CONTRIBUTION: dict[str, object] = {
    "entry_id": KEY,
    "occurred_on": "2026-11-01",
    "quantity": "60",
    "description": "Arroser",
}
BODIES: dict[str, dict[str, object]] = {
    "/api/v1/commons": {"name": "a", "resource": "b", "community": "c"},
    "/api/v1/organisations": {"name": "a"},
    "publiccode": {"text": "name: a"},
    "{slug:str}": {},
    "contributions": CONTRIBUTION,
    "import": {"csv": "date;contributeur;durée;description"},
    "git": {"history": ""},
    "attestations": {"entry_id": KEY},
    "reversal": {"entry_id": KEY, "reason": "erreur"},
    "contests": {"entry_id": KEY, "reason": "erreur"},
    "answers": {"entry_id": KEY, "reason": "réponse"},
    "rules": {"quorum": 2},
    "units": {"code": "basket", "label": "paniers"},
    "funding": {
        "entry_id": KEY,
        "organisation_id": KEY,
        "amount": "1",
        "received_on": "2026-11-01",
    },
    "envelopes": {
        "entry_id": KEY,
        "title": "a",
        "amount": "1",
        "opens_on": "2026-11-02",
        "closes_on": "2026-11-03",
    },
    "claims": {"entry_id": KEY, "amount": "1", "reason": "a"},
    "proposal": {"rule": "equal"},
    "settlement": {"entry_id": KEY, "rule": "equal"},
    "payments": {"entry_id": KEY, "payee_id": KEY},
}
"""A body that can be read, for each operation of the API: only the rights can refuse it."""


@dataclass(frozen=True, slots=True)
class Writing:
    method: str
    path: str

    def address(self, slug: str, organisation: str) -> str:
        filled = self.path
        for part in self.path.split("/"):
            if part.startswith("{"):
                name = part.strip("{}").partition(":")[0]
                value = str(uuid4()) if part.endswith(":uuid}") else slug
                if name == "slug" and "organisations" in self.path:
                    value = organisation
                filled = filled.replace(part, value)
        return filled


def writing_routes(door: Door) -> list[Writing]:
    found = {
        Writing(method, route.path)
        for route in door.app.routes
        for method in getattr(route, "methods", ())
        if method in WRITING
    }
    return sorted(found, key=lambda item: (item.path, item.method))


@pytest.fixture
async def places(door: Door) -> tuple[str, str]:
    """A commons and an organisation of Alice, where Bob has no role."""
    await door.steward("Alice")
    await door.person("Bob")
    slug = await registered(door, "Alice")
    async with door.program("Alice") as program:
        answer = await program.post("/api/v1/organisations", json={"name": "Ville d'Ici"})
    return slug, answer.json()["slug"]


async def test_every_route_that_writes_refuses_a_visitor(
    door: Door, places: tuple[str, str]
) -> None:
    routes = writing_routes(door)
    assert len(routes) > 25
    browser = Browser(door.client())
    for route in routes:
        if (route.method, route.path) in OPEN_TO_ANYONE:
            continue
        address = route.address(*places)
        if address.startswith("/api/"):
            answer = await browser.client.request(route.method, address, json={})
        else:
            answer = await browser.post(address, {})
        assert answer.status_code == 401, (route, answer.status_code)


async def test_what_names_a_person_is_read_by_them_and_by_who_keeps_the_accounts(
    door: Door, places: tuple[str, str]
) -> None:
    """Statements and valuations: closed to others even where the journal is public."""
    slug, _ = places
    async with door.services.engine.begin() as db:
        commons_id = (await RegistryStore(db).by_slug(slug)).commons_id
    roles = {"Nour": Role.TREASURER, "Sasha": Role.CONTRIBUTOR, "Ines": Role.AUDITOR}
    for name, role in roles.items():
        await door.person(name, Grant(Scope.COMMONS, commons_id, role))
    routes = sorted(
        route.path
        for route in door.app.routes
        if {"statements", "releves", "valuations", "valorisation"} & set(route.path.split("/"))
    )
    assert len(routes) == 12
    chosen = {"hourly_rate": "12", "basis": "other", "method": "Essai"}
    for path in routes:
        named = "{person_id:uuid}" in path
        address = (
            path.replace("{slug:str}", slug)
            .replace("{person_id:uuid}", str(door.people["Sasha"]))
            .replace("{year:int}", "2026")
        )
        asked = chosen if "valuations" in path else {}
        visitor = await door.client().get(address, params=asked)
        assert visitor.status_code == 401, path
        for name in ("Alice", "Nour", "Sasha", "Ines", "Bob"):
            way = door.program if path.startswith("/api/") else door.browser
            opened = way(name)
            client = opened if isinstance(opened, AsyncClient) else (await opened).client
            answer = await client.get(address, params=asked)
            allowed = name in ("Alice", "Nour") or (named and name == "Sasha")
            assert answer.status_code == (200 if allowed else 403), (name, path)


async def test_a_stranger_to_the_commons_has_no_statement_in_it(
    door: Door, places: tuple[str, str]
) -> None:
    """Otherwise the steward of any commons could learn the name behind any identifier."""
    address = f"/api/v1/commons/{places[0]}/statements/{door.people['Bob']}/2026"
    for who in ("Alice", "Bob"):
        async with door.program(who) as program:
            assert (await program.get(address)).status_code == 404


async def test_every_route_that_writes_refuses_someone_without_a_role(
    door: Door, places: tuple[str, str]
) -> None:
    browser, program = await door.browser("Bob"), door.program("Bob")
    for route in writing_routes(door):
        if (route.method, route.path) in OPEN_TO_ANYONE | ONESELF:
            continue
        address = route.address(*places)
        if address.startswith("/api/"):
            body = BODIES.get(route.path) or BODIES[route.path.rpartition("/")[2]]
            answer = await program.request(route.method, address, json=body)
        else:
            answer = await browser.post(address, {})
        assert answer.status_code == 403, (route, answer.status_code, answer.text[:300])
