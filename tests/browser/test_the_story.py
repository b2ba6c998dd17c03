"""What people do here from beginning to end, in a real browser, with and without JavaScript."""

import csv
import io
import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest
import yaml
from playwright.async_api import Browser, Page, expect
from tests.browser.looking import PATIENCE_MS, downloaded
from tests.browser.serving import Site

from commons.content import content_folder
from commons.identity.store import IdentityStore, first_link

SLUG = "jardin-de-la-poudrerie"


@asynccontextmanager
async def someone(browser: Browser, site: Site, *, script: bool = True) -> AsyncIterator[Page]:
    """A browser of one person, who reads French."""
    context = await browser.new_context(
        base_url=site.url, locale="fr-FR", java_script_enabled=script, accept_downloads=True
    )
    page = await context.new_page()
    page.set_default_timeout(PATIENCE_MS)
    try:
        yield page
    finally:
        await context.close()


async def first_steward_comes_in(page: Page, site: Site) -> None:
    """By the link that the service prints at its first start."""
    async with site.services.engine.begin() as db:
        store = IdentityStore(db, site.services.keyring.email)
        link = await first_link(store, "camille@exemple.fr", site.calendar())
    assert link is not None
    await page.goto(f"/connexion/{link.token}")
    await page.get_by_role("button", name="Me connecter").click()
    await expect(page.get_by_role("link", name="Garant·e")).to_be_visible()
    await page.goto("/moi")
    await page.get_by_label("Mon nom").fill("Camille Roux")
    await page.get_by_role("button", name="Enregistrer mon nom").click()


async def registers_the_garden(page: Page) -> None:
    await page.goto("/communs/nouveau")
    await page.get_by_label("Nom du commun").fill("Jardin de la Poudrerie")
    await page.get_by_label("La ressource partagée").fill("Un terrain cultivé sans pesticide")
    await page.get_by_label("La communauté").fill("Les habitantes et habitants du quartier")
    await page.get_by_label("Territoire").fill("Lille")
    await page.get_by_role("button", name="Inscrire ce commun").click()
    await expect(page).to_have_url(re.compile(f"/communs/{SLUG}"))
    await expect(page.get_by_role("status")).to_contain_text("Le commun est inscrit")


async def invites(page: Page, name: str, address: str, role: str) -> None:
    await page.goto(f"/communs/{SLUG}/membres")
    await page.get_by_label("Son nom").fill(name)
    await page.get_by_label("Son adresse électronique").fill(address)
    await page.get_by_label("Son rôle").select_option(role)
    await page.get_by_role("button", name="Envoyer l’invitation").click()
    await expect(page.get_by_role("status")).to_contain_text("L’invitation est partie")


async def accepts(page: Page, site: Site, address: str) -> None:
    await page.goto(await site.last_link(address))
    await page.get_by_role("button", name="Me connecter").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Vous êtes invité·e")
    await page.get_by_role("button", name="Rejoindre").click()
    await expect(page.get_by_role("status")).to_contain_text("Bienvenue")


async def logs(page: Page, what: str, duration: str) -> None:
    await page.goto(f"/communs/{SLUG}/consigner")
    await page.get_by_label("Ce que j’ai fait").fill(what)
    await page.get_by_label("Combien de temps").fill(duration)
    await page.get_by_role("button", name="Consigner", exact=True).click()
    await expect(page.get_by_role("status")).to_contain_text("C’est consigné")
    await expect(page.get_by_text("2 h 30")).to_be_visible()


async def receives_from_the_town(page: Page) -> None:
    await page.goto("/organisations/nouvelle")
    await page.get_by_label("Nom").fill("Ville de Saint-Ouvert")
    await page.get_by_label("Forme").select_option("collectivite")
    await page.get_by_label("SIRET").fill("21939999500014")
    await page.get_by_role("button", name="Inscrire cette organisation").click()
    await page.goto(f"/communs/{SLUG}/argent")
    await page.get_by_label("Qui a donné").select_option(label="Ville de Saint-Ouvert")
    await page.get_by_label("Combien, en euros").fill("1 000,00")
    await page.get_by_role("button", name="Consigner cet argent").click()
    await expect(page.get_by_role("status")).to_contain_text("L’argent reçu est consigné")


async def opens_the_envelope(page: Page) -> str:
    await page.goto(f"/communs/{SLUG}/enveloppes/nouvelle")
    await page.get_by_label("Titre").fill("Rétributions d’automne")
    await page.get_by_label("Montant, en euros").fill("1000")
    await page.get_by_label("Dernier jour des demandes").fill("2026-11-30")
    await page.get_by_role("button", name="Ouvrir cette enveloppe").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Rétributions d’automne")
    return page.url.partition("?")[0]


async def claims(page: Page, envelope: str, amount: str, why: str) -> None:
    await page.goto(envelope)
    await page.get_by_label("Ce que je demande").fill(amount)
    await page.get_by_label("Pourquoi", exact=True).fill(why)
    await page.get_by_role("button", name="Demander une rétribution").click()
    await expect(page.get_by_role("status")).to_contain_text("Votre demande est consignée")


