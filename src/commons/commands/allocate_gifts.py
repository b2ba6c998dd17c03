"""`commons allocate` on a file of gifts: matching from a pool."""

import json

import click

from commons.allocation.gift_reasons import MatchReason, explain_matches
from commons.allocation.gifts_file import read_gifts
from commons.allocation.inequality import gini
from commons.allocation.matching import BOUND_CENTS, MATCHING_RULES, Matched, match
from commons.allocation.scaling import ScaleBound
from commons.chamber.round_file import matching_round
from commons.commands.amounts import (
    lorenz_points,
    show_inequality,
    show_table,
    signed_money,
    thousandths,
)
from commons.commands.asked import Asked, attempted, rule_names, show_refusals
from commons.commands.rule_families import GIFTS, check_rules
from commons.kernel.money import euros, money

WORDS = {
    ScaleBound.WHOLE: "en entier",
    ScaleBound.SCALED: "réduit comme les autres",
    ScaleBound.CAP: "plafond",
    ScaleBound.CENT: "un centime au plus grand reste",
    ScaleBound.TIE: "un centime entre restes égaux",
}


def allocate_gifts(data: bytes, asked: Asked) -> None:
    """Match gifts from a pool, and answer as asked."""
    asked.refuse("des dons", rounding=asked.rounding)
    rule = asked.rule or "quadratic"
    check_rules([rule], GIFTS)
    names = rule_names(asked.rules_beside, GIFTS)
    if "pairwise" not in {rule, *names}:
        asked.refuse("une autre règle que pairwise", pair_bound=asked.pair_bound)
    gifts = read_gifts(data)
    bound = BOUND_CENTS if asked.pair_bound is None else asked.pair_bound

    def matched(rule: str) -> Matched:
        return match(asked.budget, gifts, rule, cap=asked.cap, bound=bound)

    result = matched(rule)
    beside, refused = attempted(names, matched)
    reasons = explain_matches(result, gifts, asked.cap, bound) if asked.explain else []
    asked.write(lambda: matching_round(result, gifts, asked.cap, bound))
    if asked.as_json:
        answer = _answer(result, beside, reasons, asked) | asked.refusals(refused)
        click.echo(json.dumps(answer, ensure_ascii=False))
        return
    _show(result, beside, reasons, asked)
    show_refusals(refused, MATCHING_RULES)


def _answer(
    result: Matched, beside: list[Matched], reasons: list[MatchReason], asked: Asked
) -> dict[str, object]:
    answer: dict[str, object] = {
        "awards": {each.project: euros(each.cents) for each in result.matches},
        "exact": {each.project: each.exact for each in result.matches},
        "unspent": euros(result.unspent),
    }
    if asked.explain:
        answer["explanations"] = {
            each.match.project: {
                "bounds": sorted(each.match.bounds),
                "gifts": euros(each.match.gifts),
                "donors": each.donors,
                "with_a_euro_more": None if each.pool_more is None else euros(each.pool_more),
                "with_a_donor_more": None
                if each.donor_more is None
                else euros(each.donor_more),
                "sentences": [str(text) for text in each.sentences()],
            }
            for each in reasons
        }
    if asked.audit:
        received = [each.cents for each in result.matches]
        answer["audit"] = {
            "total": euros(sum(received) + result.unspent),
            "is_whole": sum(received) + result.unspent == result.pool,
            "is_saturated": result.is_saturated,
            "gini": thousandths(gini(received)),
            "lorenz": lorenz_points(received),
        }
    if asked.rules_beside is not None:
        answer["compare"] = {
            other.rule.name: {
                "awards": {each.project: euros(each.cents) for each in other.matches},
                "unspent": euros(other.unspent),
            }
            for other in beside
        }
    return answer


def _show(
    result: Matched, beside: list[Matched], reasons: list[MatchReason], asked: Asked
) -> None:
    click.echo(f"{result.rule.label}. {result.rule.counts}")
    rows = [["", "Dons", "Abondement", ""]]
    for each in result.matches:
        words = ", ".join(WORDS[bound] for bound in ScaleBound if bound in each.bounds)
        rows.append([each.project, money(each.gifts), money(each.cents), words])
    show_table(rows)
    click.echo(f"Non distribué : {money(result.unspent)}")
    for reason in reasons:
        click.echo(f"\n{reason.match.project} : {money(reason.match.cents)}")
        for text in reason.sentences():
            click.echo(f"  {text}")
    if asked.audit:
        show_inequality(result.pool, [each.cents for each in result.matches])
    if beside:
        click.echo("\nLes autres règles, et qui y gagne ou y perd :")
        table = [["", *(str(other.rule.label) for other in beside), ""]]
        for place, each in enumerate(result.matches):
            moves = (signed_money(o.matches[place].cents - each.cents) for o in beside)
            table.append([each.project, *moves, ""])
        show_table(table)
