"""« Valorisation des contributions volontaires en nature »: document and spreadsheet."""

import csv
import io
from decimal import Decimal

from commons.documents.blocks import (
    Alert,
    Attachment,
    Block,
    Document,
    Facts,
    Heading,
    Inline,
    Paragraph,
    Signature,
    Signatures,
    Table,
)
from commons.documents.printing import spelled_out
from commons.kernel.money import euros
from commons.kernel.quantity import MINUTE, plain
from commons.kernel.spreadsheet import plain_cell
from commons.ledger.model import Given
from commons.statements import words
from commons.statements.model import Valuation, Valued
from commons.statements.rules import BASES
from commons.statements.schemas import ValuationOut
from commons.web import formatting, labels

ROUNDING = (
    "Chaque ligne est calculée exactement (minutes × valeur de l’heure ÷ 60), puis arrondie au "
    "centime le plus proche, le demi-centime vers le haut. Le total est la somme des lignes."
)
HEAD = (
    "annee",
    "nature",
    "contributions",
    "quantite",
    "unite",
    "duree",
    "taux_en_euros",
    "taux_pour",
    "valeur_en_euros",
    "methode",
)
UNVERIFIED = (
    "Règlement de l’Autorité des normes comptables n°\u00a02018-06 (contributions volontaires "
    "en nature des associations)\u00a0: à vérifier. Le texte n’a pas été relu\u202f; ni ses "
    "conditions ni les numéros de comptes ne sont donc repris ici. Demandez-les à votre "
    "comptable."
)


def valuation_document(valuation: Valuation) -> Document:
    place, year = valuation.place, valuation.year
    blocks: list[Block] = [_facts(valuation)]
    if valuation.is_running:
        blocks.append(words.running(year, valuation.asked_at.date()))
    blocks += [Heading("Heures de bénévolat"), *_hours(valuation)]
    if valuation.crossing:
        blocks.append(words.crossing(valuation.crossing, year))
    if valuation.others:
        blocks += [Heading("Autres contributions bénévoles"), *_others(valuation)]
    blocks += [
        Heading("Total"),
        Facts(((f"Valeur {year}", words.strong(words.cents(valuation.total_cents))),)),
        Paragraph(ROUNDING, note=True),
        Heading("Méthode"),
        Paragraph(f"{words.capital(words.label(BASES, valuation.choice.basis))}."),
        Paragraph(valuation.choice.method),
        Alert("Texte à vérifier", UNVERIFIED, kind="unverified"),
    ]
    if valuation.left_out:
        blocks += [Heading("Ce qui n’est pas compté"), _left_out(valuation)]
    blocks += [
        Signatures((Signature(place.name, "", str(labels.role["treasurer"])),)),
        Heading("Pour vérifier cette valorisation"),
        *words.proof_facts(place),
    ]
    return spelled_out(
        Document(
            title="Valorisation des contributions volontaires en nature",
            blocks=tuple(blocks),
            dated=valuation.asked_at.date(),
            reference=f"VALORISATION {year}",
            subtitle=f"Année civile {year}",
            parties=(place.name,),
            author=place.name,
            footer=f"Valorisation {year} · {place.name}",
            attachments=(_data(valuation),),
        )
    )


def _data(valuation: Valuation) -> Attachment:
    content = ValuationOut.of(valuation).model_dump_json(indent=2).encode()
    name = f"valorisation-{valuation.place.slug}-{valuation.year}.json"
    return Attachment(name, "application/json", content, "Les lignes de cette valorisation")


def _facts(valuation: Valuation) -> Facts:
    place = valuation.place
    rows: list[tuple[str, Inline]] = [("Commun", place.name)]
    if place.carrier:
        rows.append(("Porté par", place.carrier))
    rows += [
        ("Période", f"du 1er\u00a0janvier au 31\u00a0décembre {valuation.year}"),
        ("Taux retenu", words.rate(valuation.choice.hourly_rate, MINUTE.code)),
        ("Arrêtée le", formatting.long_moment(valuation.asked_at, words.FRENCH)),
    ]
    return Facts(tuple(rows))


