"""A recipe as people write it: a small JSON file. Source: docs/recipe.schema.json.

What people write in several ways is read as one recipe: `10 %`, `0.1` and `1/10` are the same
part, weights of hours become those of minutes, and how votes are counted is always said.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from fractions import Fraction

from commons.allocation.claims import RULES
from commons.allocation.contributions import Shape
from commons.allocation.count_text import chosen_count
from commons.allocation.counting import BALLOT_RULES
from commons.allocation.csv_rows import SPACES
from commons.allocation.matching import MATCHING_RULES
from commons.allocation.peers import PEER_RULES
from commons.allocation.recipe import (
    BALLOTS,
    FORM,
    MEMBERS,
    Recipe,
    Stage,
    check_recipe,
    fraction,
    in_stage,
)
from commons.allocation.units import weighed
from commons.kernel.composing import composed
from commons.kernel.errors import InputError
from commons.kernel.text import t

BYTES_MAX = 100_000
_UNSPEAKABLE = re.compile("[\0-\x1f\ud800-\udfff]")
STAGE_KEYS = frozenset({"rule", "part", "weights", "cap", "count"})
STAGE_RULES = (MEMBERS, BALLOTS, *Shape, *RULES, *MATCHING_RULES, *PEER_RULES)


def says_recipe(data: bytes) -> bool:
    """Whether a JSON file calls itself a recipe; whether it is one is another matter."""
    try:
        value = json.loads(data) if b"commons-recipe/" in data else None
    except (ValueError, RecursionError):
        return False
    return isinstance(value, dict) and str(value.get("form")).startswith("commons-recipe/")


def read_recipe(data: bytes) -> Recipe:
    """The recipe of a file. Raises `InputError` naming the stage and what is wrong."""
    if len(data) > BYTES_MAX:
        raise InputError(t("Cette recette est trop longue : 100 Ko au plus."))
    try:
        # Numbers stay text: what is written is what counts, without a float between.
        value = json.loads(
            data.decode("utf-8-sig"),
            object_pairs_hook=_once,
            parse_float=str,
            parse_int=str,
        )
    except (ValueError, RecursionError) as error:
        place = f" ({error.lineno}:{error.colno})" if isinstance(error, _Json) else ""
        raise InputError(
            t("Cette recette n'est pas du JSON lisible{place}.", place=place)
        ) from error
    if not json.dumps(value, ensure_ascii=False).translate(SPACES).isprintable():
        raise InputError(t("Cette recette contient un caractère qui ne s'écrit pas."))
    if not isinstance(value, dict) or value.get("form") != FORM:
        raise InputError(t("Une recette commence par « form » : « {form} ».", form=FORM))
    if unknown := sorted(value.keys() - {"form", "title", "stages"}):
        raise InputError(t("Une recette n'a pas de « {name} ».", name=unknown[0][:40]))
    title, stages = value.get("title"), value.get("stages")
    if not isinstance(title, str) or not title.strip() or _UNSPEAKABLE.search(title):
        raise InputError(t("Donnez un titre à cette recette : « title », sur une ligne."))
    if not isinstance(stages, list):
        raise InputError(t("« stages » est la liste des étapes de la recette."))
    read = tuple(_stage(number, stage) for number, stage in enumerate(stages, start=1))
    recipe = Recipe(composed(title.strip()), read)
    check_recipe(recipe)
    return recipe


_Json = json.JSONDecodeError


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        shown = twice[:40] if twice.isprintable() else ascii(twice[:40])
        raise InputError(t("« {name} » est écrit deux fois.", name=shown))
    return found


def _stage(number: int, value: object) -> Stage:
    rule = str(value.get("rule", "")) if isinstance(value, Mapping) else ""
    try:
        if not isinstance(value, Mapping):
            raise InputError(t("une étape a une règle, « rule », et une part, « part »."))
        return _read(rule, value)
    except InputError as error:
        raise in_stage(number, rule, error) from error


def _read(rule: str, value: Mapping[str, object]) -> Stage:
    if unknown := sorted(value.keys() - STAGE_KEYS):
        raise InputError(t("une étape n'a pas de « {name} ».", name=unknown[0][:40]))
    if rule in BALLOT_RULES:
        raise InputError(
            t(
                "pour un vote, la règle est « ballots », et « {name} » est la « rule » de son "
                "« count ».",
                name=rule,
            )
        )
    if rule not in STAGE_RULES:
        raise InputError(
            t("cette règle n'existe pas. Il y a : {known}.", known=", ".join(STAGE_RULES))
        )
    weights, cap = value.get("weights", {}), value.get("cap")
    if not isinstance(weights, Mapping):
        raise InputError(t("« weights » dit ce que pèse chaque unité."))
    stage = Stage(
        rule,
        _part(value.get("part")),
        dict(_weights(weights)),
        None if cap is None else number_of(cap),
    )
    if rule == BALLOTS:
        return replace(stage, count=chosen_count(value.get("count", {})))
    if "count" in value:
        raise InputError(t("« count » ne vaut que pour un vote, « ballots »."))
    return stage


def _weights(weights: Mapping[object, object]) -> Iterator[tuple[str, Fraction]]:
    seen: dict[str, str] = {}
    for typed, weight in weights.items():
        unit, exact = weighed(str(typed), number_of(weight))
        if unit in seen:
            raise InputError(
                t(
                    "« {one} » et « {other} » sont la même unité : dites-en une.",
                    one=seen[unit],
                    other=str(typed),
                )
            )
        seen[unit] = str(typed)
        yield unit, exact


def number_of(typed: object) -> Fraction:
    """`1/4`, `0.25` or `0,25`. Raises `InputError` for anything else. Source: the module."""
    return fraction(typed.strip().replace(",", ".", 1) if isinstance(typed, str) else typed)


def _part(typed: object) -> Fraction | None:
    if typed == "rest":
        return None
    if typed is None:
        raise InputError(
            t("il manque « part » : « 10 % », « 1/3 », ou « rest » pour tout le reste.")
        )
    text = str(typed).translate(SPACES)
    return number_of(text[:-1]) / 100 if text.endswith("%") else number_of(text)
