"""Why a member receives this from their take, what bound it, what would change it.

Source: DESIGN §6, explanations; the bound is that of `takes`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from commons.allocation.changes import ASKED_MAX, EURO, signed, with_envelope_more
from commons.allocation.division import BOUND_TEXTS, Award, Bound, Division
from commons.allocation.takes import LEAST_CENTS, Take, divide_takes, highest_takes
from commons.kernel.money import money
from commons.kernel.text import Text, t


class TopBy(StrEnum):
    """What sets the most that a member may take now."""

    DOUBLE = "double"
    MEDIAN = "median"
    EURO = "euro"


@dataclass(frozen=True, slots=True)
class TakeReason:
    """One amount, in cents, and how it would move.

    `top` is the most this member may take now, by `top_by`; None the first time. What is
    counted is the take, brought back to `top`. `envelope_more` is the amount if the envelope
    had one euro more, `take_more` if this member took one euro more; None if not worked out.
    """

    take: Take
    award: Award
    top: int | None
    top_by: TopBy | None
    envelope_more: int
    take_more: int | None

    @property
    def is_topped(self) -> bool:
        """Whether the take is more than may be taken now."""
        return self.top is not None and self.take.cents > self.top

    @property
    def is_short(self) -> bool:
        """Whether there is too little money for what is taken, once brought back."""
        return Bound.WHOLE not in self.award.bounds

    @property
    def bounds(self) -> list[str]:
        """What decided the amount, as words for programs."""
        words = [self.top_by.value] if self.is_topped and self.top_by else []
        words += ["scaled"] if self.is_short else []
        return [*words, *sorted(bound.value for bound in self.award.bounds)]

    def sentences(self) -> list[Text]:
        """The reason as one would read it aloud."""
        texts = []
        if self.is_topped and self.top is not None:
            said = {"take": money(self.take.cents), "top": money(self.top)}
            match self.top_by:
                case TopBy.DOUBLE:
                    text = t(
                        "Voulait {take}, ramenés à {top} : le double de la dernière fois.",
                        **said,
                    )
                case TopBy.MEDIAN:
                    text = t(
                        "Voulait {take}, ramenés à {top} : la médiane de ce que les membres "
                        "ont reçu la dernière fois.",
                        **said,
                    )
                case _:
                    text = t(
                        "Voulait {take}, ramenés à {top} : ce que chaque personne peut "
                        "toujours prendre.",
                        **said,
                    )
            texts.append(text)
        if self.is_short:
            texts.append(t("L'argent ne suffit pas : tout est réduit en proportion."))
        elif not self.is_topped:
            texts.append(t("Reçoit ce qui est pris."))
        texts += [
            BOUND_TEXTS[bound]
            for bound in (Bound.CENT, Bound.TIE)
            if bound in self.award.bounds
        ]
        texts.append(with_envelope_more(self.envelope_more - self.award.cents))
        if self.take_more is not None:
            texts.append(_with_take_more(self.take_more - self.award.cents))
        return texts


def explain_takes(division: Division, takes: Sequence[Take]) -> list[TakeReason]:
    """The reason of each amount, in the order of the takes that `division` divided.

    What would change is found by dividing again, so it is exact.
    """
    richer = divide_takes(division.envelope + EURO, takes).awards
    tops = highest_takes(takes)
    found = []
    for place, (take, award, top) in enumerate(zip(takes, division.awards, tops, strict=True)):
        asked = None
        if len(takes) <= ASKED_MAX:
            more = replace(take, cents=take.cents + EURO)
            others = [*takes[:place], more, *takes[place + 1 :]]
            asked = divide_takes(division.envelope, others).awards[place].cents
        found.append(
            TakeReason(take, award, top, _top_by(take, top), richer[place].cents, asked)
        )
    return found


def _top_by(take: Take, top: int | None) -> TopBy | None:
    if top is None:
        return None
    if top == 2 * take.before:
        return TopBy.DOUBLE
    return TopBy.EURO if top == LEAST_CENTS else TopBy.MEDIAN


def _with_take_more(change: int) -> Text:
    if not change:
        return t("Prendre un euro de plus n'aurait rien changé.")
    return t(
        "Prendre un euro de plus aurait changé ce montant de {change} €.", change=signed(change)
    )
