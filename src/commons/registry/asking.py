"""What a reader asks of a journal: whose entries, of which month, kind and state."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from urllib.parse import urlencode
from uuid import UUID

from litestar.exceptions import ClientException

from commons.kernel.text import Text, t
from commons.ledger.filters import Filter
from commons.ledger.model import Entry, Kind, State

MONTHS = 12
YEARS = range(1900, 3000)


@dataclass(frozen=True, slots=True)
class Asked:
    """The filter as it stands in an address. What cannot be read there does not restrict."""

    person: UUID | None = None
    month: date | None = None
    kind: Kind | None = None
    state: State | None = None
    before: tuple[datetime, UUID] | None = None

    @classmethod
    def of(cls, query: Mapping[str, str]) -> "Asked":
        kind, state = query.get("genre", ""), query.get("etat", "")
        return cls(
            person=_person(query.get("qui", "")),
            month=_month(query.get("mois", "")),
            kind=Kind(kind) if kind in list(Kind) else None,
            state=State(state) if state in list(State) else None,
            before=_cursor(query.get("avant", "")),
        )

    @property
    def restricts(self) -> bool:
        return self != Asked()

    @property
    def query(self) -> str:
        """The filter as it stands in an address, without the page."""
        asked = {
            "genre": self.kind or "",
            "qui": str(self.person or ""),
            "mois": self.month.strftime("%Y-%m") if self.month else "",
            "etat": self.state or "",
        }
        return urlencode({name: value for name, value in asked.items() if value})

    def filter(self, *, is_open: bool) -> Filter:
        """Under pseudonyms nobody may be looked for by name."""
        return Filter(
            person=self.person if is_open else None,
            kinds=(self.kind,) if self.kind else (),
            since=self.month,
            until=_last_day(self.month) if self.month else None,
            state=self.state,
        )


def unread(query: Mapping[str, str], *, is_open: bool) -> dict[str, Text]:
    """What of a filter cannot be read, by its name in the address: it restricts nothing."""
    asked, faults = Asked.of(query), {}
    shown = {name: _shown(query.get(name, "")) for name in ("genre", "etat", "mois", "qui")}
    if shown["genre"] and asked.kind is None:
        faults["genre"] = t("« {typed} » n'est pas un genre d'écriture.", typed=shown["genre"])
    if shown["etat"] and asked.state is None:
        faults["etat"] = t("« {typed} » n'est pas un état.", typed=shown["etat"])
    if shown["mois"] and asked.month is None:
        faults["mois"] = t("« {typed} » n'est pas un mois.", typed=shown["mois"])
    if shown["qui"] and not is_open:
        faults["qui"] = t("Ce journal vous est montré sans les noms : on n'y cherche personne.")
    elif shown["qui"] and asked.person is None:
        faults["qui"] = t("« {typed} » ne désigne personne.", typed=shown["qui"])
    return faults


def _shown(typed: str) -> str:
    return "".join(char if char.isprintable() else "?" for char in typed[:40])


def last_months(today: date) -> list[date]:
    """The first days of this month and the eleven before it."""
    number = today.year * 12 + today.month - 1
    return [date(n // 12, n % 12 + 1, 1) for n in range(number, number - MONTHS, -1)]


def _last_day(month: date) -> date:
    following = (month.replace(day=1) + timedelta(days=32)).replace(day=1)
    return following - timedelta(days=1)


def _person(typed: str) -> UUID | None:
    try:
        return UUID(typed)
    except ValueError:
        return None


def _month(typed: str) -> date | None:
    try:
        month = date.fromisoformat(f"{typed}-01")
    except ValueError:
        return None
    return month if month.year in YEARS else None


def _cursor(typed: str) -> tuple[datetime, UUID] | None:
    try:
        return read_cursor(typed) if typed else None
    except ValueError as error:
        raise ClientException("unreadable cursor") from error


def read_cursor(typed: str) -> tuple[datetime, UUID]:
    """Where a page ended. Raises `ValueError` for what `cursor_after` did not write."""
    moment, _, key = typed.replace(" ", "+").rpartition("_")
    found = datetime.fromisoformat(moment)
    if found.tzinfo is None or found.year not in YEARS:
        raise ValueError(typed)
    return found, UUID(key)


def cursor_after(entry: Entry) -> str:
    """Where the next page begins, as it stands in an address."""
    return f"{entry.recorded_at.isoformat()}_{entry.entry_id}"
