"""Charters that were drawn up: kept as they are, their hash booked in the journal."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from uuid import UUID, uuid4

from sqlalchemy import func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from commons.charters.model import CharterModel
from commons.charters.rules import draft_charter
from commons.charters.tables import charters
from commons.documents.docx import render_docx
from commons.documents.pdf import render_pdf
from commons.kernel.errors import NotFoundError
from commons.kernel.naming import first_word, names_in
from commons.kernel.text import t
from commons.ledger.appending import append_all
from commons.ledger.model import Draft, Kind
from commons.ledger.states import reversed_by


@dataclass(frozen=True, slots=True)
class DrawnCharter:
    """A charter as it was drawn up. `sha256` is of the PDF and stands in the journal."""

    charter_id: UUID
    title: str
    sha256: str
    entry_id: UUID
    made_at: datetime
    is_reversed: bool = False


class CharterStore:
    """Questions about charters, within the caller's transaction."""

    def __init__(self, db: AsyncConnection) -> None:
        self.db = db

    async def draw_up(
        self,
        commons_id: UUID,
        model: CharterModel,
        answers: Mapping[str, object],
        *,
        dated: date,
        by: UUID,
        now: datetime,
    ) -> DrawnCharter:
        """Draw up a charter, keep both files, and book the hash of the PDF.

        Raises `InputError` with every fault of the answers; then nothing is written.
        """
        charter_id = uuid4()
        reference = f"CHARTE-{dated.year}-{charter_id.hex[:6].upper()}"
        document = draft_charter(model, answers, dated=dated, reference=reference)
        pdf = render_pdf(document, validate=False)
        digest = sha256(pdf).hexdigest()
        title = (
            f"{document.title} : {document.subtitle}" if document.subtitle else document.title
        )
        entry = Draft(
            entry_id=uuid4(),
            kind=Kind.DOCUMENT,
            occurred_from=now.date(),
            occurred_to=now.date(),
            details={"document": "charter", "model": model.id, "sha256": digest},
            personal={"recorder": str(by), "title": f"{reference}, {title}"},
        )
        await append_all(self.db, commons_id, [entry], now)
        await self.db.execute(
            insert(charters).values(
                commons_id=commons_id,
                charter_id=charter_id,
                model=model.id,
                answers=json.dumps(dict(answers), ensure_ascii=False, default=str),
                title=f"{reference}, {title}",
                pdf=pdf,
                docx=render_docx(document),
                sha256=digest,
                entry_id=entry.entry_id,
                made_by=by,
                made_at=now,
            )
        )
        return DrawnCharter(charter_id, title, digest, entry.entry_id, now)

    async def of(self, commons_id: UUID) -> list[DrawnCharter]:
        """The charters of a commons, the latest first."""
        rows = await self.db.execute(
            select(
                charters.c.charter_id,
                charters.c.title,
                charters.c.sha256,
                charters.c.entry_id,
                charters.c.made_at,
                reversed_by(charters).label("reversed_by"),
            )
            .where(charters.c.commons_id == commons_id)
            .order_by(charters.c.made_at.desc())
        )
        return [
            DrawnCharter(
                row.charter_id,
                row.title,
                row.sha256,
                row.entry_id,
                row.made_at,
                is_reversed=row.reversed_by is not None,
            )
            for row in rows
        ]

    async def naming(self, name: str) -> list[tuple[UUID, str]]:
        """The commons and the title of each charter whose answers name this person."""
        columns = (charters.c.commons_id, charters.c.title, charters.c.answers)
        within = func.strpos(
            func.lower(charters.c.answers), func.lower(_spelled(first_word(name)))
        )
        query = select(*columns).where(within > 0).order_by(charters.c.made_at)
        rows = await self.db.execute(query)
        return [
            (row.commons_id, row.title)
            for row in rows
            if any(names_in(text, name) for text in _texts(json.loads(row.answers)))
        ]

    async def file(self, commons_id: UUID, charter_id: UUID, form: str) -> bytes:
        """The bytes of a charter; `form` is `pdf` or `docx`."""
        column = charters.c.docx if form == "docx" else charters.c.pdf
        row = (
            await self.db.execute(
                select(column).where(
                    charters.c.commons_id == commons_id, charters.c.charter_id == charter_id
                )
            )
        ).scalar_one_or_none()
        if row is None:
            raise NotFoundError(t("Cette charte n'existe pas dans ce commun."))
        return bytes(row)


def _spelled(word: str) -> str:
    """A word as it stands in the answers, which are JSON."""
    return json.dumps(word, ensure_ascii=False)[1:-1]


def _texts(answers: object) -> Iterator[str]:
    if isinstance(answers, str):
        yield answers
    elif isinstance(answers, Mapping):
        for inside in answers.values():
            yield from _texts(inside)
    elif isinstance(answers, list):
        for inside in answers:
            yield from _texts(inside)
