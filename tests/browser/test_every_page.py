"""Every page in every state: nothing for axe to find, and none wider than its screen."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeAlias

import pytest
from axe_playwright_python.async_playwright import Axe
from litestar.routes import HTTPRoute
from playwright.async_api import Browser, Error, Page
from tests.browser.looking import Scheme, Screen, seen
from tests.browser.states import DOWNLOADS, REDIRECTS, State, states
from tests.browser.village import Village

RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
}
NARROWEST = 360
PAGES_AT_ONCE = 3

Look: TypeAlias = Callable[[Page], Awaitable[object]]


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
    answered = {state.route for state in states(village) if state.form or state.action}
    assert _routes(village, "POST") - REDIRECTS - answered == set()


async def on_every_state(
    browser: Browser, village: Village, screen: Screen, look: Look
) -> dict[str, object]:
    """What `look` finds wrong, by state; a few pages are open at a time."""
    gate = asyncio.Semaphore(PAGES_AT_ONCE)
    found: dict[str, object] = {}

    async def one(state: State) -> None:
        async with gate:
            try:
                async with seen(browser, village, state, screen) as page:
                    wrong = await look(page)
            except (Error, AssertionError) as problem:
                wrong = problem
            if wrong:
                found[state.name] = wrong

    await asyncio.gather(*(one(state) for state in states(village)))
    return found


async def violations(page: Page) -> object:
    result = await Axe().run(page, options=RULES)
    return [
        (item["id"], [node["target"] for node in item["nodes"]])
        for item in result.response["violations"]
    ]


@pytest.mark.parametrize(
    ("width", "scheme"),
    [
        (1280, "light"),
        (390, "dark"),
        pytest.param(1280, "dark", marks=pytest.mark.slow),
        pytest.param(390, "light", marks=pytest.mark.slow),
    ],
)
async def test_axe_finds_nothing(
    browser: Browser, village: Village, width: int, scheme: Scheme
) -> None:
    screen = Screen(width, scheme=scheme)
    assert await on_every_state(browser, village, screen, violations) == {}


async def too_wide(page: Page) -> object:
    await page.eval_on_selector_all("details", "all => all.map(d => (d.open = true))")
    over = await page.evaluate("document.documentElement.scrollWidth - innerWidth")
    return max(0, over)


async def test_no_page_is_wider_than_the_narrowest_telephone(
    browser: Browser, village: Village
) -> None:
    assert await on_every_state(browser, village, Screen(NARROWEST), too_wide) == {}


async def test_every_link_of_every_page_leads_somewhere(
    browser: Browser, village: Village
) -> None:
    leads: dict[tuple[str, str], str] = {}
    for state in states(village):
        if state.status in REFUSED_TO_THE_READER:
            continue
        async with seen(browser, village, state, Screen(1280)) as page:
            hrefs = await page.eval_on_selector_all(
                "a[href^='/']", "links => links.map(link => link.getAttribute('href'))"
            )
            leads |= {(state.who, href.partition("#")[0]): state.name for href in hrefs}
    broken = {}
    for who in {who for who, _ in leads}:
        context = await browser.new_context(base_url=village.site.url)
        if who:
            await village.site.sign_in(context, village.people[who])
        for href in sorted(href for person, href in leads if person == who):
            answer = await context.request.get(href)
            if answer.status >= 400 and href not in MADE_ELSEWHERE:
                broken[who, href] = (answer.status, leads[who, href])
        await context.close()
    assert broken == {}


REFUSED_TO_THE_READER = frozenset({401, 403, 404})
"""Pages whose link to the other language leads to the same refusal."""
MADE_ELSEWHERE = frozenset({"/dossiers"})
"""The procurement slice serves it where it has its pages."""


async def test_a_printed_page_has_no_buttons_and_keeps_its_tables(
    browser: Browser, village: Village
) -> None:
    state = next(s for s in states(village) if s.name == "envelope-over-claimed-steward")
    async with seen(browser, village, state, Screen(1280)) as page:
        await page.emulate_media(media="print")
        assert not await page.locator("header nav").is_visible()
        assert await page.locator("main button:visible").count() == 0
        assert await page.locator("main table").first.is_visible()
