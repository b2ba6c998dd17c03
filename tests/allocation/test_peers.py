"""Peer rules: nobody moves their own share, agreement is followed, two can still conspire."""

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commons.allocation.evaluations_file import read_evaluations
from commons.allocation.peers import PEER_RULES, Evaluation, collusions, divide_by_peers
from commons.allocation.takes import Take, divide_takes, highest_takes, read_takes
from commons.kernel.errors import InputError

NAMES = "ABCDEF"
peer_rules = st.sampled_from(sorted(PEER_RULES))


@st.composite
def circles(draw: st.DrawFn, count: int | None = None) -> list[Evaluation]:
    size = count or draw(st.integers(4, 6))
    return [
        Evaluation(judge, member, Fraction(draw(st.integers(1, 20))))
        for judge in NAMES[:size]
        for member in NAMES[:size]
        if judge != member
    ]


def shares(evaluations: list[Evaluation], rule: str) -> dict[str, Fraction]:
    awards = divide_by_peers(10_000, evaluations, rule).awards
    return {award.member: award.exact for award in awards}


def received(envelope: int, evaluations: list[Evaluation], rule: str, name: str) -> object:
    """The cents and the exact share of that person."""
    awards = divide_by_peers(envelope, evaluations, rule).awards
    (found,) = [(award.cents, award.exact) for award in awards if award.member == name]
    return found


@given(
    evaluations=circles(),
    rule=peer_rules,
    envelope=st.integers(0, 2_000),
    name=st.sampled_from(NAMES[:4]),
    data=st.data(),
)
@settings(max_examples=300)
def test_nobody_moves_a_cent_of_their_own_by_what_they_say(
    evaluations: list[Evaluation], rule: str, envelope: int, name: str, data: st.DataObject
) -> None:
    """Nor by the order in which they say it: their lines may stand anywhere."""
    said = [
        Evaluation(name, each.member, Fraction(data.draw(st.integers(1, 99)), 3))
        for each in evaluations
        if each.judge == name
    ]
    others = [each for each in evaluations if each.judge != name]
    changed = data.draw(st.permutations(said)) + others
    before = received(envelope, evaluations, rule, name)
    assert received(envelope, changed, rule, name) == before
    assert received(envelope, others + said, rule, name) == before


@given(
    evaluations=circles(5),
    rule=peer_rules,
    envelope=st.integers(0, 2_000),
    name=st.sampled_from(NAMES[:5]),
)
@settings(max_examples=100)
def test_nobody_moves_a_cent_of_their_own_by_staying_silent(
    evaluations: list[Evaluation], rule: str, envelope: int, name: str
) -> None:
    silent = [each for each in evaluations if each.judge != name]
    nothing = [Evaluation(name, m, Fraction(0)) for m in NAMES[:5] if m != name] + silent
    before = received(envelope, evaluations, rule, name)
    assert received(envelope, silent, rule, name) == before
    assert received(envelope, nothing, rule, name) == before


def test_a_cent_that_one_s_own_words_used_to_move_stays() -> None:
    """Ten euros; by the largest remainders of all shares, `a` had 2,78 € or 2,79 €."""
    others = {"b": "2 2 1", "c": "1 1 2", "d": "3 1 3"}

    def said(by_a: str) -> list[Evaluation]:
        return [
            Evaluation(judge, member, Fraction(points))
            for judge, given in {"a": by_a, **others}.items()
            for member, points in zip(
                (m for m in "abcd" if m != judge), given.split(), strict=True
            )
        ]

    one, other = (divide_by_peers(1000, said(by_a), "impartial") for by_a in ("1 3 1", "2 3 3"))
    assert one.awards[0].exact == other.awards[0].exact == Fraction(100_755 * 100, 36_176)
    assert one.awards[0].cents == other.awards[0].cents == 278
    assert [award.cents for award in one.awards] != [award.cents for award in other.awards]


@given(evaluations=circles(), rule=peer_rules, envelope=st.integers(0, 2_000))
@settings(max_examples=100)
def test_cents_are_all_given_and_near_the_exact_share(
    evaluations: list[Evaluation], rule: str, envelope: int
) -> None:
    division = divide_by_peers(envelope, evaluations, rule)
    count = len(division.awards)
    assert sum(award.cents for award in division.awards) == envelope
    for award in division.awards:
        assert award.cents >= 0
        off = abs(award.cents - award.exact)
        assert off < count
        told = any("centimes" in str(text) for text in award.sentences(division.rule)[1:])
        assert told == (off >= 1)


