"""Faults found by pydantic, said in French to the person who wrote the file."""

from collections.abc import Mapping

from pydantic_core import ErrorDetails

from commons.kernel.text import Text, t

LIST_MAX = 100
"""No list of a dossier is longer."""


def place_of(fault: ErrorDetails) -> str:
    """`criteria[2].weight`, counted from 1 as a person counts."""
    place = ""
    for part in fault["loc"]:
        if isinstance(part, int):
            place += f"[{part + 1}]"
        else:
            place += ("." if place else "") + part[:60]
    return place or "dossier"


_FAULTS: Mapping[str, Text] = {
    "extra_forbidden": t("Cette clé n'existe pas."),
    "missing": t("Cette clé est obligatoire et manque."),
    "string_too_short": t("Ce texte est vide."),
    "too_long": t("Cette liste dépasse {size} éléments.", size=LIST_MAX),
    "string_type": t("Un texte est attendu."),
    "bool_type": t("Écrivez true ou false."),
    "bool_parsing": t("Écrivez true ou false."),
    "tuple_type": t("Une liste est attendue, un élément par tiret."),
    "model_type": t("Des clés et leurs valeurs sont attendues ici."),
    "dict_type": t("Des clés et leurs valeurs sont attendues ici."),
}


def explained(fault: ErrorDetails) -> Text:
    """What is wrong with the value, and what is expected there."""
    kind, context, typed = fault["type"], fault.get("ctx", {}), fault["input"]
    shown = (typed if isinstance(typed, str) else type(typed).__name__)[:60]
    if kind == "literal_error":
        expected = str(context["expected"]).replace(" or ", ", ").replace("'", "")
        return t(
            "« {typed} » n'est pas admis ; admis : {expected}.", typed=shown, expected=expected
        )
    if kind == "string_too_long":
        return t("Ce texte dépasse {size} signes.", size=str(context["max_length"]))
    if kind == "value_error":
        reason = str(context["error"]).rstrip(".")
        if f"« {shown} »" in reason:
            return Text("{reason}.", {"reason": reason})
        return t("« {typed} » est refusé : {reason}.", typed=shown, reason=reason)
    return _FAULTS.get(kind, t("« {typed} » ne convient pas ici.", typed=shown))
