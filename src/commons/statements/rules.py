"""What counts in a year, and what volunteer time is worth once a rate was chosen. Exact."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from commons.kernel.errors import FieldError, InputError
from commons.kernel.quantity import COMMIT, EURO, MINUTE
from commons.kernel.text import Text, t
from commons.ledger.model import CONFIRMED, Entry, Given, State
from commons.ledger.rules import NATURES
from commons.statements.model import Choice, Line, Valued

FIRST_YEAR = 1900
PRO_BONO = "pro-bono"
OF_TIME = ("work", "knowledge")
"""Natures whose minutes are someone's time; a trailer lent for an hour is no one's hour."""
RATE_MAX = Decimal(10_000)
RATE_SCALE = 4
METHOD_CHARACTERS_MAX = 1000
BASES: dict[str, Text] = {
    "smic": t("SMIC horaire brut, chiffre retenu par l'association"),
    "equivalent": t("Salaire d'un emploi équivalent, chiffre retenu par l'association"),
    "other": t("Autre méthode, dite ci-dessous"),
}
UNVALUED_UNITS = frozenset({EURO.code, COMMIT.code})
"""Money is no contribution in kind; a commit measures neither time nor matter."""


def check_year(year: int, today_year: int) -> int:
    """Raises `InputError` for a year that has not begun, or that no journal can hold."""
    if year > today_year:
        text = t("L'année {year} n'a pas commencé : choisissez-en une autre.", year=year)
    elif year < FIRST_YEAR:
        text = t("Les journaux commencent en {year}.", year=FIRST_YEAR)
    else:
        return year
    raise InputError(text, [FieldError("annee", text)])


@dataclass(frozen=True, slots=True)
class Counted:
    """Quantities of one unit by what became of them. What was taken back counts nowhere."""

    confirmed: Decimal = Decimal(0)
    awaiting: Decimal = Decimal(0)
    contested: Decimal = Decimal(0)

    @property
    def total(self) -> Decimal:
        return self.confirmed + self.awaiting + self.contested

    def __add__(self, other: "Counted") -> "Counted":
        return Counted(
            self.confirmed + other.confirmed,
            self.awaiting + other.awaiting,
            self.contested + other.contested,
        )


def counted(quantity: Decimal, state: State) -> Counted:
    if state is State.REVERSED:
        return Counted()
    if state is State.CONTESTED:
        return Counted(contested=quantity)
    if state in CONFIRMED:
        return Counted(confirmed=quantity)
    return Counted(awaiting=quantity)


def subtotals(lines: Iterable[Line]) -> Mapping[tuple[str, str, str], Counted]:
    """By reward, unit and nature, time first; those where all was taken back are kept."""
    found: dict[tuple[str, str, str], Counted] = {}
    for line in lines:
        entry = line.entry
        key = (
            entry.details.get("reward", ""),
            entry.unit or "",
            entry.details.get("nature", ""),
        )
        quantity = entry.quantity or Decimal(0)
        found[key] = found.get(key, Counted()) + counted(quantity, entry.state)
    return {key: found[key] for key in sorted(found, key=_order)}


def _order(key: tuple[str, str, str]) -> tuple[bool, str, bool, str, str]:
    reward, unit, nature = key
    return reward != PRO_BONO, reward, unit != MINUTE.code, unit, nature


def is_volunteer_time(reward: str, unit: str, nature: str) -> bool:
    """Whether it is the freely given time of a person."""
    return reward == PRO_BONO and unit == MINUTE.code and nature in OF_TIME


def gives_volunteer_time(entry: Entry) -> bool:
    """As `is_volunteer_time`, and not in the name of an organisation."""
    details = entry.details
    return "organisation" not in details and is_volunteer_time(
        details.get("reward", ""), entry.unit or "", details.get("nature", "")
    )


def attested_minutes(lines: Iterable[Line]) -> Mapping[str, Decimal]:
    """Minutes an attestation certifies, by nature: volunteer, confirmed, not taken back."""
    found: dict[str, Decimal] = {}
    for line in lines:
        entry = line.entry
        if gives_volunteer_time(entry) and entry.state in CONFIRMED and entry.quantity:
            nature = entry.details["nature"]
            found[nature] = found.get(nature, Decimal(0)) + entry.quantity
    return dict(sorted(found.items(), key=lambda item: OF_TIME.index(item[0])))


def cents_of(quantity: Decimal, unit: str, rate: Decimal) -> int:
    """`quantity` at `rate` euros for one (for an hour, if it is time), in whole cents.

    To the nearest cent; half a cent goes up.
    """
    exact = Fraction(quantity) * Fraction(rate) * 100
    if unit == MINUTE.code:
        exact /= 60
    return int((exact * 2 + 1) // 2)


def valued(
    given: Sequence[Given], choice: Choice
) -> tuple[tuple[Valued, ...], tuple[Valued, ...], tuple[Given, ...]]:
    """Volunteer hours, other volunteer contributions, and what counts in neither."""
    sums: dict[tuple[bool, str, str], tuple[Decimal, int]] = {}
    left_out = []
    for item in given:
        if not _counts(item):
            if item.state is not State.REVERSED:
                left_out.append(item)
            continue
        is_time = is_volunteer_time(item.reward, item.unit, item.nature)
        key = (not is_time, item.nature, item.unit)
        quantity, count = sums.get(key, (Decimal(0), 0))
        sums[key] = (quantity + item.quantity, count + item.count)
    rows: tuple[list[Valued], list[Valued]] = ([], [])
    for (is_other, nature, unit), (quantity, count) in sorted(
        sums.items(), key=lambda item: (item[0][2] != MINUTE.code, item[0])
    ):
        rate = choice.values.get((nature, unit)) if is_other else choice.hourly_rate
        cents = cents_of(quantity, unit, rate) if rate is not None else None
        rows[is_other].append(Valued(nature, unit, quantity, count, rate, cents))
    return tuple(rows[0]), tuple(rows[1]), tuple(left_out)


def _counts(item: Given) -> bool:
    """Whether a valuation counts it: given freely by people, and confirmed."""
    return item.reward == PRO_BONO and not item.of_organisations and item.state in CONFIRMED


def crossing(given: Iterable[Given]) -> int:
    """How many of the contributions that count began before the year they count in."""
    return sum(item.crossing for item in given if _counts(item))


def may_be_valued(row: Valued) -> bool:
    return row.unit not in UNVALUED_UNITS


def refusal_of_value(nature: str, unit: str, units: Collection[str]) -> Text | None:
    """Why contributions of that nature in that unit cannot be given a value of their own.

    `units` are those of the commons.
    """
    if nature not in NATURES:
        known = ", ".join(NATURES)
        return t("« {nature} » n'est pas une nature : {known}.", nature=nature, known=known)
    if unit not in units:
        return t("Ce commun n'a pas d'unité « {unit} ».", unit=unit)
    if unit in UNVALUED_UNITS:
        return t("Ni l'argent ni les commits ne reçoivent de valeur.")
    if is_volunteer_time(PRO_BONO, unit, nature):
        return t("Ces heures valent le taux horaire : elles n'ont pas d'autre valeur.")
    return None


def check_rate(amount: Decimal) -> Decimal:
    """A value in euros for one unit. Raises `InputError`; nothing is rounded for its writer."""
    if not 0 < amount <= RATE_MAX:
        raise InputError(t("Indiquez une valeur entre 0 et 10 000 €."))
    if amount != amount.quantize(Decimal(1).scaleb(-RATE_SCALE)):
        raise InputError(t("Une valeur a quatre décimales au plus."))
    return amount
