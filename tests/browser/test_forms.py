"""What a person meets when something is refused, and how pages answer keys and languages."""

from uuid import uuid4

from playwright.async_api import Browser, Page, expect
from tests.browser.looking import seen_by
from tests.browser.village import Village

KEY = "6f1f3a0e-0d7a-4c6b-9a51-0f7a1f4f9c11"


async def forced(page: Page, action: str, **fields: str) -> None:
    """Send a form that the page does not offer, as a curious person would."""
    script = """([action, fields]) => {
      const form = document.createElement("form");
      Object.assign(form, { method: "post", action });
      const kept = document.querySelector("main input[name=_csrf_token]");
      const token = kept ?? document.querySelector("input[name=_csrf_token]");
      for (const [name, value] of Object.entries({ ...fields, _csrf_token: token.value })) {
        form.append(Object.assign(document.createElement("input"), { name, value }));
      }
      document.body.append(form);
      setTimeout(() => form.submit());
    }"""
    async with page.expect_navigation():
        await page.evaluate(script, [action, {"entry_id": str(uuid4()), **fields}])


async def test_a_refused_form_says_why_beside_each_field_and_loses_nothing(
    browser: Browser, village: Village
) -> None:
    async with seen_by(browser, village, "sasha") as page:
        await page.goto(f"/communs/{village.garden.slug}/consigner")
        await page.get_by_label("Ce que j’ai fait").fill("Arrosage des serres")
        await page.get_by_label("Combien de temps").fill("un certain temps")
        await page.get_by_label("Quel jour").fill("2031-01-01")
        await page.get_by_label("ouvert à rétribution").check()
        await page.get_by_role("button", name="Consigner", exact=True).click()

        alert = page.get_by_role("alert")
        await expect(alert).to_be_focused()
        await expect(page).to_have_title("Refusé : Consigner une contribution · Communs")
        duration = page.get_by_label("Combien de temps")
        await expect(duration).to_have_attribute("aria-invalid", "true")
        await expect(duration).to_have_accessible_description(
            "Comme vous l’écririez : 2h30, 2,5 ou 150 min. Écrivez une durée comme 2h30, 2,5 "
            "ou 150 min."
        )
        await expect(duration).to_have_value("un certain temps")
        await expect(page.get_by_label("Ce que j’ai fait")).to_have_value("Arrosage des serres")
        await expect(page.get_by_label("ouvert à rétribution")).to_be_checked()
        await alert.get_by_role("link", name="Écrivez une durée").press("Enter")
        await expect(page.locator(":focus")).to_have_id("duration")


async def test_a_day_to_come_is_refused_beside_its_field(
    browser: Browser, village: Village
) -> None:
    async with seen_by(browser, village, "sasha") as page:
        await page.goto(f"/communs/{village.garden.slug}/consigner")
        await page.get_by_label("Ce que j’ai fait").fill("Arrosage des serres")
        await page.get_by_label("Combien de temps").fill("2h")
        await page.get_by_label("Quel jour").fill("2031-01-01")
        await page.get_by_role("button", name="Consigner", exact=True).click()
        await expect(page.locator("#day-erreur")).to_contain_text("dans le futur")


async def test_nobody_attests_what_they_gave_even_by_force(
    browser: Browser, village: Village
) -> None:
    garden, own = village.garden.slug, village.works[9]
    async with seen_by(browser, village, "camille") as page:
        await page.goto(f"/communs/{garden}/journal/{own}")
        await expect(page.get_by_role("button", name="Attester")).to_have_count(0)
        await expect(page.get_by_text("une autre personne doit l’attester")).to_be_visible()
        await forced(page, f"/communs/{garden}/journal/{own}/attester")
        alert = page.get_by_role("alert")
        await expect(alert).to_contain_text("On n’atteste pas sa propre contribution")
        await page.goto(f"/communs/{garden}/journal")
        await forced(page, f"/communs/{garden}/journal/attester", entree=str(own))
        await expect(alert).to_contain_text("On n’atteste pas sa propre contribution")


