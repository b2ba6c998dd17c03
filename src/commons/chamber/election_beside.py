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
)
from commons.allocation.counting_reasons import Why, whys
from commons.allocation.election import RANKED, Election
from commons.allocation.election_audit import OneMore, with_one_more
from commons.allocation.election_reasons import amount, support
from commons.allocation.pabulib import read_election
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
        fates = whys(result, chosen.table)
        return ElectionBeside(
            result.election,
            sides,
            chosen,
            tuple(lines[:LISTED_MAX]),
            max(0, len(lines) - LISTED_MAX),
            tuple(_fate(result.election, why) for why in fates if why.is_funded)[:LISTED_MAX],
            tuple(_fate(result.election, why) for why in fates if not why.is_funded)[
                :LISTED_MAX
            ],
            tuple(_notes(result)),
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


def _fate(election: Election, why: Why) -> Fate:
    return Fate(
        _label(election, why.place),
        support(election, why.votes),
        amount(election, why.cost),
        why.text,
        tuple((amount(election, paid), voters) for paid, voters in why.paid[:PAID_MAX]),
    )


def _notes(result: Counted) -> list[Text]:
    """What was decided along the way, where Equal Shares was counted."""
    outcome, election = result.outcome, result.election
    if outcome is None:
        return []
    notes = [
        t("Chaque personne dispose de {share}.", share=amount(election, outcome.endowment))
    ]
    if outcome.added:
        more = amount(election, Fraction(outcome.added))
        text = t("C'est {more} de plus que sa part, ajoutés un à un (add1).", more=more)
        notes.append(text)
    if outcome.comparison is not None:
        notes.append(
            t(
                "{mine} personnes soutiennent plus de propositions ainsi, {theirs} au seul "
                "nombre de voix.",
                mine=outcome.comparison.prefer_equal_shares,
                theirs=outcome.comparison.prefer_greedy,
            )
        )
        if not outcome.is_kept:
            notes.append(t("On revient donc au nombre de voix."))
    change = with_one_more(election, outcome, result.count.completion)
    return [*notes, *_changes(election, change)]


def _changes(election: Election, change: OneMore) -> list[Text]:
    gained, lost = (
        ", ".join(f"« {_label(election, place)} »" for place in places)
        for places in (change.gained, change.lost)
    )
    if not gained and not lost:
        return [t("Une unité de monnaie de plus dans le budget n'y changerait rien.")]
    notes = []
    if gained:
        text = t("Avec une unité de monnaie de plus s'ajouteraient : {names}.", names=gained)
        notes.append(text)
    if lost:
        text = t("Avec une unité de monnaie de plus seraient perdues : {names}.", names=lost)
        notes.append(text)
    return notes
