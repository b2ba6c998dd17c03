"""Every page in every state: nothing for axe to find, and none wider than its screen."""

import asyncio
from dataclasses import dataclass, field

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from litestar.routes import HTTPRoute
from playwright.async_api import Browser, Error, Page
from tests.browser.looking import Screen, Visitors, visitors
from tests.browser.state import State
from tests.browser.states import DOWNLOADS, REDIRECTS, states
from tests.browser.village import Village

RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
}
RUN_AXE = """async options => {
  const { violations } = await axe.run(document, options);
  return violations.map(({ id, nodes }) => [id, nodes.map(node => node.target)]);
}"""
HREFS = "links => links.map(link => link.getAttribute('href'))"
UNFOLD = "all => all.forEach(details => (details.open = true))"
OVERFLOW = "Math.max(0, document.documentElement.scrollWidth - innerWidth)"
WIDE, NARROW, NARROWEST = Screen(1280), Screen(390, scheme="dark"), Screen(360)
PAGES_AT_ONCE = 3


def _routes(village: Village, method: str) -> set[str]:
    """The paths that people are served at, as the application declares them."""
    return {
        route.path_format
        for route in village.site.app.routes
        if isinstance(route, HTTPRoute)
        and method in route.methods
        and not route.path_format.startswith(("/api/", "/static"))
    }


async def test_every_page_is_looked_at(village: Village) -> None:
    shown = {state.route for state in states(village)}
    assert _routes(village, "GET") - DOWNLOADS - shown == set()


async def test_every_form_is_seen_refused_or_only_leads_elsewhere(village: Village) -> None:
    answered = {state.route for state in states(village) if state.is_sent}
    assert _routes(village, "POST") - REDIRECTS - answered == set()


@dataclass(slots=True)
class Looked:
    """What one visit of a state found: `problem` if it could not be brought on the screen."""

    state: State
    problem: str = ""
    violations: object = None
    too_wide: int = 0
    links: list[str] = field(default_factory=list)


async def violations(page: Page, screen: Screen) -> object:
    await screen.given_to(page)
    if not await page.evaluate("'axe' in window"):
        await page.evaluate(AXE_SCRIPT)
    return await page.evaluate(RUN_AXE, RULES)


async def looked_at(at: Visitors, state: State) -> Looked:
    """Visit the state once: axe, its links, its width with all unfolded."""
    looked = Looked(state)
    try:
        async with at.seen(state, WIDE) as page:
            looked.links = await page.eval_on_selector_all("a[href^='/']", HREFS)
            looked.violations = await violations(page, WIDE)
            await NARROWEST.given_to(page)
            await page.eval_on_selector_all("details", UNFOLD)
            looked.too_wide = await page.evaluate(OVERFLOW)
    except (Error, AssertionError) as problem:
        looked.problem = str(problem)
    return looked


@pytest.fixture(scope="module")
async def looked(browser: Browser, village: Village) -> list[Looked]:
    """Every state, visited once; a few pages are open at a time."""
    gate = asyncio.Semaphore(PAGES_AT_ONCE)
    shown = states(village)
    async with visitors(browser, village, shown) as at:

        async def one(state: State) -> Looked:
            async with gate:
                return await looked_at(at, state)

        return await asyncio.gather(*(one(state) for state in shown))


async def test_every_state_comes_on_the_screen_with_its_status(looked: list[Looked]) -> None:
    assert {item.state.name: item.problem for item in looked if item.problem} == {}


async def test_axe_finds_nothing_wide_and_light(looked: list[Looked]) -> None:
    assert {item.state.name: item.violations for item in looked if item.violations} == {}


async def test_no_page_is_wider_than_the_narrowest_telephone(looked: list[Looked]) -> None:
    assert {item.state.name: item.too_wide for item in looked if item.too_wide} == {}


@pytest.mark.slow
@pytest.mark.parametrize("screen", [NARROW, Screen(1280, scheme="dark"), Screen(390)], ids=str)
async def test_axe_finds_nothing_narrow_nor_in_the_other_colours(
    browser: Browser, village: Village, screen: Screen
) -> None:
    found = {}
    shown = states(village)
    async with visitors(browser, village, shown) as at:
        for state in shown:
            async with at.seen(state, screen) as page:
                if wrong := await violations(page, screen):
                    found[state.name] = wrong
    assert found == {}


async def test_every_link_of_every_page_leads_somewhere(
    browser: Browser, village: Village, looked: list[Looked]
) -> None:
    """What a state shows without refusal need not be asked for again."""
    opened = {
        (item.state.who, item.state.path)
        for item in looked
        if item.state.status == 200 and not item.state.is_sent
    }
    leads = {
        (item.state.who, href.partition("#")[0]): item.state.name
        for item in looked
        # On a page that is refused, the other language is the same refusal.
        if item.state.status == 200 or item.state.is_sent
        for href in item.links
    }
    gate = asyncio.Semaphore(PAGES_AT_ONCE)
    async with visitors(browser, village, [item.state for item in looked]) as at:

        async def status(who: str, href: str) -> int:
            async with gate:
                return (await at.contexts[who].request.get(href)).status

        asked = sorted(leads.keys() - opened)
        told = await asyncio.gather(*(status(*link) for link in asked))
    broken = {
        link: (found, leads[link])
        for link, found in zip(asked, told, strict=True)
        if found >= 400
    }
    assert broken == {}


async def test_a_printed_page_has_no_buttons_and_keeps_its_tables(
    browser: Browser, village: Village
) -> None:
    state = next(s for s in states(village) if s.name == "envelope-over-claimed-steward")
    async with (
        visitors(browser, village, [state]) as at,
        at.seen(state, WIDE) as page,
    ):
        await page.emulate_media(media="print")
        assert not await page.locator("header nav").is_visible()
        assert await page.locator("main button:visible").count() == 0
        assert await page.locator("main table").first.is_visible()
