"""S rules: whether the amount allows this route on that day."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from commons.kernel.text import Text, t
from commons.procurement.catalogue import Catalogue, Threshold
from commons.procurement.french import day, euros
from commons.procurement.model import Dossier, Finding, Severity
from commons.procurement.rules.law import Known, cite_all, threshold

WORKS_TO_CHECK_FROM = date(2027, 1, 1)
"""The law 2026-403 is said to change the works threshold from this day; nobody read it yet."""

_LICENCE_CLAUSES = ("pi-licence-resultats", "pi-chaine-des-droits")


@dataclass(frozen=True, slots=True)
class _Case:
    """One rule applied to one dossier on one day."""

    rule: str
    dossier: Dossier
    catalogue: Catalogue
    on: date

    def known(self, measure: str) -> Known:
        return threshold(self.catalogue, measure, self.dossier, self.on)

    def finding(
        self, severity: Severity, message: Text, correction: Text, basis: Iterable[str]
    ) -> Finding:
        amount = euros(self.dossier.whole_need)
        return Finding(
            self.rule,
            severity,
            "dossier",
            t("Montant estimé {amount}", amount=amount),
            message,
            correction,
            cite_all(self.catalogue, self.on, *basis),
        )

    def unknown(self, basis: str) -> Finding:
        return self.finding(
            "warning",
            t(
                "Aucun seuil vérifié n'est connu au {day} : la règle ne tranche pas.",
                day=day(self.on),
            ),
            t("Lisez le texte en vigueur ce jour-là et gardez-en la trace au dossier."),
            [basis],
        )

    def announced(self, rows: Iterable[Threshold]) -> Iterable[Finding]:
        for row in rows:
            yield self.finding(
                "warning",
                t(
                    "Un autre seuil, {value}, est annoncé, à vérifier : il n'a rien décidé.",
                    value=euros(row.value),
                ),
                t("Vérifiez ce texte avant de vous appuyer sur l'un ou l'autre montant."),
                row.basis,
            )


def without_competition(dossier: Dossier, catalogue: Catalogue, on: date) -> Iterable[Finding]:
    """S1: the exemption of R2122-8. The threshold itself is already too much."""
    case = _Case("S1", dossier, catalogue, on)
    known = case.known("no-competition")
    if dossier.procedure != "below-threshold":
        return
    if known.value is None:
        yield case.unknown("ccp-R2122-8")
    elif dossier.whole_need >= known.value.value:
        yield case.finding(
            "error",
            t(
                "{amount} atteint le seuil de dispense, {value} au {day} : il faut une "
                "publicité et une mise en concurrence.",
                amount=euros(dossier.whole_need),
                value=euros(known.value.value),
                day=day(on),
            ),
            t(
                "Passez une procédure adaptée ou formalisée ; s'il s'agit d'un petit lot, "
                "montrez que leur cumul ne dépasse pas 20 % du total."
            ),
            known.value.basis,
        )
    yield from case.announced(known.doubtful)


def same_category(dossier: Dossier, catalogue: Catalogue, on: date) -> Iterable[Finding]:
    """S2: purchases of one homogeneous category are added up."""
    case = _Case("S2", dossier, catalogue, on)
    known = case.known("no-competition").value
    total = dossier.whole_need + dossier.estimate.same_category
    if dossier.procedure != "below-threshold" or known is None:
        return
    if dossier.whole_need < known.value <= total:
        yield case.finding(
            "error",
            t(
                "Avec les {other} de même catégorie, le besoin fait {total} et atteint le "
                "seuil de dispense, {value}.",
                other=euros(dossier.estimate.same_category),
                total=euros(total),
                value=euros(known.value),
            ),
            t("Regroupez les besoins homogènes et mettez-les en concurrence."),
            ["ccp-R2121-4", "ccp-R2121-6", "ccp-R2122-8"],
        )


def works_to_check(dossier: Dossier, catalogue: Catalogue, on: date) -> Iterable[Finding]:
    """S7: from 2027 the works threshold must be looked up before it is relied on."""
    direct = dossier.procedure == "below-threshold"
    if direct and dossier.purchase == "works" and on >= WORKS_TO_CHECK_FROM:
        yield _Case("S7", dossier, catalogue, on).finding(
            "warning",
            t("Le seuil des travaux à partir de 2027 dépend d'une loi qui reste à lire."),
            t("Contrôlez le seuil en vigueur avant d'engager l'achat."),
            ["loi-2026-403", "ccp-R2122-8"],
        )


def innovative(dossier: Dossier, catalogue: Catalogue, on: date) -> Iterable[Finding]:
    """S5: the innovative purchase of R2122-9-1."""
    case = _Case("S5", dossier, catalogue, on)
    known = case.known("innovative")
    if dossier.procedure != "innovative":
        return
    if known.value is None:
        yield case.unknown("ccp-R2122-9-1")
    elif dossier.whole_need >= known.value.value:
        yield case.finding(
            "error",
            t(
                "{amount} atteint le plafond de l'achat innovant, {value} au {day}.",
                amount=euros(dossier.whole_need),
                value=euros(known.value.value),
                day=day(on),
            ),
            t("Passez une procédure adaptée, ou un partenariat d'innovation."),
            known.value.basis,
        )
        yield from case.announced(known.doubtful)


def notice(dossier: Dossier, catalogue: Catalogue, on: date) -> Iterable[Finding]:
    """S3: an adapted procedure needs the BOAMP or a legal gazette from 90 000 €."""
    case = _Case("S3", dossier, catalogue, on)
    if dossier.procedure != "adapted" or dossier.social_services:
        return
    known = case.known("national-notice").value
    if known is None:
        yield case.unknown("ccp-R2131-12")
    elif dossier.whole_need >= known.value and not dossier.notices & {"boamp", "jal"}:
        yield case.finding(
            "error",
            t(
                "À partir de {value}, un avis doit paraître au BOAMP ou dans un journal "
                "d'annonces légales.",
                value=euros(known.value),
            ),
            t("Ajoutez l'un des deux aux lieux où paraît l'avis (notices : boamp, jal)."),
            known.basis,
        )


def formal(dossier: Dossier, catalogue: Catalogue, on: date) -> Iterable[Finding]:
    """S4: at the European threshold the procedure is a formal one, specific services apart."""
    case = _Case("S4", dossier, catalogue, on)
    if dossier.procedure != "adapted" or dossier.social_services:
        return
    known = case.known("formal").value
    if known is None:
        yield case.unknown("avis-seuils")
    elif dossier.whole_need >= known.value:
        yield case.finding(
            "error",
            t(
                "{amount} atteint le seuil des procédures formalisées, {value} au {day}.",
                amount=euros(dossier.whole_need),
                value=euros(known.value),
                day=day(on),
            ),
            t("Passez une procédure formalisée (appel d'offres, négociation, dialogue)."),
            known.basis,
        )


def written(dossier: Dossier, catalogue: Catalogue, on: date) -> Iterable[Finding]:
    """S6: below 25 000 € no writing is required, but a licence needs one."""
    case = _Case("S6", dossier, catalogue, on)
    known = case.known("written-contract").value
    licensed = any(dossier.choice(clause) for clause in _LICENCE_CLAUSES)
    if known and dossier.whole_need < known.value and licensed:
        yield case.finding(
            "warning",
            t(
                "Sous {value}, la loi n'impose pas d'écrit, mais la transmission de droits "
                "d'auteur en demande un.",
                value=euros(known.value),
            ),
            t("Faites signer un écrit, même court, qui contient la clause de licence."),
            ["ccp-R2112-1", "cpi-L131-2"],
        )
