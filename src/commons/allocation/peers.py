"""Dividing money by what members say of each other."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from typing import TypeAlias

from commons.allocation.impartial import Points, impartial
from commons.allocation.rounding import largest_remainder
from commons.kernel.errors import InputError
from commons.kernel.text import Text, t

FEW = 3
"""Up to this many people, no impartial rule is fair."""
COLLUSION_MEMBERS_MAX = 12
Table: TypeAlias = dict[str, dict[str, Fraction]]


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Points that one member gives another."""

    judge: str
    member: str
    points: Fraction


@dataclass(frozen=True, slots=True)
class PeerRule:
    """A rule by which members judge each other; `share` gives parts of 1."""

    name: str
    share: Callable[[Sequence[str], Points], list[Fraction]]
    label: Text
    counts: Text
    protects: Text
    costs: Text
    source: str


@dataclass(frozen=True, slots=True)
class PeerAward:
    """What a member receives, in cents and exactly, and what others said in all."""

    member: str
    cents: int
    exact: Fraction
    judges: int

    def sentences(self, rule: PeerRule) -> list[Text]:
        """« Pourquoi ce montant ? », in sentences."""
        return [
            rule.counts,
            t("{count} autres personnes se sont prononcées.", count=self.judges),
        ]


@dataclass(frozen=True, slots=True)
class PeerDivision:
    """The result in published order. `warnings` are to be read before it is adopted."""

    rule: PeerRule
    envelope: int
    awards: tuple[PeerAward, ...]
    warnings: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class Collusion:
    """What two members would gain together, in exact cents, by praising each other."""

    members: tuple[str, str]
    gain: Fraction


def points_received(members: Sequence[str], points: Points) -> list[Fraction]:
    """Shares of 1 in proportion to points received, each member's voice counting for one.

    The voice of those who say nothing goes to all others alike. So nobody moves their own
    share by speaking, by staying silent or by being generous. Source: DESIGN §6 (proportion
    of points received).
    """
    shares = dict.fromkeys(members, Fraction(0))
    for judge in members:
        given = points.get(judge) or {name: Fraction(1) for name in members if name != judge}
        total = sum(given.values(), Fraction(0)) * len(members)
        for member, number in given.items():
            shares[member] += number / total
    return [shares[member] for member in members]


PEER_RULES: dict[str, PeerRule] = {
    rule.name: rule
    for rule in (
        PeerRule(
            "impartial",
            impartial,
            t("Division impartiale"),
            t(
                "Chaque personne compare les autres entre elles ; ce qu'elle dit ne change "
                "jamais sa propre part."
            ),
            t("Elle protège la franchise : personne ne gagne à mal noter les autres."),
            t("Elle coûte un effort : se prononcer sur tout le monde, à quatre au moins."),
            "de Clippel, Moulin & Tideman, Journal of Economic Theory 139, 2008",
        ),
        PeerRule(
            "points",
            points_received,
            t("Points reçus"),
            t("Chaque personne répartit une voix entre les autres ; on additionne."),
            t("Elle protège la simplicité : une addition suffit pour la refaire."),
            t("Elle coûte de la justesse : qui note ne reçoit rien de soi-même."),
            "Proportion of points received, each voice normalised to one",
        ),
    )
}


def divide_by_peers(
    envelope: int, evaluations: Iterable[Evaluation], rule_name: str
) -> PeerDivision:
    """Divide `envelope` cents by what members say of each other.

    Members stand in the order in which they first appear, which settles ties. Cents by
    largest remainder. Raises `InputError` for negative points, points to oneself or twice to
    the same person, or what the rule cannot take. Source: each rule names its own.
    """
    if rule_name not in PEER_RULES:
        known = ", ".join(PEER_RULES)
        raise InputError(
            t(
                "La règle « {name} » ne lit pas des évaluations. Règles : {known}.",
                name=rule_name,
                known=known,
            )
        )
    if envelope < 0:
        raise InputError(t("L'enveloppe ne peut pas être négative."))
    rule = PEER_RULES[rule_name]
    members, points = judged(evaluations)
    exact = [share * envelope for share in rule.share(members, points)]
    rounded = largest_remainder(exact)
    awards = tuple(
        PeerAward(member, cents, share, sum(1 for judge in points if judge != member))
        for member, cents, share in zip(members, rounded.amounts, exact, strict=True)
    )
    return PeerDivision(rule, envelope, awards, _warnings(members, points))


def judged(evaluations: Iterable[Evaluation]) -> tuple[list[str], Table]:
    """Members in order of appearance, and who gave what to whom; judges of nothing left out.

    Raises `InputError` for what cannot be a judgement of others. Source: DESIGN §6.
    """
    members: dict[str, None] = {}
    points: Table = {}
    for evaluation in evaluations:
        judge, member = evaluation.judge, evaluation.member
        if judge == member:
            raise InputError(t("« {name} » se note soi-même : on note les autres.", name=judge))
        given = points.setdefault(judge, {})
        if member in given:
            raise InputError(
                t("« {judge} » note deux fois « {member} ».", judge=judge, member=member)
            )
        if evaluation.points < 0:
            raise InputError(t("« {name} » donne des points négatifs.", name=judge))
        given[member] = evaluation.points
        members |= {judge: None, member: None}
    points = {judge: given for judge, given in points.items() if any(given.values())}
    if not points:
        raise InputError(t("Personne n'a donné de point : il n'y a rien à compter."))
    return list(members), points


def collusions(
    envelope: int, evaluations: Sequence[Evaluation], rule_name: str, factor: int = 2
) -> list[Collusion]:
    """What each two members would gain together by multiplying what they give each other.

    Impartial rules stop one person, not two: this says by how much, the largest gain first.
    Raises `InputError` beyond `COLLUSION_MEMBERS_MAX` members. Source: the test of DESIGN §6.
    """
    before = {
        a.member: a.exact for a in divide_by_peers(envelope, evaluations, rule_name).awards
    }
    if len(before) > COLLUSION_MEMBERS_MAX:
        raise InputError(
            t("L'essai d'entente prend au plus {limit} personnes.", limit=COLLUSION_MEMBERS_MAX)
        )
    found = []
    for pair in combinations(before, 2):
        colluding = [
            Evaluation(each.judge, each.member, each.points * factor)
            if {each.judge, each.member} == set(pair)
            else each
            for each in evaluations
        ]
        after = divide_by_peers(envelope, colluding, rule_name).awards
        gain = sum((a.exact - before[a.member] for a in after if a.member in pair), Fraction(0))
        found.append(Collusion(pair, gain))
    return sorted(found, key=lambda collusion: -collusion.gain)


def _warnings(members: Sequence[str], points: Table) -> tuple[Text, ...]:
    warnings = []
    if len(members) <= FEW:
        warnings.append(
            t(
                "À trois ou moins, aucune règle n'est à la fois impartiale et juste : "
                "parlez-en avant d'adopter ce résultat."
            )
        )
    silent = [member for member in members if member not in points]
    if silent:
        warnings.append(
            t("Ces personnes ne se sont pas prononcées : {names}.", names=", ".join(silent))
        )
    return tuple(warnings)
