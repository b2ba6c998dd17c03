"""T4 on a dossier: criteria, conditions of performance and requirements of candidates only."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from commons.kernel.text import Text, t
from commons.procurement.catalogue import Catalogue
from commons.procurement.clause_text import answer_faults, fill
from commons.procurement.model import Criterion, Dossier, Finding
from commons.procurement.rules.criteria import parts_of, place_of, plain_letters, scale_of
from commons.procurement.rules.law import cite_all
from commons.procurement.rules.place_words import place_words


@dataclass(frozen=True, slots=True)
class _Passage:
    document: str
    place: Text
    text: str
    strict: bool
    basis: tuple[str, ...]


_CRITERION_BASIS = ("ccp-R2152-7", "ccp-L2152-8", "ccp-L3")
_CONDITION_BASIS = ("ccp-L2112-4", "ccp-L2112-2", "ccp-L3")
_CANDIDACY_BASIS = ("ccp-L2142-1", "ccp-L3")


def _as_written(text: str, word: str) -> str:
    """The word with its accents and capitals, as the buyer typed it."""
    typed = re.findall(r"\w+", text)
    return next((candidate for candidate in typed if plain_letters(candidate) == word), word)


def _criterion_text(criterion: Criterion, catalogue: Catalogue) -> str:
    return "\n".join(
        [
            criterion.name,
            criterion.description,
            criterion.method,
            criterion.evidence,
            *(part.name for part in parts_of(criterion, catalogue)),
            *(step.text for step in scale_of(criterion, catalogue)),
        ]
    )


def _clause_passages(dossier: Dossier, catalogue: Catalogue) -> Iterator[_Passage]:
    for choice in dossier.clauses:
        clause = catalogue.clauses.get(choice.clause)
        if clause is None or clause.kind not in {"execution", "criterion", "candidacy"}:
            continue
        if answer_faults(clause, choice.level, choice.answers):
            text = "\n".join(choice.answers.values())
        else:
            text = fill(clause, clause.body(choice.level), choice.answers)
        place = t("Clause {clause}", clause=clause.id)
        basis = {
            "execution": _CONDITION_BASIS,
            "criterion": _CRITERION_BASIS,
            "candidacy": _CANDIDACY_BASIS,
        }[clause.kind]
        strict = clause.kind != "execution"
        yield _Passage(clause.placement[0], place, text, strict, basis)


def _passages(dossier: Dossier, catalogue: Catalogue) -> Iterator[_Passage]:
    for criterion in dossier.criteria:
        text = _criterion_text(criterion, catalogue)
        yield _Passage("RC", place_of(dossier, criterion), text, True, _CRITERION_BASIS)  # noqa: FBT003 -- a field, read beside its name above
    for number, condition in enumerate(dossier.conditions, 1):
        place = t("Condition {number} « {title} »", number=number, title=condition.title)
        text = f"{condition.title}\n{condition.text}"
        yield _Passage("CCAP", place, text, False, _CONDITION_BASIS)  # noqa: FBT003 -- as above
    for number, asked in enumerate(dossier.candidacy, 1):
        place = t("Candidature {number} « {title} »", number=number, title=asked.title)
        yield _Passage("RC", place, f"{asked.title}\n{asked.text}", True, _CANDIDACY_BASIS)  # noqa: FBT003 -- as above
    yield from _clause_passages(dossier, catalogue)


def places(dossier: Dossier, catalogue: Catalogue, on: date) -> Iterable[Finding]:
    """T4. The names of the parties, the need and the place of delivery are never searched."""
    for passage in _passages(dossier, catalogue):
        words = list(
            place_words(
                passage.text,
                dossier.buyer.name,
                dossier.place_of_performance,
                strict=passage.strict,
            )
        )
        if words:
            yield Finding(
                "T4",
                "error",
                passage.document,
                passage.place,
                t(
                    "Une entreprise serait préférée pour le lieu où elle se trouve : "
                    "« {words} ». L'égalité de traitement l'interdit.",
                    words="\u00a0», «\u00a0".join(
                        _as_written(passage.text, word) for word in words
                    ),
                ),
                t(
                    "Dites ce que la proximité devait apporter : un délai d'intervention, un "
                    "circuit de maintenance, un bilan carbone mesuré."
                ),
                cite_all(catalogue, on, *passage.basis),
            )
