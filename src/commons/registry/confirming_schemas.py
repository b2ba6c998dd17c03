"""Shapes of the API about confirming: reasons, rules, units."""

from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field

from commons.identity.model import Role
from commons.kernel.quantity import Unit, parse_plain, plain
from commons.ledger.model import Rules
from commons.ledger.rules import CONTEST_DAYS_MAX, QUORUM_MAX
from commons.registry.schemas import Line, Lines, Sent


class ReasonIn(Sent):
    """A contest or an answer; `entry_id` makes sending it twice harmless."""

    entry_id: UUID
    reason: Annotated[Lines, Field(min_length=1)]


class UnitIn(Sent):
    """A unit of a commons' own, such as `basket`, with at most `scale` decimals."""

    code: Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9-]{0,31}$", examples=["basket"])]
    scale: Annotated[int, Field(ge=0, le=6)] = 0
    label: Annotated[Line, Field(min_length=1, max_length=60)]


class UnitOut(BaseModel):
    code: str
    scale: int
    label: str

    @classmethod
    def of(cls, unit: Unit) -> "UnitOut":
        return cls(code=unit.code, scale=unit.scale, label=unit.label)


class RulesIn(Sent):
    """How a commons confirms contributions; `advance` is euros, as a decimal string."""

    quorum: Annotated[int, Field(ge=1, le=QUORUM_MAX)] = 1
    attesters: list[Role] = Field(default=[], max_length=10)
    contest_days: Annotated[int, Field(ge=1, le=CONTEST_DAYS_MAX)] | None = None
    silence_accepts: bool = False
    advance: Annotated[str, Field(max_length=24, examples=["500"])] = "0"

    def read(self) -> Rules:
        """Raises `InputError` for an unreadable amount."""
        return Rules(
            self.quorum,
            frozenset(str(role) for role in self.attesters),
            self.contest_days,
            self.silence_accepts,
            parse_plain(self.advance),
        )


class RulesOut(BaseModel):
    quorum: int
    attesters: list[str]
    contest_days: int | None
    silence_accepts: bool
    advance: str

    @classmethod
    def of(cls, rules: Rules) -> "RulesOut":
        return cls(
            quorum=rules.quorum,
            attesters=sorted(rules.attesters),
            contest_days=rules.contest_days,
            silence_accepts=rules.silence_accepts,
            advance=plain(rules.advance),
        )
