"""What one asks of the registry: register, read, change, look for."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, Row, Table, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from commons.kernel.errors import NotFoundError
from commons.kernel.identifiers import slug_of
from commons.kernel.text import t
from commons.registry.model import (
    Commons,
    CommonsFacts,
    Maturity,
    Organisation,
    OrganisationFacts,
    OrganisationKind,
    Readers,
    ResourceKind,
)
from commons.registry.tables import commons, organisations
from commons.registry.territory import inside

LIST_MAX = 200
RESERVED = frozenset({"nouveau", "nouvelle", "importer", "publiccode"})
"""Slugs that would hide behind an address of the service itself."""


class RegistryStore:
    """Questions put to the registry, within the caller's transaction."""

    def __init__(self, db: AsyncConnection) -> None:
        self.db = db

    async def register(self, facts: CommonsFacts, now: datetime) -> Commons:
        values = {"created_at": now, "changed_at": now, **_columns(facts)}
        commons_id = uuid4()
        slug = await self._added(commons, "commons_id", commons_id, values)
        return Commons(commons_id, slug, facts, now, now)

    async def change(self, commons_id: UUID, facts: CommonsFacts, now: datetime) -> None:
        await self.db.execute(
            update(commons)
            .where(commons.c.commons_id == commons_id)
            .values(changed_at=now, **_columns(facts))
        )

    async def by_slug(self, slug: str) -> Commons:
        return await self._one(commons.c.slug == _writable(slug))

    async def by_id(self, commons_id: UUID) -> Commons:
        return await self._one(commons.c.commons_id == commons_id)

    async def _one(self, condition: ColumnElement[bool]) -> Commons:
        row = (await self.db.execute(select(commons).where(condition))).one_or_none()
        if row is None:
            raise NotFoundError(t("Ce commun n'est pas inscrit ici."))
        return _commons(row)

    async def search(
        self, words: str = "", territory: str = "", limit: int = LIST_MAX
    ) -> list[Commons]:
        """Commons by name; `words` are looked for in French, without accents, in all texts.

        `territory` is a key such as `epci:243100518`: what lies within it counts too.
        """
        query = select(commons).order_by(func.lower(commons.c.name)).limit(limit)
        if words.strip():
            text = func.concat_ws(
                " ",
                commons.c.name,
                commons.c.resource,
                commons.c.community,
                commons.c.needs,
                func.array_to_string(commons.c.themes, " "),
            )
            vector = func.to_tsvector("french", func.unaccent(text))
            wanted = func.websearch_to_tsquery("french", func.unaccent(_writable(words)))
            part = func.unaccent(commons.c.name).icontains(
                func.unaccent(_pattern(words)), autoescape=False
            )
            query = query.where(or_(vector.op("@@")(wanted), part))
        if territory:
            query = query.where(commons.c.territory.in_(inside(territory)))
        return [_commons(row) for row in await self.db.execute(query)]

    async def add_organisation(self, facts: OrganisationFacts, now: datetime) -> Organisation:
        values = {"created_at": now, **_organisation_columns(facts)}
        organisation_id = uuid4()
        slug = await self._added(organisations, "organisation_id", organisation_id, values)
        return Organisation(organisation_id, slug, facts, now)

    async def change_organisation(
        self, organisation_id: UUID, facts: OrganisationFacts
    ) -> Organisation:
        await self.db.execute(
            update(organisations)
            .where(organisations.c.organisation_id == organisation_id)
            .values(**_organisation_columns(facts))
        )
        return await self.organisation(organisation_id)

    async def several(self, commons_ids: Iterable[UUID]) -> list[Commons]:
        """Those of these commons that are registered here, by name."""
        query = (
            select(commons)
            .where(commons.c.commons_id.in_(list(commons_ids)))
            .order_by(func.lower(commons.c.name))
        )
        return [_commons(row) for row in await self.db.execute(query)]

    async def organisations(
        self, words: str = "", kind: OrganisationKind | None = None
    ) -> list[Organisation]:
        """By name, at most `LIST_MAX`; of one kind if asked."""
        query = select(organisations).order_by(func.lower(organisations.c.name)).limit(LIST_MAX)
        if kind is not None:
            query = query.where(organisations.c.kind == str(kind))
        if words.strip():
            digits = "".join(_writable(words).split())
            query = query.where(
                func.unaccent(organisations.c.name).icontains(
                    func.unaccent(_pattern(words)), autoescape=False
                )
                | organisations.c.siret.startswith(digits, autoescape=True)
                | (organisations.c.rna == digits.upper())
            )
        return [_organisation(row) for row in await self.db.execute(query)]

    async def organisation(self, organisation_id: UUID) -> Organisation:
        return await self._one_organisation(organisations.c.organisation_id == organisation_id)

    async def organisation_by_slug(self, slug: str) -> Organisation:
        return await self._one_organisation(organisations.c.slug == _writable(slug))

    async def organisation_names(self, ids: Collection[UUID]) -> dict[UUID, str]:
        """The names of these organisations; those that are not inscribed here are missing."""
        query = select(organisations.c.organisation_id, organisations.c.name).where(
            organisations.c.organisation_id.in_(ids)
        )
        return {row.organisation_id: row.name for row in await self.db.execute(query)}

    async def _one_organisation(self, condition: ColumnElement[bool]) -> Organisation:
        row = (await self.db.execute(select(organisations).where(condition))).one_or_none()
        if row is None:
            raise NotFoundError(t("Cette organisation n'est pas inscrite ici."))
        return _organisation(row)

    async def _added(
        self, table: Table, key: str, key_value: UUID, values: Mapping[str, Any]
    ) -> str:
        """Insert under a slug nobody has; of two at the same instant the later counts on."""
        while True:
            slug = await self._free_slug(table, values["name"])
            added = await self.db.scalar(
                upsert(table)
                .values({key: key_value, "slug": slug, **values})
                .on_conflict_do_nothing(index_elements=["slug"])
                .returning(table.c.slug)
            )
            if added is not None:
                return slug

    async def _free_slug(self, table: Table, name: str) -> str:
        wanted = slug_of(name)
        taken = set(
            (
                await self.db.execute(
                    select(table.c.slug).where(table.c.slug.startswith(wanted))
                )
            ).scalars()
        )
        if wanted not in taken | RESERVED:
            return wanted
        number = 2
        while f"{wanted}-{number}" in taken:
            number += 1
        return f"{wanted}-{number}"


