"""Reading answers: each one checked against its blank, every fault named with its field."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from datetime import date

from stdnum.fr import siret

from commons.charters.model import Answer, Ask, AskType, Guard
from commons.documents.links import safe_href
from commons.documents.typography import printable
from commons.kernel.errors import FieldError, InputError
from commons.kernel.text import Text, t

TEXT_LENGTH_MAX = 600
ITEMS_MAX = 20
_SPDX = re.compile(r"[A-Za-z0-9][A-Za-z0-9.+-]{1,63}\Z")
_NOT_FREE = re.compile(r"-(NC|ND)(-|\Z)", re.IGNORECASE)
_INTEGER = re.compile(r"-?[0-9]{1,9}\Z")
_YES = {"oui": True, "non": False, "true": True, "false": False}


def read_answers(
    asks: Iterable[Ask], raw: Mapping[str, object]
) -> tuple[dict[str, Answer], list[FieldError]]:
    """Every answer that can be read, defaults for those not given, and every fault.

    Takes what a form, a YAML file or JSON holds: numbers and dates may be text. What was
    left empty counts as not given. Names in `raw` that no blank has are not looked at.
    """
    answers: dict[str, Answer] = {}
    faults: list[FieldError] = []
    for ask in asks:
        given = raw.get(ask.name)
        if _is_empty(given):
            if ask.default is not None:
                answers[ask.name] = ask.default
            elif ask.required:
                missing = t("Il manque une réponse : {question}", question=ask.question)
                faults.append(FieldError(ask.name, missing))
            continue
        try:
            answers[ask.name] = read_answer(ask, given)
        except InputError as fault:
            faults.append(FieldError(ask.name, fault.text))
    return answers, faults


def _is_empty(given: object) -> bool:
    if isinstance(given, str):
        return not given.strip()
    return given is None or (isinstance(given, list | tuple) and not any(given))


def read_answer(ask: Ask, raw: object) -> Answer:
    """One answer in its type; raises `InputError` that says what to type instead."""
    return _READERS[ask.type](ask, raw)


def _line(raw: object) -> str:
    if not isinstance(raw, str):
        raise InputError(t("Cette réponse doit être un texte."))
    return re.sub("[ \n]+", " ", printable(raw)).strip()


def _text(ask: Ask, raw: object) -> Answer:
    text = _line(raw)
    _check_length(text, ask.max or TEXT_LENGTH_MAX)
    return text


def _check_length(text: str, longest: int) -> None:
    if len(text) > longest:
        raise InputError(
            t(
                "Ce texte est trop long : {length} caractères, {longest} au plus.",
                length=len(text),
                longest=longest,
            )
        )


def _list(ask: Ask, raw: object) -> Answer:
    """Items from a list, or from the lines of a text field."""
    lines = printable(raw).split("\n") if isinstance(raw, str) else raw
    if not isinstance(lines, list | tuple):
        raise InputError(t("Cette réponse doit être une liste, un élément par ligne."))
    items = tuple(item for item in map(_line, lines) if item)
    for item in items:
        _check_length(item, TEXT_LENGTH_MAX)
    _check_count(len(items), ask.min or 1, ask.max or ITEMS_MAX)
    return items


def _check_count(count: int, least: int, most: int) -> None:
    if not least <= count <= most:
        raise InputError(
            t(
                "Il faut de {least} à {most} éléments ; vous en donnez {count}.",
                least=least,
                most=most,
                count=count,
            )
        )


def _date(_: Ask, raw: object) -> Answer:
    if isinstance(raw, date):
        return date(raw.year, raw.month, raw.day)
    try:
        return date.fromisoformat(_line(raw))
    except ValueError:
        raise InputError(t("Cette date n'existe pas : écrivez-la comme 2026-11-23.")) from None


def _integer(ask: Ask, raw: object) -> Answer:
    if isinstance(raw, str) and _INTEGER.match(raw.strip()):
        raw = int(raw)
    if not isinstance(raw, int) or isinstance(raw, bool):
        raise InputError(t("Cette réponse doit être un nombre entier, comme 12."))
    least, most = ask.min or 0, ask.max if ask.max is not None else 10**9
    if not least <= raw <= most:
        raise InputError(
            t(
                "{number} est hors limites : de {least} à {most}.",
                number=raw,
                least=least,
                most=most,
            )
        )
    return raw


def _boolean(_: Ask, raw: object) -> Answer:
    if isinstance(raw, str):
        raw = _YES.get(raw.strip().casefold())
    if not isinstance(raw, bool):
        raise InputError(t("Répondez par « oui » ou par « non »."))
    return raw


def _choice(ask: Ask, raw: object) -> Answer:
    value = _line(raw)
    known = [option.value for option in ask.options]
    if value not in known:
        raise InputError(
            t(
                "« {value} » n'est pas dans la liste : {known}.",
                value=value[:40],
                known=", ".join(known),
            )
        )
    return value


def _choices(ask: Ask, raw: object) -> Answer:
    """What was chosen, once each, in the order of the list."""
    given = [raw] if isinstance(raw, str) else raw
    if not isinstance(given, list | tuple):
        raise InputError(t("Cette réponse doit être une liste de choix."))
    chosen = {_choice(ask, each) for each in given}
    _check_count(len(chosen), ask.min or 1, ask.max or len(ask.options))
    return tuple(option.value for option in ask.options if option.value in chosen)


def _spdx(_: Ask, raw: object) -> Answer:
    licence = _line(raw)
    if not _SPDX.match(licence):
        raise InputError(
            t("Écrivez l'identifiant SPDX de la licence, comme EUPL-1.2 ou CC-BY-SA-4.0.")
        )
    if _NOT_FREE.search(licence):
        raise InputError(
            t(
                "{licence} n'est pas une licence libre : elle interdit l'usage commercial ou "
                "la modification. Choisissez par exemple CC-BY-SA-4.0.",
                licence=licence,
            )
        )
    return licence


def _url(_: Ask, raw: object) -> Answer:
    address = _line(raw)
    if not safe_href(address) or address.casefold().startswith("mailto:"):
        raise InputError(t("Écrivez l'adresse entière, comme https://jardin.example/regles."))
    _check_length(address, TEXT_LENGTH_MAX)
    return address


def _siret(_: Ask, raw: object) -> Answer:
    digits = re.sub(r"\s", "", _line(raw))
    if not (digits.isascii() and digits.isdigit()):
        raise InputError(t("Un SIRET n'a que des chiffres, 14 en tout."))
    if len(digits) != 14:
        raise InputError(t("Ce SIRET a {count} chiffres : il en faut 14.", count=len(digits)))
    if not siret.is_valid(digits):
        raise InputError(
            t("Ce SIRET n'existe pas : sa clé est fausse. Recopiez ses 14 chiffres.")
        )
    return digits


_READERS: Mapping[AskType, Callable[[Ask, object], Answer]] = {
    "text": _text,
    "list": _list,
    "date": _date,
    "integer": _integer,
    "boolean": _boolean,
    "choice": _choice,
    "choices": _choices,
    "spdx": _spdx,
    "url": _url,
    "siret": _siret,
}


def guard_faults(guards: Iterable[Guard], answers: Mapping[str, Answer]) -> list[FieldError]:
    """What a charter may not say: a price, an exclusivity, the promise of a purchase."""
    faults = []
    for guard in guards:
        for name in guard.asks:
            answer = answers.get(name, "")
            texts = answer if isinstance(answer, tuple) else (str(answer),)
            found = _found(guard.words, " \n ".join(texts))
            if found:
                text = t("« {word} » : {reason}", word=found, reason=guard.reason)
                faults.append(FieldError(name, text))
    return faults


def _found(words: tuple[str, ...], text: str) -> str:
    """The first of `words` that stands as a whole word in `text`, accents and case aside."""
    plain = f" {re.sub(r'[^a-z0-9€]+', ' ', _bare(text).replace('€', ' € '))} "
    return next((word for word in words if f" {_bare(word)} " in plain), "")


def _bare(text: str) -> str:
    decomposed = unicodedata.normalize("NFD", text.casefold())
    return "".join(c for c in decomposed if not unicodedata.combining(c))


def unknown_faults(known: Iterable[str], raw: Mapping[str, object]) -> list[FieldError]:
    """A fault for each answer to a question that nobody asked."""
    text: Text = t("Cette charte ne pose pas cette question.")
    return [FieldError(name, text) for name in sorted(raw.keys() - set(known))]
