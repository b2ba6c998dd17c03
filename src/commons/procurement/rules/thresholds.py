"""S rules: does the amount allow this route on that day?"""

from collections.abc import Iterable
from datetime import date

from commons.kernel.text import Text, t
from commons.procurement.catalogue import Catalogue, Threshold
from commons.procurement.french import day, euros
from commons.procurement.model import Dossier, Finding, Severity
from commons.procurement.rules.law import Known, cite_all, threshold

WORKS_TO_CHECK_FROM = date(2027, 1, 1)
"""The law 2026-403 is said to change the works threshold from this day; nobody read it yet."""

_LICENCE_CLAUSES = ("pi-licence-resultats", "pi-chaine-des-droits")


def _finding(
    dossier: Dossier,
    rule: str,
    severity: Severity,
    message: Text,
    correction: Text,
    *,
    basis: Iterable[str],
    catalogue: Catalogue,
    on: date,
) -> Finding:
    place = t("Montant estimé {amount}", amount=euros(dossier.estimate.amount))
    return Finding(
        rule, severity, "dossier", place, message, correction, cite_all(catalogue, on, *basis)
    )


def _unknown(
    dossier: Dossier, catalogue: Catalogue, on: date, rule: str, basis: str
) -> Finding:
    return _finding(
        dossier,
        rule,
        "warning",
        t(
            "Aucun seuil vérifié n'est connu au {day} pour cet achat : la règle ne peut pas trancher.",
            day=day(on),
        ),
        t("Lisez le texte en vigueur ce jour-là et gardez-en la trace au dossier."),
        basis=[basis],
        catalogue=catalogue,
        on=on,
    )


def _announced(
    dossier: Dossier, catalogue: Catalogue, on: date, rule: str, rows: Iterable[Threshold]
) -> Iterable[Finding]:
    for row in rows:
        yield _finding(
            dossier,
            rule,
            "warning",
            t(
                "Un autre seuil, {value}, est annoncé mais à vérifier : il n'a pas été appliqué.",
                value=euros(row.value),
            ),
            t("Vérifiez ce texte avant de vous appuyer sur l'un ou l'autre montant."),
            basis=row.basis,
            catalogue=catalogue,
            on=on,
        )


def _over(
    dossier: Dossier, known: Known, catalogue: Catalogue, on: date, rule: str, message: Text
) -> Finding | None:
    row = known.value
    if row is None or dossier.estimate.amount < row.value:
        return None
    return _finding(
        dossier,
        rule,
        "error",
        message,
        t(
            "Passez une procédure adaptée ou formalisée ; s'il s'agit d'un petit lot, montrez que "
            "leur cumul ne dépasse pas 20 % du total."
        ),
        basis=row.basis,
        catalogue=catalogue,
        on=on,
    )


def without_competition(dossier: Dossier, catalogue: Catalogue, on: date) -> Iterable[Finding]:
    """S1, S2, S7: the exemption of R2122-8. The threshold itself is already too much."""
    if dossier.procedure != "below-threshold":
        return
    known = threshold(catalogue, "no-competition", dossier, on)
    if known.value is None:
        yield _unknown(dossier, catalogue, on, "S1", "ccp-R2122-8")
        return
    message = t(
        "{amount} atteint le seuil de dispense, {value} au {day} : l'achat ne peut pas se passer "
        "de publicité ni de mise en concurrence.",
        amount=euros(dossier.estimate.amount),
        value=euros(known.value.value),
        day=day(on),
    )
    if over := _over(dossier, known, catalogue, on, "S1", message):
        yield over
    elif dossier.estimate.amount + dossier.estimate.same_category >= known.value.value:
        yield _finding(
            dossier,
            "S2",
            "error",
            t(
                "Avec les {other} de même catégorie, le besoin fait {total} et atteint le seuil "
                "de dispense, {value}.",
                other=euros(dossier.estimate.same_category),
                total=euros(dossier.estimate.amount + dossier.estimate.same_category),
                value=euros(known.value.value),
            ),
            t("Regroupez les besoins homogènes et mettez-les en concurrence."),
            basis=["ccp-R2121-4", "ccp-R2121-6", "ccp-R2122-8"],
            catalogue=catalogue,
            on=on,
        )
    if known.doubtful:
        yield from _announced(dossier, catalogue, on, "S1", known.doubtful)
    elif dossier.purchase == "works" and on >= WORKS_TO_CHECK_FROM:
        yield _unknown(dossier, catalogue, on, "S7", "loi-2026-403")


