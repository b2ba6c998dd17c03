"""A vote on the money of an envelope, from its opening to the payouts, in a real browser."""

import csv
import io
import json

from playwright.async_api import Browser, FilePayload, Page, expect
from tests.browser.looking import downloaded, seen_by
from tests.browser.town_hall import election_text
from tests.browser.village import Village

TITLE = "Budget des communs 2028"


async def sends(page: Page, file: bytes, button: str) -> None:
    payload = FilePayload(name="scrutin.pb", mimeType="text/plain", buffer=file)
    await page.get_by_label("Le fichier du scrutin").set_input_files(payload)
    await page.get_by_role("button", name=button).click()


async def test_an_election_is_looked_at_then_booked_and_paid_out(
    browser: Browser, hamlet: Village
) -> None:
    async with seen_by(browser, hamlet, "camille") as page:
        await page.goto(f"/communs/{hamlet.fund.slug}/enveloppes/nouvelle")
        await page.get_by_label("Titre").fill(TITLE)
        await page.get_by_label("Montant, en euros").fill("120 000")
        await page.get_by_label("Dernier jour des demandes").fill("2026-11-30")
        await page.get_by_role("button", name="Ouvrir cette enveloppe").click()
        await page.get_by_role("link", name="Répartir cette enveloppe par un scrutin").click()

        await sends(page, election_text(), "Compter pour voir")
        await expect(page.get_by_text("Rien n’est encore consigné")).to_be_visible()
        ranks = page.locator("main tbody tr")
        looked = await ranks.all_inner_texts()
        assert looked
        await sends(page, election_text(), "Compter et consigner")
        await expect(page.get_by_role("status")).to_contain_text("L’enveloppe est répartie")
        await expect(page.get_by_role("heading", level=1)).to_have_text(TITLE)
        await expect(page.get_by_role("heading", name="Le résultat du scrutin")).to_be_visible()
        await expect(page.locator("main figure svg[role=img]")).to_be_visible()
        assert await ranks.all_inner_texts() == looked

        sheet = (await downloaded(page, "Télécharger ce qui est dû")).decode("utf-8-sig")
        rows = list(csv.reader(io.StringIO(sheet), delimiter=";"))
        assert len(rows) == len(looked) + 1
        kept = json.loads(await downloaded(page, "Télécharger le calcul"))
        assert kept["rule"] == "equal-shares"
        await page.reload()
        await expect(page.get_by_role("link", name="par un scrutin")).to_have_count(0)


async def test_an_election_file_that_cannot_be_counted_says_why_beside_its_field(
    browser: Browser, village: Village
) -> None:
    whole = election_text()
    lacking = whole.replace(b"project_id;cost;votes;name", b"project_id;votes;name")
    envelope = f"/enveloppes/{village.envelopes['vote'].envelope_id}/scrutin"
    async with seen_by(browser, village, "camille") as page:
        await page.goto(f"/communs/{village.fund.slug}{envelope}")
        beside, alert = page.locator("#file-erreur"), page.get_by_role("alert")
        await page.get_by_role("button", name="Compter pour voir").click()
        await expect(beside).to_contain_text("Choisissez un fichier .pb")
        await sends(page, lacking, "Compter pour voir")
        await expect(beside).to_contain_text("cost")
        await expect(page.get_by_label("Le fichier du scrutin")).to_have_attribute(
            "aria-invalid", "true"
        )
        dollars = whole.replace(b"currency;EUR", b"currency;USD")
        await sends(page, dollars, "Compter et consigner")
        await expect(beside).to_contain_text("Ce scrutin est en USD")
        await expect(alert).to_be_focused()


async def test_an_election_does_not_divide_what_is_claimed_or_divided_already(
    browser: Browser, village: Village
) -> None:
    refused = {
        (village.garden.slug, "over-claimed"): "Des demandes ont été faites",
        (village.fund.slug, "voted"): "Cette enveloppe est déjà répartie",
    }
    async with seen_by(browser, village, "camille") as page:
        for (slug, key), why in refused.items():
            envelope = village.envelopes[key].envelope_id
            await page.goto(f"/communs/{slug}/enveloppes/{envelope}/scrutin")
            await sends(page, election_text(), "Compter et consigner")
            await expect(page.get_by_role("alert")).to_contain_text(why)
