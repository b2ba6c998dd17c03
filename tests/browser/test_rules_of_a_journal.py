"""A commons changes how it confirms: reviewed first, as an entry, from then on."""

import re

from playwright.async_api import Browser, Page, expect
from tests.browser.looking import seen_by
from tests.browser.test_forms import forced
from tests.browser.village import Village


async def _reviewed(page: Page, village: Village, quorum: str) -> None:
    await page.goto(f"/communs/{village.garden.slug}/regles")
    await page.get_by_label("Combien de personnes").fill(quorum)
    await page.get_by_role("button", name="Relire ce qui changera").click()
    await expect(page.get_by_text("À partir de maintenant, pour ce qui")).to_be_visible()


async def test_rules_are_reviewed_adopted_and_keep_their_history(
    browser: Browser, hamlet: Village
) -> None:
    async with seen_by(browser, hamlet, "camille") as page:
        await page.goto(f"/communs/{hamlet.garden.slug}")
        await page.get_by_role("link", name="Règles du journal").click()
        await expect(page.locator("main")).to_contain_text("pas encore fixé les siennes")
        await _reviewed(page, hamlet, "2")
        await expect(page.locator("main table")).to_contain_text("dès qu’une autre personne")
        await page.get_by_role("button", name="Y revenir").click()
        await expect(page.get_by_label("Combien de personnes")).to_have_value("2")
        await page.get_by_label("les personnes garantes").check()
        await page.get_by_role("button", name="Relire ce qui changera").click()
        await page.get_by_role("button", name="Adopter ces règles").click()
        await expect(page.get_by_role("status")).to_contain_text("à partir de maintenant")
        history = page.locator("main table").first
        await expect(history).to_contain_text("Camille Roux")
        await expect(history).to_contain_text("Peuvent attester : les personnes garantes.")
        await history.get_by_role("link").click()
        await expect(page.get_by_role("heading", level=1)).to_contain_text("Règles du journal")
        await expect(page.locator("main")).to_contain_text("quand 2 autres personnes")


async def test_unchanged_rules_and_rules_changed_meanwhile_are_refused(
    browser: Browser, hamlet: Village
) -> None:
    async with (
        seen_by(browser, hamlet, "camille") as one,
        seen_by(browser, hamlet, "camille") as other,
    ):
        await one.goto(f"/communs/{hamlet.garden.slug}/regles")
        await one.get_by_role("button", name="Relire ce qui changera").click()
        await expect(one.get_by_role("alert")).to_contain_text("rien ne change")
        await _reviewed(one, hamlet, "2")
        await _reviewed(other, hamlet, "3")
        for page in (one, other):
            await page.get_by_role("button", name="Adopter ces règles").click()
        await expect(one.get_by_role("status")).to_be_visible()
        alert = other.get_by_role("alert")
        await expect(alert).to_contain_text("Les règles ont changé entre-temps")
        await expect(other.locator("main > ul")).to_contain_text("2 autres personnes")


async def test_only_a_steward_changes_rules_and_declares_units(
    browser: Browser, village: Village
) -> None:
    place = f"/communs/{village.garden.slug}/regles"
    async with seen_by(browser, village, "nour") as page:
        await page.goto(place)
        await expect(
            page.get_by_role("button", name=re.compile("Relire|Déclarer"))
        ).to_have_count(0)
        for address in (place, f"{place}/relire", place.replace("regles", "unites")):
            await page.goto(f"/communs/{village.garden.slug}/journal")
            await forced(page, address, quorum="1")
            await expect(page.locator("main")).to_contain_text("Vos rôles ne le permettent pas")


async def test_a_unit_is_declared_once_and_never_means_something_else(
    browser: Browser, hamlet: Village
) -> None:
    async with seen_by(browser, hamlet, "camille") as page:
        for label, said in (
            ("paniers", "L’unité est déclarée"),
            ("cagettes", "déjà une autre"),
        ):
            await page.goto(f"/communs/{hamlet.garden.slug}/regles")
            await page.get_by_text("Déclarer une unité").click()
            await page.get_by_label("Ce que l’on compte").fill(label)
            await page.get_by_label("Son code").fill("panier")
            await page.get_by_role("button", name="Déclarer cette unité").click()
            await expect(page.locator("main")).to_contain_text(said)
        await expect(page.get_by_label("Ce que l’on compte")).to_have_value("cagettes")
