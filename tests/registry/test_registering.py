"""Commons and organisations are registered, changed, found; over the API and on pages."""

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.doors import Door, registered

from commons.kernel.errors import InputError
from commons.registry.rules import commons_facts, organisation_facts, typed_again
from commons.registry.territory import LEVELS, inside, places, understood


@pytest.fixture
async def alice(door: Door) -> Door:
    await door.steward("Alice")
    return door


async def test_what_was_registered_is_read_and_changed_field_by_field(alice: Door) -> None:
    slug = await registered(alice, "Alice")
    assert slug == "jardin-partage-de-la-poudrerie"
    async with alice.program("Alice") as program:
        read = (await program.get(f"/api/v1/commons/{slug}")).json()
        assert read["territory"] == "commune:31555"
        assert read["licences"] == ["CC-BY-SA-4.0"]
        link = "https://carte.example/a,b"
        change = {"needs": "Des bras", "links": [link]}
        answer = await program.patch(f"/api/v1/commons/{slug}", json=change)
        assert answer.status_code == 200
        again = (await program.get(f"/api/v1/commons/{slug}")).json()
        assert again == {**read, "needs": "Des bras", "links": [link]}


async def test_only_stewards_change_a_commons(alice: Door) -> None:
    slug = await registered(alice, "Alice")
    await alice.steward("Bob")
    async with alice.program("Bob") as program:
        answer = await program.patch(f"/api/v1/commons/{slug}", json={"name": "À moi"})
        assert answer.status_code == 403


async def test_two_commons_of_one_name_have_two_addresses_even_at_the_same_instant(
    alice: Door,
) -> None:
    slugs = await asyncio.gather(*(registered(alice, "Alice") for _ in range(4)))
    assert len(set(slugs)) == 4


@pytest.mark.parametrize("name", ["Nouveau", "Importer", "publiccode"])
async def test_no_commons_hides_behind_an_address_of_the_service(
    alice: Door, name: str
) -> None:
    slug = await registered(alice, "Alice", name=name)
    async with alice.program("Alice") as program:
        assert (await program.get(f"/api/v1/commons/{slug}")).status_code == 200
        assert name in (await program.get(f"/communs/{slug}")).text


@pytest.mark.parametrize(
    "words",
    [
        "jardins",
        "POUDRERIE",
        "partagés",
        "compost",
        "poudr",
        "habitants",
        "voisin",
        "Jardin partage",
    ],
)
async def test_words_are_found_without_accents_and_by_their_stem(
    alice: Door, words: str
) -> None:
    slug = await registered(alice, "Alice")
    await registered(
        alice, "Alice", name="Atelier vélo", resource="x", community="y", themes=[]
    )
    async with alice.client() as client:
        found = (await client.get("/api/v1/commons", params={"q": words})).json()
        assert [item["slug"] for item in found] == [slug]
        assert slug in (await client.get("/communs", params={"q": words})).text


@pytest.mark.parametrize(
    ("typed", "is_inside"),
    [
        ("Toulouse", True),
        ("31555", True),
        ("epci:243100518", True),
        ("departement:31", True),
        ("Occitanie", True),
        ("Bretagne", False),
        ("Lille", False),
    ],
)
async def test_a_territory_holds_what_lies_within(
    alice: Door,
    typed: str,
    is_inside: bool,  # noqa: FBT001 -- a table of cases
) -> None:
    await registered(alice, "Alice")
    async with alice.client() as client:
        found = (await client.get("/api/v1/commons", params={"territory": typed})).json()
        assert bool(found) is is_inside


def test_the_hierarchy_goes_from_commune_to_region() -> None:
    toulouse = places()["commune:31555"]
    assert toulouse.within == ("epci:243100518", "departement:31", "region:76")
    for key in toulouse.within:
        assert "commune:31555" in inside(key)


@given(st.sampled_from(sorted(places())))
def test_every_key_and_every_name_with_its_code_is_understood(key: str) -> None:
    place = places()[key]
    assert understood(key) == key
    found = understood(f"{place.name} ({place.code})")
    assert found is not None
    assert places()[found].code == place.code
    assert LEVELS.index(places()[found].level) <= LEVELS.index(place.level)


async def test_an_organisation_is_corrected_by_whoever_registered_it_and_no_other(
    alice: Door,
) -> None:
    await alice.steward("Bob")
    async with alice.program("Alice") as program, alice.program("Bob") as other:
        made = await program.post(
            "/api/v1/organisations",
            json={
                "name": "Ville de Toulouse",
                "kind": "collectivite",
                "siret": "213 105 554 00017",
            },
        )
        assert made.status_code == 201, made.text
        place = f"/api/v1/organisations/{made.json()['slug']}"
        assert made.json()["siren"] == "213105554"
        assert (await other.patch(place, json={"name": "À moi"})).status_code == 403
        changed = await program.patch(place, json={"insee": "31555"})
        assert changed.json()["insee"] == "commune:31555"
        assert changed.json()["siret"] == "21310555400017"
        found = await other.get("/api/v1/organisations", params={"q": "21310555400017"})
        assert [item["name"] for item in found.json()] == ["Ville de Toulouse"]


