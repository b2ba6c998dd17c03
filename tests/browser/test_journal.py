"""A journal is read, attested, contested and answered by the people of the village."""

from datetime import date
from decimal import Decimal

from playwright.async_api import Browser, Page, expect
from tests.browser.looking import seen_by
from tests.browser.serving import TODAY
from tests.browser.test_forms import forced
from tests.browser.village import Village

from commons.kernel.quantity import EURO
from commons.ledger.model import Rules
from commons.ledger.ruling import RulesStore
from commons.ledger.store import JournalStore
from commons.web.formatting import euros


def _journal(village: Village, asked: str = "") -> str:
    return f"/communs/{village.garden.slug}/journal{asked}"


async def _attested(page: Page) -> None:
    for box in await page.get_by_role("checkbox", name="attester").all():
        await box.check()
    await page.get_by_role("button", name="Attester ce qui est coché").click()


async def test_ticks_and_filter_outlive_a_refusal_and_the_filter_the_attestation(
    browser: Browser, hamlet: Village
) -> None:
    async with seen_by(browser, hamlet, "nour") as page:
        await page.goto(_journal(hamlet, "?etat=awaiting&genre=contribution"))
        own = str(hamlet.works[8])
        await page.get_by_role("checkbox", name="attester").first.check()
        first = page.get_by_role("checkbox", name="attester").first
        ticked = await first.get_attribute("value")
        assert ticked is not None
        await page.evaluate(
            """own => {
              const form = document.querySelector("form.keep");
              form.append(Object.assign(document.createElement("input"),
                { type: "hidden", name: "entree", value: own }));
            }""",
            own,
        )
        await page.get_by_role("button", name="Attester ce qui est coché").click()
        await expect(page.get_by_role("alert")).to_contain_text("sa propre contribution")
        await expect(page.locator(f"input[name=entree][value='{ticked}']")).to_be_checked()
        await expect(page.get_by_label("dans l’état")).to_have_value("awaiting")
        await page.get_by_role("button", name="Attester ce qui est coché").click()
        await expect(page.get_by_role("status")).to_contain_text("sont attestées")
        await expect(page.get_by_label("dans l’état")).to_have_value("awaiting")


async def test_only_what_one_may_still_attest_can_be_ticked(
    browser: Browser, hamlet: Village
) -> None:
    """Two must attest, stewards and treasurers only: Nour once, Sasha not at all."""
    services, garden = hamlet.site.services, hamlet.garden.commons_id
    rules = Rules(quorum=2, attesters=frozenset({"steward", "treasurer"}))
    before = TODAY.replace(year=2025, month=1)
    async with services.engine.begin() as db:
        await RulesStore(db).decide(garden, rules, hamlet.people["camille"], before)
    async with (
        seen_by(browser, hamlet, "nour") as nour,
        seen_by(browser, hamlet, "sasha") as sasha,
    ):
        await nour.goto(_journal(hamlet, "?etat=awaiting"))
        offered = await nour.get_by_role("checkbox", name="attester").count()
        assert offered > 1
        await _attested(nour)
        await expect(nour.get_by_role("status")).to_contain_text("sont attestées")
        await expect(nour.get_by_role("checkbox", name="attester")).to_have_count(0)
        await sasha.goto(_journal(hamlet, "?etat=awaiting"))
        await expect(sasha.locator("main tbody tr").first).to_be_visible()
        await expect(sasha.get_by_role("checkbox", name="attester")).to_have_count(0)
        waiting = f"{_journal(hamlet)}/{hamlet.works[9]}"
        await sasha.goto(waiting)
        await expect(sasha.get_by_role("button", name="Attester cette")).to_have_count(0)
        await forced(sasha, f"{waiting}/attester")
        await expect(sasha.get_by_role("alert")).to_contain_text("votre rôle ne permet pas")


async def test_an_entry_is_contested_with_a_reason_and_answered(
    browser: Browser, hamlet: Village
) -> None:
    place = f"{_journal(hamlet)}/{hamlet.works[10]}"
    async with (
        seen_by(browser, hamlet, "nour") as nour,
        seen_by(browser, hamlet, "sasha") as sasha,
    ):
        await nour.goto(place)
        await nour.get_by_text("Contester", exact=True).click()
        await nour.get_by_label("Ce qui ne va pas").fill("La brouette est à réparer encore.")
        await nour.get_by_role("button", name="Consigner la contestation").click()
        await expect(nour.get_by_role("heading", level=1)).to_contain_text("contestée")
        await expect(nour.get_by_text("Une réponse est attendue", exact=True)).to_be_visible()
        await sasha.goto(place)
        await sasha.get_by_label("Ce que l’on répond").fill("La roue est changée depuis.")
        await sasha.get_by_role("button", name="Consigner la réponse").click()
        await expect(sasha.get_by_role("status")).to_contain_text("La réponse est consignée")
        await sasha.get_by_role("link", name="Réparation de la brouette").click()
        await expect(sasha.get_by_role("heading", level=1)).to_contain_text("en attente")
        await sasha.goto(_journal(hamlet))
        await expect(sasha.locator("main tbody").last).to_contain_text("Réponse, Sasha")


async def test_accounts_are_those_of_the_journal_at_either_time(
    browser: Browser, village: Village
) -> None:
    garden = village.garden
    asked = (
        ("", None, None),
        ("?jour=2026-11-03", date(2026, 11, 3), None),
        ("?taille=20", None, 20),
        ("?jour=2026-11-10&taille=14", date(2026, 11, 10), 14),
    )
    async with seen_by(browser, village, "nour") as page:
        await page.goto(_journal(village))
        await page.get_by_role("link", name="Les comptes").click()
        for query, on, size in asked:
            async with village.site.services.engine.connect() as db:
                held = await JournalStore(db).balances_at(garden.commons_id, on=on, size=size)
            expected = sorted(
                euros(amount, "fr")
                for (_, unit), amount in held.items()
                if unit == EURO.code and amount
            )
            await page.goto(f"/communs/{garden.slug}/comptes{query}")
            shown = await page.locator("main tbody td.amount").all_inner_texts()
            assert sorted(shown) == expected, query
            if shown:
                total = page.locator("main tfoot td.amount")
                await expect(total).to_have_text(euros(Decimal(0), "fr"))
