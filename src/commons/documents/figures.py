"""Amounts as French writes them, and the proportions of a bar figure."""

from commons.documents.blocks import BarFigure

NARROW = "\u202f"
NO_BREAK = "\u00a0"


def euros(cents: int) -> str:
    """`125000` as « 1 250,00 € », with the spaces that do not break."""
    units, rest = divmod(abs(cents), 100)
    grouped = f"{units:,}".replace(",", NARROW)
    return f"{'−' if cents < 0 else ''}{grouped},{rest:02d}{NO_BREAK}€"


def longest(figure: BarFigure) -> int:
    """What the full width stands for: the greatest amount, and at least one cent."""
    return max([1, *(max(bar.asked_cents, bar.given_cents) for bar in figure.bars)])


def reading(figure: BarFigure) -> str:
    """The title and the sentence: all a person needs who does not see the drawing."""
    return f"{figure.title}. {figure.reading}"