def _hours(valuation: Valuation) -> list[Block]:
    if not valuation.hours:
        return [
            Paragraph(
                f"Aucune heure de bénévolat n’est confirmée pour {valuation.year} au journal "
                "de ce commun."
            )
        ]
    minutes = sum((row.quantity for row in valuation.hours), Decimal(0))
    total = sum(row.cents or 0 for row in valuation.hours)
    return [
        Table(
            ("Nature", "Contributions", "Durée", "Taux", "Valeur"),
            tuple(_valued(row, valuation) for row in valuation.hours),
            "lrrrr",
            total=(
                "Total",
                str(sum(row.count for row in valuation.hours)),
                formatting.duration(minutes, words.FRENCH),
                "",
                words.cents(total),
            ),
            widths=(17, 16, 13, 17, 16),
        )
    ]


def _valued(row: Valued, valuation: Valuation) -> tuple[Inline, ...]:
    return (
        words.capital(words.label(labels.nature, row.nature)),
        str(row.count),
        words.quantity(row.quantity, row.unit, valuation.place),
        words.rate(row.rate, row.unit) if row.rate is not None else words.NONE,
        words.cents(row.cents) if row.cents is not None else "non valorisé",
    )


def _others(valuation: Valuation) -> list[Block]:
    blocks: list[Block] = [
        Table(
            ("Nature", "Contributions", "Combien", "Valeur unitaire", "Valeur"),
            tuple(_valued(row, valuation) for row in valuation.others),
            "lrrrr",
            widths=(17, 16, 13, 17, 16),
        )
    ]
    if any(row.cents is None for row in valuation.others):
        text = (
            "Ce qui est «\u00a0non valorisé\u00a0» n’entre pas dans le total\u00a0: "
            "l’association ne lui a pas donné de valeur. Les dons d’argent ne sont pas des "
            "contributions en nature."
        )
        blocks.append(Paragraph(text, note=True))
    return blocks


def _left_out(valuation: Valuation) -> Table:
    rows = tuple(
        (
            words.capital(words.label(labels.nature, item.nature)),
            _why(item),
            str(item.count),
            words.quantity(item.quantity, item.unit, valuation.place),
        )
        for item in valuation.left_out
    )
    return Table(
        ("Nature", "Pourquoi", "Contributions", "Combien"),
        rows,
        "llrr",
        widths=(17, 28, 17, 15),
    )


def _why(item: Given) -> str:
    if item.reward != "pro-bono":
        return "ouvertes à rétribution"
    if item.of_organisations:
        return "au nom d’une organisation"
    if item.state == "contested":
        return "contestées, sans réponse encore"
    return "en attente d’attestation"


def valuation_csv(valuation: Valuation) -> bytes:
    """For spreadsheets: byte-order mark, `;`, decimal comma, no formula in a cell."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(HEAD)
    choice = valuation.choice
    method = f"{words.label(BASES, choice.basis)} : {choice.method}"
    for row in (*valuation.hours, *valuation.others):
        is_time = row.unit == MINUTE.code
        writer.writerow(
            [
                valuation.year,
                plain_cell(words.label(labels.nature, row.nature)),
                row.count,
                _comma(plain(row.quantity)),
                plain_cell(row.unit),
                formatting.duration(row.quantity, words.FRENCH) if is_time else "",
                _comma(plain(row.rate)) if row.rate is not None else "",
                "heure" if is_time else "unité",
                _comma(euros(row.cents)) if row.cents is not None else "",
                plain_cell(" ".join(method.split())),
            ]
        )
    total = _comma(euros(valuation.total_cents))
    writer.writerow([valuation.year, "total", "", "", "", "", "", "", total, ""])
    return text.getvalue().encode("utf-8-sig")


def _comma(number: str) -> str:
    return number.replace(".", ",")
