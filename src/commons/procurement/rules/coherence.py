"""X and K rules: blanks, dates, cited articles, and clauses that go together."""

import re
from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal

from commons.kernel.text import Text, t
from commons.procurement.catalogue import Catalogue, Clause
from commons.procurement.clause_text import answer_faults
from commons.procurement.french import day
from commons.procurement.model import Choice, Dossier, Finding
from commons.procurement.rules.law import cite, cite_all

AMBITIOUS_FROM = Decimal(60000)
"""Below this, the third level of a clause asks much of a small purchase (rule X8)."""

_ARTICLE = re.compile(r"\b([LRD])\.? ?(\d{3,4}(?:-\d+){1,3})\b")


def _chosen(dossier: Dossier, catalogue: Catalogue) -> Iterator[tuple[Choice, Clause]]:
    for choice in dossier.clauses:
        clause = catalogue.clauses.get(choice.clause)
        if clause is not None:
            yield choice, clause


def _title(catalogue: Catalogue, clause: str) -> str:
    known = catalogue.clauses.get(clause)
    return known.title if known else clause


def _place(clause: str) -> Text:
    return t("Clause {clause}", clause=clause)


def unknown_clauses(dossier: Dossier, catalogue: Catalogue, _on: date) -> Iterable[Finding]:
    """K1: a clause that does not exist, or that this route has no use for."""
    named = [choice.clause for choice in dossier.clauses]
    named += [criterion.clause for criterion in dossier.criteria if criterion.clause]
    for name in dict.fromkeys(named):
        clause = catalogue.clauses.get(name)
        if clause is None:
            yield Finding(
                "K1",
                "error",
                "dossier",
                _place(name),
                t("La clause {clause} n'existe pas dans le clausier.", clause=name),
                t("Corrigez son nom : c'est celui d'un fichier de procurement/clauses/."),
                (),
            )
        elif (
            clause.route != "all" and (clause.route == "competitive") != dossier.is_competitive
        ):
            yield Finding(
                "K1",
                "error",
                clause.placement[0],
                _place(name),
                t("La clause {clause} n'a pas de sens dans cette procédure.", clause=name),
                t("Retirez-la, ou changez de procédure."),
                tuple(cite(catalogue, c.source, _on) for c in clause.legal_basis),
            )


def criterion_clauses(dossier: Dossier, catalogue: Catalogue, on: date) -> Iterable[Finding]:
    """K3: a criterion without its clause, or a clause without its criterion."""
    named = {criterion.clause for criterion in dossier.criteria if criterion.clause}
    for name in sorted(named):
        if name in catalogue.clauses and dossier.choice(name) is None:
            yield _unpaired(
                catalogue,
                on,
                name,
                t("Un critère cite {clause}, que le dossier n'a pas choisie.", clause=name),
            )
    for _, clause in _chosen(dossier, catalogue):
        if clause.kind == "criterion" and clause.id not in named and dossier.is_competitive:
            yield _unpaired(
                catalogue,
                on,
                clause.id,
                t("Aucun critère pondéré n'applique {clause}.", clause=clause.id),
            )


def _unpaired(catalogue: Catalogue, on: date, clause: str, message: Text) -> Finding:
    return Finding(
        "K3",
        "warning",
        "RC",
        _place(clause),
        message,
        t("Ajoutez la clause aux clauses choisies, et un critère qui la nomme."),
        cite_all(catalogue, on, "ccp-R2152-11"),
    )


def incompatible(dossier: Dossier, catalogue: Catalogue, on: date) -> Iterable[Finding]:
    """K2: two clauses that contradict each other, each pair once."""
    chosen = {clause.id: clause for _, clause in _chosen(dossier, catalogue)}
    pairs = {
        tuple(sorted((clause.id, other)))
        for clause in chosen.values()
        for other in clause.incompatible_clauses
        if other in chosen
    }
    for one, other in sorted(pairs):
        yield Finding(
            "K2",
            "error",
            chosen[one].placement[0],
            _place(one),
            t(
                "« {one} » et « {other} » ne vont pas ensemble.",
                one=chosen[one].title,
                other=chosen[other].title,
            ),
            t("Retirez l'une des deux."),
            tuple(cite(catalogue, c.source, on) for c in chosen[one].legal_basis),
        )


def blanks(dossier: Dossier, catalogue: Catalogue, on: date) -> Iterable[Finding]:
    """X1: a question without an answer, or an answer that does not fit."""
    for choice, clause in _chosen(dossier, catalogue):
        for name, fault in answer_faults(clause, choice.level, choice.answers):
            yield Finding(
                "X1",
                "error",
                clause.placement[0],
                t("Clause {clause}, question « {ask} »", clause=clause.id, ask=name),
                fault,
                t("Répondez à la question que pose la clause (answers)."),
                tuple(cite(catalogue, c.source, on) for c in clause.legal_basis),
            )