async def test_an_organisation_is_corrected_on_its_page(alice: Door) -> None:
    browser = await alice.browser("Alice")
    answer = await browser.post(
        "/organisations/nouvelle", {"name": "Les Semeurs", "kind": "association"}
    )
    assert answer.status_code == 303
    place = "/organisations/les-semeurs/modifier"
    assert 'value="Les Semeurs"' in (await browser.get(place)).text
    wrong = await browser.post(place, {"name": "Les Semeurs", "rna": "W1"})
    assert wrong.status_code == 422
    assert "Alsace-Moselle" in wrong.text
    right = await browser.post(place, {"name": "Les Semeuses", "rna": "W9R1011072"})
    assert right.status_code == 303
    assert "Les Semeuses" in (await browser.get("/organisations?q=W9R1011072")).text


@pytest.mark.parametrize(
    ("field", "typed", "kept"),
    [
        ("siret", "356 000 000 00048", "35600000000048"),
        ("siret", "35600000049837", "35600000049837"),
        ("siren", "356000000", "356000000"),
        ("rna", "w9r1011072", "W9R1011072"),
        ("insee", "243100518", "epci:243100518"),
    ],
)
def test_numbers_are_checked_as_they_really_are(field: str, typed: str, kept: str) -> None:
    facts = organisation_facts({"name": "X", field: typed})
    assert getattr(facts, field) == kept


def test_every_fault_of_a_form_is_told_at_once() -> None:
    with pytest.raises(InputError) as refusal:
        commons_facts({"licences": "GPL", "territory": "Atlantide", "links": "ftp://x"})
    fields = {error.field for error in refusal.value.errors}
    assert fields == {"name", "resource", "community", "licences", "territory", "links"}


texts = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=60).filter(
    lambda text: text.strip() and "," not in text
)


@given(name=texts, themes=st.lists(texts, max_size=4), is_person=st.booleans())
def test_facts_survive_the_form_that_shows_them(
    name: str,
    themes: list[str],
    is_person: bool,  # noqa: FBT001 -- drawn by Hypothesis
) -> None:
    typed = {
        "name": name,
        "resource": "r",
        "community": "c",
        "themes": ", ".join(themes),
        "is_legal_person": "oui" if is_person else "non",
    }
    facts = commons_facts(typed)
    assert commons_facts(typed_again(facts)) == facts


async def test_a_publiccode_is_looked_at_then_registered(alice: Door) -> None:
    text = (
        "publiccodeYmlVersion: 2.4.0\nname: Fontaines\nlegal: {license: mit}\n"
        "url: https://f.example\ndescription: {fr: {shortDescription: Où boire}}\n"
    )
    async with alice.program("Alice") as program:
        looked = await program.post("/api/v1/commons/publiccode", json={"text": text})
        assert looked.status_code == 200
        answer = looked.json()
        assert {"place", "line", "detail", "mended"} == set(answer["faults"][0])
        assert answer["fields"]["licences"] == "MIT"
        assert answer["commons"] is None
        without = await program.post(
            "/api/v1/commons/publiccode", json={"text": text, "register": True}
        )
        assert without.status_code == 422
        assert without.json()["errors"][0]["field"] == "community"
        amended = {"community": "Celles et ceux qui marchent", "territory": "Lille"}
        made = await program.post(
            "/api/v1/commons/publiccode",
            json={"text": text, "register": True, "amended": amended},
        )
        assert made.status_code == 201
        assert made.json()["commons"]["territory"] == "commune:59350"


async def test_a_publiccode_fills_the_form_of_its_page(alice: Door) -> None:
    browser = await alice.browser("Alice")
    assert (await browser.get("/communs/importer")).status_code == 200
    pasted = {"text": "name: Fontaines\nlegal:\n  license: eupl-1.2\n"}
    found = await browser.post("/communs/importer", pasted)
    assert found.status_code == 200
    assert 'value="Fontaines"' in found.text
    assert 'value="EUPL-1.2"' in found.text
    assert "legal.license" in found.text
    assert 'download="publiccode.yml"' in found.text
    uploaded = await browser.post(
        "/communs/importer", {}, files={"file": ("publiccode.yml", b"name: Autre\n")}
    )
    assert 'value="Autre"' in uploaded.text
    refused = await browser.post("/communs/importer", {"text": "a: &x b\n"})
    assert refused.status_code == 422
    assert "ancres" in refused.text
