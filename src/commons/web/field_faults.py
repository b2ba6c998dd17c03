"""What pydantic finds wrong in a request, said to a person, field by field."""

from collections.abc import Iterable, Mapping
from typing import Any

from commons.kernel.errors import FieldError
from commons.kernel.text import Text, t

OTHERWISE = t("Cette valeur ne convient pas ici.")
OBJECT = t("Un objet JSON est attendu ici.")
UUID = t("Un UUID est attendu, comme 7f0c1c1e-6f0b-4a57-9d0e-3f5b0c8f2a11.")
DATE = t("Une date est attendue, comme 2026-11-20.")
BOOLEAN = t("Écrivez true ou false.")
FAULTS: Mapping[str, Text] = {
    "missing": t("Ce champ manque."),
    "extra_forbidden": t("Ce champ n'existe pas ici."),
    "string_type": t("Un texte est attendu, entre guillemets."),
    "value_error": t("Ce texte contient un caractère qui ne s'écrit pas : retirez-le."),
    "uuid_type": UUID,
    "uuid_parsing": UUID,
    "uuid_version": UUID,
    "date_type": DATE,
    "date_parsing": DATE,
    "date_from_datetime_parsing": DATE,
    "date_from_datetime_inexact": DATE,
    "bool_type": BOOLEAN,
    "bool_parsing": BOOLEAN,
    "list_type": t("Une liste est attendue, entre crochets."),
    "model_type": OBJECT,
    "model_attributes_type": OBJECT,
    "dict_type": OBJECT,
}
KEYS_MAX, FAULTS_MAX = 6, 100


def field_faults(errors: Iterable[Mapping[str, Any]]) -> list[FieldError]:
    """One sentence per fault; `field` is dotted, list items counted from 0 as in JSON."""
    return [_fault(error) for error in list(errors)[:FAULTS_MAX]]


def _fault(error: Mapping[str, Any]) -> FieldError:
    place = [str(part)[:60] for part in error.get("loc", ()) if part != "data"]
    context = error.get("ctx") or {}
    kind = str(error.get("type", ""))
    text = FAULTS.get(kind, OTHERWISE)
    if kind in {"string_too_long", "too_long"}:
        text = t("C'est trop long : {limit} au plus.", limit=int(context["max_length"]))
    elif kind in {"string_too_short", "too_short"}:
        text = t("C'est trop court : {limit} au moins.", limit=int(context["min_length"]))
    return FieldError(".".join(place[:KEYS_MAX]), text)
