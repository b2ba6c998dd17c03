"""Reading entries: the query that brings one with its state, and the value it becomes."""

import json
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, func, select

from commons.ledger.model import Entry, Kind, State
from commons.ledger.states import attestations, reversed_by, state_of
from commons.ledger.tables import entries, leaves, of_entry, personal


def reading(moment: ColumnElement[Any]) -> Select[Any]:
    opened = (
        select(func.jsonb_object_agg(personal.c.field, personal.c.value))
        .where(
            personal.c.commons_id == entries.c.commons_id,
            personal.c.entry_id == entries.c.entry_id,
        )
        .scalar_subquery()
    )
    return select(
        entries,
        leaves.c.leaf_index,
        opened.label("personal"),
        attestations(entries).label("attestations"),
        reversed_by(entries).label("reversed_by"),
        state_of(entries, moment).label("state"),
    ).select_from(entries.outerjoin(leaves, of_entry(leaves)))


def entry_of(row: Row[*tuple[Any, ...]]) -> Entry:
    return Entry(
        commons_id=row.commons_id,
        entry_id=row.entry_id,
        kind=Kind(row.kind),
        recorded_at=row.recorded_at,
        occurred_from=row.occurred_from,
        occurred_to=row.occurred_to,
        quantity=row.quantity,
        unit=row.unit,
        about=row.about,
        details=json.loads(row.leaf).get("details", {}),
        personal=row.personal or {},
        leaf=row.leaf.encode(),
        leaf_index=row.leaf_index,
        state=State(row.state),
        attestations=row.attestations,
        reversed_by=row.reversed_by,
    )
