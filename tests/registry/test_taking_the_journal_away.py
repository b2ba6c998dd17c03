"""The journal for other tools, through the doors of the service."""

import csv
import io
import json
from uuid import uuid4

import pytest
from tests.doors import Door, registered
from tests.registry.test_who_reads_what import NAMES, SECRETS, lived_in

from commons.identity.leaving import forget
from commons.ledger.books.forms import FORMS, BookForm
from commons.ledger.books.from_file import read_book
from commons.ledger.erasing import ErasingStore


@pytest.mark.parametrize("form", BookForm)
async def test_page_and_program_give_one_file_named_after_the_commons(
    door: Door, form: BookForm
) -> None:
    place = await lived_in(door, "pseudonyms")
    browser = await door.browser("Mathilde")
    async with door.program("Mathilde") as program:
        sent = await program.get(f"/api/v1/commons/{place.slug}/journal.{form}")
    page = await browser.get(f"/communs/{place.slug}/journal.{form}")
    assert (sent.status_code, page.status_code) == (200, 200)
    assert sent.content == page.content
    assert page.headers["content-type"].startswith(FORMS[form].media_type)
    named = f'attachment; filename="journal-{place.slug}.{form}"'
    assert page.headers["content-disposition"] == named
    assert all(name in page.text for name in NAMES[1:])
    assert SECRETS[0] in page.text
    assert "@communs.example" not in page.text


async def test_whoever_gave_money_is_named_in_books(door: Door) -> None:
    place = await lived_in(door, "public")
    async with door.client() as visitor:
        book = await visitor.get(f"/communs/{place.slug}/journal.hledger")
        table = await visitor.get(f"/communs/{place.slug}/journal.csv")
    assert "account Income:Financeurs:Ville-d-Ici-" in book.text
    rows = csv.DictReader(io.StringIO(table.text.lstrip("\ufeff")), delimiter=";")
    given = [row for row in rows if row["personne"] == "Ville d'Ici"]
    assert [row["quantite"] for row in given] == ["-1000,00"]


async def test_a_page_s_pseudonym_begins_the_book_s(door: Door) -> None:
    place = await lived_in(door, "pseudonyms")
    async with door.client() as visitor:
        page = await visitor.get(f"/communs/{place.slug}/journal/{place.entry_id}")
        table = await visitor.get(f"/communs/{place.slug}/journal.csv")
    rows = csv.DictReader(io.StringIO(table.text.lstrip("\ufeff")), delimiter=";")
    [shown] = {row["personne"] for row in rows if row["ecriture"] == place.entry_id}
    assert shown[:11] in page.text
    assert len(shown) == len("Membre ") + 8


async def test_the_erased_keep_accounts_of_their_own_and_no_name(door: Door) -> None:
    place = await lived_in(door, "public")
    gone = ("Mathilde", "Ignacio")
    async with door.program("Alice") as alice:
        for name in gone:
            paid = {"entry_id": str(uuid4()), "payee_id": str(door.people[name])}
            answer = await alice.post(f"/api/v1/commons/{place.slug}/payments", json=paid)
            assert answer.status_code == 201, answer.text
    async with door.services.engine.begin() as db:
        for name in gone:
            await ErasingStore(db).erase(door.people[name], door.watch())
            await forget(db, door.people[name], door.watch())
    async with door.client() as visitor:
        answers = [await visitor.get(f"{page_of(place.slug)}.{form}") for form in BookForm]
    for answer in answers:
        assert answer.status_code == 200
        assert not any(name in answer.text for name in (*gone, *SECRETS))
        assert not any(str(door.people[name])[:8] in answer.text for name in gone)
    rows = csv.DictReader(io.StringIO(answers[0].text.lstrip("\ufeff")), delimiter=";")
    accounts = {
        (row["compte"], row["personne"]) for row in rows if "Du-aux-personnes" in row["compte"]
    }
    assert len(accounts) == len({name for _, name in accounts}) == 2
    assert all(name.startswith("personne effacée ") for _, name in accounts)


def page_of(slug: str) -> str:
    return f"/communs/{slug}/journal"


@pytest.mark.parametrize("form", BookForm)
async def test_an_empty_journal_says_so(door: Door, form: BookForm) -> None:
    await door.steward("Alice")
    slug = await registered(door, "Alice")
    async with door.program("Alice") as alice:
        answer = await alice.get(f"/api/v1/commons/{slug}/journal.{form}")
    assert answer.status_code == 422
    assert "encore vide" in answer.json()["detail"]


async def test_the_page_offers_every_form_with_a_word_on_what_it_is_for(door: Door) -> None:
    place = await lived_in(door, "public")
    async with door.client() as visitor:
        page = await visitor.get(page_of(place.slug))
    for form in ("json", *BookForm):
        assert f'href="{page_of(place.slug)}.{form}"' in page.text


async def test_a_public_book_is_the_one_drawn_from_the_public_file(door: Door) -> None:
    place = await lived_in(door, "public")
    async with door.client() as visitor:
        exported = await visitor.get(f"{page_of(place.slug)}.json")
        linked = await visitor.get(f"{page_of(place.slug)}.jsonld")
    heading, entries = read_book(exported.content, door.watch())
    told = json.loads(linked.text)["@graph"]
    events = {node["entry"] if "entry" in node else node["@id"] for node in told}
    moved = [entry for entry in entries if list(entry.lines())]
    assert {f"urn:uuid:{entry.entry_id}" for entry in moved} <= events
    assert told[0]["checkpoint"] == heading.checkpoint.body()