async def test_nobody_settles_or_pays_their_own_claim_even_by_force(
    browser: Browser, village: Village
) -> None:
    garden = village.garden.slug
    envelope = f"/communs/{garden}/enveloppes/{village.envelopes['over-claimed'].envelope_id}"
    async with seen_by(browser, village, "nour") as page:
        await page.goto(envelope)
        await expect(page.get_by_role("button", name="Adopter")).to_have_count(0)
        await expect(page.get_by_text("une autre personne garante l’adoptera")).to_be_visible()
        await forced(page, f"{envelope}/regle", rule="equal-awards", step="adopt", entry_id=KEY)
        alert = page.get_by_role("alert")
        await expect(alert).to_contain_text("on ne règle pas seul·e sa propre demande")
        await page.goto(f"/communs/{garden}/enveloppes")
        await expect(page.get_by_text("une autre personne vous paiera")).to_be_visible()
        await forced(page, f"/communs/{garden}/payer/{village.people['nour']}", entry_id=KEY)
        await expect(alert).to_contain_text("On ne se paie pas soi-même")


async def test_the_entry_appears_as_it_will_be_written_while_one_types(
    browser: Browser, village: Village
) -> None:
    async with seen_by(browser, village, "sasha") as page:
        await page.goto(f"/communs/{village.garden.slug}/consigner")
        preview = page.locator("#apercu")
        await expect(preview).to_be_hidden()
        await page.get_by_label("Ce que j’ai fait").fill("Arrosage <b>des</b> serres")
        await expect(preview).to_contain_text("(durée à préciser)")
        await page.get_by_label("Combien de temps").fill("2,5")
        await expect(preview).to_contain_text("24 novembre 2026 · Sasha Lemoine-Etchegaray")
        await expect(preview).to_contain_text("2 h 30")
        await expect(preview).to_contain_text("Arrosage <b>des</b> serres")
        await expect(preview).to_contain_text("en attente d’attestation")


async def test_the_last_contribution_is_taken_up_again_on_another_day(
    browser: Browser, village: Village
) -> None:
    async with seen_by(browser, village, "sasha") as page:
        await page.goto(f"/communs/{village.garden.slug}/consigner")
        await page.get_by_role("link", name="Reprendre ma dernière contribution").click()
        await expect(page.get_by_label("Ce que j’ai fait")).to_have_value(
            "Réparation de la brouette"
        )
        await expect(page.get_by_label("Combien de temps")).to_have_value("45\u00a0min")
        await expect(page.get_by_label("Quel jour")).to_have_value("2026-11-24")


async def test_several_contributions_are_attested_at_once(
    browser: Browser, hamlet: Village
) -> None:
    async with seen_by(browser, hamlet, "nour") as page:
        await page.goto(f"/communs/{hamlet.garden.slug}/journal?etat=awaiting")
        boxes = page.get_by_role("checkbox", name="attester")
        await expect(boxes).to_have_count(2)
        for box in await boxes.all():
            await box.check()
        await page.get_by_role("button", name="Attester ce qui est coché").click()
        await expect(page.get_by_role("status")).to_contain_text("sont attestées")
        await page.goto(f"/communs/{hamlet.garden.slug}/journal?etat=awaiting")
        await expect(page.locator("main tbody tr")).to_have_count(1)


async def test_a_role_is_withdrawn_after_a_page_that_says_what_will_happen(
    browser: Browser, hamlet: Village
) -> None:
    async with seen_by(browser, hamlet, "camille") as page:
        await page.goto(f"/communs/{hamlet.garden.slug}/membres")
        await page.get_by_role("link", name="Retirer ce rôle : Nour Benali").click()
        await expect(page.get_by_text("ce qui lui est dû reste dû")).to_be_visible()
        await page.get_by_role("button", name="Retirer ce rôle").click()
        await expect(page.get_by_role("status")).to_contain_text("Le rôle est retiré")
        await expect(page.get_by_text("Nour Benali")).to_have_count(0)
        await page.get_by_role("link", name="Retirer ce rôle : Camille Roux").click()
        await page.get_by_role("button", name="Retirer ce rôle").click()
        await expect(page.get_by_role("alert")).to_contain_text("la dernière personne garante")


