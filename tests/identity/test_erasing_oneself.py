"""Erasing oneself by the page: asked twice, done at once, and written beside the database."""

from tests.doors import Door

from commons.erased import NAME, mark_of, read_list


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
