"""From the fields of a page to the keys of a dossier, and back.

A field is named as its fault is: `criteria[2].weight` is the weight of the second criterion.
So what the reader of dossiers refuses stands beside what was typed.
"""

import re
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass, field

from commons.kernel.errors import FieldError, InputError
from commons.kernel.text import Text, t
from commons.procurement.writing import Fields, Raw
from commons.web.pages import Form

YES = "oui"
_AMOUNTS = frozenset({"amount", "same_category", "weight"})
_FLAGS = frozenset({"social_services", "environmental"})
_SEVERAL = frozenset({"notices", "considerations"})
_LINES = frozenset({"subcriteria", "scale"})
_SILENT = frozenset({"kind", "considerations", "environmental", "clause", "number"})
"""What a row may hold without anything having been written in it."""


@dataclass(frozen=True, slots=True)
class Step:
    """A page of the dossier: the single fields and the lists it asks for."""

    slug: str
    title: Text
    fields: tuple[str, ...] = ()
    lists: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    spare_rows: int = 1


STEPS: tuple[Step, ...] = (
    Step(
        "besoin",
        t("Le besoin et l'acheteur"),
        (
            "title",
            "reference",
            "need",
            "purchase",
            "months",
            "place_of_performance",
            "buyer.represented_by",
            "buyer.contact",
            "buyer.kind",
        ),
    ),
    Step(
        "procedure",
        t("Le montant, les dates, la procédure"),
        (
            "estimate.amount",
            "estimate.same_category",
            "procedure",
            "consultation_on",
            "offers_until",
            "notices",
            "ccag",
            "social_services",
            "social_exception",
        ),
    ),
    Step(
        "lots",
        t("Les lots et les prix"),
        ("no_lots_reason", "price.form"),
        {"lots": ("number", "title", "amount"), "price.items": ("label", "unit")},
        spare_rows=2,
    ),
    Step(
        "criteres",
        t("Les critères"),
        (),
        {
            "criteria": (
                "name",
                "kind",
                "weight",
                "description",
                "method",
                "evidence",
                "environmental",
                "clause",
                "subcriteria",
                "scale",
            )
        },
    ),
    Step(
        "textes",
        t("Vos propres textes"),
        (),
        {
            "requirements": ("title", "text"),
            "conditions": ("title", "text", "considerations"),
            "candidacy": ("title", "text"),
        },
    ),
)
STEP_BY_SLUG: Mapping[str, Step] = {step.slug: step for step in STEPS}


def tidy_amount(typed: str) -> str:
    """« 84 000,50 € » as the file writes it, 84000.50; anything else as it was typed."""
    compact = re.sub(r"[\s\u00a0\u202f€]", "", typed)
    return compact.replace(",", ".") if re.fullmatch(r"\d+([.,]\d{1,2})?", compact) else typed


def _subcriterion(line: str) -> dict[str, Raw]:
    """« Méthode ; 15 ; environnement »; a name may itself hold semicolons."""
    row: dict[str, Raw] = {}
    before, mark, last = line.rpartition(";")
    if mark and last.strip().casefold().startswith("env"):
        row["environmental"] = True
        before, mark, last = before.rpartition(";")
    if not mark:
        return {**row, "name": last.strip()}
    return {"name": before.strip(), "weight": tidy_amount(last.strip()), **row}


def _mark(line: str) -> dict[str, Raw]:
    """« 0 ; Ne répond pas. »."""
    mark, _, text = line.partition(";")
    row: dict[str, Raw] = {"mark": mark.strip(), "text": text.strip()}
    return {leaf: value for leaf, value in row.items() if value}


def _lines(typed: str, leaf: str) -> list[Raw]:
    read = _subcriterion if leaf == "subcriteria" else _mark
    return [read(line) for line in typed.splitlines() if line.strip()]


def _written(rows: Raw, leaf: str) -> str:
    """The rows of a list, one a line, as `_lines` reads them."""
    leaves = ("name", "weight") if leaf == "subcriteria" else ("mark", "text")
    lines = []
    for row in rows if isinstance(rows, list) else []:
        if isinstance(row, dict):
            parts = [str(row[leaf]) for leaf in leaves if leaf in row]
            if row.get("environmental") is True:
                parts.append("environnement")
            lines.append(" ; ".join(parts))
    return "\n".join(lines)


