"""Claims, takes, gifts and evaluations brought by anyone: by every rule, or as a round file."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from commons.allocation.axioms import AXIOM_TEXTS, HOLDS
from commons.allocation.claims import RULES
from commons.allocation.claims_file import read_claims, typed_claims
from commons.allocation.division import Claim, Division, divide
from commons.allocation.evaluations_file import read_evaluations
from commons.allocation.explanation import explain
from commons.allocation.file_kinds import FileKind
from commons.allocation.gift_reasons import explain_matches
from commons.allocation.gifts import Gift
from commons.allocation.gifts_file import read_gifts
from commons.allocation.matching import MATCHING_RULES, Matched, match
from commons.allocation.peer_reasons import explain_peers
from commons.allocation.peers import (
    COLLUSION_MEMBERS_MAX,
    PEER_RULES,
    Evaluation,
    PeerDivision,
    collusions,
    divide_by_peers,
)
from commons.allocation.rounding import Rounding
from commons.allocation.take_reasons import explain_takes
from commons.allocation.takes import TAKES, Take, divide_takes, read_takes
from commons.chamber.brought import Brought, check_lines, check_members
from commons.chamber.compare_settings import Settings
from commons.chamber.round_file import (
    division_round,
    matching_round,
    peers_round,
    takes_round,
)
from commons.chamber.side_by_side import Sharing, Side, Tie, chosen_of, tried
from commons.kernel.text import Text, t


class Divided(Protocol):
    """What was brought, read: shown by all its rules, or written down by one."""

    def sharing(self) -> Sharing: ...

    def round_file(self, rule: str) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Claims:
    """Claims on an envelope, by every claims rule."""

    claims: list[Claim]
    settings: Settings

    def divided(self, rule: str) -> Division:
        wanted = self.settings.rounding
        usual = RULES[rule].fixed_weights is None if rule in RULES else False
        rounding = Rounding.LARGEST_REMAINDER if usual else wanted
        return divide(self.settings.envelope, self.claims, rule, rounding)

    def _side(self, rule: str) -> Side:
        division = self.divided(rule)
        notes: list[Text] = []
        if division.rounding is not self.settings.rounding:
            notes.append(t("Arrondi aux plus grands restes : ses poids ne sont pas fixes."))
        if any(claim.weight != 1 for claim in self.claims):
            notes.append(t("Les poids multiplient ce que la règle égalise."))
        amounts = tuple(award.cents for award in division.awards)
        return Side(division.rule, amounts, division.unspent, notes=tuple(notes))

    def sharing(self) -> Sharing:
        sides = tried(RULES.values(), self._side)
        chosen = chosen_of(sides, self.settings.rule)
        holds = HOLDS[chosen.rule.name]
        return Sharing(
            FileKind.CLAIMS,
            self.settings.envelope,
            tuple(claim.name for claim in self.claims),
            tuple(claim.cents for claim in self.claims),
            sides,
            chosen,
            tuple(tuple(e.sentences()) for e in explain(self.divided(chosen.rule.name))),
            promises=tuple((axiom in holds, text) for axiom, text in AXIOM_TEXTS.items()),
        )

    def round_file(self, rule: str) -> bytes:
        return division_round(self.divided(rule))


@dataclass(frozen=True, slots=True)
class Takes:
    """Takes from an envelope, by their one rule."""

    takes: list[Take]
    settings: Settings

    def _divided(self) -> Division:
        return divide_takes(self.settings.envelope, self.takes)

    def _side(self, _: str) -> Side:
        division = self._divided()
        return Side(TAKES, tuple(a.cents for a in division.awards), division.unspent)

    def sharing(self) -> Sharing:
        sides = tried([TAKES], self._side)
        return Sharing(
            FileKind.TAKES,
            self.settings.envelope,
            tuple(take.name for take in self.takes),
            tuple(take.cents for take in self.takes),
            sides,
            sides[0],
            tuple(
                tuple(each.sentences()) for each in explain_takes(self._divided(), self.takes)
            ),
        )

    def round_file(self, rule: str) -> bytes:
        del rule  # there is one
        return takes_round(self.settings.envelope, self.takes, self._divided())


@dataclass(frozen=True, slots=True)
class Gifts:
    """Gifts matched from a pool, by every matching rule."""

    gifts: list[Gift]
    settings: Settings

    def _matched(self, rule: str) -> Matched:
        asked = self.settings
        return match(asked.envelope, self.gifts, rule, cap=asked.cap, bound=asked.pair_bound)

    def _side(self, rule: str) -> Side:
        result = self._matched(rule)
        return Side(result.rule, tuple(m.cents for m in result.matches), result.unspent)

    def sharing(self) -> Sharing:
        sides = tried(MATCHING_RULES.values(), self._side)
        chosen = chosen_of(sides, self.settings.rule)
        result = self._matched(chosen.rule.name)
        return Sharing(
            FileKind.GIFTS,
            self.settings.envelope,
            tuple(each.project for each in result.matches),
            tuple(each.gifts for each in result.matches),
            sides,
            chosen,
            tuple(
                tuple(each.sentences())
                for each in explain_matches(
                    result, self.gifts, self.settings.cap, self.settings.pair_bound
                )
            ),
        )

    def round_file(self, rule: str) -> bytes:
        asked = self.settings
        return matching_round(self._matched(rule), self.gifts, asked.cap, asked.pair_bound)


@dataclass(frozen=True, slots=True)
class Evaluations:
    """An envelope divided by what members say of each other, by every rule of peers."""

    evaluations: list[Evaluation]
    settings: Settings

    def _divided(self, rule: str) -> PeerDivision:
        return divide_by_peers(self.settings.envelope, self.evaluations, rule)

    def _side(self, rule: str) -> Side:
        result = self._divided(rule)
        return Side(result.rule, tuple(award.cents for award in result.awards))

    def sharing(self) -> Sharing:
        sides = tried(PEER_RULES.values(), self._side)
        chosen = chosen_of(sides, self.settings.rule)
        result = self._divided(chosen.rule.name)
        return Sharing(
            FileKind.EVALUATIONS,
            self.settings.envelope,
            tuple(award.member for award in result.awards),
            (0,) * len(result.awards),
            sides,
            chosen,
            tuple(tuple(e.sentences()) for e in explain_peers(result, self.evaluations)),
            warnings=result.warnings,
            ties=self._ties(result),
        )

    def _ties(self, result: PeerDivision) -> tuple[Tie, ...] | None:
        if len(result.awards) > COLLUSION_MEMBERS_MAX:
            return None
        found = collusions(self.settings.envelope, self.evaluations, result.rule.name)
        return tuple(Tie(each.members, round(each.gain)) for each in found if each.gain > 0)

    def round_file(self, rule: str) -> bytes:
        return peers_round(self._divided(rule), self.evaluations)


def divided(brought: Brought, settings: Settings) -> Divided:
    """Read what was brought. Raises `InputError` naming the line, or for too many lines."""
    return _READERS[brought.kind](brought, settings)


def _claims(brought: Brought, settings: Settings) -> Divided:
    claims = read_claims(brought.data) if brought.name else typed_claims(brought.typed)
    check_lines(brought, len(claims))
    return Claims(claims, settings)


def _takes(brought: Brought, settings: Settings) -> Divided:
    takes = read_takes(brought.data)
    check_lines(brought, len(takes))
    return Takes(takes, settings)


def _gifts(brought: Brought, settings: Settings) -> Divided:
    gifts = read_gifts(brought.data)
    check_lines(brought, len(gifts))
    return Gifts(gifts, settings)


def _evaluations(brought: Brought, settings: Settings) -> Divided:
    evaluations = read_evaluations(brought.data)
    check_lines(brought, len(evaluations))
    check_members(brought, len({name for e in evaluations for name in (e.judge, e.member)}))
    return Evaluations(evaluations, settings)


_READERS: dict[FileKind, Callable[[Brought, Settings], Divided]] = {
    FileKind.CLAIMS: _claims,
    FileKind.TAKES: _takes,
    FileKind.GIFTS: _gifts,
    FileKind.EVALUATIONS: _evaluations,
}
