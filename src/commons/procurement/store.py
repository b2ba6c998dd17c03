"""Dossiers under preparation: the text as it was written, and who wrote it last."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Row, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from commons.kernel.errors import ConflictError, NotFoundError
from commons.kernel.naming import first_word, names_in
from commons.kernel.text import t
from commons.procurement.tables import dossiers

LIST_MAX = 200
_TICK = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class KeptDossier:
    """A dossier as it stands. `changed_at` is also what a form saw when it was opened."""

    dossier_id: UUID
    organisation_id: UUID
    title: str
    text: str
    changed_by: UUID
    changed_at: datetime

    @property
    def seen(self) -> str:
        return self.changed_at.isoformat()


class DossierStore:
    """Questions about dossiers, within the caller's transaction."""

    def __init__(self, db: AsyncConnection) -> None:
        self.db = db

    async def create(
        self, organisation_id: UUID, title: str, text: str, *, by: UUID, now: datetime
    ) -> KeptDossier:
        new = KeptDossier(uuid4(), organisation_id, title, text, by, now)
        await self.db.execute(
            insert(dossiers).values(
                dossier_id=new.dossier_id,
                organisation_id=organisation_id,
                title=title,
                text=text,
                changed_by=by,
                changed_at=now,
            )
        )
        return new

    async def of(self, organisation_ids: Iterable[UUID] | None) -> list[KeptDossier]:
        """The dossiers of these organisations, or of all; the latest changed first."""
        query = select(dossiers).order_by(dossiers.c.changed_at.desc(), dossiers.c.dossier_id)
        if organisation_ids is not None:
            query = query.where(dossiers.c.organisation_id.in_(list(organisation_ids)))
        return [_kept(row) for row in await self.db.execute(query.limit(LIST_MAX))]

    async def read(self, dossier_id: UUID, *, to_change: bool = False) -> KeptDossier:
        """One dossier; with `to_change` nobody else saves it before this transaction ends."""
        query = select(dossiers).where(dossiers.c.dossier_id == dossier_id)
        if to_change:
            query = query.with_for_update()
        row = (await self.db.execute(query)).one_or_none()
        if row is None:
            raise NotFoundError(t("Ce dossier n'existe pas, ou n'existe plus."))
        return _kept(row)

    async def naming(self, name: str) -> list[UUID]:
        """The organisation of each dossier whose text names this person."""
        within = func.strpos(func.lower(dossiers.c.text), func.lower(first_word(name)))
        query = select(dossiers).where(within > 0).order_by(dossiers.c.changed_at)
        kept = [_kept(row) for row in await self.db.execute(query)]
        return [item.organisation_id for item in kept if names_in(item.text, name)]

    @staticmethod
    def check_seen(kept: KeptDossier, seen: str) -> None:
        """Raise `ConflictError` if someone saved since the writer saw the dossier.

        `kept` must have been read in this transaction to be changed.
        """
        if seen != kept.seen:
            raise ConflictError(
                t(
                    "Quelqu'un a enregistré ce dossier pendant que vous l'écriviez. Ce que "
                    "vous avez écrit est gardé ci-dessous : comparez, puis enregistrez de "
                    "nouveau pour remplacer ce que cette page contient."
                )
            )

    async def save(
        self, kept: KeptDossier, title: str, text: str, *, by: UUID, now: datetime
    ) -> None:
        """Write over `kept`, read in this transaction to be changed."""
        await self.db.execute(
            update(dossiers)
            .where(dossiers.c.dossier_id == kept.dossier_id)
            .values(
                title=title,
                text=text,
                changed_by=by,
                # Two saves within one tick of the clock must not look like one.
                changed_at=max(now, kept.changed_at + _TICK),
            )
        )


def _kept(row: Row[*tuple[Any, ...]]) -> KeptDossier:
    return KeptDossier(
        row.dossier_id,
        row.organisation_id,
        row.title,
        row.text,
        row.changed_by,
        row.changed_at,
    )
