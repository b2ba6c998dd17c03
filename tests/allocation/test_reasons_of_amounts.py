"""Why this amount of a match, a take or a judgement: each claim is computed again."""

import re
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from commons.allocation.gift_reasons import WORK_MAX, explain_matches
from commons.allocation.gifts import Gift
from commons.allocation.matching import BOUND_CENTS, MATCHING_RULES, match
from commons.allocation.peer_reasons import explain_peers
from commons.allocation.peers import Evaluation, divide_by_peers
from commons.allocation.take_reasons import explain_takes
from commons.allocation.takes import Take, divide_takes

GIFTS = st.lists(
    st.builds(
        Gift,
        st.sampled_from("PQR"),
        st.sampled_from("abcde+"),
        st.integers(0, 900),
        st.sampled_from([(), ("nord",), ("nord", "sud")]),
    ),
    min_size=1,
    max_size=8,
)
TAKES = st.lists(
    st.tuples(st.integers(0, 900), st.sampled_from([0, 0, 40, 120, 300])),
    min_size=1,
    max_size=5,
)


def said_change(sentences: list[str], beginning: str) -> int:
    """The cents by which a sentence says that the amount would change."""
    (text,) = (each for each in sentences if each.startswith(beginning))
    found = re.search(r"de ([+−])([\d\u202f]+),(\d\d) €", text)
    if found is None:
        assert "ne changerait pas" in text or "rien changé" in text
        return 0
    cents = int(found[2].replace("\u202f", "") + found[3])
    assert cents
    return cents if found[1] == "+" else -cents


@given(
    gifts=GIFTS,
    pool=st.integers(0, 4000),
    rule=st.sampled_from(sorted(MATCHING_RULES)),
    cap=st.none() | st.integers(0, 500),
)
def test_a_match_says_what_one_more_euro_or_donor_would_bring(
    gifts: list[Gift], pool: int, rule: str, cap: int | None
) -> None:
    result = match(pool, gifts, rule, cap=cap)
    richer = match(pool + 100, gifts, rule, cap=cap)
    for place, each in enumerate(explain_matches(result, gifts, cap, BOUND_CENTS)):
        newcomer = Gift(each.match.project, "someone else", 100)
        with_them = match(pool, [*gifts, newcomer], rule, cap=cap)
        assert each.pool_more == richer.matches[place].cents
        assert each.donor_more == with_them.matches[place].cents
        given_to = {g.donor for g in gifts if g.project == each.match.project and g.cents}
        assert each.donors == len(given_to)
        texts = [str(text) for text in each.sentences()]
        now = each.match.cents
        assert said_change(texts, "Un euro de plus") == each.pool_more - now
        assert said_change(texts, "Si une personne de plus") == each.donor_more - now


def test_many_gifts_are_explained_without_matching_them_for_each_project() -> None:
    gifts = [Gift(f"p{n % 50}", f"d{n}", 100) for n in range(1 + WORK_MAX // 50)]
    found = explain_matches(match(1000, gifts, "quadratic"), gifts, None, BOUND_CENTS)
    assert {each.donor_more for each in found} == {None}
    assert found[0].pool_more is not None


@given(takes=TAKES, envelope=st.integers(0, 2000))
def test_a_take_says_what_bound_it_and_what_one_euro_more_would_bring(
    takes: list[tuple[int, int]], envelope: int
) -> None:
    asked = [Take(f"m{n}", cents, before) for n, (cents, before) in enumerate(takes)]
    earlier = sorted(take.before for take in asked if take.before)
    half = len(earlier) // 2
    median = (earlier[half] + earlier[-half - 1]) // 2 if earlier else 0
    division = divide_takes(envelope, asked)
    richer = divide_takes(envelope + 100, asked)
    wanted = []
    for place, each in enumerate(explain_takes(division, asked)):
        texts = [str(text) for text in each.sentences()]
        tops = {"double": 2 * each.take.before, "median": median, "euro": 100}
        top = max(tops.values())
        wanted.append(min(each.take.cents, top) if earlier else each.take.cents)
        assert each.is_topped == (bool(earlier) and each.take.cents > top)
        if each.is_topped:
            assert each.top == top == tops[each.bounds[0]]
            words = {"double": "double", "median": "médiane", "euro": "toujours"}
            assert words[each.bounds[0]] in texts[0]
        assert each.envelope_more == richer.awards[place].cents
        others = [*asked[:place], Take("x", each.take.cents + 100, each.take.before)]
        again = divide_takes(envelope, [*others, *asked[place + 1 :]])
        assert each.take_more == again.awards[place].cents
        assert said_change(texts, "Un euro") == each.envelope_more - each.award.cents
        assert said_change(texts, "Prendre") == each.take_more - each.award.cents
    reasons = explain_takes(division, asked)
    for each, claim in zip(reasons, wanted, strict=True):
        assert each.is_short == (bool(claim) and sum(wanted) > envelope)


@given(
    points=st.lists(st.integers(1, 9), min_size=20, max_size=20),
    silent=st.sampled_from(["E", ""]),
    rule=st.sampled_from(["impartial", "points"]),
    envelope=st.integers(0, 5000),
)
def test_a_judgement_says_who_gave_which_part_of_their_points(
    points: list[int], silent: str, rule: str, envelope: int
) -> None:
    members = "ABCDE"
    pairs = [(judge, member) for judge in members for member in members if judge != member]
    table = [
        Evaluation(judge, member, Fraction(number))
        for (judge, member), number in zip(pairs, points, strict=True)
        if judge != silent
    ]
    division = divide_by_peers(envelope, table, rule)
    richer = divide_by_peers(envelope + 100, table, rule)
    for each, more in zip(explain_peers(division, table), richer.awards, strict=True):
        name = each.award.member
        said = {(e.judge, name): e.points for e in table if e.member == name}
        assert {(one.judge, name): one.points for one in each.said} == said
        for one in each.said:
            assert one.of == sum(e.points for e in table if e.judge == one.judge)
        assert list(each.silent) == ([silent] if silent not in {"", name} else [])
        assert each.envelope_more == more.cents
        texts = [str(text) for text in each.sentences()]
        assert said_change(texts, "Un euro") == more.cents - each.award.cents
        assert any(text == "Sans avis : E." for text in texts) == (silent not in {"", name})