def _value(form: Form, name: str, leaf: str) -> Raw | None:
    """What was typed in the field `name`, or None when nothing was."""
    if leaf in _SEVERAL:
        return [item for item in form.all(name) if item] or None
    if leaf in _FLAGS:
        return form.get(name) == YES or None
    typed = form.get(name).replace("\r\n", "\n")
    if leaf in _LINES:
        return _lines(typed, leaf) or None
    return (tidy_amount(typed) if leaf in _AMOUNTS else typed) or None


def _rows(form: Form, root: str, leaves: tuple[str, ...]) -> list[Raw]:
    pattern = re.compile(re.escape(root) + r"\[([0-9]{1,3})\]\.")
    numbers = {int(found[1]) for name in form.typed if (found := pattern.match(name))}
    rows: list[Raw] = []
    for number in sorted(numbers):
        at = f"{root}[{number}]"
        values = {leaf: _value(form, f"{at}.{leaf}", leaf) for leaf in leaves}
        row: dict[str, Raw] = {
            leaf: value for leaf, value in values.items() if value is not None
        }
        if row.keys() - _SILENT and form.get(f"{at}.remove") != YES:
            if root == "lots":
                row = {"number": str(len(rows) + 1), **row}
            rows.append(row)
    return rows


def _set(fields: Fields, path: str, value: Raw | None) -> None:
    first, _, rest = path.partition(".")
    if rest:
        inside = fields.setdefault(first, {})
        if isinstance(inside, dict):
            _set(inside, rest, value)
            if not inside:
                del fields[first]
    elif value is None or value == []:
        fields.pop(first, None)
    else:
        fields[first] = value


def _get(fields: Fields, path: str) -> Raw | None:
    first, _, rest = path.partition(".")
    value = fields.get(first)
    if not rest:
        return value
    return _get(value, rest) if isinstance(value, dict) else None


def changed(fields: Fields, step: Step, form: Form) -> Fields:
    """The keys of the dossier with those of this page as they were typed."""
    new = deepcopy(fields)
    for name in step.fields:
        _set(new, name, _value(form, name, name.rpartition(".")[2]))
    for root, leaves in step.lists.items():
        _set(new, root, list(_rows(form, root, leaves)))
    return new


def _typed(value: Raw | None, leaf: str) -> list[str]:
    if value is None or value is False:
        return []
    if value is True:
        return [YES]
    if leaf in _LINES:
        return [_written(value, leaf)]
    if isinstance(value, list):
        return [str(item) for item in value]
    return [str(value)]


def typed_again(fields: Fields, step: Step) -> dict[str, list[str]]:
    """What a page shows: the keys of the dossier, under the names of its fields."""
    typed = {
        name: _typed(_get(fields, name), name.rpartition(".")[2])
        for name in step.fields
        if _get(fields, name) is not None
    }
    for root, leaves in step.lists.items():
        rows = _get(fields, root)
        for number, row in enumerate(rows if isinstance(rows, list) else [], 1):
            if isinstance(row, dict):
                typed |= {
                    f"{root}[{number}].{leaf}": _typed(row.get(leaf), leaf) for leaf in leaves
                }
    return typed


def row_counts(fields: Fields, step: Step) -> dict[str, int]:
    """How many rows each list of the page shows, the empty ones to fill included."""
    counts = {}
    for root in step.lists:
        rows = _get(fields, root)
        counts[root] = (len(rows) if isinstance(rows, list) else 0) + step.spare_rows
    return counts


def _field_of(place: str, step: Step) -> str:
    for root, leaves in step.lists.items():
        found = re.match(re.escape(root) + r"\[[0-9]+\]", place)
        if found:
            leaf = place[found.end() + 1 :].split("[", maxsplit=1)[0].split(".", maxsplit=1)[0]
            return f"{found[0]}.{leaf if leaf in leaves else leaves[0]}"
    return next((name for name in step.fields if place.startswith(name)), place)


def beside(error: InputError, step: Step) -> InputError:
    """The refusal with each fault moved to the field of the page it is about."""
    faults = [FieldError(_field_of(fault.field, step), fault.text) for fault in error.errors]
    return InputError(error.text, faults)
