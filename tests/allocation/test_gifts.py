"""Matching of gifts: published vectors, an independent count, and ties proved equal."""

from collections.abc import Mapping
from decimal import Decimal, getcontext
from itertools import combinations
from math import isqrt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commons.allocation.gifts import Gift, GiftTable, tabled
from commons.allocation.gifts_file import read_gifts
from commons.allocation.matching import MATCHING_RULES, match
from commons.allocation.quadratic import square_of_roots
from commons.allocation.reals import Numbers, squarefree
from commons.allocation.scaling import ScaleBound
from commons.kernel.errors import InputError

PUBLISHED = {"p1": (1, 4, 1, 9), "p2": (1, 1, 1, 1, 1, 1, 4), "p3": (1, 9, 1, 9, 1, 9, 4)}


def euro_gifts(projects: dict[str, tuple[int, ...]]) -> list[Gift]:
    return [
        Gift(project, f"{project} {place}", amount * 100)
        for project, amounts in projects.items()
        for place, amount in enumerate(amounts)
    ]


@pytest.mark.parametrize(
    ("pool", "cap", "exact", "cents"),
    [
        (100_00, None, ["68/5", "108/5", "324/5"], [1360, 2160, 6480]),
        (250_00, None, ["34", "54", "162"], [3400, 5400, 16200]),
        (100_00, 50_00, ["425/22", "675/22", "50"], [1932, 3068, 5000]),
    ],
)
def test_quadratic_funding_gives_the_published_matches(
    pool: int, cap: int | None, exact: list[str], cents: list[int]
) -> None:
    result = match(pool, euro_gifts(PUBLISHED), "quadratic", cap=cap)
    assert [each.exact for each in result.matches] == exact
    assert [each.cents for each in result.matches] == cents
    assert result.unspent == 0


def test_a_pool_that_suffices_pays_what_gifts_call_for_and_keeps_the_rest() -> None:
    result = match(300_00, euro_gifts(PUBLISHED), "quadratic")
    assert ([each.cents for each in result.matches], result.unspent) == (
        [3400, 5400, 16200],
        5000,
    )
    assert not result.is_saturated
    assert result.matches[0].bounds == {ScaleBound.WHOLE}


def test_square_roots_are_not_floored() -> None:
    """Two gifts of 2 and 3 cents call for 2·√6 ≈ 4.9 cents, where floors would give 2."""
    result = match(1000, [Gift("well", "Ali", 2), Gift("well", "Zoé", 3)], "quadratic")
    assert result.matches[0].exact == "0.048989794855…"
    assert result.matches[0].cents == 4
    assert result.unspent == 996


def test_equal_matches_in_different_words_are_a_tie_for_the_published_order() -> None:
    """(√2 + √3)² − 5 = 2·√6 = (√1 + √6)² − 7: no number of digits tells them apart."""
    gifts = [
        Gift("mill", "a", 1),
        Gift("mill", "b", 6),
        Gift("well", "c", 2),
        Gift("well", "d", 3),
    ]
    result = match(1, gifts, "quadratic")
    assert [each.cents for each in result.matches] == [1, 0]
    assert all(ScaleBound.TIE in each.bounds for each in result.matches)
    assert [each.exact for each in result.matches] == ["1/200", "1/200"]


def test_gifts_of_one_donor_to_one_project_are_one_gift() -> None:
    split = [Gift("well", "Ali", 50), Gift("well", "Zoé", 9), Gift("well", "Ali", 50)]
    whole = [Gift("well", "Ali", 100), Gift("well", "Zoé", 9)]
    assert match(99, split, "quadratic") == match(99, whole, "quadratic")


def by_counting(rule: str, gifts: list[Gift], bound: int) -> list[Decimal]:
    """Each match straight from its formula, with 120 digits."""
    getcontext().prec = 120
    table = tabled(gifts)
    hundred = Decimal(100)
    matches = []
    for amounts in table.given:
        total = Decimal(0)
        if rule == "cluster-match":
            names = sorted({name for donor in amounts for name in table.groups[donor]})
            for g, h in combinations(names, 2):
                total += 2 * (side(table, amounts, g, h) * side(table, amounts, h, g)).sqrt()
            matches.append(total * hundred)
            continue
        for one, other in combinations(amounts, 2):
            part = 2 * Decimal(amounts[one] * amounts[other]).sqrt()
            if rule == "pairwise":
                roots = (
                    Decimal(each[one] * each[other]).sqrt()
                    for each in table.given
                    if one in each and other in each
                )
                together = sum(roots, Decimal(0))
                part *= bound / (bound + together)
            total += part
        matches.append(total)
    return matches


def side(table: GiftTable, amounts: Mapping[str, int], g: str, h: str) -> Decimal:
    members = {donor for donor, names in table.groups.items() if h in names}
    total = Decimal(0)
    for donor, cents in amounts.items():
        if g in table.groups[donor]:
            euros = Decimal(cents) / 100
            friends = any(table.groups[donor] & table.groups[other] for other in members)
            total += (euros.sqrt() if friends else euros) / len(table.groups[donor])
    return total


gift_lists = st.lists(
    st.builds(
        Gift,
        st.sampled_from("PQRS"),
        st.sampled_from("abcdef"),
        st.integers(1, 5000),
        st.lists(st.sampled_from("xyz"), min_size=1, max_size=2, unique=True).map(tuple),
    ),
    min_size=1,
    max_size=14,
)


def by_largest_remainder(shares: list[Decimal]) -> list[int]:
    """Whole cents, digits beyond the fiftieth being those of an equality."""
    shares = [share.quantize(Decimal("1e-50")) for share in shares]
    cents = [int(share) for share in shares]
    spare = int(sum(shares).quantize(Decimal("1e-45"))) - sum(cents)  # type: ignore[union-attr]
    order = sorted(range(len(shares)), key=lambda i: (cents[i] - shares[i], i))
    return [cents[i] + (i in order[:spare]) for i in range(len(shares))]


