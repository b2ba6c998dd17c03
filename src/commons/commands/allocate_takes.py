"""`commons allocate` on a file of takes: each member says what they take."""

import json

import click

from commons.allocation.division import Division
from commons.allocation.inequality import gini
from commons.allocation.take_reasons import TakeReason, explain_takes
from commons.allocation.takes import TAKES, Take, divide_takes, highest_takes, read_takes
from commons.chamber.round_file import takes_round
from commons.commands.allocate_claims import as_object, show_division
from commons.commands.amounts import lorenz_points, show_inequality, thousandths
from commons.commands.asked import Asked
from commons.commands.rule_families import TAKEN, check_rules
from commons.kernel.money import euros, money


def allocate_takes(data: bytes, asked: Asked) -> None:
    """Divide an envelope among takes, and answer as asked."""
    check_rules([asked.rule or TAKES.name], TAKEN)
    asked.refuse("des prélèvements", rounding=asked.rounding, compare=asked.rules_beside)
    asked.refuse("des prélèvements", cap=asked.cap, pair_bound=asked.pair_bound)
    takes = read_takes(data)
    division = divide_takes(asked.budget, takes)
    asked.write(lambda: takes_round(asked.budget, takes, division))
    reasons = explain_takes(division, takes) if asked.explain else []
    if asked.as_json:
        click.echo(json.dumps(_answer(division, reasons, asked), ensure_ascii=False))
    else:
        _show(division, reasons, asked)
    for take, top in zip(takes, highest_takes(takes), strict=True):
        if top is not None and top < take.cents:
            click.echo(_brought_back(take, top), err=True)


def _answer(division: Division, reasons: list[TakeReason], asked: Asked) -> dict[str, object]:
    answer = as_object(division)
    if asked.explain:
        answer["explanations"] = {
            each.take.name: {
                "bounds": each.bounds,
                "highest": None if each.top is None else euros(each.top),
                "with_a_euro_more": euros(each.envelope_more),
                "taking_a_euro_more": None if each.take_more is None else euros(each.take_more),
                "sentences": [str(text) for text in each.sentences()],
            }
            for each in reasons
        }
    if asked.audit:
        received = [award.cents for award in division.awards]
        total = sum(received) + division.unspent
        answer["audit"] = {
            "total": euros(total),
            "is_whole": total == division.envelope,
            "gini": thousandths(gini(received)),
            "lorenz": lorenz_points(received),
        }
    return answer


def _show(division: Division, reasons: list[TakeReason], asked: Asked) -> None:
    click.echo(f"{TAKES.label}. {TAKES.counts}")
    show_division(division)
    for each in reasons:
        click.echo(f"\n{each.take.name} : {money(each.award.cents)}")
        for text in each.sentences():
            click.echo(f"  {text}")
    if asked.audit:
        show_inequality(division.envelope, [award.cents for award in division.awards])


def _brought_back(take: Take, top: int) -> str:
    return (
        f"{take.name} voulait {money(take.cents)}, ramenés à {money(top)} : au plus le double "
        "de la dernière fois, la médiane d'alors, ou un euro."
    )
