"""An election that anyone brings, counted by every ballot rule, and as a round file."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from commons.allocation.certificate import Payments
from commons.allocation.counting import (
    BALLOT_RULES,
    CountAudit,
    Counted,
    audited,
    counted,
    paid_in,
    refuse_idle,
    with_one_more,
)
from commons.allocation.counting_reasons import whys
from commons.allocation.election import RANKED, Election
from commons.allocation.election_reasons import Bought, Reason, Unfunded
from commons.allocation.pabulib import read_election
from commons.allocation.reason_sentences import Teller, amount, support
from commons.chamber.brought import NOT_DONE, Brought, check_marks
from commons.chamber.compare_settings import Settings
from commons.chamber.election_round import election_round
from commons.chamber.side_by_side import Rule, reason
from commons.kernel.errors import FieldError, InputError
from commons.kernel.text import Text, t

LISTED_MAX = 60
"""Up to this many proposals stand in tables; the round file has all that are funded."""
PAID_MAX = 40


@dataclass(frozen=True, slots=True)
class BallotSide:
    """What one rule funds, how voters fare, and whether it holds; or why it refuses.

    `used` is in percent of the budget, `heard` in percent of the voters: for drawings.
    """

    rule: Rule
    result: Counted | None = None
    audit: CountAudit | None = None
    table: Payments | None = None
    refusal: Text | None = None

    @property
    def places(self) -> list[int]:
        return self.result.places if self.result else []

    @property
    def spent(self) -> Fraction:
        return self.result.election.cost(self.places) if self.result else Fraction(0)

    @property
    def used(self) -> int:
        budget = self.result.election.budget if self.result else 0
        return round(100 * self.spent / budget) if budget else 0

    @property
    def heard(self) -> int:
        """How many voters support something that is funded."""
        if self.result is None or self.audit is None:
            return 0
        return self.result.election.voters - self.audit.fare.left_out

    @property
    def heard_part(self) -> Fraction:
        voters = self.result.election.voters if self.result else 0
        return Fraction(self.heard, voters) if voters else Fraction(0)


@dataclass(frozen=True, slots=True)
class Line:
    """A proposal across all rules: which of them fund it."""

    label: str
    votes: Text
    cost: Text
    funded: tuple[bool, ...]


@dataclass(frozen=True, slots=True)
class Fate:
    """A proposal under the chosen rule: the sentence, and who paid how much for it."""

    label: str
    votes: Text
    cost: Text
    why: Text
    paid: tuple[tuple[Text, int], ...]


@dataclass(frozen=True, slots=True)
class ElectionBeside:
    """The rules side by side on one election. Lists are cut at `LISTED_MAX`."""

    election: Election
    sides: tuple[BallotSide, ...]
    chosen: BallotSide
    lines: tuple[Line, ...]
    lines_left: int
    funded: tuple[Fate, ...]
    unfunded: tuple[Fate, ...]
    notes: tuple[Text, ...]

    @property
    def counted(self) -> list[BallotSide]:
        return [side for side in self.sides if side.refusal is None]

    @property
    def unfunded_left(self) -> int:
        total = len(self.election.proposals) - len(self.chosen.places)
        return total - len(self.unfunded)

    def money(self, value: Fraction) -> Text:
        return amount(self.election, value)


@dataclass(frozen=True, slots=True)
class ElectionCount:
    """An election as it was brought, ready to be counted."""

    source: bytes
    election: Election
    settings: Settings

    def _side(self, rule: Rule) -> BallotSide:
        try:
            result = counted(self.election, self.settings.count_by(rule.name))
        except InputError as error:
            return BallotSide(rule, refusal=reason(error))
        table = paid_in(result)
        return BallotSide(rule, result, audited(result, table), table)

    def beside(self) -> ElectionBeside:
        """All rules. Raises `InputError` beside `convert` where none can count."""
        sides = tuple(self._side(rule) for rule in BALLOT_RULES.values())
        done = [side for side in sides if side.result is not None]
        if not done:
            text = sides[0].refusal or NOT_DONE
            raise InputError(NOT_DONE, [FieldError("convert", text)])
        chosen = next((s for s in done if s.rule.name == self.settings.rule), done[0])
        result = chosen.result
        if result is None:
            raise InputError(NOT_DONE)
        lines = _lines(result.election, sides)
        teller = Teller(result.election, lambda place: _label(result.election, place))
        whole = whys(result, chosen.table)
        funded = [why for why in whole if not isinstance(why, Unfunded)]
        unfunded = [why for why in whole if isinstance(why, Unfunded)]
        return ElectionBeside(
            result.election,
            sides,
            chosen,
            tuple(lines[:LISTED_MAX]),
            max(0, len(lines) - LISTED_MAX),
            tuple(_fate(teller, why) for why in funded[:LISTED_MAX]),
            tuple(_fate(teller, why) for why in unfunded[:LISTED_MAX]),
            (*teller.notes(result), *teller.changes(with_one_more(result))),
        )

    def round_file(self, rule: str) -> bytes:
        return election_round(counted(self.election, self.settings.count_by(rule)), self.source)


def brought_election(brought: Brought, settings: Settings) -> ElectionCount:
    """Read the file. Raises `InputError` naming the line, for rankings, or for too large."""
    election = read_election(brought.data, settings.budget)
    check_marks(brought.place, len(election.ballots), len(election.proposals))
    if election.vote_type == RANKED and settings.count.conversion is None:
        text = t(
            "Ces bulletins sont des classements : dites d'abord combien vaut chaque rang, puis "
            "recalculez."
        )
        raise InputError(NOT_DONE, [FieldError("convert", text)])
    refuse_idle(election, settings.count)
    return ElectionCount(brought.data, election, settings)


def _lines(election: Election, sides: Sequence[BallotSide]) -> list[Line]:
    votes, ranks = election.votes(), election.ranks()
    funded = [set(side.places) for side in sides if side.refusal is None]
    order = sorted(range(len(votes)), key=lambda place: (-votes[place], ranks[place]))
    return [
        Line(
            _label(election, place),
            support(election, votes[place]),
            amount(election, election.proposals[place].cost),
            tuple(place in places for places in funded),
        )
        for place in order
    ]


def _label(election: Election, place: int) -> str:
    proposal = election.proposals[place]
    return proposal.name or proposal.proposal_id


def _fate(teller: Teller, why: Reason) -> Fate:
    election = teller.election
    paid = why.paid if isinstance(why, Bought) else ()
    return Fate(
        teller.label(why.place),
        support(election, why.votes),
        amount(election, why.cost),
        teller.text(why),
        tuple((amount(election, each), voters) for each, voters in paid[:PAID_MAX]),
    )
