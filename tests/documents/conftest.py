"""A document with one of everything."""

from datetime import date

import pytest

from commons.documents.blocks import (
    Alert,
    Article,
    Attachment,
    Bar,
    BarFigure,
    Document,
    Facts,
    Heading,
    Items,
    Paragraph,
    Run,
    Signature,
    Signatures,
    Table,
)

SENTENCE = (
    "Les communs — jardins, ateliers, logiciels — vivent de celles et ceux qui s’en occupent : "
    "1\u202f250,00\u00a0€ ne disent pas tout. « Œuvrer » demande des règles que chacun relit. "
)


@pytest.fixture(scope="session")
def minutes() -> Document:
    """Four pages and more, with every kind of block."""
    table = Table(
        head=("Poste", "Demandé", "Attribué"),
        rows=tuple((f"Ligne {n}", f"{n},00\u00a0€", "10,00\u00a0€") for n in range(70)),
        align="lrr",
        caption="Budget du jardin",
        total=("Total", "9\u202f999,00\u00a0€", "700,00\u00a0€"),
        widths=(3, 1, 1),
    )
    linked = (
        Run("Voir "),
        Run("le journal", href="https://poudrerie.example/journal?a=1&b=2"),
        Run(" en gras", bold=True),
    )
    return Document(
        title="Procès-verbal du tour",
        subtitle="Chambre des communs de Saint-Ouvert",
        dated=date(2026, 11, 23),
        reference="PV-2026-004",
        parties=("Ville de Saint-Ouvert", "Jardins partagés de la Poudrerie"),
        code="8F3A-22C1-90BD",
        blocks=(
            Heading("Préambule"),
            Paragraph(SENTENCE * 3),
            Article("Parties", (Paragraph(linked), Items(("un puits", "une serre")))),
            Article(
                "Mandat",
                (
                    Paragraph("Qui signe ?", comment="Vérifiez le mandat."),
                    Items(("lire", "signer"), numbered=True),
                    Items(("compter",), numbered=True),
                ),
                bis=True,
            ),
            Article(
                "Budget",
                (
                    table,
                    Facts((("Ressource", "un jardin"), ("Communauté", SENTENCE))),
                    Alert("Délibération", "Ce texte n’a pas été relu.", "unverified"),
                    BarFigure(
                        "Qui reçoit quoi",
                        "Deux demandes sur trois sont servies en entier.",
                        (Bar("Amina", 500_000, 300_000), Bar("Yann", 20_000, 0)),
                    ),
                ),
            ),
            *(Article(f"Règle {n}", (Paragraph(SENTENCE * 6),)) for n in range(6)),
            Article("Différends", (Paragraph(SENTENCE),)),
            Signatures(
                (Signature("Ville de Saint-Ouvert", "Claire Morel", "maire"),),
                place="Saint-Ouvert",
            ),
        ),
        attachments=(
            Attachment("tour.json", "application/json", b'{"rounds":1}', "Le tour, à rejouer"),
        ),
    )
