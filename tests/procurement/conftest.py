"""A catalogue, and a dossier in which no rule finds anything."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from uuid import UUID

import pytest
from httpx import ASGITransport, AsyncClient, Response
from litestar import Litestar
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool
from tests.conftest import Database

from commons.app import create_app
from commons.identity.authentication import SESSION_COOKIE
from commons.identity.model import Grant, Role, Scope
from commons.identity.store import IdentityStore
from commons.keyring import Keyring
from commons.procurement.catalogue import Catalogue, Step
from commons.procurement.content import load_catalogue
from commons.procurement.model import (
    Buyer,
    Choice,
    Criterion,
    Dossier,
    Estimate,
    Price,
    PriceItem,
)
from commons.registry.model import Organisation, OrganisationFacts, OrganisationKind
from commons.registry.store import RegistryStore
from commons.settings import Settings
from commons.web.context import Services


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    return load_catalogue()


@pytest.fixture(scope="session")
def garden() -> Dossier:
    """An adapted procedure of Valbrume, launched after every rule of 2026."""
    scale = (Step(0, "Ne répond pas."), Step(4, "Répond entièrement."))
    return Dossier(
        reference="2026-12",
        title="Plateforme du jardin partagé",
        need="Gérer les parcelles, les semences et les tours d'arrosage.",
        buyer=Buyer("Commune de Valbrume", contact="marches@valbrume.example"),
        purchase="services",
        procedure="adapted",
        estimate=Estimate(Decimal(75000)),
        consultation_on=date(2026, 11, 30),
        offers_until=date(2027, 1, 11),
        months=24,
        ccag="TIC",
        place_of_performance="Maison du jardin, commune de Valbrume",
        no_lots_reason="Prestations indissociables.",
        price=Price(items=(PriceItem("Développement", "jour"),)),
        criteria=(
            Criterion("Prix", "price", Decimal(50), method="Note au prorata."),
            Criterion(
                "Qualité", "quality", Decimal(30), evidence="Mémoire technique.", scale=scale
            ),
            Criterion(
                "Environnement",
                "environment",
                Decimal(20),
                evidence="Chiffres et méthode.",
                clause="critere-environnement",
            ),
        ),
        clauses=(Choice("exec-environnement"), Choice("critere-environnement")),
    )


NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Visitor:
    """Someone at the door of the service, with their own cookies."""

    http: AsyncClient
    person_id: UUID | None = None

    async def read(self, address: str) -> Response:
        return await self.http.get(address)

    async def send(self, address: str, **fields: str | list[str]) -> Response:
        """Post a form as a browser would: with the token the pages gave."""
        if "csrftoken" not in self.http.cookies:
            await self.http.get("/dossiers")
        names = {name.replace("__", "."): value for name, value in fields.items()}
        token = self.http.cookies["csrftoken"]
        return await self.http.post(address, data={**names, "_csrf_token": token})


@dataclass(frozen=True, slots=True)
class Town:
    """Valbrume and its neighbour, an instance where both prepare dossiers."""

    app: Litestar
    engine: AsyncEngine
    keyring: Keyring
    valbrume: Organisation
    neighbour: Organisation

    def visitor(self) -> Visitor:
        transport = ASGITransport(app=self.app, raise_app_exceptions=False)  # type: ignore[arg-type] # Litestar narrows the ASGI types
        return Visitor(AsyncClient(transport=transport, base_url="http://commons.example"))

    async def person(self, name: str, *grants: Grant) -> Visitor:
        """Someone signed in, with these roles."""
        async with self.engine.begin() as db:
            store = IdentityStore(db, self.keyring.email)
            address = f"{name}@commons.example"
            person_id = await store.find_or_make(name, address, NOW, keep_address=True)
            for grant in grants:
                await store.grant(person_id, grant, NOW)
            link = await store.make_link(person_id, NOW)
            session = await store.use_link(link.token, NOW)
        visitor = self.visitor()
        assert session is not None
        visitor.http.cookies.set(SESSION_COOKIE, session)
        return Visitor(visitor.http, person_id)

    async def agent(self, name: str = "Camille") -> Visitor:
        grant = Grant(Scope.ORGANISATION, self.valbrume.organisation_id, Role.AGENT)
        return await self.person(name, grant)


@pytest.fixture
async def town(fresh_database: Database, tmp_path: Path) -> AsyncIterator[Town]:
    keyring = Keyring(b"s" * 32, b"e" * 32, b"t" * 32, b"w" * 32)
    engine = create_async_engine(fresh_database.service, poolclass=NullPool)
    async with engine.begin() as db:
        registry = RegistryStore(db)
        facts = OrganisationFacts("Commune de Valbrume", OrganisationKind.COLLECTIVITE)
        valbrume = await registry.add_organisation(facts, NOW)
        facts = OrganisationFacts("Commune de Clairval", OrganisationKind.COLLECTIVITE)
        neighbour = await registry.add_organisation(facts, NOW)
    services = Services(Settings(tmp_path), keyring, engine, lambda: NOW)
    yield Town(create_app(services), engine, keyring, valbrume, neighbour)
    await engine.dispose()
