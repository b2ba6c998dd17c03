"""Each kind of blank takes what people type and says what to type instead."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commons.charters.answers import read_answer
from commons.charters.model import Ask, AskType, CommonsParty, Option, PublicParty
from commons.charters.rules import answers_from
from commons.kernel.errors import InputError

OPTIONS = (Option("a", "A", "le premier"), Option("b", "B", "le second"))


def ask(type_: AskType, *, least: int | None = None, most: int | None = None) -> Ask:
    options = OPTIONS if type_ in ("choice", "choices") else ()
    return Ask("x", "Quoi ?", type_, "", min=least, max=most, options=options)


@pytest.mark.parametrize(
    ("type_", "typed", "read"),
    [
        ("text", "  un   puits ", "un puits"),
        ("list", "un puits\n\n une serre ", ("un puits", "une serre")),
        ("list", ["un puits"], ("un puits",)),
        ("date", "2026-11-23", date(2026, 11, 23)),
        ("date", date(2026, 11, 23), date(2026, 11, 23)),
        ("integer", " 12 ", 12),
        ("boolean", "Oui", True),
        ("boolean", False, False),
        ("choice", "b", "b"),
        ("choices", ["b", "a", "b"], ("a", "b")),
        ("choices", "a", ("a",)),
        ("spdx", "EUPL-1.2", "EUPL-1.2"),
        ("url", "https://poudrerie.example/regles", "https://poudrerie.example/regles"),
        ("siret", "219 399 995 00014", "21939999500014"),
        ("siret", "356\u00a0000\u00a0000\u00a000048", "35600000000048"),
    ],
)
def test_what_people_type_is_read(type_: AskType, typed: object, read: object) -> None:
    assert read_answer(ask(type_), typed) == read


@pytest.mark.parametrize(
    ("type_", "typed", "advice"),
    [
        ("text", 12, "doit être un texte"),
        ("text", "a" * 601, "600 au plus"),
        ("list", 3, "une liste"),
        ("list", ["a"] * 21, "de 1 à 20"),
        ("date", "23/11/2026", "comme 2026-11-23"),
        ("date", "2026-02-30", "n'existe pas"),
        ("integer", "1,5", "nombre entier"),
        ("integer", True, "nombre entier"),
        ("integer", -1, "hors limites"),
        ("integer", "9" * 40, "nombre entier"),
        ("boolean", "peut-être", "oui"),
        ("choice", "c", "a, b"),
        ("choices", ["a", "c"], "n'est pas dans la liste"),
        ("choices", {"a": 1}, "une liste de choix"),
        ("spdx", "licence libre", "SPDX"),
        ("spdx", "CC-BY-NC-SA-4.0", "pas une licence libre"),
        ("spdx", "CC-BY-ND-4.0", "pas une licence libre"),
        ("url", "poudrerie.example", "l'adresse entière"),
        ("url", "javascript:alert(1)", "l'adresse entière"),
        ("url", "mailto:a@b.example", "l'adresse entière"),
        ("siret", "2193999950001", "13 chiffres"),
        ("siret", "21939999500015", "n'existe pas"),
        ("siret", "2193999950001A", "que des chiffres"),
        ("siret", "２１９３９９９９５０００１４", "que des chiffres"),
    ],
)
def test_what_cannot_be_read_is_refused_with_advice(
    type_: AskType, typed: object, advice: str
) -> None:
    with pytest.raises(InputError, match=advice):
        read_answer(ask(type_), typed)


@given(st.integers(), st.integers(0, 50), st.integers(0, 50))
def test_an_integer_stays_within_its_bounds(number: int, least: int, room: int) -> None:
    bounded = ask("integer", least=least, most=least + room)
    if least <= number <= least + room:
        assert read_answer(bounded, number) == number
    else:
        with pytest.raises(InputError):
            read_answer(bounded, number)


@given(st.one_of(st.text(), st.integers(), st.lists(st.text()), st.none(), st.floats()))
def test_whatever_comes_is_read_or_refused(raw: object) -> None:
    kinds: tuple[AskType, ...] = ("text", "list", "date", "integer", "boolean", "choice")
    more: tuple[AskType, ...] = ("choices", "spdx", "url", "siret")
    for kind in (*kinds, *more):
        try:
            read_answer(ask(kind), raw)
        except InputError as refusal:
            assert str(refusal)  # noqa: PT017 -- any kind may refuse, none may crash


def test_the_registry_gives_the_first_answers_of_a_collective() -> None:
    garden = CommonsParty(
        "Jardins de la Poudrerie",
        resource="un terrain",
        signatories=("Amina Belkacem, garante",),
        representative="ignorée",
    )
    town = PublicParty("Ville de Saint-Ouvert", siret="21939999500014")
    assert answers_from(garden, town) == {
        "public_name": "Ville de Saint-Ouvert",
        "public_siret": "21939999500014",
        "commons_name": "Jardins de la Poudrerie",
        "resource": "un terrain",
        "legal_personality": False,
        "signatories": ("Amina Belkacem, garante",),
    }


def test_the_registry_gives_the_legal_names_of_an_association() -> None:
    garden = CommonsParty(
        "Jardins", legal_personality=True, legal_name="Association des Jardins"
    )
    known = answers_from(garden, PublicParty("Ville", deliberation_on=date(2026, 11, 19)))
    assert known["commons_legal_name"] == "Association des Jardins"
    assert known["deliberation_on"] == date(2026, 11, 19)
