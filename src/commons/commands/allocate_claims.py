"""`commons allocate` on a file of claims."""

import json
from fractions import Fraction

import click

from commons.allocation.axioms import AXIOM_TEXTS
from commons.allocation.claims import RULES, USUAL
from commons.allocation.claims_file import read_claims
from commons.allocation.comparison import Compared, audit, compare
from commons.allocation.division import Award, Bound, Division, divide
from commons.allocation.exact_text import exact_text
from commons.allocation.explanation import explain
from commons.allocation.rounding import Rounding
from commons.chamber.round_file import division_round
from commons.commands.amounts import (
    lorenz_points,
    show_inequality,
    show_table,
    signed_money,
    thousandths,
)
from commons.commands.asked import Asked, attempted, rule_names, show_refusals
from commons.commands.rule_families import CLAIMS, check_rules
from commons.kernel.money import euros, money

WORDS = {
    Bound.WHOLE: "en entier",
    Bound.FLOOR: "plancher d'abord",
    Bound.CAP: "plafond",
    Bound.CENT: "un centime au plus grand reste",
    Bound.NEAREST: "au centime du dessus",
    Bound.TIE: "un centime entre restes égaux",
}


def allocate_claims(data: bytes, asked: Asked) -> None:
    """Divide an envelope among claims, and answer as asked."""
    asked.refuse("des demandes", cap=asked.cap, pair_bound=asked.pair_bound)
    rounding = Rounding(asked.rounding or Rounding.LARGEST_REMAINDER)
    rule = asked.rule or "proportional"
    check_rules([rule], CLAIMS)
    division = divide(asked.budget, read_claims(data), rule, rounding)
    names = rule_names(asked.rules_beside, CLAIMS, USUAL)
    beside, refused = attempted(names, lambda name: compare(division, name))
    asked.write(lambda: division_round(division))
    if asked.as_json:
        answer = _answer(division, beside, asked) | asked.refusals(refused)
        click.echo(json.dumps(answer, ensure_ascii=False))
        return
    _show(division, beside, asked)
    show_refusals(refused, RULES)


def as_object(division: Division) -> dict[str, object]:
    """Awards in euros: cents as decimals, exact shares as fractions."""
    return {
        "awards": {award.claim.name: euros(award.cents) for award in division.awards},
        "exact": {award.claim.name: exact_text(award.exact / 100) for award in division.awards},
        "unspent": euros(division.unspent),
    }


def _answer(division: Division, beside: list[Compared], asked: Asked) -> dict[str, object]:
    answer = as_object(division)
    if asked.explain:
        answer["explanations"] = {
            each.award.claim.name: {
                "bounds": sorted(each.award.bounds),
                "missing": euros(each.missing),
                "with_a_euro_more": None
                if each.envelope_more is None
                else euros(each.envelope_more),
                "asking_a_euro_more": None
                if each.claim_more is None
                else euros(each.claim_more),
                "sentences": [str(text) for text in each.sentences()],
            }
            for each in explain(division)
        }
    if asked.audit:
        found = audit(division)
        answer["audit"] = {
            "total": euros(found.total),
            "is_whole": found.is_whole,
            "gini": thousandths(found.gini),
            "lorenz": lorenz_points([award.cents for award in division.awards]),
            "promises": sorted(found.promises),
        }
    if asked.rules_beside is not None:
        answer["compare"] = {
            each.division.rule.name: {
                "awards": {a.claim.name: euros(a.cents) for a in each.division.awards},
                "moves": {
                    award.claim.name: euros(move)
                    for award, move in zip(division.awards, each.moves, strict=True)
                },
                "moved": euros(each.moved),
                "gini": thousandths(each.gini),
            }
            for each in beside
        }
    return answer


def show_division(division: Division) -> None:
    """For a person: each claim, what it receives and what bound it."""
    awards = division.awards
    given = sum(award.cents for award in awards)
    rows = [
        ("", "Demande", "Reçoit", ""),
        *((a.claim.name, money(a.claim.cents), money(a.cents), why(a)) for a in awards),
        ("Total", money(sum(a.claim.cents for a in awards)), money(given), ""),
    ]
    show_table(rows)
    click.echo(f"Non distribué : {money(division.unspent)}")


def _show(division: Division, beside: list[Compared], asked: Asked) -> None:
    click.echo(f"{division.rule.label}. {division.rule.counts}")
    show_division(division)
    if asked.explain:
        for each in explain(division):
            click.echo(f"\n{each.award.claim.name} : {money(each.award.cents)}")
            for text in each.sentences():
                click.echo(f"  {text}")
    if asked.audit:
        found = audit(division)
        show_inequality(found.total, [award.cents for award in division.awards])
        click.echo("Ce que cette règle promet :")
        for axiom, text in AXIOM_TEXTS.items():
            click.echo(f"  {'oui' if axiom in found.promises else 'non'}  {text}")
    if beside:
        _show_beside(division, beside)


def _show_beside(division: Division, beside: list[Compared]) -> None:
    click.echo("\nLes autres règles, et qui y gagne ou y perd :")
    labels = [str(each.division.rule.label) for each in beside]
    rows = [["", *labels, ""]]
    for place, award in enumerate(division.awards):
        moves = [signed_money(each.moves[place]) for each in beside]
        rows.append([award.claim.name, *moves, ""])
    rows.append(["Gini", *(_comma(each.gini) for each in beside), ""])
    show_table(rows)


def _comma(value: Fraction) -> str:
    return thousandths(value).replace(".", ",")


def why(award: Award) -> str:
    """In a few words, what bound this amount; nothing where the rule alone decided."""
    return ", ".join(WORDS[bound] for bound in Bound if bound in award.bounds)
