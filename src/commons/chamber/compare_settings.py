"""The parameters of a calculation as a form asks for them: named, explained and kept."""

from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TypeVar

from commons.allocation.completion import COMPLETIONS, Completion
from commons.allocation.conversion import MEANINGS, Conversion
from commons.allocation.counting import Count
from commons.allocation.csv_rows import cents
from commons.allocation.equal_shares import UTILITIES
from commons.allocation.file_kinds import FileKind
from commons.allocation.matching import BOUND_CENTS
from commons.allocation.pabulib import number
from commons.allocation.rounding import Rounding
from commons.chamber.brought import NOT_DONE
from commons.chamber.reading import read_field
from commons.kernel.errors import FieldError, InputError
from commons.kernel.text import Text, t
from commons.web.pages import Form

Choice = TypeVar("Choice")
ROUNDINGS: tuple[tuple[str, Text], ...] = (
    (
        Rounding.LARGEST_REMAINDER.value,
        t("Plus grands restes : les derniers centimes vont aux plus grands restes"),
    ),
    (
        Rounding.SAINTE_LAGUE.value,
        t("Sainte-Laguë, où les poids sont fixes : un centime de plus n'en retire à personne"),
    ),
)
UTILITY_TEXTS: tuple[tuple[str, Text], ...] = (
    ("cost", t("Son coût : un euro dépensé compte autant, où qu'il aille")),
    ("cardinality", t("Un : chaque proposition compte autant, petite ou grande")),
    ("points", t("Ses points : ce que la personne lui a donné")),
)
COMPLETION_TEXTS: tuple[tuple[str, Text], ...] = (
    ("none", t("Rien : l'argent que personne ne peut dépenser ensemble reste")),
    ("utilitarian", t("Au nombre de voix, avec l'argent qui reste (utilitarian)")),
    ("add1", t("Des parts relevées d'un euro à la fois (add1)")),
    ("add1u", t("Des parts relevées, puis le nombre de voix (add1u)")),
)
OPTION_TEXTS: tuple[tuple[str, Text], ...] = (
    ("exhaustive", t("S'arrêter dès que plus rien ne tient dans le budget (exhaustive)")),
    ("integral", t("Au départ, des parts en euros entiers (integral)")),
    (
        "comparison",
        t("Le garder s'il plaît autant que le nombre de voix (comparison)"),
    ),
)
UTILITY_WORDS = {
    "cost": t("son coût"),
    "cardinality": t("un, petite ou grande"),
    "points": t("les points donnés"),
}
COMPLETION_WORDS = {
    "none": t("rien"),
    "utilitarian": t("le nombre de voix"),
    "add1": t("des parts relevées d'un euro à la fois"),
    "add1u": t("des parts relevées d'un euro à la fois, puis le nombre de voix"),
}
OPTION_WORDS = {
    "exhaustive": t("S'arrête dès que plus rien ne tient dans le budget."),
    "integral": t("Les parts de départ sont en euros entiers."),
    "comparison": t("N'est gardée que si elle plaît autant que le nombre de voix."),
}
"""How a result was counted, in the words of a sentence."""
CONVERSION_TEXTS: tuple[tuple[str, Text], ...] = (
    ("", t("Tels quels : des approbations ou des points")),
    *((conversion.value, text) for conversion, text in MEANINGS.items()),
)
SKIPPING_TEXTS: tuple[tuple[str, Text], ...] = (
    ("yes", t("Passer celle qui ne tient pas et continuer")),
    ("no", t("S'arrêter à la première qui ne tient pas (no-skip)")),
)


@dataclass(frozen=True, slots=True)
class Settings:
    """What a calculation needs besides its input; amounts in cents.

    `budget` stands in for that of an election file. `count` has the parameters of all ballot
    rules, each of which reads its own.
    """

    rule: str = ""
    envelope: int = 0
    rounding: Rounding = Rounding.LARGEST_REMAINDER
    cap: int | None = None
    pair_bound: int = BOUND_CENTS
    budget: Fraction | None = None
    count: Count = field(default_factory=Count)

    def count_by(self, rule: str) -> Count:
        """How that rule counts: with the parameters it reads, and no others."""
        return self.count.by(rule)


def read_settings(form: Form, kind: FileKind) -> Settings:
    """The parameters that this kind of input has. Raises `InputError` with every fault."""
    faults: list[FieldError] = []
    rule = form.get("choose") or form.get("rule")
    if kind is FileKind.ELECTION:
        found = _of_election(form, rule, faults)
    elif kind is FileKind.ROUND:
        found = Settings()
    else:
        found = _of_money(form, rule, faults)
    if faults:
        raise InputError(NOT_DONE, faults)
    return found


def _of_money(form: Form, rule: str, faults: list[FieldError]) -> Settings:
    cap, bound, usual = form.get("cap"), form.get("pair_bound"), Rounding.LARGEST_REMAINDER
    return Settings(
        rule,
        read_field(faults, "envelope", cents, form.get("envelope"), 0),
        read_field(faults, "rounding", _rounding, form.get("rounding"), usual),
        read_field(faults, "cap", cents, cap, 0) if cap else None,
        read_field(faults, "pair_bound", _bound, bound, 1) if bound else BOUND_CENTS,
    )


def _bound(typed: str) -> int:
    found = cents(typed)
    if not found:
        raise InputError(t("La borne d'une paire est de plus de zéro euro."))
    return found


def _rounding(typed: str) -> Rounding:
    return _one_of(typed or Rounding.LARGEST_REMAINDER.value, Rounding)


def _of_election(form: Form, rule: str, faults: list[FieldError]) -> Settings:
    budget, options = form.get("budget"), form.all("options")
    method = read_field(faults, "completion", _completion, form.get("completion"), "none")
    if "exhaustive" in options and method not in {"add1", "add1u"}:
        text = t(
            "« S'arrêter dès que plus rien ne tient » ne vaut qu'avec des parts relevées : "
            "choisissez add1 ou add1u, ou décochez."
        )
        faults.append(FieldError("options", text))
    done = Completion(
        read_field(faults, "utility", _utility, form.get("utility"), "cost"),
        method,
        exhaustive="exhaustive" in options,
        integral="integral" in options,
        comparison="comparison" in options,
    )
    count = Count(
        rule,
        done,
        read_field(faults, "convert", _conversion, form.get("convert"), None),
        skipping=form.get("skipping") != "no",
        threshold=read_field(faults, "threshold", _whole, form.get("threshold"), 0),
    )
    exact = read_field(faults, "budget", _budget, budget, Fraction(0)) if budget else None
    return Settings(rule, budget=exact, count=count)


def _completion(typed: str) -> str:
    return _one_of(typed or "none", _same(COMPLETIONS))


def _utility(typed: str) -> str:
    return _one_of(typed or "cost", _same(UTILITIES))


def _conversion(typed: str) -> Conversion | None:
    return _one_of(typed, Conversion) if typed else None


def _budget(typed: str) -> Fraction:
    return number(typed, t("le budget"))


def _whole(typed: str) -> int:
    if not typed:
        return 0
    if not (typed.isascii() and typed.isdecimal() and len(typed) <= 9):
        raise InputError(t("Écrivez un nombre entier de voix, comme 100."))
    return int(typed)


def _same(known: tuple[str, ...]) -> Callable[[str], str]:
    def found(typed: str) -> str:
        return known[known.index(typed)]

    return found


def _one_of(typed: str, known: Callable[[str], Choice]) -> Choice:
    try:
        return known(typed)
    except ValueError as error:
        raise InputError(t("Choisissez dans la liste.")) from error
