"""Bringing a browser to a state of a page, as the person whose page it is."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Literal

from playwright.async_api import Browser, BrowserContext, Page, Response
from tests.browser.states import State
from tests.browser.village import Village

PATIENCE_MS = 8_000
SEND = """(form, hidden) => {
  for (const [name, value] of Object.entries(hidden)) {
    const field = document.createElement("input");
    form.append(Object.assign(field, { type: "hidden", name, value }));
  }
  const button = Object.keys(hidden).length ? null : form.querySelector("button");
  setTimeout(() => form.requestSubmit(button));
}"""
Scheme = Literal["light", "dark"]


@dataclass(frozen=True, slots=True)
class Screen:
    width: int
    height: int = 900
    scheme: Scheme = "light"


@asynccontextmanager
async def seen(
    browser: Browser, village: Village, state: State, screen: Screen
) -> AsyncIterator[Page]:
    """The page in that state, on that screen. Its status must be the state's."""
    context = await browser.new_context(
        viewport={"width": screen.width, "height": screen.height},
        color_scheme=screen.scheme,
        locale="fr-FR",
        base_url=village.site.url,
    )
    try:
        yield await _brought(context, village, state)
    finally:
        await context.close()


async def _brought(context: BrowserContext, village: Village, state: State) -> Page:
    if state.who:
        await village.site.sign_in(context, village.people[state.who])
    page = await context.new_page()
    page.set_default_timeout(PATIENCE_MS)
    answer = await page.goto(state.path)
    if state.form or state.action:
        answer = await _sent(page, state)
    assert answer is not None, state.name
    assert answer.status == state.status, (state.name, answer.status)
    return page


async def _sent(page: Page, state: State) -> Response | None:
    whose = f"[action$='{state.action}']" if state.action else ""
    form = page.locator(f"main form[method=post]{whose}").first
    for name, value in state.form.items():
        field = form.locator(f"[name={name}]").first
        await field.fill(value)
    async with page.expect_navigation() as sent:
        await form.evaluate(SEND, dict(state.hidden))
    return await sent.value
