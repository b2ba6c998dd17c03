"""`commons allocate` on a file of evaluations: members judge each other."""

import json

import click

from commons.allocation.evaluations_file import read_evaluations
from commons.allocation.exact_text import exact_text
from commons.allocation.inequality import gini
from commons.allocation.peer_reasons import PeerReason, explain_peers
from commons.allocation.peers import (
    COLLUSION_MEMBERS_MAX,
    PEER_RULES,
    Collusion,
    Evaluation,
    PeerDivision,
    collusions,
    divide_by_peers,
)
from commons.chamber.round_file import peers_round
from commons.commands.amounts import (
    lorenz_points,
    sentence,
    show_inequality,
    show_table,
    signed_money,
    thousandths,
)
from commons.commands.asked import Asked, attempted, rule_names, show_refusals
from commons.commands.rule_families import EVALUATIONS, check_rules
from commons.kernel.money import euros, money


def allocate_peers(data: bytes, asked: Asked) -> None:
    """Divide an envelope by what members say of each other, and answer as asked."""
    asked.refuse("des évaluations", rounding=asked.rounding, cap=asked.cap)
    asked.refuse("des évaluations", pair_bound=asked.pair_bound)
    rule = asked.rule or "impartial"
    check_rules([rule], EVALUATIONS)
    evaluations = read_evaluations(data)
    result = divide_by_peers(asked.budget, evaluations, rule)
    names = rule_names(asked.rules_beside, EVALUATIONS)
    beside, refused = attempted(
        names, lambda name: divide_by_peers(asked.budget, evaluations, name)
    )
    asked.write(lambda: peers_round(result, evaluations))
    if asked.as_json:
        answer = _answer(result, beside, evaluations, asked) | asked.refusals(refused)
        click.echo(json.dumps(answer, ensure_ascii=False))
        return
    _show(result, beside, evaluations, asked)
    show_refusals(refused, PEER_RULES)


def _plots(result: PeerDivision, evaluations: list[Evaluation]) -> list[Collusion] | None:
    if len(result.awards) > COLLUSION_MEMBERS_MAX:
        return None
    return collusions(result.envelope, evaluations, result.rule.name)


def _answer(
    result: PeerDivision,
    beside: list[PeerDivision],
    evaluations: list[Evaluation],
    asked: Asked,
) -> dict[str, object]:
    answer: dict[str, object] = {
        "awards": {award.member: euros(award.cents) for award in result.awards},
        "exact": {award.member: exact_text(award.exact / 100) for award in result.awards},
        "unspent": euros(0),
        "warnings": [str(text) for text in result.warnings],
    }
    if asked.explain:
        answer["explanations"] = {
            each.award.member: _reason(each) for each in explain_peers(result, evaluations)
        }
    if asked.audit:
        plots = _plots(result, evaluations)
        answer["audit"] = {
            "total": euros(sum(award.cents for award in result.awards)),
            "is_whole": sum(award.cents for award in result.awards) == result.envelope,
            "gini": thousandths(gini([award.cents for award in result.awards])),
            "lorenz": lorenz_points([award.cents for award in result.awards]),
            "collusions": None
            if plots is None
            else [
                {"members": plot.members, "gain": exact_text(plot.gain / 100)} for plot in plots
            ],
        }
    if asked.rules_beside is not None:
        answer["compare"] = {
            other.rule.name: {
                "awards": {award.member: euros(award.cents) for award in other.awards}
            }
            for other in beside
        }
    return answer


def _reason(reason: PeerReason) -> dict[str, object]:
    more = reason.envelope_more
    return {
        "judges": reason.award.judges,
        "said": [
            {"judge": each.judge, "points": exact_text(each.points), "of": exact_text(each.of)}
            for each in reason.said
        ],
        "silent": list(reason.silent),
        "with_a_euro_more": None if more is None else euros(more),
        "sentences": [sentence(text) for text in reason.sentences()],
    }


def _show(
    result: PeerDivision,
    beside: list[PeerDivision],
    evaluations: list[Evaluation],
    asked: Asked,
) -> None:
    click.echo(f"{result.rule.label}. {result.rule.counts}")
    show_table([["", "Reçoit", ""], *([a.member, money(a.cents), ""] for a in result.awards)])
    for warning in result.warnings:
        click.echo(f"Attention : {warning}", err=True)
    if asked.explain:
        for each in explain_peers(result, evaluations):
            click.echo(f"\n{each.award.member} : {money(each.award.cents)}")
            for text in each.sentences():
                click.echo(f"  {sentence(text)}")
    if asked.audit:
        show_inequality(result.envelope, [award.cents for award in result.awards])
        plots = _plots(result, evaluations)
        if plots is None:
            click.echo("L'essai d'entente se fait à douze personnes au plus.")
        for plot in (plots or [])[:1]:
            pair, gain = " et ".join(plot.members), signed_money(round(plot.gain))
            click.echo(
                f"Si {pair} doublaient les points qu'ils se donnent, ils auraient {gain}."
            )
    if beside:
        click.echo("\nLes autres règles, et qui y gagne ou y perd :")
        table = [["", *(str(other.rule.label) for other in beside), ""]]
        for place, award in enumerate(result.awards):
            moves = (signed_money(o.awards[place].cents - award.cents) for o in beside)
            table.append([award.member, *moves, ""])
        show_table(table)