async def test_an_invitation_is_taken_back(browser: Browser, hamlet: Village) -> None:
    async with seen_by(browser, hamlet, "camille") as page:
        await page.goto(f"/communs/{hamlet.garden.slug}/membres")
        await page.get_by_role("button", name="Annuler cette invitation (Awa Diop)").click()
        await expect(page.get_by_role("status")).to_contain_text("L’invitation est annulée")
    async with seen_by(browser, hamlet, "awa") as page:
        await page.goto("/invitations")
        await expect(page).to_have_url(f"{hamlet.site.url}/")


async def test_the_journal_is_filtered_by_person_month_and_state(
    browser: Browser, village: Village
) -> None:
    async with seen_by(browser, village) as page:
        await page.goto(f"/communs/{village.garden.slug}/journal")
        await page.get_by_label("Montrer").select_option("contribution")
        await page.get_by_label("de", exact=True).select_option(label="Nour Benali")
        await page.get_by_label("en", exact=True).select_option("2026-11")
        await page.get_by_role("button", name="Montrer").click()
        await expect(page.locator("main tbody tr")).to_have_count(1)
        await expect(page.locator("main tbody")).to_contain_text("Dossier de subvention")


async def test_the_keyboard_skips_to_the_content_and_shows_where_it_is(
    browser: Browser, village: Village
) -> None:
    async with seen_by(browser, village) as page:
        await page.goto("/communs")
        await page.keyboard.press("Tab")
        skip = page.get_by_role("link", name="Aller au contenu")
        await expect(skip).to_be_focused()
        await expect(skip).to_be_in_viewport()
        await page.keyboard.press("Enter")
        await expect(page.locator("main")).to_be_focused()
        for _ in range(12):
            await page.keyboard.press("Tab")
            outline = await page.evaluate(
                """() => {
                  const here = document.activeElement;
                  return here === document.body ? "" : getComputedStyle(here).outline;
                }"""
            )
            assert not outline or "solid 3px" in outline


async def test_a_reader_switches_to_english_and_stays_there(
    browser: Browser, village: Village
) -> None:
    async with seen_by(browser, village) as page:
        await page.goto("/communs?q=jardin")
        await page.get_by_role("link", name="English").click()
        await expect(page.locator("html")).to_have_attribute("lang", "en")
        await expect(page.locator("#q")).to_have_value("jardin")
        await page.goto("/")
        await expect(page.get_by_text("30 November 2026")).to_be_visible()
        await page.get_by_role("link", name="Français").click()
        await expect(page.locator("html")).to_have_attribute("lang", "fr")
        await expect(page.get_by_text("30 novembre 2026")).to_be_visible()


async def test_a_dossier_that_no_longer_reads_opens_on_its_text_and_says_why(
    browser: Browser, village: Village
) -> None:
    async with seen_by(browser, village, "hugo") as page:
        await page.goto(f"/dossiers/{village.dossiers['unreadable'].dossier_id}")
        await expect(page.get_by_label("Le fichier")).to_have_value("title: [")
        await expect(page.get_by_text("Ce fichier ne se lit plus")).to_be_visible()
        await expect(page.get_by_text("ligne 1, colonne 9")).to_be_visible()


async def test_a_refused_page_changes_language_without_losing_what_its_address_asked(
    browser: Browser, village: Village
) -> None:
    camille = village.people["camille"]
    asked = f"/communs/{village.garden.slug}/membres/{camille}/retirer?role=steward"
    async with seen_by(browser, village, "camille") as page:
        await page.goto(asked)
        await page.get_by_role("button", name="Retirer ce rôle").click()
        await expect(page.get_by_role("alert")).to_be_visible()
        await page.get_by_role("link", name="English").click()
        await expect(page).to_have_url(f"{village.site.url}{asked}&lang=en")
