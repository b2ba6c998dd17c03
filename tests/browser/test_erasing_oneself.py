"""Erasing oneself, as someone does who is named in a charter."""

from playwright.async_api import Browser, expect
from tests.browser.looking import seen_by
from tests.browser.test_every_page import NARROW, OVERFLOW, WIDE, violations
from tests.browser.village import Village


async def test_a_signatory_reads_what_stays_before_and_after(
    browser: Browser, hamlet: Village
) -> None:
    async with seen_by(browser, hamlet, "awa") as page:
        await page.goto("/moi")
        await page.get_by_label("Mon nom, tel que les autres le liront").fill("Yann Le Goff")
        await page.get_by_role("button", name="Enregistrer").click()
        await page.goto("/moi/donnees")
        charter = page.get_by_role("link", name="CHARTE-2026")
        await expect(charter).to_have_count(1)
        for screen in (WIDE, NARROW):
            assert await violations(page, screen) == []
        await page.get_by_label("Pour confirmer, écrivez « effacer »").fill("effacer")
        await page.get_by_role("button", name="Effacer mes données").click()
        await expect(
            page.get_by_role("heading", name="Vos données sont effacées")
        ).to_be_visible()
        await expect(charter).to_have_count(1)
        await expect(page.locator("header")).to_contain_text("Se connecter")
        for screen in (WIDE, NARROW):
            assert await violations(page, screen) == []
        assert await page.evaluate(OVERFLOW) == 0
