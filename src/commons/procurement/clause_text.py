"""Filling the blanks of a clause, and saying which answers do not fit."""

import re
from collections.abc import Mapping
from datetime import date

from commons.kernel.errors import RuleBrokenError
from commons.kernel.text import Text, t
from commons.procurement.catalogue import BLANK, Ask, Clause, LevelName

ANSWER_MAX = 2000
_WHOLE = re.compile(r"0|[1-9][0-9]{0,8}\Z")


def _integer_fault(ask: Ask, answer: str) -> Text | None:
    if not _WHOLE.fullmatch(answer):
        return t("« {answer} » n'est pas un nombre entier.", answer=answer[:40])
    number = int(answer)
    if ask.least is not None and number < ask.least:
        return t("{answer} est en dessous de {least}.", answer=answer, least=ask.least)
    if ask.most is not None and number > ask.most:
        return t("{answer} dépasse {most}.", answer=answer, most=ask.most)
    return None


def _date_fault(answer: str) -> Text | None:
    try:
        date.fromisoformat(answer)
    except ValueError:
        return t("« {answer} » n'est pas une date comme 2026-11-23.", answer=answer[:40])
    return None


def answer_fault(ask: Ask, answer: str) -> Text | None:
    """Why `answer` does not fit its question, or None."""
    if not answer.strip():
        return t("La réponse est vide.")
    if len(answer) > ANSWER_MAX:
        return t("La réponse dépasse {size} signes.", size=ANSWER_MAX)
    return _type_fault(ask, answer)


def _type_fault(ask: Ask, answer: str) -> Text | None:
    if ask.type == "integer":
        return _integer_fault(ask, answer)
    if ask.type == "date":
        return _date_fault(answer)
    if ask.type == "choice" and answer not in ask.choices:
        return t(
            "« {answer} » n'est pas un des choix : {choices}.",
            answer=answer[:60],
            choices=" ; ".join(ask.choices),
        )
    if ask.type == "url" and not answer.startswith(("https://", "http://")):
        return t("« {answer} » n'est pas une adresse http ou https.", answer=answer[:60])
    return None


def answer_faults(
    clause: Clause, level: LevelName, answers: Mapping[str, str]
) -> list[tuple[str, Text]]:
    """The questions without a fitting answer, and the answers without a question.

    Only the blanks of the chosen level must be answered.
    """
    faults = []
    wanted = set(BLANK.findall(clause.body(level)))
    for line in clause.price_lines:
        wanted |= set(BLANK.findall(line.label + line.unit))
    for ask in clause.asks:
        answer = answers.get(ask.name, ask.default)
        if answer is None:
            if ask.name in wanted:
                faults.append((ask.name, t("Cette question attend une réponse.")))
        elif (fault := answer_fault(ask, answer)) is not None:
            faults.append((ask.name, fault))
    faults.extend(
        (name, t("La clause ne pose pas cette question."))
        for name in sorted(answers)
        if clause.ask(name) is None
    )
    return faults


def fill(clause: Clause, text: str, answers: Mapping[str, str]) -> str:
    """`text` (a body or a price line of `clause`) with its blanks filled, defaults included.

    An answer that itself contains braces is left as it was typed. Raises `RuleBrokenError`
    when a blank has neither answer nor default.
    """

    def answer(match: re.Match[str]) -> str:
        ask = clause.ask(match[1])
        found = answers.get(match[1], ask.default if ask else None)
        if found is None or not found.strip():
            raise RuleBrokenError(
                t(
                    "{clause} : la question « {ask} » est sans réponse.",
                    clause=clause.id,
                    ask=match[1],
                )
            )
        return found.strip()

    return BLANK.sub(answer, text)