def _writable(text: str) -> str:
    """What PostgreSQL takes as text: an address of a page may hold anything."""
    return "".join(char for char in text if char != "\0" and not "\ud800" <= char <= "\udfff")


def _pattern(words: str) -> str:
    """The words as they are, where LIKE would read signs."""
    text = _writable(words).strip()
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _organisation_columns(facts: OrganisationFacts) -> dict[str, Any]:
    return {**asdict(facts), "kind": str(facts.kind)}


def _columns(facts: CommonsFacts) -> dict[str, Any]:
    """The facts as columns; StrEnum members are strings, tuples become arrays."""
    values = asdict(facts)
    for name in ("licences", "themes", "links"):
        values[name] = list(values[name])
    for name in ("resource_kind", "maturity", "readers"):
        values[name] = str(values[name])
    return values


def _commons(row: Row[*tuple[Any, ...]]) -> Commons:
    facts = CommonsFacts(
        name=row.name,
        resource_kind=ResourceKind(row.resource_kind),
        resource=row.resource,
        community=row.community,
        rules=row.rules,
        licences=tuple(row.licences),
        territory=row.territory,
        themes=tuple(row.themes),
        links=tuple(row.links),
        needs=row.needs,
        maturity=Maturity(row.maturity),
        is_legal_person=row.is_legal_person,
        carrier_id=row.carrier_id,
        readers=Readers(row.readers),
    )
    return Commons(row.commons_id, row.slug, facts, row.created_at, row.changed_at)


def _organisation(row: Row[*tuple[Any, ...]]) -> Organisation:
    facts = OrganisationFacts(
        row.name, OrganisationKind(row.kind), row.siret, row.siren, row.rna, row.insee
    )
    return Organisation(row.organisation_id, row.slug, facts, row.created_at)
