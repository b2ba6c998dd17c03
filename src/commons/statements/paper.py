"""« Relevé de contributions »: what someone gave in a year, to be kept and checked."""

from collections.abc import Mapping
from decimal import Decimal

from commons.documents.blocks import (
    Attachment,
    Block,
    Document,
    Facts,
    Heading,
    Inline,
    Paragraph,
    Run,
    Table,
)
from commons.documents.dates import in_french
from commons.documents.printing import spelled_out
from commons.ledger.model import Entry
from commons.statements import words
from commons.statements.model import Line, Place, Statement
from commons.statements.rules import PRO_BONO, Counted, subtotals
from commons.statements.schemas import StatementOut
from commons.web import formatting, labels

KINDS = {PRO_BONO: "Bénévole", "open": "Ouvert à rétribution"}
COLUMNS = ("Date", "Contribution", "Combien", "État", "Feuille")
TEXT_CHARACTERS = 300
"""A longer description is cut in its line, and stands whole after the tables."""
WIDTHS = (34, 70, 27, 35, 24)


def statement_document(statement: Statement) -> Document:
    """The statement as a document; its data go along in the PDF, with full identifiers."""
    place = statement.place
    blocks: list[Block] = [_facts(statement)]
    if statement.is_running:
        blocks.append(words.running(statement.year, statement.asked_at.date()))
    blocks += _contributions(statement)
    blocks += _late(statement)
    blocks += _money(statement)
    blocks += _whole_texts(statement)
    blocks += [
        Heading("Pour vérifier ce relevé"),
        *words.proof_facts(place, has_leaves=True),
    ]
    return spelled_out(
        Document(
            title=f"Relevé de contributions {statement.year}",
            blocks=tuple(blocks),
            dated=statement.asked_at.date(),
            reference=f"RELEVÉ {statement.year}",
            subtitle=place.name,
            parties=(statement.name,),
            author=place.name,
            footer=f"Relevé {statement.year} · {statement.name} · {place.name}",
            attachments=(_data(statement),),
        )
    )


def _data(statement: Statement) -> Attachment:
    content = StatementOut.of(statement).model_dump_json(indent=2).encode()
    name = f"releve-{statement.place.slug}-{statement.year}.json"
    return Attachment(name, "application/json", content, "Les lignes de ce relevé")


def _facts(statement: Statement) -> Facts:
    place = statement.place
    rows: list[tuple[str, Inline]] = [("Personne", statement.name), ("Commun", place.name)]
    if place.carrier:
        rows.append(("Porté par", place.carrier))
    rows += [
        ("Période", f"du 1er\u00a0janvier au 31\u00a0décembre {statement.year}"),
        ("Arrêté le", formatting.long_moment(statement.asked_at, words.FRENCH)),
    ]
    return Facts(tuple(rows))


def _contributions(statement: Statement) -> list[Block]:
    if not statement.lines:
        return [
            Heading("Contributions"),
            Paragraph(
                f"Aucune contribution de {statement.name} n’est consignée pour "
                f"{statement.year} au journal de ce commun."
            ),
        ]
    sums = subtotals(statement.lines)
    blocks: list[Block] = [Heading("En bref"), _summary(sums, statement.place)]
    crossing = sum(line.entry.occurred_from.year < statement.year for line in statement.lines)
    if crossing:
        blocks.append(words.crossing(crossing, statement.year))
    for reward in dict.fromkeys(key[0] for key in sums):
        lines = [line for line in statement.lines if _reward(line) == reward]
        blocks.append(Heading(f"Contributions\u00a0: {KINDS.get(reward, reward).lower()}"))
        blocks.append(_listed(lines, statement.place))
    return blocks


def _reward(line: Line) -> str:
    return line.entry.details.get("reward", "")


def _summary(sums: Mapping[tuple[str, str, str], Counted], place: Place) -> Table:
    """Subtotals by nature, a total for each unit; units are never added together."""
    rows: list[tuple[Inline, ...]] = []
    for reward in dict.fromkeys(key[0] for key in sums):
        for unit in dict.fromkeys(key[1] for key in sums if key[0] == reward):
            here = {key[2]: item for key, item in sums.items() if key[:2] == (reward, unit)}
            kind = KINDS.get(reward, reward)
            for nature, item in here.items():
                said = words.label(labels.nature, nature)
                rows.append((f"{kind}, {said}", *_counted(item, unit, place)))
            if len(here) > 1:
                total = sum(here.values(), Counted())
                name = words.unit_name(unit, place)
                cells = _counted(total, unit, place)
                rows.append(
                    (
                        words.strong(f"{kind}, total ({name})"),
                        *map(words.strong, cells),
                    )
                )
    return Table(
        ("", "Confirmé", "En attente", "Contesté", "Total"),
        tuple(rows),
        "lrrrr",
        widths=(26, 17, 17, 17, 17),
    )


def _counted(item: Counted, unit: str, place: Place) -> tuple[str, ...]:
    amounts = (item.confirmed, item.awaiting, item.contested, item.total)
    return tuple(words.quantity(each, unit, place) if each else words.NONE for each in amounts)


