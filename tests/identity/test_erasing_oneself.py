"""Erasing oneself by the page: asked twice, done at once, and written beside the database."""

import json
from html import unescape

import pytest
from sqlalchemy import select
from tests.doors import Door, registered
from yaml import safe_load

from commons.charters.content import charter_model
from commons.charters.store import CharterStore
from commons.charters.tables import charters
from commons.content import content_folder
from commons.erased import NAME, mark_of, read_list
from commons.kernel.naming import names_in
from commons.procurement.store import DossierStore
from commons.registry.model import OrganisationFacts, OrganisationKind
from commons.registry.store import RegistryStore

YANN = "Yann Le Goff"


async def test_who_erases_themselves_is_listed_for_a_restored_instance(door: Door) -> None:
    alice = await door.person("Alice")
    browser = await door.browser("Alice")
    answer = await browser.post("/moi/effacer", {"confirmation": "effacer"})
    assert answer.status_code == 303, answer.text[:300]
    listed = read_list(door.services.settings.data_dir / NAME)
    assert mark_of(door.services.keyring.email, alice) in listed


async def test_without_the_word_nothing_is_erased(door: Door) -> None:
    await door.person("Alice")
    browser = await door.browser("Alice")
    answer = await browser.post("/moi/effacer", {"confirmation": "oui"})
    assert answer.status_code == 422
    assert "Rien n" in answer.text
    assert (await browser.get("/moi")).status_code == 200
    assert not (door.services.settings.data_dir / NAME).exists()


async def kept_documents(door: Door) -> str:
    """A charter that Yann signs, and a dossier that names him; the slug of the commons."""
    alice = await door.steward("Alice")
    slug, now = await registered(door, "Alice"), door.watch()
    file = content_folder("examples") / "charter-answers.yaml"
    answers = safe_load(file.read_text(encoding="utf-8"))["answers"]
    facts = OrganisationFacts("Ville de Saint-Ouvert", OrganisationKind.COLLECTIVITE)
    async with door.services.engine.begin() as db:
        registry = RegistryStore(db)
        commons_id = (await registry.by_slug(slug)).commons_id
        model = charter_model("charte-de-partenariat")
        store = CharterStore(db)
        await store.draw_up(commons_id, model, answers, dated=now.date(), by=alice, now=now)
        town = (await registry.add_organisation(facts, now)).organisation_id
        dossiers = DossierStore(db)
        await dossiers.create(town, "Jardin", f"contact: {YANN.upper()}", by=alice, now=now)
        await dossiers.create(town, "Autre", "contact: Yannick Le Goffic", by=alice, now=now)
    return slug


async def test_who_is_named_in_documents_is_told_which_stay(door: Door) -> None:
    slug = await kept_documents(door)
    await door.person("Yann")
    browser = await door.browser("Yann")
    before = unescape((await browser.get("/moi/donnees")).text)
    assert "ne figure dans aucun" not in before
    await browser.post("/moi", {"name": YANN})
    before = unescape((await browser.get("/moi/donnees")).text)
    answer = await browser.post("/moi/effacer", {"confirmation": "effacer"})
    assert answer.status_code == 200
    for text in (before, unescape(answer.text)):
        assert f'href="/communs/{slug}/chartes">CHARTE-2026-' in text
        assert text.count("Un dossier de consultation</a>") == 1
        assert "Ville de Saint-Ouvert" in text
    assert YANN not in answer.text
    assert "Se déconnecter" not in answer.text
    assert (await browser.get("/moi")).status_code == 401
    async with door.services.engine.begin() as db:
        kept = json.loads((await db.execute(select(charters.c.answers))).scalar_one())
        assert f"{YANN}, jardinier" in kept["signatories"]
        assert len(await CharterStore(db).naming(YANN)) == 1
        assert await CharterStore(db).naming("") == []


async def test_who_is_named_nowhere_is_told_so(door: Door) -> None:
    await kept_documents(door)
    await door.person("Bob")
    browser = await door.browser("Bob")
    page = unescape((await browser.get("/moi/donnees")).text)
    assert "ne figure dans aucun" in page
    answer = await browser.post("/moi/effacer", {"confirmation": "effacer"})
    assert answer.status_code == 303


@pytest.mark.parametrize(
    ("text", "is_named"),
    [
        ("Yann Le Goff, jardinier", True),
        ("YANN  LE\nGOFF", True),
        ("Yannick Le Goff", False),
        ("Yann Le Goffic", False),
        ("Yann", False),
        ("", False),
    ],
)
def test_a_name_is_found_whole_and_in_either_case(text: str, *, is_named: bool) -> None:
    assert names_in(text, YANN) is is_named
    assert not names_in(text, "")
