"""The engine's page in a real browser: typed, read, downloaded, dropped again, scriptless."""

import json

from playwright.async_api import Browser, FilePayload, Page, expect
from tests.browser.looking import PATIENCE_MS
from tests.browser.serving import Site
from tests.browser.states_of_comparing import GIFTS
from tests.browser.town_hall import election_text

DROP = """([name, text]) => {
  const data = new DataTransfer();
  data.items.add(new File([text], name, { type: "application/json" }));
  const zone = document.querySelector("[data-drop]");
  for (const kind of ["dragenter", "dragover", "drop"])
    zone.dispatchEvent(new DragEvent(kind, { dataTransfer: data, cancelable: true }));
}"""


async def opened(browser: Browser, site: Site, *, script: bool = True) -> Page:
    context = await browser.new_context(
        base_url=site.url, locale="fr-FR", java_script_enabled=script, accept_downloads=True
    )
    page = await context.new_page()
    page.set_default_timeout(PATIENCE_MS)
    await page.goto("/repartir")
    return page


async def downloads(page: Page, rule: str) -> bytes:
    async with page.expect_download() as started:
        await page.get_by_role("button", name=f"Télécharger round.json : {rule}").first.click()
    download = await started.value
    assert download.suggested_filename == "round.json"
    path = await download.path()
    return path.read_bytes()


async def drops(page: Page, name: str, text: str) -> None:
    """Drop a file in the zone, once the script has made it one."""
    await expect(page.locator("[data-drop].drop").first).to_be_visible()
    await page.evaluate(DROP, [name, text])
    await expect(page.locator("[data-said]").first).to_have_text(f"Fichier déposé : {name}")


async def chooses(page: Page, name: str, file: bytes, field: str = "#file") -> None:
    payload = FilePayload(name=name, mimeType="text/plain", buffer=file)
    await page.locator(field).set_input_files(payload)


async def test_a_person_types_claims_reads_downloads_and_drops_the_file_again(
    browser: Browser, site: Site
) -> None:
    page = await opened(browser, site)
    await page.get_by_label("L’enveloppe, en euros").fill("1 000")
    await page.get_by_label("Les demandes").fill("Awa ; 900\nThéo ; 600 ; 50\nInès ; 300")
    await page.get_by_role("button", name="Comparer").click()
    await expect(page.locator(".rules > .card")).to_have_count(11)
    await page.get_by_role("button", name="Voir en détail : Gains égaux").click()
    heading = page.get_by_role("heading", name="Gains égaux : qui reçoit quoi, et pourquoi")
    await expect(heading).to_be_visible()
    row = page.locator("#resultat tbody tr").nth(2)
    await expect(row).to_contain_text("300,00")
    await expect(row).to_contain_text("satisfaite en entier")
    await expect(page.get_by_label("Les demandes")).to_have_value(
        "Awa ; 900\nThéo ; 600 ; 50\nInès ; 300"
    )
    whole = await downloads(page, "Gains égaux")
    assert json.loads(whole)["rule"] == "equal-awards"

    await drops(page, "round.json", whole.decode())
    await page.get_by_role("button", name="Recalculer").click()
    await expect(page.get_by_role("status")).to_contain_text("Ce calcul concorde")

    changed = whole.decode().replace('"300.00"', '"301.00"', 1)
    await drops(page, "round.json", changed)
    await page.get_by_role("button", name="Refaire le calcul").click()
    await expect(page.get_by_role("alert")).to_contain_text("ne concorde pas")
    await page.get_by_role("button", name="Revenir aux demandes écrites").click()
    await expect(page.get_by_label("Les demandes")).to_have_value(
        "Awa ; 900\nThéo ; 600 ; 50\nInès ; 300"
    )
    await page.context.close()


async def test_an_election_is_counted_again_without_any_script(
    browser: Browser, site: Site
) -> None:
    page = await opened(browser, site, script=False)
    await chooses(page, "vote.pb", election_text())
    await page.get_by_role("button", name="Comparer").click()
    await expect(page.locator(".rules > .card")).to_have_count(3)
    await page.locator("summary", has_text="Réglages").click()
    await page.get_by_label("Parts égales : ensuite").select_option("utilitarian")
    await page.get_by_role("button", name="Recalculer").click()
    await expect(page.locator(".rules")).to_contain_text(
        "Avec l’argent qui reste : le nombre de voix"
    )
    whole = await downloads(page, "Méthode des parts égales")
    assert json.loads(whole)["completion"] == "utilitarian"
    await chooses(page, "round.json", whole)
    await page.get_by_role("button", name="Recalculer").click()
    await expect(page.get_by_role("status")).to_contain_text("Il manque les bulletins")
    await chooses(page, "vote.pb", election_text(), "#ballots")
    await page.get_by_role("button", name="Refaire le calcul").click()
    await expect(page.get_by_role("status")).to_contain_text("Ce calcul concorde")
    await page.context.close()


async def test_the_keyboard_reaches_the_file_and_a_wrong_parameter_keeps_it(
    browser: Browser, site: Site
) -> None:
    page = await opened(browser, site)
    await page.get_by_label("Les demandes").focus()
    await page.keyboard.press("Tab")
    await expect(page.locator("#file")).to_be_focused()
    await chooses(page, "dons.csv", GIFTS.encode())
    await page.get_by_role("button", name="Comparer").press("Enter")
    await page.locator("summary", has_text="Réglages").click()
    await page.get_by_label("Le plus que reçoit un projet").fill("beaucoup")
    await page.get_by_role("button", name="Recalculer").click()
    await expect(page.get_by_role("alert")).to_be_focused()
    await expect(page.locator("#cap-erreur")).to_contain_text("beaucoup")
    await page.get_by_label("Le plus que reçoit un projet").fill("20")
    await page.get_by_role("button", name="Recalculer").click()
    await expect(page.locator("#resultat")).to_contain_text("Un plafond arrête ce montant")
    await page.context.close()