def _listed(lines: list[Line], place: Place) -> Table:
    rows: list[tuple[Inline, ...]] = []
    for line in lines:
        rows.append(_row(line.entry, place))
        if line.reversal is not None:
            rows.append(_reversal_row(line.reversal, place))
    return Table(COLUMNS, tuple(rows), "llrlr", widths=WIDTHS)


def _row(entry: Entry, place: Place) -> tuple[Inline, ...]:
    nature = words.label(labels.nature, entry.details.get("nature", ""))
    more = "\u202f; au nom d’une organisation" if "organisation" in entry.details else ""
    return (
        words.period(entry.occurred_from, entry.occurred_to),
        f"{_shortened(_what(entry))} ({nature}{more})",
        words.quantity(entry.quantity or Decimal(0), entry.unit or "", place),
        words.state_said(entry),
        words.place_in_tree(entry.leaf_index),
    )


def _what(entry: Entry) -> str:
    return entry.personal.get("description") or "texte effacé"


def _shortened(text: str) -> str:
    """The beginning of a long text, cut at a word; the whole stands at the end."""
    if len(text) <= TEXT_CHARACTERS:
        return text
    return f"{text[:TEXT_CHARACTERS].rsplit(maxsplit=1)[0]}… [texte entier à la fin]"


def _whole_texts(statement: Statement) -> list[Block]:
    """Descriptions too long for a cell, each under its line."""
    entries = [line.entry for line in statement.lines]
    entries += [taken for _, taken in statement.late]
    blocks: list[Block] = []
    for entry in entries:
        text = _what(entry)
        if len(text) > TEXT_CHARACTERS:
            leaf = words.place_in_tree(entry.leaf_index)
            title = f"{words.period(entry.occurred_from, entry.occurred_to)}, feuille {leaf}. "
            blocks.append(Paragraph((Run(words.capital(title), bold=True), Run(text))))
    return [Heading("Textes entiers"), *blocks] if blocks else []


def _reversal_row(reversal: Entry, place: Place) -> tuple[Inline, ...]:
    reason = reversal.personal.get("reason", "")
    return (
        in_french(reversal.occurred_to),
        f"Contre-écriture\u00a0: {reason}" if reason else "Contre-écriture",
        words.quantity(reversal.quantity or Decimal(0), reversal.unit or "", place),
        "annule la ligne précédente",
        words.place_in_tree(reversal.leaf_index),
    )


def _late(statement: Statement) -> list[Block]:
    """Corrections made that year of other years: they change those years, not this one."""
    if not statement.late:
        return []
    rows = tuple(
        (
            in_french(reversal.occurred_to),
            f"Contribution de {taken.occurred_to.year}\u00a0: {_shortened(_what(taken))}",
            words.quantity(
                reversal.quantity or Decimal(0), reversal.unit or "", statement.place
            ),
            reversal.personal.get("reason") or words.NONE,
            words.place_in_tree(reversal.leaf_index),
        )
        for reversal, taken in statement.late
    )
    return [
        Heading("Corrections d’autres années"),
        Paragraph(
            "Ces contre-écritures ont été consignées pendant l’année, et changent le relevé de "
            "l’année de la contribution qu’elles annulent. Elles ne comptent pas ici.",
        ),
        Table(
            ("Date", "Ce qui est annulé", "Combien", "Raison", "Feuille"),
            rows,
            "llrlr",
            widths=WIDTHS,
        ),
    ]


def _money(statement: Statement) -> list[Block]:
    year = statement.year
    blocks: list[Block] = [Heading("Argent reçu et dû")]
    if not statement.movements and not statement.due_before:
        return [
            *blocks,
            Paragraph(f"En {year}, ce commun n’a rien dû ni versé à cette personne."),
        ]
    rows: list[tuple[Inline, ...]] = [
        (
            "",
            f"Dû au 31\u00a0décembre {year - 1}",
            words.euros(statement.due_before),
            "",
            "",
        )
    ]
    for moved in statement.movements:
        what = words.capital(words.label(labels.purpose, moved.purpose))
        if moved.is_reversal:
            what = f"Contre-écriture\u00a0: {what.lower()}"
        due, paid = (moved.amount, None) if _is_due(moved.purpose) else (None, -moved.amount)
        rows.append(
            (
                in_french(moved.on),
                f"{what} «\u00a0{moved.title}\u00a0»" if moved.title else what,
                words.euros(due) if due is not None else "",
                words.euros(paid) if paid is not None else "",
                words.place_in_tree(moved.leaf_index),
            )
        )
    paid_in_year = -sum(
        (moved.amount for moved in statement.movements if not _is_due(moved.purpose)),
        Decimal(0),
    )
    until = "à ce jour" if statement.is_running else "au 31\u00a0décembre"
    total = (
        "",
        f"Reçu en {year}\u202f; reste dû {until}",
        words.euros(statement.due_after),
        words.euros(paid_in_year),
        "",
    )
    blocks.append(
        Table(
            ("Date", "Mouvement", "Dû", "Reçu", "Feuille"),
            tuple(rows),
            "llrrr",
            total=total,
            widths=WIDTHS,
        )
    )
    return blocks


def _is_due(purpose: str) -> bool:
    """Whether such a transfer changes what is due; a payment is what was received."""
    return purpose != "payment"