def innovative(dossier: Dossier, catalogue: Catalogue, on: date) -> Iterable[Finding]:
    """S5: the innovative purchase of R2122-9-1."""
    if dossier.procedure != "innovative":
        return
    known = threshold(catalogue, "innovative", dossier, on)
    if known.value is None:
        yield _unknown(dossier, catalogue, on, "S5", "ccp-R2122-9-1")
        return
    message = t(
        "{amount} atteint le plafond de l'achat innovant, {value} au {day}.",
        amount=euros(dossier.estimate.amount),
        value=euros(known.value.value),
        day=day(on),
    )
    if over := _over(dossier, known, catalogue, on, "S5", message):
        yield over
        yield from _announced(dossier, catalogue, on, "S5", known.doubtful)


def notice(dossier: Dossier, catalogue: Catalogue, on: date) -> Iterable[Finding]:
    """S3: an adapted procedure needs the BOAMP or a legal gazette from 90 000 €."""
    known = threshold(catalogue, "national-notice", dossier, on)
    if (
        dossier.procedure != "adapted"
        or dossier.social_services
        or known.value is None
        or dossier.estimate.amount < known.value.value
        or dossier.notices & {"boamp", "jal"}
    ):
        return
    yield _finding(
        dossier,
        "S3",
        "error",
        t(
            "À partir de {value}, un avis doit paraître au BOAMP ou dans un journal d'annonces "
            "légales.",
            value=euros(known.value.value),
        ),
        t("Ajoutez boamp ou jal à la clé notices."),
        basis=known.value.basis,
        catalogue=catalogue,
        on=on,
    )


def formal(dossier: Dossier, catalogue: Catalogue, on: date) -> Iterable[Finding]:
    """S4: at the European threshold the procedure is a formal one, specific services apart."""
    if dossier.procedure != "adapted" or dossier.social_services:
        return
    known = threshold(catalogue, "formal", dossier, on)
    if known.value is None:
        yield _unknown(dossier, catalogue, on, "S4", "avis-seuils")
    elif dossier.estimate.amount >= known.value.value:
        yield _finding(
            dossier,
            "S4",
            "error",
            t(
                "{amount} atteint le seuil des procédures formalisées, {value} au {day}.",
                amount=euros(dossier.estimate.amount),
                value=euros(known.value.value),
                day=day(on),
            ),
            t("Passez une procédure formalisée (appel d'offres, négociation, dialogue)."),
            basis=known.value.basis,
            catalogue=catalogue,
            on=on,
        )


def written(dossier: Dossier, catalogue: Catalogue, on: date) -> Iterable[Finding]:
    """S6: below 25 000 € no writing is required, but a licence needs one."""
    known = threshold(catalogue, "written-contract", dossier, on)
    licensed = any(dossier.choice(clause) for clause in _LICENCE_CLAUSES)
    if known.value and dossier.estimate.amount < known.value.value and licensed:
        yield _finding(
            dossier,
            "S6",
            "warning",
            t(
                "Sous {value}, la loi n'impose pas d'écrit, mais la transmission de droits "
                "d'auteur en demande un.",
                value=euros(known.value.value),
            ),
            t("Faites signer un écrit, même court, qui contient la clause de licence."),
            basis=["ccp-R2112-1", "cpi-L131-2"],
            catalogue=catalogue,
            on=on,
        )
