"""Promises of the linter on dossiers nobody wrote."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import get_args

from hypothesis import given, settings
from hypothesis import strategies as st

from commons.kernel.errors import RuleBrokenError
from commons.procurement.assembly import assemble
from commons.procurement.catalogue import LEVELS, BuyerKind, Ccag, CriterionKind, Purchase
from commons.procurement.content import load_catalogue
from commons.procurement.model import (
    Buyer,
    Choice,
    Condition,
    Criterion,
    Dossier,
    Estimate,
    Procedure,
    Requirement,
    SubCriterion,
    Waiver,
)
from commons.procurement.rules.lint import errors_in, lint

CATALOGUE = load_catalogue()

words = st.sampled_from(
    ["", "Prix", "Ancrage local", "{licence}", "article L2112-2", "article R9999-1", "Région"]
)
texts = st.one_of(words, st.text(max_size=30))
amounts = st.decimals(0, 6_000_000, places=2)
weights = st.decimals(0, 100, places=2)
days = st.dates(date(2018, 1, 1), date(2030, 12, 31))
names = st.sampled_from([*CATALOGUE.clauses, "clause-magique"])
parts = st.builds(SubCriterion, texts, weights, st.booleans())
criteria = st.builds(
    Criterion,
    texts,
    st.sampled_from(get_args(CriterionKind)),
    weights,
    texts,
    texts,
    texts,
    st.booleans(),
    st.lists(parts, max_size=2).map(tuple),
    st.just(()),
    st.one_of(st.just(""), names),
)
answers = st.dictionaries(
    st.sampled_from(["mois", "jours", "licence", "impact"]), texts, max_size=2
)
choices = st.lists(
    st.builds(Choice, names, st.sampled_from(LEVELS), answers),
    max_size=5,
    unique_by=lambda choice: choice.clause,
).map(tuple)
conditions = st.builds(
    Condition, texts, texts, st.frozensets(st.sampled_from(["environment", "social"]))
)
asked = st.lists(st.builds(Requirement, texts, texts), max_size=2).map(tuple)
dossiers = st.builds(
    Dossier,
    reference=texts,
    title=texts,
    need=texts,
    buyer=st.builds(Buyer, texts, st.sampled_from(get_args(BuyerKind))),
    purchase=st.sampled_from(get_args(Purchase)),
    procedure=st.sampled_from(get_args(Procedure)),
    estimate=st.builds(Estimate, amounts, amounts),
    consultation_on=days,
    offers_until=st.one_of(st.none(), days),
    ccag=st.sampled_from(get_args(Ccag)),
    place_of_performance=texts,
    criteria=st.lists(criteria, max_size=3).map(tuple),
    clauses=choices,
    conditions=st.lists(conditions, max_size=2).map(tuple),
    candidacy=asked,
    requirements=asked,
)


@settings(max_examples=150, deadline=None)
@given(dossiers, days)
def test_the_same_dossier_on_the_same_day_has_the_same_findings(
    dossier: Dossier, on: date
) -> None:
    assert lint(dossier, CATALOGUE, on) == lint(dossier, CATALOGUE, on)


@settings(max_examples=150, deadline=None)
@given(dossiers)
def test_every_basis_is_a_text_we_keep_in_a_version_we_keep(dossier: Dossier) -> None:
    for finding in lint(dossier, CATALOGUE):
        assert str(finding.message)
        assert str(finding.correction)
        for basis in finding.basis:
            source = CATALOGUE.sources[basis.source]
            versions = {(version.effect, version.status) for version in source.versions}
            assert (basis.effect, basis.status) in versions


@settings(max_examples=100, deadline=None)
@given(dossiers)
def test_setting_everything_aside_hides_nothing(dossier: Dossier) -> None:
    found = lint(dossier, CATALOGUE)
    waivers = tuple(
        Waiver(rule, "Motif gardé au dossier.") for rule in sorted({f.rule for f in found})
    )
    waived = lint(replace(dossier, waivers=waivers), CATALOGUE)
    assert [(f.rule, str(f.place)) for f in waived] == [(f.rule, str(f.place)) for f in found]
    assert errors_in(waived) == 0
    assert all(f.set_aside == "Motif gardé au dossier." for f in waived)


@settings(max_examples=150, deadline=None)
@given(dossiers)
def test_documents_are_made_or_the_dossier_says_what_is_missing(dossier: Dossier) -> None:
    try:
        documents = assemble(dossier, CATALOGUE)
    except RuleBrokenError as refused:
        assert str(refused)  # noqa: PT017 -- being made is as good as being refused
    else:
        assert documents


@settings(max_examples=100, deadline=None)
@given(dossiers, st.decimals(0, 100_000, places=2))
def test_a_smaller_amount_never_breaks_the_exemption(dossier: Dossier, less: Decimal) -> None:
    direct = replace(dossier, procedure="below-threshold")
    smaller = max(Decimal(0), dossier.estimate.amount - less)
    cheaper = replace(direct, estimate=Estimate(smaller))
    broken = any(f.rule == "S1" and f.counts for f in lint(cheaper, CATALOGUE))
    assert not broken or any(f.rule == "S1" and f.counts for f in lint(direct, CATALOGUE))