def missing_needs(dossier: Dossier, catalogue: Catalogue, on: date) -> Iterable[Finding]:
    """X2: a clause without the one it depends on, as contribution without its price."""
    for _, clause in _chosen(dossier, catalogue):
        for other in clause.needs:
            if dossier.choice(other) is None:
                yield Finding(
                    "X2",
                    "warning",
                    clause.placement[0],
                    _place(clause.id),
                    t(
                        "« {clause} » compte sur « {other} », absente.",
                        clause=clause.title,
                        other=_title(catalogue, other),
                    ),
                    t("Ajoutez la clause {other}.", other=other),
                    tuple(cite(catalogue, c.source, on) for c in clause.legal_basis),
                )


def clause_articles(dossier: Dossier, catalogue: Catalogue, on: date) -> Iterable[Finding]:
    """X5: a clause rests on a text that came later, or on another version than that day's."""
    for _, clause in _chosen(dossier, catalogue):
        for citation in clause.legal_basis:
            source = catalogue.sources.get(citation.source)
            if source is None:
                continue
            version = source.version_on(on)
            if version is None:
                yield Finding(
                    "X5",
                    "error",
                    clause.placement[0],
                    _place(clause.id),
                    t("{text} n'est pas en vigueur au {day}.", text=source.label, day=day(on)),
                    t("Retirez la clause, ou attendez l'entrée en vigueur."),
                    (cite(catalogue, source.id, on),),
                )
            elif version.effect != citation.effect:
                yield Finding(
                    "X5",
                    "warning",
                    clause.placement[0],
                    _place(clause.id),
                    t(
                        "La clause vise une autre version de {text} que celle du {day}.",
                        text=source.label,
                        day=day(on),
                    ),
                    t("Relisez la version en vigueur ce jour-là."),
                    (cite(catalogue, source.id, on),),
                )


def _own_texts(dossier: Dossier) -> Iterator[tuple[str, Text, str]]:
    yield "CCTP", t("Besoin"), dossier.need
    for number, condition in enumerate(dossier.conditions, 1):
        place = t("Condition {number} « {title} »", number=number, title=condition.title)
        yield "CCAP", place, condition.text
    for number, asked in enumerate(dossier.candidacy, 1):
        place = t("Candidature {number} « {title} »", number=number, title=asked.title)
        yield "RC", place, asked.text
    for number, asked in enumerate(dossier.requirements, 1):
        place = t("Exigence {number} « {title} »", number=number, title=asked.title)
        yield "CCTP", place, asked.text


def own_articles(dossier: Dossier, catalogue: Catalogue, on: date) -> Iterable[Finding]:
    """X5 on the buyer's own texts: an article nobody knows here, or not yet in force."""
    known: dict[str, list[str]] = {}
    for source in catalogue.sources.values():
        known.setdefault(source.article.removeprefix("art. "), []).append(source.id)
    for document, place, text in _own_texts(dossier):
        for number in dict.fromkeys(letter + rest for letter, rest in _ARTICLE.findall(text)):
            sources = known.get(number, [])
            if any(catalogue.sources[source].version_on(on) for source in sources):
                continue
            yield Finding(
                "X5",
                "error",
                document,
                place,
                t("L'article {number} n'est pas dans le référentiel.", number=number)
                if not sources
                else t(
                    "L'article {number} n'est pas en vigueur au {day}.",
                    number=number,
                    day=day(on),
                ),
                t("Vérifiez le numéro et la date d'effet sur Légifrance."),
                tuple(cite(catalogue, source, on) for source in sources),
            )


def dates(dossier: Dossier, catalogue: Catalogue, on: date) -> Iterable[Finding]:
    """X7: offers are due after the consultation is launched."""
    until = dossier.offers_until
    if until is not None and until <= dossier.consultation_on:
        yield Finding(
            "X7",
            "error",
            "RC",
            t("Remise des offres"),
            t(
                "Les offres sont attendues le {until}, et la consultation est engagée le {on}.",
                until=day(until),
                on=day(dossier.consultation_on),
            ),
            t("Corrigez l'une des deux dates."),
            cite_all(catalogue, on, "ccp-L3"),
        )


def ambitious(dossier: Dossier, catalogue: Catalogue, on: date) -> Iterable[Finding]:
    """X8: the third level for a purchase below 60 000 €."""
    for choice, clause in _chosen(dossier, catalogue):
        if choice.level == "ambitious" and dossier.whole_need < AMBITIOUS_FROM:
            yield Finding(
                "X8",
                "warning",
                clause.placement[0],
                _place(clause.id),
                t("Le niveau ambitieux est lourd pour un achat de ce montant."),
                t("Choisissez le niveau standard, ou dites pourquoi l'objet le demande."),
                tuple(cite(catalogue, c.source, on) for c in clause.legal_basis),
            )
