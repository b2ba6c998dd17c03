"""Each rule both ways, at the amounts and on the days where the answer changes."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from commons.procurement.catalogue import Catalogue
from commons.procurement.model import (
    Buyer,
    Choice,
    Condition,
    Criterion,
    Dossier,
    Estimate,
    Requirement,
    SubCriterion,
    Waiver,
)
from commons.procurement.rules.lint import errors_in, lint


def rules(dossier: Dossier, catalogue: Catalogue, on: date | None = None) -> set[str]:
    return {f.rule for f in lint(dossier, catalogue, on) if f.severity == "error"}


def alerts(dossier: Dossier, catalogue: Catalogue, on: date | None = None) -> set[str]:
    return {f.rule for f in lint(dossier, catalogue, on) if f.severity == "warning"}


def direct(dossier: Dossier, amount: str) -> Dossier:
    """The same purchase without competition: no criteria, an order that keeps its reasons."""
    answers = {"objet": "x", "montant": amount, "consultes": "trois", "motif": "délai tenu"}
    return replace(
        dossier,
        procedure="below-threshold",
        estimate=Estimate(Decimal(amount)),
        criteria=(),
        clauses=(Choice("exec-environnement"), Choice("achat-faible-montant", answers=answers)),
    )


def test_a_dossier_in_order_has_no_finding(garden: Dossier, catalogue: Catalogue) -> None:
    assert lint(garden, catalogue) == ()


@pytest.mark.parametrize(
    ("amount", "on", "refused"),
    [
        ("39999.99", date(2026, 3, 31), False),
        ("40000", date(2026, 3, 31), True),
        ("40000", date(2026, 4, 1), False),
        ("59999.99", date(2026, 4, 1), False),
        ("60000", date(2026, 4, 1), True),
        ("25000", date(2019, 12, 31), True),
        ("25000", date(2020, 1, 1), False),
    ],
)
def test_the_exemption_of_services_follows_the_day(
    garden: Dossier, catalogue: Catalogue, amount: str, on: date, *, refused: bool
) -> None:
    assert ("S1" in rules(direct(garden, amount), catalogue, on)) is refused


@pytest.mark.parametrize(
    ("amount", "on", "refused", "warned"),
    [
        ("99999.99", date(2026, 1, 1), False, set()),
        ("100000", date(2026, 12, 31), True, set()),
        ("99999.99", date(2027, 1, 1), False, {"S1", "S7"}),
        ("120000", date(2027, 1, 1), True, {"S1", "S7"}),
        ("90000", date(2025, 12, 31), False, {"S1"}),
    ],
)
def test_the_works_threshold_announced_for_2027_decides_nothing(
    garden: Dossier,
    catalogue: Catalogue,
    amount: str,
    on: date,
    *,
    refused: bool,
    warned: set[str],
) -> None:
    works = replace(direct(garden, amount), purchase="works")
    assert ("S1" in rules(works, catalogue, on)) is refused
    assert {rule for rule in alerts(works, catalogue, on) if rule[0] == "S"} == warned


def test_purchases_of_one_category_are_added_up(garden: Dossier, catalogue: Catalogue) -> None:
    apart = direct(garden, "40000")
    together = replace(apart, estimate=Estimate(Decimal(40000), Decimal(20000)))
    almost = replace(apart, estimate=Estimate(Decimal(40000), Decimal("19999.99")))
    assert "S2" in rules(together, catalogue)
    assert "S2" not in rules(almost, catalogue)


def test_an_adapted_procedure_is_advertised_from_90_000_euros(
    garden: Dossier, catalogue: Catalogue
) -> None:
    large = replace(garden, estimate=Estimate(Decimal(90000)))
    assert "S3" in rules(large, catalogue)
    assert "S3" not in rules(replace(large, notices=frozenset({"boamp"})), catalogue)
    below = replace(garden, estimate=Estimate(Decimal("89999.99")))
    assert "S3" not in rules(below, catalogue)


@pytest.mark.parametrize(
    ("buyer", "amount", "on", "refused"),
    [
        ("local", "215999.99", date(2026, 11, 30), False),
        ("local", "216000", date(2026, 11, 30), True),
        ("local", "216000", date(2025, 11, 30), False),
        ("local", "221000", date(2025, 11, 30), True),
        ("central", "140000", date(2026, 11, 30), True),
        ("network", "431999.99", date(2026, 11, 30), False),
    ],
)
def test_the_european_threshold_depends_on_who_buys(
    garden: Dossier, catalogue: Catalogue, buyer: str, amount: str, on: date, *, refused: bool
) -> None:
    kind = Buyer("Acheteur", kind=buyer)  # type: ignore[arg-type] # parametrised as text
    dossier = replace(garden, buyer=kind, estimate=Estimate(Decimal(amount)))
    assert ("S4" in rules(dossier, catalogue, on)) is refused


def test_specific_social_services_stay_adapted(garden: Dossier, catalogue: Catalogue) -> None:
    dossier = replace(garden, estimate=Estimate(Decimal(500000)), social_services=True)
    assert "S4" not in rules(dossier, catalogue)


def test_an_unknown_european_threshold_is_said(garden: Dossier, catalogue: Catalogue) -> None:
    assert {"S4", "E4"} <= alerts(garden, catalogue, date(2028, 1, 1))


def test_an_innovative_purchase_stops_at_100_000_euros(
    garden: Dossier, catalogue: Catalogue
) -> None:
    dossier = replace(direct(garden, "100000"), procedure="innovative")
    below = replace(dossier, estimate=Estimate(Decimal("99999.99")))
    assert "S5" in rules(dossier, catalogue)
    assert "S5" in alerts(dossier, catalogue)  # The 140 000 € announced, to be verified.
    assert "S5" not in rules(below, catalogue) | alerts(below, catalogue)


def test_a_licence_needs_a_writing_even_for_a_small_order(
    garden: Dossier, catalogue: Catalogue
) -> None:
    small = direct(garden, "24999.99")
    licensed = replace(small, clauses=(*small.clauses, Choice("pi-licence-resultats")))
    assert "S6" in alerts(licensed, catalogue)
    assert "S6" not in alerts(small, catalogue)


@pytest.mark.parametrize(
    ("on", "found"),
    [
        (date(2026, 8, 20), set()),
        (date(2026, 8, 21), {"E1", "E2"}),
        (date(2026, 8, 22), {"E1", "E2", "E3"}),
    ],
)
def test_the_climate_law_arrives_in_two_days(
    garden: Dossier, catalogue: Catalogue, on: date, found: set[str]
) -> None:
    price = Criterion("Prix", "price", Decimal(100), method="Au moins-disant.")
    assert rules(replace(garden, criteria=(price,), clauses=()), catalogue, on) == found


def test_a_purchase_without_competition_needs_the_condition_and_no_criterion(
    garden: Dossier, catalogue: Catalogue
) -> None:
    order = direct(garden, "12000")
    bare = replace(order, clauses=order.clauses[1:])
    assert rules(order, catalogue) == set()
    assert rules(bare, catalogue) == {"E3"}


def test_a_single_criterion_of_whole_cost_must_include_the_environment(
    garden: Dossier, catalogue: Catalogue
) -> None:
    cost = Criterion("Coût global", "cost", Decimal(100), method="Coût du cycle de vie.")
    alone = replace(garden, criteria=(cost,), clauses=garden.clauses[:1])
    assert rules(alone, catalogue) == {"E1"}
    green = replace(alone, criteria=(replace(cost, environmental=True),))
    assert rules(green, catalogue) == set()


def test_an_environmental_criterion_of_weight_zero_does_not_count(
    garden: Dossier, catalogue: Catalogue
) -> None:
    price, quality, green = garden.criteria
    emptied = (price, replace(quality, weight=Decimal(50)), replace(green, weight=Decimal(0)))
    assert "E1" in rules(replace(garden, criteria=emptied), catalogue)


def test_an_environmental_part_of_another_criterion_counts(
    garden: Dossier, catalogue: Catalogue
) -> None:
    price, quality, _ = garden.criteria
    parts = (
        SubCriterion("Méthode", Decimal(40)),
        SubCriterion("Sobriété du service", Decimal(10), environmental=True),
    )
    mixed = (price, replace(quality, weight=Decimal(50), subcriteria=parts))
    dossier = replace(garden, criteria=mixed, clauses=garden.clauses[:1])
    assert rules(dossier, catalogue) == set()


def test_a_condition_the_buyer_wrote_is_enough(garden: Dossier, catalogue: Catalogue) -> None:
    own = Condition("Sobriété", "Deux bilans par an.", frozenset({"environment"}))
    dossier = replace(garden, clauses=garden.clauses[1:], conditions=(own,))
    assert "E3" not in rules(dossier, catalogue)
    silent = replace(dossier, conditions=(replace(own, considerations=frozenset()),))
    assert "E3" in rules(silent, catalogue)


def test_from_the_european_threshold_a_social_condition_or_its_exception_is_due(
    garden: Dossier, catalogue: Catalogue
) -> None:
    large = replace(garden, procedure="open-call", estimate=Estimate(Decimal(216000)))
    assert "E4" in rules(large, catalogue)
    assert "E4" not in rules(large, catalogue, date(2026, 8, 21))
    social = replace(large, clauses=(*large.clauses, Choice("exec-social")))
    assert "E4" not in rules(social, catalogue)
    excused = replace(large, social_exception="Solution immédiatement disponible.")
    assert "E4" not in rules(excused, catalogue)


def test_weights_add_up_to_exactly_one_hundred(garden: Dossier, catalogue: Catalogue) -> None:
    price, *others = garden.criteria
    for weight, wrong in (("50.01", True), ("49.99", True), ("50.00", False)):
        criteria = (replace(price, weight=Decimal(weight)), *others)
        assert ("C1" in rules(replace(garden, criteria=criteria), catalogue)) is wrong


def test_parts_add_up_to_their_criterion(garden: Dossier, catalogue: Catalogue) -> None:
    price, quality, green = garden.criteria
    for weights, wrong in (((10, 20), False), ((10, 19), True)):
        parts = tuple(SubCriterion(f"Partie {n}", Decimal(n)) for n in weights)
        criteria = (price, replace(quality, subcriteria=parts), green)
        assert ("C2" in rules(replace(garden, criteria=criteria), catalogue)) is wrong


def test_a_criterion_says_how_it_is_marked(garden: Dossier, catalogue: Catalogue) -> None:
    price, *others = garden.criteria
    silent = replace(garden, criteria=(replace(price, method=" "), *others))
    assert "C3" in rules(silent, catalogue)


def test_the_price_or_the_cost_is_among_the_criteria(
    garden: Dossier, catalogue: Catalogue
) -> None:
    _, quality, green = garden.criteria
    priceless = replace(garden, criteria=(replace(quality, weight=Decimal(80)), green))
    assert rules(priceless, catalogue) == {"C7"}


@pytest.mark.parametrize(
    "words", ["Ancienneté dans le réseau", "Politique RSE de l'entreprise"]
)
def test_judging_the_firm_rather_than_the_offer_is_an_alert(
    garden: Dossier, catalogue: Catalogue, words: str
) -> None:
    price, quality, green = garden.criteria
    dossier = replace(garden, criteria=(price, replace(quality, description=words), green))
    assert "C4" in alerts(dossier, catalogue)


def test_more_than_thirty_points_for_the_commons_is_an_alert(
    garden: Dossier, catalogue: Catalogue
) -> None:
    price, quality, green = garden.criteria
    for weight, warned in ((30, False), (31, True)):
        commons = replace(quality, kind="contribution", weight=Decimal(weight))
        dossier = replace(garden, criteria=(price, commons, green))
        assert ("C5" in alerts(dossier, catalogue)) is warned


def test_a_criterion_without_evidence_is_an_alert(
    garden: Dossier, catalogue: Catalogue
) -> None:
    price, quality, green = garden.criteria
    dossier = replace(garden, criteria=(price, replace(quality, evidence=""), green))
    assert alerts(dossier, catalogue) == {"C6"}


def test_a_place_is_heard_in_criteria_conditions_and_candidacy(
    garden: Dossier, catalogue: Catalogue
) -> None:
    words = "Entreprise locale"
    price, quality, green = garden.criteria
    answered = Choice(
        "exec-environnement", answers={"mesure_1": "emploi de fournisseurs locaux"}
    )
    for dossier in (
        replace(garden, criteria=(price, replace(quality, name=words), green)),
        replace(garden, conditions=(Condition("Équipe", words),)),
        replace(garden, candidacy=(Requirement("Équipe", words),)),
        replace(garden, clauses=(answered, *garden.clauses[1:])),
    ):
        assert rules(dossier, catalogue) == {"T4"}


def test_a_place_is_not_heard_in_the_need_the_parties_or_the_delivery(
    garden: Dossier, catalogue: Catalogue
) -> None:
    dossier = replace(
        garden,
        need="Valoriser les producteurs locaux de la région.",
        buyer=Buyer("Agence locale de la région du Levant"),
        place_of_performance="Locaux de proximité, département du Levant",
    )
    assert "T4" not in rules(dossier, catalogue)


def test_clauses_that_contradict_each_other_are_found(
    garden: Dossier, catalogue: Catalogue
) -> None:
    answers = {"service": "l'accueil"}
    both = (Choice("lot-reserve-ess", answers=answers), Choice("spec-solution-libre"))
    found = lint(replace(garden, clauses=(*garden.clauses, *both)), catalogue)
    assert [f.rule for f in found] == ["K2"]


def test_a_clause_of_the_other_route_or_of_no_clausier_is_refused(
    garden: Dossier, catalogue: Catalogue
) -> None:
    unknown = replace(garden, clauses=(*garden.clauses, Choice("clause-magique")))
    assert rules(unknown, catalogue) == {"K1"}
    order = direct(garden, "12000")
    odd = replace(order, clauses=(*order.clauses, Choice("groupement-collectif")))
    assert "K1" in rules(odd, catalogue)


def test_a_criterion_and_its_clause_come_together(
    garden: Dossier, catalogue: Catalogue
) -> None:
    without_clause = replace(garden, clauses=garden.clauses[:1])
    without_criterion = replace(
        garden, clauses=(*garden.clauses, Choice("critere-contribution"))
    )
    assert alerts(without_clause, catalogue) == {"K3"}
    assert alerts(without_criterion, catalogue) == {"K3"}


@pytest.mark.parametrize(
    "answers",
    [{"mois": "0"}, {"mois": "13"}, {"mois": "six"}, {"mois": " "}, {"couleur": "vert"}],
)
def test_an_answer_that_does_not_fit_is_found(
    garden: Dossier, catalogue: Catalogue, answers: dict[str, str]
) -> None:
    clauses = (Choice("exec-environnement", answers=answers), *garden.clauses[1:])
    assert rules(replace(garden, clauses=clauses), catalogue) == {"X1"}


def test_a_question_without_default_waits_for_its_answer(
    garden: Dossier, catalogue: Catalogue
) -> None:
    dossier = replace(garden, clauses=(*garden.clauses, Choice("besoin-objet-commun")))
    assert rules(dossier, catalogue) == {"X1"}


def test_contribution_without_its_price_is_an_alert(
    garden: Dossier, catalogue: Catalogue
) -> None:
    clauses = (*garden.clauses, Choice("exec-contribution-amont"))
    assert alerts(replace(garden, clauses=clauses), catalogue) == {"X2"}
    paid = (*clauses, Choice("prix-contribution"))
    assert lint(replace(garden, clauses=paid), catalogue) == ()


def test_an_article_nobody_knows_or_that_comes_later_is_refused(
    garden: Dossier, catalogue: Catalogue
) -> None:
    made_up = replace(garden, need="En application de l'article L. 2999-12.")
    later = replace(garden, need="Conformément à l'article L2112-2-1.")
    assert rules(made_up, catalogue) == {"X5"}
    assert rules(later, catalogue) == set()
    assert "X5" in rules(later, catalogue, date(2026, 8, 21))


def test_a_clause_read_on_another_version_says_so(
    garden: Dossier, catalogue: Catalogue
) -> None:
    found = [f for f in lint(garden, catalogue, date(2026, 8, 20)) if f.rule == "X5"]
    assert found
    assert {f.severity for f in found} == {"warning"}
    assert {b.status for f in found for b in f.basis} == {"AV"}


def test_offers_are_due_after_the_launch(garden: Dossier, catalogue: Catalogue) -> None:
    assert "X7" in rules(replace(garden, offers_until=garden.consultation_on), catalogue)


def test_the_ambitious_level_is_heavy_below_60_000_euros(
    garden: Dossier, catalogue: Catalogue
) -> None:
    clauses = (Choice("exec-environnement", level="ambitious"), *garden.clauses[1:])
    dossier = replace(garden, clauses=clauses)
    small = replace(dossier, estimate=Estimate(Decimal("59999.99")))
    assert alerts(small, catalogue) == {"X8"}
    assert alerts(dossier, catalogue) == set()


def test_a_finding_set_aside_stays_in_the_list_with_its_reason(
    garden: Dossier, catalogue: Catalogue
) -> None:
    reason = "Le commerce de détail est l'objet même du marché."
    local = replace(garden, candidacy=(Requirement("Équipe", "Entreprise locale"),))
    for place in ("", "Candidature 1 « Équipe »"):
        waived = replace(local, waivers=(Waiver("T4", reason, place),))
        (finding,) = lint(waived, catalogue)
        assert finding.set_aside == reason
        assert errors_in([finding]) == 0


def test_setting_aside_what_is_not_there_is_an_alert(
    garden: Dossier, catalogue: Catalogue
) -> None:
    idle = replace(garden, waivers=(Waiver("T4", "Ce motif ne sert à rien."),))
    assert alerts(idle, catalogue) == {"K4"}


def test_a_basis_bears_its_date_and_how_it_was_checked(
    garden: Dossier, catalogue: Catalogue
) -> None:
    bare = replace(garden, clauses=garden.clauses[1:])
    (finding,) = lint(bare, catalogue)
    (basis,) = finding.basis
    assert basis.text == "Code de la commande publique, art. L2112-2"
    assert (basis.effect, basis.status) == (date(2026, 8, 22), "V-code")
