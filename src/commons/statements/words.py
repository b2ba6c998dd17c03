"""Amounts, dates and states as the documents of a journal say them, in French."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from commons.documents.blocks import Alert, Facts, Inline, Paragraph, Run
from commons.documents.dates import in_french
from commons.kernel.quantity import EURO, MINUTE
from commons.kernel.text import Text
from commons.ledger.model import Entry, State
from commons.statements.model import Place
from commons.web import formatting, labels

NO_BREAK = "\u00a0"
NONE = "–"
FRENCH = "fr"


def label(known: Mapping[str, Text], code: str) -> str:
    """What people call `code`, apostrophes curved; the code itself if it has no name."""
    return str(known.get(code, code)).replace("'", "’")


def capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def quantity(amount: Decimal, unit: str, place: Place) -> str:
    """`2 h 30`, `1 250,00 €`, `12,5 paniers`: exact, in the words of the commons."""
    if unit in {EURO.code, MINUTE.code} or unit not in place.units:
        return formatting.quantity(amount, unit, FRENCH)
    return f"{formatting.number(amount, FRENCH)} {place.units[unit].label}"


def unit_name(unit: str, place: Place) -> str:
    """`temps`, `euros`, `paniers`."""
    if unit == MINUTE.code:
        return "temps"
    return place.units[unit].label if unit in place.units else unit


def euros(amount: Decimal) -> str:
    return formatting.euros(amount, FRENCH)


def cents(amount: int) -> str:
    return formatting.cents(amount, FRENCH)


def rate(amount: Decimal, unit: str) -> str:
    """`12,02 € l’heure`, `0,035 € l’unité`: at least two decimals, all those it has."""
    scale = -int(amount.normalize().as_tuple().exponent)
    shown = euros(amount) if scale <= 2 else f"{formatting.number(amount, FRENCH)}{NO_BREAK}€"
    return f"{shown} {'l’heure' if unit == MINUTE.code else 'l’unité'}"


def period(since: date, until: date) -> str:
    if since == until:
        return in_french(until)
    return f"du {in_french(since)} au {in_french(until)}"


def place_in_tree(leaf_index: int | None) -> str:
    return str(leaf_index) if leaf_index is not None else "en cours"


def state_said(entry: Entry) -> str:
    """`attestée par 2 personnes`, `contestée`, `annulée`."""
    if entry.state is State.ATTESTED:
        count = entry.attestations
        return f"attestée par {count}{NO_BREAK}personne{'s' if count > 1 else ''}"
    return label(labels.state, entry.state)


def strong(text: str) -> Inline:
    return (Run(text, bold=True),)


def running(year: int, asked: date) -> Alert:
    return Alert(
        f"L’année {year} n’est pas finie",
        f"Ce document est arrêté au {in_french(asked)}. Demandez-le de nouveau en {year + 1} "
        "pour l’année entière.",
        kind="caution",
    )


def crossing(count: int, year: int) -> Paragraph:
    """Where contributions that cross New Year are counted."""
    started, counted = "Une contribution commencée", "est comptée"
    if count > 1:
        started, counted = f"{count} contributions commencées", "sont comptées"
    return Paragraph(
        f"{started} avant le 1er{NO_BREAK}janvier {year} {counted} ici en entier\u00a0: une "
        "contribution appartient à l’année de son dernier jour.",
        note=True,
    )


def proof_facts(place: Place, *, has_leaves: bool = False) -> tuple[Paragraph | Facts, ...]:
    """How to check the document against the journal, and against which state of it.

    `has_leaves` says that its lines carry the numbers of their leaves.
    """
    if place.seal is None:
        return (
            Paragraph("Le journal de ce commun est encore vide\u00a0: rien n’est à vérifier."),
        )
    seal = place.seal
    leaves = "Chaque ligne y a son numéro de feuille. " if has_leaves else ""
    signed = formatting.long_moment(seal.signed_at, FRENCH)
    return (
        Paragraph(
            f"Téléchargez le journal à l’adresse {place.address}/journal, puis contrôlez-le "
            "sans réseau ni service avec la commande «\u00a0commons verify\u00a0» et la clé "
            f"publique ci-dessous. {leaves}Gardez ce document\u00a0: il témoigne de l’état du "
            "journal ce jour-là."
        ),
        Facts(
            (
                ("Journal", seal.origin),
                (
                    "Point de contrôle",
                    f"{seal.size}{NO_BREAK}écritures, {signed}",
                ),
                ("Racine", seal.root),
                ("Clé publique", seal.verifier),
            )
        ),
    )