async def draws_up_the_charter(page: Page) -> None:
    await page.goto(f"/communs/{SLUG}/chartes/nouvelle")
    await page.get_by_role("button", name="Reprendre ce que le registre sait").click()
    await expect(page.locator("#public_name")).to_have_value("Ville de Saint-Ouvert")
    for _ in range(2):
        await answers_what_is_asked(page)
        await page.get_by_role("button", name="Mettre à jour l’aperçu").click()
    await expect(page.locator(".document-preview")).to_contain_text("Article 1")
    await page.get_by_role("button", name="Rédiger la charte").click()
    await expect(page.get_by_role("status")).to_contain_text("La charte est rédigée")


async def answers_what_is_asked(page: Page) -> None:
    """With the answers of `examples/`: an answer may bring further questions."""
    file = content_folder("examples") / "charter-answers.yaml"
    for name, answer in yaml.safe_load(file.read_text(encoding="utf-8"))["answers"].items():
        field = page.locator(f"main form[method=post] [name={name}]")
        if not await field.count():
            continue
        if await field.first.get_attribute("type") in ("radio", "checkbox"):
            chosen = answer if isinstance(answer, list) else [str(answer).lower()]
            for value in chosen:
                await page.locator(f"[name={name}][value='{value}']").check()
        else:
            typed = answer if isinstance(answer, list) else [answer]
            await field.fill("\n".join(str(item) for item in typed))


@pytest.mark.parametrize(
    "script",
    [
        pytest.param(True, id="with script"),
        pytest.param(False, id="without script", marks=pytest.mark.slow),
    ],
)
async def test_a_commons_from_its_registration_to_its_charter(
    browser: Browser, site: Site, *, script: bool
) -> None:
    async with (
        someone(browser, site, script=script) as camille,
        someone(browser, site, script=script) as nour,
    ):
        await first_steward_comes_in(camille, site)
        await registers_the_garden(camille)
        await invites(camille, "Nour Benali", "nour@exemple.fr", "treasurer")
        await accepts(nour, site, "nour@exemple.fr")

        await logs(nour, "Taille et paillage des fruitiers", "2h30")
        await expect(nour.get_by_text("une autre personne doit l’attester")).to_be_visible()
        await expect(nour.get_by_role("button", name="Attester")).to_have_count(0)
        await camille.goto(nour.url.partition("?")[0])
        await camille.get_by_role("button", name="Attester cette contribution").click()
        await expect(camille.locator(".state.attested")).to_be_visible()

        await receives_from_the_town(nour)
        envelope = await opens_the_envelope(nour)
        await claims(nour, envelope, "900", "Les fruitiers, toute la saison")
        await claims(camille, envelope, "600", "Les réunions et les dossiers")
        await expect(camille.get_by_text("Les demandes dépassent l’enveloppe")).to_be_visible()

        site.calendar.moment += timedelta(days=6)
        await nour.goto(envelope)
        await nour.get_by_role("button", name="Proposer cette règle : Gains égaux").click()
        await expect(nour.get_by_text("on ne règle pas seul·e")).to_be_visible()
        await expect(nour.get_by_role("button", name="Adopter")).to_have_count(0)
        await camille.goto(envelope)
        await camille.get_by_role("button", name="Adopter et répartir : Gains égaux").click()
        await expect(camille.get_by_role("status")).to_contain_text("L’enveloppe est répartie")
        await expect(camille.get_by_role("heading", name="Le résultat")).to_be_visible()

        round_file = json.loads(await downloaded(camille, "Télécharger le calcul"))
        assert [item["award"] for item in round_file["result"]["awards"]] == [
            "500.00",
            "500.00",
        ]
        await camille.get_by_role("link", name="Voir ce qui est dû").click()
        payouts = (await downloaded(camille, "Télécharger le fichier de paiement")).decode(
            "utf-8-sig"
        )
        rows = list(csv.reader(io.StringIO(payouts), delimiter=";"))
        assert {row[0] for row in rows[1:]} == {"Camille Roux", "Nour Benali"}

        await camille.get_by_role("button", name="Consigner le paiement Nour Benali").click()
        await expect(camille.get_by_role("status")).to_contain_text("Le paiement est consigné")
        await draws_up_the_charter(camille)
        assert (await downloaded(camille, "Télécharger le PDF")).startswith(b"%PDF-")
        assert (await downloaded(camille, "Télécharger le DOCX")).startswith(b"PK")


async def test_a_sign_in_link_is_used_by_its_button_and_once(
    browser: Browser, site: Site
) -> None:
    async with someone(browser, site) as page, someone(browser, site) as other:
        await first_steward_comes_in(page, site)
        await page.get_by_role("button", name="Se déconnecter").click()
        await page.get_by_role("link", name="Se connecter").click()
        await page.get_by_label("Votre adresse").fill("camille@exemple.fr")
        await page.get_by_role("button", name="Recevoir mon lien").click()
        await expect(page.get_by_role("heading", level=1)).to_have_text("Regardez vos messages")
        link = await site.last_link("camille@exemple.fr")
        for _ in range(2):
            await other.goto(link)
            await expect(other.get_by_role("button", name="Me connecter")).to_be_visible()
        await page.goto(link)
        await page.get_by_role("button", name="Me connecter").click()
        await expect(page.get_by_role("link", name="Camille Roux")).to_be_visible()
        await other.get_by_role("button", name="Me connecter").click()
        await expect(other.get_by_role("alert")).to_contain_text("Ce lien ne sert plus")
        await expect(other.get_by_role("link", name="Se connecter")).to_be_visible()
