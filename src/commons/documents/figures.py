"""What the drawings of a bar figure share: its proportions and its words."""

from commons.documents.blocks import BarFigure


def longest(figure: BarFigure) -> int:
    """What the full width stands for: the greatest amount, and at least one cent."""
    return max([1, *(max(bar.asked_cents, bar.given_cents) for bar in figure.bars)])


def reading(figure: BarFigure) -> str:
    """The title and the sentence: all a person needs who does not see the drawing."""
    return f"{figure.title}. {figure.reading}"