@given(evaluations=circles(), rule=peer_rules)
@settings(max_examples=60)
def test_everything_is_given_and_nobody_owes(evaluations: list[Evaluation], rule: str) -> None:
    division = divide_by_peers(10_007, evaluations, rule)
    assert sum(award.cents for award in division.awards) == 10_007
    assert sum(award.exact for award in division.awards) == 10_007
    assert all(award.exact >= 0 for award in division.awards)


@given(
    deserved=st.lists(st.integers(1, 50), min_size=4, max_size=6),
    scales=st.lists(st.integers(1, 9), min_size=6, max_size=6),
)
@settings(max_examples=40)
def test_a_division_on_which_all_agree_is_the_impartial_one(
    deserved: list[int], scales: list[int]
) -> None:
    evaluations = [
        Evaluation(NAMES[j], NAMES[m], Fraction(points * scales[j]))
        for j in range(len(deserved))
        for m, points in enumerate(deserved)
        if j != m
    ]
    found = shares(evaluations, "impartial")
    for name, points in zip(NAMES, deserved, strict=False):
        assert found[name] == Fraction(10_000 * points, sum(deserved))


def test_points_do_not_follow_agreement_which_is_their_known_fault() -> None:
    deserved = {"A": 6, "B": 2, "C": 1, "D": 1}
    evaluations = [
        Evaluation(j, m, Fraction(p)) for j in deserved for m, p in deserved.items() if j != m
    ]
    assert shares(evaluations, "impartial")["A"] == 6000
    assert shares(evaluations, "points")["A"] < 6000


def test_three_people_are_warned_and_have_no_impartial_rule() -> None:
    three = [Evaluation(j, m, Fraction(1)) for j in "ABC" for m in "ABC" if j != m]
    assert "trois ou moins" in str(divide_by_peers(100, three, "points").warnings[0])
    with pytest.raises(InputError, match="moins de quatre"):
        divide_by_peers(100, three, "impartial")


@pytest.mark.parametrize("rule", sorted(PEER_RULES))
def test_two_who_praise_each_other_gain_and_the_test_says_how_much(rule: str) -> None:
    four = [Evaluation(j, m, Fraction(1)) for j in "ABCD" for m in "ABCD" if j != m]
    found = collusions(10_000, four, rule)
    assert len(found) == 6
    assert all(collusion.gain > 0 for collusion in found)
    doubled = [
        Evaluation(e.judge, e.member, Fraction(2)) if {e.judge, e.member} == {"A", "B"} else e
        for e in four
    ]
    after = shares(doubled, rule)
    gain = next(each.gain for each in found if each.members == ("A", "B"))
    assert gain == after["A"] + after["B"] - 5000


@pytest.mark.parametrize(
    ("rows", "word"),
    [
        ([("A", "A", 1)], "soi-même"),
        ([("A", "B", -1)], "négatifs"),
        ([("A", "B", 1), ("A", "B", 2)], "deux fois"),
        ([("A", "B", 0)], "Personne"),
    ],
)
def test_what_is_no_judgement_of_others_is_refused(
    rows: list[tuple[str, str, int]], word: str
) -> None:
    evaluations = [Evaluation(judge, member, Fraction(p)) for judge, member, p in rows]
    with pytest.raises(InputError, match=word):
        divide_by_peers(100, evaluations, "points")


def test_an_evaluations_file_names_the_line_of_each_fault() -> None:
    good = "\ufefffrom;to;points\r\nAli;Zoé;1,5\r\n"
    assert read_evaluations(good.encode()) == [Evaluation("Ali", "Zoé", Fraction(3, 2))]
    for rows, word in (
        ("A;A;1", "Ligne 2"),
        ("A;B;x", "Ligne 2"),
        ("A;B;1\nA;B;1", "Ligne 3"),
        ("A;B;1,250", "deux façons.* ligne 2"),
    ):
        with pytest.raises(InputError, match=word):
            read_evaluations(f"from;to;points\n{rows}\n".encode())


def test_a_take_at_most_doubles_and_a_newcomer_may_take_the_median() -> None:
    takes = [Take("Ali", 900, 200), Take("Bob", 300, 400), Take("Zoé", 5000, 0)]
    assert highest_takes(takes) == [400, 800, 300]
    division = divide_takes(10_000, takes)
    assert [award.cents for award in division.awards] == [400, 300, 300]
    assert division.unspent == 9000
    scaled = divide_takes(500, takes)
    assert [award.cents for award in scaled.awards] == [200, 150, 150]


def test_the_first_takes_are_free() -> None:
    takes = read_takes("name;take;before\nAli;9;0\nZoé;50,00;\n".encode())
    assert [award.cents for award in divide_takes(10_000, takes).awards] == [900, 5000]
    with pytest.raises(InputError, match="Ligne 2"):
        read_takes(b"name;take;before\nAli;-9;0\n")
