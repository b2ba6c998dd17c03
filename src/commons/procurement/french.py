"""Dates, amounts and names of things as a French page writes them."""

from datetime import date
from decimal import Decimal

from commons.procurement.catalogue import Basis, Ccag, Purchase, Status
from commons.procurement.model import PriceForm, Procedure

_MONTHS = (
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
)
STATUSES: dict[Status, str] = {
    "V-code": "lu dans le code",
    "V-JO": "lu au Journal officiel",
    "V-2e": "lu dans une source secondaire",
    "AV": "à vérifier",
}
PROCEDURES: dict[Procedure, str] = {
    "below-threshold": "achat sans publicité ni mise en concurrence (R. 2122-8)",
    "innovative": "achat innovant sans publicité ni mise en concurrence (R. 2122-9-1)",
    "adapted": "procédure adaptée",
    "open-call": "appel d'offres ouvert",
    "restricted-call": "appel d'offres restreint",
    "negotiated": "procédure avec négociation",
    "competitive-dialogue": "dialogue compétitif",
}
PURCHASES: dict[Purchase, str] = {
    "supplies": "fournitures",
    "services": "services",
    "works": "travaux",
}
PRICE_FORMS: dict[PriceForm, str] = {
    "unit": "unitaires",
    "flat": "forfaitaires",
    "mixed": "mixtes, unitaires et forfaitaires",
}
CCAGS: dict[Ccag, str] = {
    "none": "aucun",
    "TIC": "techniques de l'information et de la communication",
    "PI": "prestations intellectuelles",
    "FCS": "fournitures courantes et services",
    "MI": "marchés industriels",
    "MOE": "maîtrise d'œuvre",
    "Travaux": "travaux",
}


def day(on: date) -> str:
    """« 1er avril 2026 »."""
    number = "1er" if on.day == 1 else str(on.day)
    return f"{number} {_MONTHS[on.month - 1]} {on.year}"


def euros(amount: Decimal) -> str:
    """« 59 999,99 € », without needless cents, with narrow non-breaking spaces."""
    whole, _, cents = f"{amount:,.2f}".partition(".")
    number = whole.replace(",", "\u202f") + ("" if cents == "00" else f",{cents}")
    return f"{number}\u00a0€"


def points(weight: Decimal) -> str:
    """« 12,5 »: a weight without needless zeros."""
    text = format(weight, "f")
    return (text.rstrip("0").rstrip(".") if "." in text else text).replace(".", ",")


def citation(basis: Basis) -> str:
    """« Code de la commande publique, art. L2112-2 (22 août 2026 ; lu dans le code) »."""
    effect = day(basis.effect) if basis.effect else "date d'effet non déterminée"
    return f"{basis.text} ({effect} ; {STATUSES[basis.status]})"
