"""Which commons a slug names, for what is asked thousands of times a second."""

from typing import TypeAlias
from uuid import UUID

from litestar.di import NamedDependency
from sqlalchemy.ext.asyncio import AsyncEngine

from commons.registry.store import RegistryStore


class KnownCommons:
    """Which commons a slug names. A slug never changes, so it is asked once by each process."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._known: dict[str, UUID] = {}

    async def commons_id(self, slug: str) -> UUID:
        """Asked on a connection that is given back: the writer uses one of its own."""
        if slug not in self._known:
            async with self._engine.connect() as db:
                self._known[slug] = (await RegistryStore(db).by_slug(slug)).commons_id
        return self._known[slug]


Known: TypeAlias = NamedDependency[KnownCommons]
