"""Dividing money by what members say of each other."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from typing import TypeAlias

from commons.allocation.impartial import Points, impartial
from commons.allocation.peer_cents import Parts, exact_shares, whole_cents
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
    """A rule by which members judge each other.

    `parts` says what others receive of each member's part; the cents left over in it are
    the member's own (`own_rest`), or go to the others.
    """

    name: str
    parts: Callable[[Sequence[str], Points], Parts]
    own_rest: bool
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
        texts = [
            rule.counts,
            t("{count} autres personnes se sont prononcées.", count=self.judges),
        ]
        if abs(self.cents - self.exact) >= 1:
            texts.append(
                t(
                    "Les centimes sont arrondis sans regarder ce que cette personne a dit : "
                    "elle en reçoit quelques-uns de plus ou de moins que sa part exacte."
                )
            )
        return texts


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


def points_received(members: Sequence[str], points: Points) -> Parts:
    """Each member's part goes to the others in proportion to the points they gave them.

    The voice of those who say nothing goes to all others alike. So nobody moves their own
    share by speaking, by staying silent or by being generous. Source: DESIGN §6 (proportion
    of points received).
    """
    place_of = {name: place for place, name in enumerate(members)}
    parts = []
    for judge in members:
        given = points.get(judge) or {name: Fraction(1) for name in members if name != judge}
        total = sum(given.values(), Fraction(0)) * len(members)
        parts.append({place_of[name]: number / total for name, number in given.items()})
    return parts


PEER_RULES: dict[str, PeerRule] = {
    rule.name: rule
    for rule in (
        PeerRule(
            "impartial",
            impartial,
            True,  # noqa: FBT003 -- the row of a table
            t("Division impartiale"),
            t(
                "Chaque personne compare les autres entre elles ; ce qu'elle dit ne change "
                "jamais sa propre part, pas même d'un centime."
            ),
            t("Elle protège la franchise : personne ne gagne à mal noter les autres."),
            t("Elle coûte un effort : se prononcer sur tout le monde, à quatre au moins."),
            "de Clippel, Moulin & Tideman, Journal of Economic Theory 139, 2008",
        ),
        PeerRule(
            "points",
            points_received,
            False,  # noqa: FBT003 -- the row of a table
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

    Awards stand in the order in which members first appear. That order is partly one's own
    doing, so cents are settled in the order of names, by code point: among the same people,
    nobody moves their own cents by what they say or by staying silent. Raises `InputError`
    for negative points, points to oneself or twice to the same person, or what the rule
    cannot take. Source: each rule names its own.
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
    ordered = sorted(members)
    parts = rule.parts(ordered, points)
    cents = dict(
        zip(ordered, whole_cents(envelope, parts, own_rest=rule.own_rest), strict=True)
    )
    exact = dict(zip(ordered, exact_shares(parts), strict=True))
    awards = tuple(
        PeerAward(
            member, cents[member], exact[member] * envelope, len(points.keys() - {member})
        )
        for member in members
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
