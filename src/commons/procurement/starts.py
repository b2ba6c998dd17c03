"""A dossier begun from a few answers, or from the example that is shipped."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import get_args

from commons.content import content_folder
from commons.kernel.errors import FieldError, InputError
from commons.kernel.text import Text, t
from commons.procurement.catalogue import Catalogue, Clause, LevelName
from commons.procurement.dossier_file import check_content
from commons.procurement.forms import Step, changed
from commons.procurement.french import euros
from commons.procurement.model import Dossier, Procedure
from commons.procurement.rules.law import threshold
from commons.procurement.start_file import StartsFile
from commons.procurement.writing import Fields, Raw, fields_of, raw
from commons.registry.model import Organisation
from commons.strict_yaml import read_yaml
from commons.web.pages import Form

QUESTIONS = Step(
    "nouveau",
    t("Un nouveau dossier"),
    (
        "title",
        "reference",
        "need",
        "purchase",
        "estimate.amount",
        "estimate.same_category",
        "consultation_on",
        "offers_until",
        "months",
        "place_of_performance",
        "buyer.represented_by",
        "buyer.contact",
    ),
)
"""The questions whose answers go into the file as they are."""

SUBJECT = "besoin-objet-commun"
SMALL = "achat-faible-montant"
SOCIAL = "exec-social"


@dataclass(frozen=True, slots=True)
class Start:
    """What one buys, in broad terms, and what such a dossier begins with."""

    id: str
    title: str
    ccag: str
    clauses: list[Raw]
    criteria: list[Raw]


@cache
def load_starts() -> Mapping[str, Start]:
    """The beginnings published in `procurement/starts.yaml`, by identifier."""
    path = content_folder("procurement") / "starts.yaml"
    file = StartsFile.model_validate(read_yaml(path.read_text(encoding="utf-8")))
    return {
        start.id: Start(
            start.id,
            start.title,
            start.ccag,
            [raw(item.model_dump(exclude_defaults=True)) for item in start.clauses],
            [raw(item.model_dump(exclude_defaults=True)) for item in start.criteria],
        )
        for start in file.starts
    }


def example(organisation: Organisation) -> Fields:
    """The dossier shipped as a good example, as that buyer's."""
    text = (content_folder("examples") / "dossier.yaml").read_text(encoding="utf-8")
    return {**fields_of(text), "buyer": _buyer(organisation, {})}


def _buyer(organisation: Organisation, typed: Raw) -> dict[str, Raw]:
    buyer: dict[str, Raw] = {"name": organisation.name}
    if organisation.facts.siret:
        buyer["siret"] = organisation.facts.siret
    return {**buyer, **(typed if isinstance(typed, dict) else {})}


def permitted_procedure(dossier: Dossier, catalogue: Catalogue) -> Procedure:
    """The lightest procedure that the amount allows on that day; unknown is not allowed."""
    on, amount = dossier.consultation_on, dossier.whole_need
    free = threshold(catalogue, "no-competition", dossier, on).value
    if free and amount + dossier.estimate.same_category < free.value:
        return "below-threshold"
    formal = threshold(catalogue, "formal", dossier, on).value
    return "adapted" if formal and amount < formal.value else "open-call"


def _notices(dossier: Dossier, procedure: Procedure, catalogue: Catalogue) -> list[Raw]:
    """Where the notice must appear for that amount on that day."""
    if procedure == "below-threshold":
        return []
    notices: list[Raw] = ["profile"]
    national = threshold(catalogue, "national-notice", dossier, dossier.consultation_on).value
    if procedure == "open-call" or (national and dossier.whole_need >= national.value):
        notices.append("boamp")
    return [*notices, "joue"] if procedure == "open-call" else notices


def fits(clause: Clause, *, competitive: bool) -> bool:
    """Whether a clause has a meaning in that kind of procedure."""
    return clause.route == "all" or (clause.route == "competitive") == competitive


def _choices(
    start: Start, dossier: Dossier, form: Form, catalogue: Catalogue
) -> list[dict[str, Raw]]:
    formal = threshold(catalogue, "formal", dossier, dossier.consultation_on).value
    rows = [dict(row) for row in start.clauses if isinstance(row, dict)]
    if formal is None or dossier.whole_need >= formal.value:
        rows.append({"id": SOCIAL})
    if not dossier.is_competitive:
        rows.append({"id": SMALL})
    typed: Mapping[str, dict[str, Raw]] = {
        SUBJECT: {"prestation": form.get("subject")},
        SMALL: {
            "objet": form.get("subject"),
            "montant": euros(dossier.whole_need).removesuffix("\u00a0€"),
        },
    }
    level = form.get("level")
    chosen = []
    for row in rows:
        clause = catalogue.clauses[str(row["id"])]
        if not fits(clause, competitive=dossier.is_competitive):
            continue
        if level != "standard" and level in clause.bodies:
            row.setdefault("level", level)
        if clause.id in typed:
            row["answers"] = dict(typed[clause.id])
        chosen.append(row)
    return chosen


def _needed(form: Form) -> list[FieldError]:
    asked: dict[str, Text] = {
        "subject": t("Complétez la phrase : elle ouvre le règlement et le cahier technique."),
        "title": t("Donnez un intitulé à ce marché."),
        "need": t("Dites en quelques phrases ce dont vous avez besoin."),
        "estimate.amount": t("Estimez le montant, en euros hors taxes."),
        "consultation_on": t("Donnez le jour où la consultation sera engagée."),
    }
    return [FieldError(name, text) for name, text in asked.items() if not form.get(name)]


def begin(
    form: Form, organisation: Organisation, catalogue: Catalogue, reference: str
) -> Fields:
    """The dossier that the answers describe, with its procedure, criteria and clauses.

    Raises `InputError`, one error per answer that is missing or does not fit.
    """
    missing = _needed(form)
    start = load_starts().get(form.get("start"))
    if start is None or form.get("level") not in get_args(LevelName):
        missing.append(FieldError("start", t("Choisissez dans la liste.")))
    if missing or start is None:
        raise InputError(t("Il manque des réponses."), missing)
    fields = changed({}, QUESTIONS, form)
    fields.setdefault("reference", reference)
    fields["buyer"] = _buyer(organisation, fields.get("buyer", {}))
    asked = form.get("procedure") or "permitted"
    fields["procedure"] = "adapted" if asked == "permitted" else asked
    dossier = check_content(fields).value()
    if asked == "permitted":
        fields["procedure"] = permitted_procedure(dossier, catalogue)
        dossier = check_content(fields).value()
    works = dossier.purchase == "works"
    fields["ccag"] = "Travaux" if works else start.ccag
    if notices := _notices(dossier, dossier.procedure, catalogue):
        fields["notices"] = notices
    if dossier.is_competitive:
        fields["criteria"] = list(start.criteria)
    fields["clauses"] = list(_choices(start, dossier, form, catalogue))
    return _in_order(fields)


def _in_order(fields: Fields) -> Fields:
    """The keys in the order of `docs/dossier.md`, whatever the order they were set in."""
    known = type(check_content(fields)).model_fields
    return {key: fields[key] for key in known if key in fields}
