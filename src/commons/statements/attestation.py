"""« Attestation d’heures de bénévolat »: what it certifies, and what it does not."""

from decimal import Decimal

from commons.documents.blocks import (
    Block,
    Document,
    Heading,
    Inline,
    Items,
    Paragraph,
    Run,
    Signature,
    Signatures,
    Table,
)
from commons.documents.printing import spelled_out
from commons.kernel.quantity import MINUTE
from commons.ledger.model import CONFIRMED, State
from commons.statements import words
from commons.statements.model import Line, Statement
from commons.statements.rules import (
    PRO_BONO,
    attested_minutes,
    gives_volunteer_time,
    is_volunteer_time,
)
from commons.web import formatting, labels

ZERO = Decimal(0)


def attestation_document(statement: Statement) -> Document:
    """The attestation. Without a single hour to attest there is nothing to sign."""
    place, year = statement.place, statement.year
    minutes = attested_minutes(statement.lines)
    total = sum(minutes.values(), ZERO)
    blocks: list[Block] = [_said(statement, total)]
    if statement.is_running:
        blocks.append(words.running(year, statement.asked_at.date()))
    if total:
        blocks.append(_hours(statement, total))
    blocks += _meaning(statement, is_empty=not total)
    if total:
        blocks.append(_signatures(statement))
    blocks += [Heading("Pour vérifier cette attestation"), *words.proof_facts(place)]
    return spelled_out(
        Document(
            title="Attestation d’heures de bénévolat",
            blocks=tuple(blocks),
            dated=statement.asked_at.date(),
            reference=f"ATTESTATION {year}",
            subtitle=f"Année {year}",
            parties=(place.name,),
            author=place.name,
            footer=f"Attestation {year} · {statement.name} · {place.name}",
        )
    )


def _counts(line: Line) -> bool:
    return gives_volunteer_time(line.entry) and line.entry.state in CONFIRMED


def _said(statement: Statement, total: Decimal) -> Paragraph:
    place = statement.place
    carried = f", porté par {place.carrier}," if place.carrier else ""
    if not total:
        return Paragraph(
            f"Au journal du commun «\u00a0{place.name}\u00a0»{carried} aucune heure de "
            f"bénévolat de {statement.name} n’est confirmée pour l’année "
            f"{statement.year}\u00a0: il n’y a rien à attester."
        )
    return Paragraph(
        (
            Run(f"Le commun «\u00a0{place.name}\u00a0»{carried} atteste que "),
            Run(statement.name, bold=True),
            Run(" lui a donné "),
            Run(formatting.duration(total, words.FRENCH), bold=True),
            Run(
                f" de bénévolat au cours de l’année {statement.year}, telles que son journal "
                "les porte, consignées comme bénévoles et confirmées."
            ),
        )
    )


def _hours(statement: Statement, total: Decimal) -> Table:
    minutes = attested_minutes(statement.lines)
    rows: list[tuple[Inline, ...]] = []
    for nature, amount in minutes.items():
        count = sum(
            _counts(line) and line.entry.details["nature"] == nature for line in statement.lines
        )
        said = words.capital(words.label(labels.nature, nature))
        rows.append((said, str(count), formatting.duration(amount, words.FRENCH)))
    count = sum(map(_counts, statement.lines))
    return Table(
        ("Nature", "Contributions", "Durée"),
        tuple(rows),
        "lrr",
        total=("Total", str(count), formatting.duration(total, words.FRENCH)),
        widths=(30, 16, 13),
    )


def _meaning(statement: Statement, *, is_empty: bool) -> list[Block]:
    crossing = sum(
        _counts(line) and line.entry.occurred_from.year < statement.year
        for line in statement.lines
    )
    certifies = (
        "Elle certifie que ces heures ont été consignées comme bénévoles au journal du commun, "
        "puis confirmées selon ses règles\u00a0: attestées par d’autres membres que la "
        "personne, ou acceptées sans contestation dans le délai prévu. Les contre-écritures "
        "sont déduites."
    )
    blocks: list[Block] = [] if is_empty else [Heading("Ce qu’elle certifie")]
    if not is_empty:
        blocks.append(Paragraph(certifies))
        if crossing:
            blocks.append(words.crossing(crossing, statement.year))
    blocks += [
        Heading("Ce qu’elle ne dit pas"),
        Paragraph(
            "Elle ne donne pas de valeur en argent à ces heures, n’est ni un contrat, ni un "
            "bulletin de paie, ni un reçu de don, et n’ouvre aucun droit à rétribution. "
            "Elle ne juge pas la qualité de ce qui a été fait."
        ),
    ]
    left_out = _left_out(statement)
    if left_out:
        blocks += [Paragraph("N’y sont pas comptés\u00a0:"), Items(tuple(left_out))]
    return blocks


def _left_out(statement: Statement) -> list[str]:
    """Time of the year that the attestation leaves out, and why."""
    sums: dict[str, Decimal] = {}
    for line in statement.lines:
        entry = line.entry
        if entry.unit != MINUTE.code or _counts(line) or not entry.quantity:
            continue
        reason = _reason(line)
        sums[reason] = sums.get(reason, ZERO) + entry.quantity
    return [
        f"{formatting.duration(amount, words.FRENCH)} {reason}"
        for reason, amount in sorted(sums.items())
    ]


def _reason(line: Line) -> str:
    entry = line.entry
    details = entry.details
    if entry.state is State.REVERSED:
        return "annulées par une contre-écriture"
    if details.get("reward") != PRO_BONO:
        return "ouvertes à rétribution"
    if not is_volunteer_time(PRO_BONO, MINUTE.code, details.get("nature", "")):
        return "de matériel prêté ou d’apports en nature, qui ne sont pas du temps donné"
    if "organisation" in details:
        return "données au nom d’une organisation"
    if entry.state is State.CONTESTED:
        return "contestées, en attente d’une réponse"
    return "en attente d’attestation"


def _signatures(statement: Statement) -> Signatures:
    party = f"le commun «\u00a0{statement.place.name}\u00a0»"
    return Signatures(
        tuple(Signature(party, name, quality) for name, quality in statement.signers)
    )
