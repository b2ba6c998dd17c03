"""Bringing a browser to a state of a page, as the person whose page it is."""

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Literal

from playwright.async_api import Browser, BrowserContext, FilePayload, Page, Response
from tests.browser.state import State
from tests.browser.village import Village

PATIENCE_MS = 60_000
SEND = """(form, hidden) => {
  for (const [name, value] of Object.entries(hidden)) {
    const kept = form.querySelector(`input[type=hidden][name="${name}"]`);
    const field = kept ?? form.appendChild(document.createElement("input"));
    Object.assign(field, { type: "hidden", name, value });
  }
  const isHidden = ({ name, value }) => name && hidden[name] === value;
  const button = Object.keys(hidden).length
    ? [...form.querySelectorAll("button")].find(isHidden)
    : form.querySelector("button");
  setTimeout(() => form.requestSubmit(button));
}"""
Scheme = Literal["light", "dark"]


@dataclass(frozen=True, slots=True)
class Screen:
    width: int
    height: int = 900
    scheme: Scheme = "light"

    async def given_to(self, page: Page) -> None:
        await page.set_viewport_size({"width": self.width, "height": self.height})
        await page.emulate_media(color_scheme=self.scheme)


@dataclass(frozen=True, slots=True)
class Visitors:
    """One browser context for each person, kept from page to page; all read French."""

    browser: Browser
    village: Village
    contexts: dict[str, BrowserContext] = field(default_factory=dict)
    free: dict[BrowserContext, list[Page]] = field(default_factory=dict)
    """Pages that have shown a state and may show another; one that failed is not among them."""

    async def enter_all(self, shown: Iterable[State]) -> None:
        """Open the context of everyone who sees one of these states."""
        for key, who in {_context_key(state): state.who for state in shown}.items():
            self.contexts[key] = await self.browser.new_context(
                locale="fr-FR", base_url=self.village.site.url
            )
            self.contexts[key].set_default_timeout(PATIENCE_MS)
            if who:
                person = self.village.people[who]
                await self.village.site.sign_in(self.contexts[key], person)
            # The cookie that forms answer to, once, before several pages ask for it together.
            await self.contexts[key].request.get("/glossaire")

    @asynccontextmanager
    async def seen(self, state: State, screen: Screen) -> AsyncIterator[Page]:
        """The page in that state, on that screen. Its status must be the state's."""
        context = self.contexts[_context_key(state)]
        free = self.free.setdefault(context, [])
        page = free.pop() if free else await context.new_page()
        await screen.given_to(page)
        answer = await page.goto(state.path)
        if state.is_sent:
            answer = await _sent(page, state)
        assert answer is not None, state.name
        assert answer.status == state.status, (state.name, answer.status)
        yield page
        free.append(page)


@asynccontextmanager
async def visitors(
    browser: Browser, village: Village, shown: Iterable[State]
) -> AsyncIterator[Visitors]:
    """Everyone who sees one of these states, each with a browser context of their own."""
    all_of_them = Visitors(browser, village)
    try:
        await all_of_them.enter_all(shown)
        yield all_of_them
    finally:
        for context in all_of_them.contexts.values():
            await context.close()


def _context_key(state: State) -> str:
    """A state in another language has its own context: the choice is kept in a cookie."""
    return state.name if "lang=" in state.path else state.who


async def _sent(page: Page, state: State) -> Response | None:
    whose = f"[action$='{state.action}']" if state.action else ""
    form = page.locator(f"main form[method=post]{whose}").first
    await form.evaluate("form => form.closest('details')?.setAttribute('open', '')")
    for name, value in state.form.items():
        field = form.locator(f"[name='{name}']").first
        await field.fill(value)
    if state.upload:
        named = state.upload_name or state.name
        file = FilePayload(name=named, mimeType="text/plain", buffer=state.upload)
        await form.locator("[type=file]").first.set_input_files([file])
    async with page.expect_navigation() as sent:
        await form.evaluate(SEND, dict(state.hidden))
    return await sent.value


@asynccontextmanager
async def seen_by(browser: Browser, village: Village, who: str = "") -> AsyncIterator[Page]:
    """A browser of one person of the village, or of nobody, for what they do in it."""
    context = await browser.new_context(base_url=village.site.url, locale="fr-FR")
    if who:
        await village.site.sign_in(context, village.people[who])
    page = await context.new_page()
    page.set_default_timeout(PATIENCE_MS)
    try:
        yield page
    finally:
        await context.close()


async def downloaded(page: Page, name: str) -> bytes:
    async with page.expect_download() as started:
        await page.get_by_role("link", name=name).first.click()
    download = await started.value
    path = await download.path()
    return path.read_bytes()