@pytest.mark.parametrize("rule", sorted(MATCHING_RULES))
@given(gifts=gift_lists, pool=st.integers(0, 20_000), cap=st.none() | st.integers(0, 9000))
@settings(max_examples=60)
def test_matches_are_their_formula_to_the_cent(
    rule: str, gifts: list[Gift], pool: int, cap: int | None
) -> None:
    agrees(rule, gifts, pool, cap)


@pytest.mark.slow
@pytest.mark.parametrize("rule", sorted(MATCHING_RULES))
@given(gifts=gift_lists, pool=st.integers(0, 20_000), cap=st.none() | st.integers(0, 9000))
@settings(max_examples=1000)
def test_matches_are_their_formula_to_the_cent_on_thousands_of_rounds(
    rule: str, gifts: list[Gift], pool: int, cap: int | None
) -> None:
    agrees(rule, gifts, pool, cap)


def agrees(rule: str, gifts: list[Gift], pool: int, cap: int | None) -> None:
    wanted = by_counting(rule, gifts, 700)
    result = match(pool, gifts, rule, cap=cap, bound=700)
    got = [each.cents for each in result.matches]
    top = max(wanted) if cap is None else Decimal(cap)
    low, high = Decimal(0), Decimal(1)
    if sum(min(w, top) for w in wanted) > pool:
        for _ in range(300):
            middle = (low + high) / 2
            full = sum(min(middle * w, top) for w in wanted)
            low, high = (middle, high) if full < pool else (low, middle)
    assert got == by_largest_remainder([min(high * number, top) for number in wanted])
    assert sum(got) + result.unspent == pool
    assert result.unspent >= 0


@pytest.mark.parametrize("rule", sorted(MATCHING_RULES))
@given(gifts=gift_lists, pool=st.integers(0, 20_000))
@settings(max_examples=30)
def test_a_larger_pool_takes_no_exact_match_down(
    rule: str, gifts: list[Gift], pool: int
) -> None:
    less, more = match(pool, gifts, rule), match(pool * 2, gifts, rule)
    for before, after in zip(less.matches, more.matches, strict=True):
        assert before.cents <= after.cents + 1


def test_two_donors_who_always_give_together_bring_less_and_less() -> None:
    apart = [Gift(p, f"{d}{p}", 10_000) for p in "PQRS" for d in "ab"]
    together = [Gift(p, d, 10_000) for p in "PQRS" for d in "ab"]
    alone = match(10**9, apart, "pairwise").matches[0].cents
    bound = match(10**9, together, "pairwise").matches[0].cents
    assert alone == match(10**9, together[:2], "pairwise").matches[0].cents
    assert bound < alone


def test_groups_that_share_members_count_as_less_than_strangers() -> None:
    strangers = [Gift("P", "a", 900, ("x",)), Gift("P", "b", 400, ("y",))]
    friends = [*strangers, Gift("Q", "c", 100, ("x", "y"))]
    assert match(10**6, strangers, "cluster-match").matches[0].exact == "12"
    assert match(10**6, friends, "cluster-match").matches[0].exact == "4.898979485566…"


def test_without_groups_those_who_gave_to_the_same_projects_are_one() -> None:
    gifts = [
        Gift("P", "a", 400),
        Gift("P", "b", 500),
        Gift("P", "c", 1600),
        Gift("Q", "c", 100),
    ]
    result = match(10**6, gifts, "cluster-match")
    assert [each.exact for each in result.matches] == ["24", "0"]


@given(number=st.integers(1, 10**12))
def test_a_number_is_a_square_times_a_squarefree_number(number: int) -> None:
    outside, inside = squarefree(number)
    assert outside * outside * inside == number
    assert all(inside % (d * d) for d in range(2, 1000))


def test_signs_are_found_however_many_digits_it_takes() -> None:
    numbers = Numbers([square_of_roots([2, 3])])
    near = isqrt(24 * 10**2000)
    assert numbers.sign({0: 10**1000}, 0, -near) == 1
    assert numbers.sign({0: 10**1000}, 0, -near - 1) == -1


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("project;donor;amount\nP;a;-1\n", "Ligne 2"),
        ("project;donor;amount\nP;a;1\nP;;1\n", "ligne 3"),
        ("project;donor;amount\nP;a;nan\n", "Ligne 2"),
        ("project;donor;amount\nP;a\n", "ligne 2"),
        ("project;donor;amount;colour\nP;a;1;red\n", "première ligne"),
    ],
)
def test_unreadable_gifts_name_their_line(text: str, word: str) -> None:
    with pytest.raises(InputError, match=word):
        read_gifts(text.encode())


def test_gifts_are_read_with_mark_crlf_commas_and_groups() -> None:
    text = (
        "\ufeffproject;donor;amount;groups\r\nPuits;Zoé;1 250,50;est|nord\r\nPuits;Ali;3;\r\n"
    )
    assert read_gifts(text.encode()) == [
        Gift("Puits", "Zoé", 125050, ("est", "nord")),
        Gift("Puits", "Ali", 300),
    ]


def test_what_cannot_be_matched_is_refused() -> None:
    with pytest.raises(InputError, match="aucun don"):
        match(1, [], "quadratic")
    with pytest.raises(InputError, match="négatif"):
        match(1, [Gift("P", "a", -1)], "quadratic")
    with pytest.raises(InputError, match="n'abonde pas"):
        match(1, [Gift("P", "a", 1)], "talmud")
    with pytest.raises(InputError, match="négatifs"):
        match(-1, [Gift("P", "a", 1)], "quadratic")
