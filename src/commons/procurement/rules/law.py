"""What the law said on a given day, and how well we know it."""

from dataclasses import dataclass
from datetime import date

from commons.kernel.errors import NotFoundError
from commons.kernel.text import t
from commons.procurement.catalogue import Basis, Catalogue, Threshold
from commons.procurement.model import Dossier


@dataclass(frozen=True, slots=True)
class Known:
    """Thresholds of one measure on one day.

    `value` was checked and may decide; `doubtful` ones are announced and only mentioned.
    """

    value: Threshold | None
    doubtful: tuple[Threshold, ...]


def cite(catalogue: Catalogue, source_id: str, on: date) -> Basis:
    """The version of a text in force on that day; its first version when all come later."""
    source = catalogue.sources.get(source_id)
    if source is None:
        raise NotFoundError(t("{source} n'est pas dans sources.yaml.", source=source_id))
    version = source.version_on(on) or source.versions[0]
    return Basis(source.id, source.label, version.effect, version.status)


def cite_all(catalogue: Catalogue, on: date, *source_ids: str) -> tuple[Basis, ...]:
    return tuple(cite(catalogue, source_id, on) for source_id in source_ids)


def threshold(catalogue: Catalogue, measure: str, dossier: Dossier, on: date) -> Known:
    """The latest checked value, beside those still to be verified."""
    rows = [
        row
        for row in catalogue.thresholds
        if row.measure == measure and row.holds(on, dossier.purchase, dossier.buyer.kind)
    ]
    checked = [row for row in rows if row.status != "AV"]
    return Known(
        max(checked, key=lambda row: row.effect or date.min, default=None),
        tuple(row for row in rows if row.status == "AV"),
    )
