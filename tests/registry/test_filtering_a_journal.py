"""What of a filter cannot be read is said beside it, and nothing that was typed is lost."""

import re

import pytest
from tests.doors import Door, registered
from tests.registry.test_who_reads_what import lived_in


def chosen(page: str, name: str) -> str:
    """What the list called `name` shows as chosen."""
    [select] = re.findall(rf'<select id="{name}".*?</select>', page, re.DOTALL)
    found = re.findall(r'value="([^"]*)" selected', select)
    assert len(found) < 2
    return str(found[0]) if found else ""


@pytest.mark.parametrize(
    ("name", "typed", "said"),
    [
        ("etat", "xx", "« xx » n’est pas un état."),
        ("genre", "cadeau", "« cadeau » n’est pas un genre d’écriture."),
        ("mois", "2026-13", "« 2026-13 » n’est pas un mois."),
        ("qui", "Mathilde", "« Mathilde » ne désigne personne."),
    ],
)
async def test_an_unreadable_filter_is_refused_beside_it_and_the_others_stay(
    door: Door, name: str, typed: str, said: str
) -> None:
    place = await lived_in(door, "public")
    kept = {"genre": "contribution", "etat": "attested", "mois": "2026-11"}
    kept["qui"] = str(door.people["Mathilde"])
    asked = {**kept, name: typed}
    async with door.client() as visitor:
        page = await visitor.get(f"/communs/{place.slug}/journal", params=asked)
    assert page.status_code == 200
    text = page.text.replace("\u00a0", " ").replace("&#39;", "’").replace("'", "’")
    assert f'<p class="error" id="{name}-erreur">{said}</p>' in text
    assert f'<a href="#{name}">{said}</a>' in text
    assert {field: chosen(page.text, field) for field in asked} == asked
    assert f"/journal/{place.entry_id}" in page.text


async def test_a_readable_filter_is_not_refused(door: Door) -> None:
    place = await lived_in(door, "public")
    asked = {"etat": "attested", "mois": "2019-01", "qui": place.entry_id, "genre": ""}
    async with door.client() as visitor:
        page = await visitor.get(f"/communs/{place.slug}/journal", params=asked)
    assert 'role="alert"' not in page.text
    assert {field: chosen(page.text, field) for field in asked} == asked


async def test_under_pseudonyms_looking_for_someone_is_refused_in_words(door: Door) -> None:
    place = await lived_in(door, "pseudonyms")
    mathilde = str(door.people["Mathilde"])
    async with door.client() as visitor:
        page = await visitor.get(f"/communs/{place.slug}/journal?qui={mathilde}&etat=xx")
        alone = await visitor.get(f"/communs/{place.slug}/journal?qui={mathilde}")
    assert "sans les noms : on n" in alone.text.replace("\u00a0", " ")
    assert "n’est pas un état" in page.text.replace("&#39;", "’")
    assert 'href="#qui"' not in page.text + alone.text
    assert mathilde not in page.text.partition("<main")[2]


async def test_an_empty_journal_has_no_filter_to_correct(door: Door) -> None:
    await door.steward("Alice")
    slug = await registered(door, "Alice", readers="public")
    async with door.client() as visitor:
        page = await visitor.get(f"/communs/{slug}/journal?etat=xx")
    assert page.status_code == 200
    assert 'role="alert"' not in page.text
