"""« Vérifier » in the browser: it agrees with the Python verifiers, and never says yes falsely.

Every published vector goes through the script (LED-5, LED-7, LED-10, LED-17, LED-18, LED-20 to
LED-22, LED-25 to LED-28), as do proof files with one byte changed.
"""

import base64
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from random import Random  # noqa: TID251 -- seeded: the campaign is the same every time
from typing import Any

import pytest
from playwright.async_api import Browser, FilePayload, Page, Route, expect
from tests.browser.looking import PATIENCE_MS, seen_by
from tests.browser.test_every_page import NARROW, OVERFLOW, WIDE, violations
from tests.browser.village import Village

from commons.content import content_folder
from commons.kernel.quantity import BUILT_IN_UNITS
from commons.ledger.checkpoint import parse_checkpoint
from commons.ledger.proof_verification import verify_file
from commons.ledger.verdict import Means
from commons.registry.pages import signer_of

VECTORS = {
    file.stem[5:]: json.loads(file.read_text(encoding="utf-8"))
    for file in sorted((content_folder("ledger") / "vectors").glob("*.json"))
}
JUDGED_FILES = (
    *("journals", "proofs", "consistency"),
    *("changed-keys", "checkpoints", "breaches"),
)
FILES = [case for name in JUDGED_FILES for case in VECTORS[name]]
CHANGED = 400
JUDGED = """async asked => {
  const answers = [];
  for (const [file, means] of asked) {
    const bytes = Uint8Array.from(atob(file), char => char.charCodeAt(0));
    try {
      answers.push((await Verification.verify(bytes, means)).holds);
    } catch (error) {
      if (!(error instanceof TransparencyLog.Malformed)) throw error;
      answers.push(false);
    }
  }
  return answers;
}"""
ALSO = """async vectors => {
  const { decode, hex, leafHash, unhex, root, rootFromInclusion, isConsistent } =
    TransparencyLog;
  const wrong = [], bytes = text => new TextEncoder().encode(text);
  const tell = (name, holds) => holds || wrong.push(name);
  const throws = work => { try { work(); return false; } catch { return true; } };
  const all = list => Promise.all(list);
  for (const text of vectors["canonical-json"].canonical)
    tell(`canonical ${text}`, !throws(() => decode(text)));
  for (const text of vectors["canonical-json"].not_canonical)
    tell(`not canonical ${text}`, throws(() => decode(text)));
  for (const { field, salt, value, commitment } of vectors.commitments)
    tell(field, await JournalEntry.commitment(field, salt, value) === commitment);
  for (const { leaf, hash } of vectors.leaves) {
    tell(leaf, hex(await leafHash(bytes(leaf))) === hash);
    tell(leaf, JournalEntry.isEntry(decode(`{"leaf":${leaf},"open":{}}`)));
  }
  const { trees, notes } = vectors, roots = trees.roots;
  const leaves = await all(trees.leaves.map(item => leafHash(unhex(item))));
  for (const [size, expected] of roots.entries())
    tell(`root ${size}`, hex(await root(leaves.slice(0, size))) === expected);
  for (const { index, size, path } of trees.inclusion) {
    const steps = path.map(unhex);
    const from = at => rootFromInclusion(leaves[at], BigInt(index), BigInt(size), steps);
    tell(`${index} of ${size}`, hex(await from(index)) === roots[size]);
    const other = await from((index + 1) % leaves.length);
    tell(`other for ${index} of ${size}`, hex(other) !== roots[size]);
  }
  for (const { old, size, path } of trees.consistency) {
    const joins = (then, now) => isConsistent(
      BigInt(old), unhex(then), BigInt(size), unhex(now), path.map(unhex));
    tell(`${old} to ${size}`, await joins(roots[old], roots[size]));
    tell(`${old} not to ${size}`, !await joins(roots[old], roots[0]));
  }
  const log = TransparencyLog, key = await log.readKey(notes.key);
  tell("note", await log.isSignedBy(notes.note, key));
  for (const text of notes.malformed)
    tell(`malformed ${text}`, throws(() => log.readCheckpoint(text)));
  const witness = await log.readKey(notes.witness_key, log.WITNESS);
  const at = await log.cosignedAt(notes.witnessed, witness);
  tell("witness", Number(at) === notes.witnessed_at);
  tell("no witness", await log.cosignedAt(notes.note, witness) === null);
  const [before, after] = await log.readHandOver(notes.succession);
  tell("succession", before.text === notes.key && after.text === notes.next_key);
  return wrong;
}"""
NO_SIGNATURES = """
  const known = crypto.subtle.importKey.bind(crypto.subtle);
  crypto.subtle.importKey = (form, key, algorithm, ...rest) => algorithm === "Ed25519"
    ? Promise.reject(new DOMException("unknown", "NotSupportedError"))
    : known(form, key, algorithm, ...rest);
"""
NO_CALCULATION = "Object.defineProperty(crypto, 'subtle', { value: undefined });"


def _asked(data: bytes, **means: object) -> list[object]:
    return [base64.b64encode(data).decode(), means]


def _means(case: dict[str, Any]) -> dict[str, object]:
    names = ("key", "chain", "kept", "witnesses")
    return {name: case[name] for name in names if name in case}


async def _judged(page: Page, asked: Sequence[list[object]]) -> list[bool]:
    found: list[bool] = await page.evaluate(JUDGED, asked)
    return found


@asynccontextmanager
async def _at(browser: Browser, village: Village, place: str) -> AsyncIterator[Page]:
    """The page at `place`, as Nour sees it; an error of its script fails the test."""
    async with seen_by(browser, village, "nour") as page:
        broken: list[str] = []
        page.on("pageerror", lambda error: broken.append(str(error)))
        await page.goto(place)
        yield page
        assert broken == []


def _entry(village: Village, number: int = 0) -> str:
    return f"/communs/{village.garden.slug}/journal/{village.works[number]}"


async def _proof(page: Page, village: Village, number: int = 0) -> bytes:
    return await (await page.request.get(f"{_entry(village, number)}/preuve.json")).body()


async def _verdict(page: Page) -> str:
    """The one line of the answer, which must be where the focus is."""
    await page.locator("#verifier, main").get_by_role("button", name="Vérifier").first.click()
    answer = page.locator(".verdict h2")
    await expect(answer).to_be_focused()
    await expect(page.locator("[aria-live]")).to_contain_text(await answer.inner_text())
    return (await answer.inner_text()).replace("\u00a0", " ")


async def test_the_script_gives_the_expected_verdict_on_every_vector(
    browser: Browser, village: Village
) -> None:
    async with _at(browser, village, "/verifier") as page:
        asked = [_asked(case["file"].encode(), **_means(case)) for case in FILES]
        found = await _judged(page, asked)
        given = [(case["name"], holds) for case, holds in zip(FILES, found, strict=True)]
        assert given == [(case["name"], case["holds"]) for case in FILES]
        assert await page.evaluate(ALSO, VECTORS) == []
        scales = await page.evaluate("Object.fromEntries(JournalEntry.SCALES)")
        assert scales == {unit.code: unit.scale for unit in BUILT_IN_UNITS.values()}


async def test_what_the_service_gives_holds_and_nothing_else_does(
    browser: Browser, village: Village
) -> None:
    """Bytes replaced, removed and added at places drawn once, in a proof and in a journal."""
    key = signer_of(village.site.services).verifier
    async with _at(browser, village, "/verifier") as page:
        proofs = [await _proof(page, village, at) for at in range(len(village.works))]
        address = f"/communs/{village.garden.slug}/journal.json"
        journal = await (await page.request.get(address)).body()
        asked = [_asked(data, key=str(key)) for data in (*proofs, journal)]
        assert all(await _judged(page, asked))
        draw = Random(20261125)  # noqa: S311 -- places to change, not secrets
        changed = [_changed(draw, proofs[at % len(proofs)]) for at in range(CHANGED)]
        changed += [_changed(draw, journal) for _ in range(CHANGED // 10)]
        found = await _judged(page, [_asked(data, key=str(key)) for data in changed])
        assert not any(found)
        assert not [data for data in changed if _holds(data, Means(key))]


def _changed(draw: Random, data: bytes) -> bytes:
    place, way = draw.randrange(len(data)), draw.randrange(3)
    if way == 0:
        return data[:place] + data[place + 1 :]
    byte = bytes([data[place] ^ draw.randrange(1, 256)])
    return data[:place] + byte + data[place + (way == 1) :]


def _holds(data: bytes, means: Means) -> bool:
    try:
        return verify_file(data, means).holds
    except ValueError:
        return False


async def test_an_entry_is_verified_on_its_page_against_the_published_checkpoint(
    browser: Browser, village: Village
) -> None:
    async with _at(browser, village, _entry(village, 9)) as page:
        assert (await _verdict(page)).startswith("Oui : cette écriture est au journal «")
        verdict = page.locator(".verdict")
        await expect(verdict).to_contain_text("que l’instance publie aujourd’hui")
        await expect(verdict).to_contain_text("Accueil des nouvelles familles")
        await expect(verdict).to_contain_text("La clé vient de ce même site")
        await expect(verdict.locator(".state.no, .state.unknown")).to_have_count(0)
        await verdict.get_by_text("Tout le calcul", exact=True).click()
        await expect(verdict.locator(".calculation")).to_contain_text("commons-entry/1")
        for screen in (WIDE, NARROW):
            assert await violations(page, screen) == []
        assert await page.evaluate(OVERFLOW) == 0


async def test_a_proof_changed_on_its_way_is_refused_with_its_reason(
    browser: Browser, village: Village
) -> None:
    async with _at(browser, village, _entry(village)) as page:

        async def change(route: Route) -> None:
            answer = await route.fetch()
            text = (await answer.text()).replace("du grillage", "du portail")
            await route.fulfill(response=answer, body=text)

        await page.route("**/preuve.json", change)
        assert await _verdict(page) == "Non : cette preuve ne tient pas."
        verdict = page.locator(".verdict")
        await expect(verdict).to_contain_text("« description » n’est pas ce qui a été consigné")
        await expect(verdict).to_contain_text("son sceau ne correspond pas")
        assert await violations(page, NARROW) == []


async def test_another_published_history_is_refused(browser: Browser, village: Village) -> None:
    """What is published is signed by another: one of the vectors, under the journal's name."""
    async with _at(browser, village, _entry(village)) as page:
        address = f"/api/v1/commons/{village.garden.slug}/checkpoint"
        note = await (await page.request.get(address)).text()
        origin, size, root, *rest = note.split("\n")
        other = base64.b64encode(bytes(32)).decode()
        forged = "\n".join([origin, size, other, *rest])
        assert root != other
        await page.route(f"**{address}", lambda route: route.fulfill(body=forged))
        assert await _verdict(page) == "Non : cette preuve ne tient pas."
        await expect(page.locator(".verdict")).to_contain_text("une autre histoire")


async def test_a_kept_checkpoint_is_joined_to_the_proof(
    browser: Browser, hamlet: Village
) -> None:
    """Kept before the journal grew: the page asks for the consistency, and checks it."""
    async with _at(browser, hamlet, _entry(hamlet)) as page:
        address = f"/api/v1/commons/{hamlet.garden.slug}/checkpoint"
        note = await (await page.request.get(address)).text()
        await page.goto(_entry(hamlet, 10))
        await page.get_by_role("button", name="Attester cette contribution").click()
        await page.goto(_entry(hamlet, 9))
        await _proved_beyond(page, hamlet, int(note.split("\n")[1]))
        await page.get_by_text("Ce que vous avez gardé", exact=True).click()
        await page.get_by_label("Un point de contrôle que vous avez gardé").fill(note)
        assert (await _verdict(page)).startswith("Oui")
        verdict = page.locator(".verdict")
        await expect(verdict).to_contain_text("Il prolonge le point de contrôle que vous aviez")
        await expect(verdict).to_contain_text("Le point de contrôle gardé est signé")
        await expect(verdict).not_to_contain_text("La clé vient de ce même site")
        lines = note.split("\n")
        lines[2] = base64.b64encode(bytes(32)).decode()
        await page.get_by_label("Un point de contrôle que vous avez gardé").fill(
            "\n".join(lines)
        )
        assert await _verdict(page) == "Non : cette preuve ne tient pas."
        await expect(verdict).to_contain_text("L’histoire a été réécrite")


async def _proved_beyond(page: Page, village: Village, size: int) -> None:
    """Wait until the sealer has put a larger checkpoint among the heads."""
    for _ in range(100):
        proof = json.loads(await _proof(page, village, 9))["proof"]
        if parse_checkpoint(proof.partition("\n\n")[2]).size > size:
            return
        await page.wait_for_timeout(100)
    raise AssertionError("the journal was not sealed further")


async def test_a_key_that_cannot_be_read_or_did_not_sign_is_said(
    browser: Browser, village: Village
) -> None:
    async with _at(browser, village, _entry(village)) as page:
        await page.get_by_text("Ce que vous avez gardé", exact=True).click()
        key = page.get_by_label("La clé publique que vous connaissez")
        await key.fill("rien")
        assert await _verdict(page) == "Rien n’est encore vérifié"
        await expect(page.locator(".verdict")).to_contain_text("Cette clé ne se lit pas")
        await key.fill(VECTORS["notes"]["key"])
        assert await _verdict(page) == "Non : cette preuve ne tient pas."
        await expect(page.locator(".verdict")).to_contain_text("n’a pas signé")
        await key.fill("")
        assert await _verdict(page) == "Tout se tient, mais tout n’a pas pu être vérifié."
        await expect(page.locator(".verdict")).to_contain_text("on ne sait pas qui a signé")


async def test_a_file_from_before_a_change_of_keys_says_which_key_it_needs(
    browser: Browser, village: Village
) -> None:
    """The page asks for the successions beside the key (LED-41)."""
    [case] = [
        c
        for c in VECTORS["changed-keys"]
        if c["name"].endswith("the succession brought") and c["holds"]
    ]
    old, new = VECTORS["notes"]["key"].split("+")[1], case["key"].split("+")[1]
    async with _at(browser, village, "/verifier") as page:
        await page.get_by_label("Le fichier").set_input_files(
            [_payload(case["file"].encode(), "journal.json")]
        )
        await page.get_by_text("Ce que vous avez gardé", exact=True).click()
        await page.get_by_label("La clé publique que vous connaissez").fill(case["key"])
        assert await _verdict(page) == "Non : ce journal ne tient pas."
        verdict = page.locator(".verdict")
        await expect(verdict).to_contain_text(f"La clé commons.example ({new}) n’a pas signé")
        await expect(verdict).to_contain_text(f"d’une autre clé du même nom ({old})")
        chain = page.get_by_label("Les clés qui se sont succédé")
        await chain.fill(case["chain"])
        assert (await _verdict(page)).startswith("Oui : ce journal est entier")
        await expect(verdict).to_contain_text(f"est signé par commons.example ({old})")
        for screen in (WIDE, NARROW):
            assert await violations(page, screen) == []
        assert await page.evaluate(OVERFLOW) == 0
        await chain.fill("rien")
        assert await _verdict(page) == "Rien n’est encore vérifié"
        await expect(verdict).to_contain_text("Ces clés ne se lisent pas")


async def test_a_browser_without_signatures_never_says_yes(
    browser: Browser, village: Village
) -> None:
    async with seen_by(browser, village, "nour") as page:
        await page.add_init_script(NO_SIGNATURES)
        await page.goto(_entry(village))
        assert await _verdict(page) == "Tout se tient, mais tout n’a pas pu être vérifié."
        verdict = page.locator(".verdict")
        await expect(verdict).to_contain_text("ne sait pas vérifier la signature")
        await expect(verdict.locator(".state.unknown")).to_have_count(4)


async def test_a_browser_that_may_not_calculate_says_what_to_do(
    browser: Browser, village: Village
) -> None:
    async with seen_by(browser, village, "nour") as page:
        await page.add_init_script(NO_CALCULATION)
        await page.goto(_entry(village))
        await expect(page.locator(".verdict")).to_contain_text("Emportez la page « Vérifier »")
        await expect(page.locator("#verifier button")).to_be_hidden()
        proof = await _proof(page, village)
        await page.goto("/verifier")
        await page.get_by_label("Le fichier").set_input_files([_payload(proof)])
        await page.get_by_role("button", name="Vérifier", exact=True).click()
        await expect(page.get_by_role("status")).to_contain_text("Oui : cette écriture est à")


def _payload(data: bytes, name: str = "preuve.json") -> FilePayload:
    return FilePayload(name=name, mimeType="application/json", buffer=data)


async def test_without_script_the_service_answers_for_a_proof_and_says_why_not(
    browser: Browser, village: Village
) -> None:
    context = await browser.new_context(
        base_url=village.site.url, locale="fr-FR", java_script_enabled=False
    )
    page = await context.new_page()
    page.set_default_timeout(PATIENCE_MS)
    proof = await _proof(page, village)
    for data, said in (
        (proof, "Oui : cette écriture est à son journal"),
        (proof.replace(b"du grillage", b"du portail"), "Non : ce fichier ne tient pas"),
    ):
        await page.goto("/verifier")
        await page.get_by_label("Le fichier").set_input_files([_payload(data)])
        await page.get_by_role("button", name="Vérifier", exact=True).click()
        await expect(page.locator("main")).to_contain_text(said)
    await page.goto(_entry(village))
    await expect(page.locator("#verifier")).to_contain_text("Télécharger sa preuve")
    await expect(page.locator("#verifier button")).to_be_hidden()
    await context.close()


async def test_a_dropped_file_is_answered_at_once_and_not_sent(
    browser: Browser, village: Village
) -> None:
    async with _at(browser, village, "/verifier") as page:
        proof = await _proof(page, village)
        sent: list[str] = []
        # The browser fetches the icon of the page when it likes.
        page.on("request", lambda it: sent.append(it.url) if "/static/" not in it.url else None)
        await page.get_by_label("Le fichier").set_input_files([_payload(proof)])
        await expect(page.locator(".verdict h2")).to_contain_text("Oui : cette écriture est au")
        assert sent == []
        await page.evaluate(
            """text => {
              const files = new DataTransfer();
              files.items.add(new File([text], "preuve.json"));
              document.querySelector("[data-verifier]").dispatchEvent(
                new DragEvent("drop", { dataTransfer: files, bubbles: true }));
            }""",
            proof.decode().replace("du grillage", "du portail"),
        )
        await expect(page.locator(".verdict h2")).to_contain_text("Non : cette preuve ne")
        await page.get_by_role("button", name="Faire vérifier par le service").click()
        await expect(page.get_by_role("status")).to_contain_text("Oui : cette écriture est à")


def _with_another_script(page: Path) -> None:
    more = "<script>document.title = 'autre'</script></main>"
    page.write_text(page.read_text("utf-8").replace("</main>", more), encoding="utf-8")


@pytest.fixture
async def carried(browser: Browser, village: Village, tmp_path: Path) -> Path:
    """The page one takes away, as the browser saves it."""
    async with _at(browser, village, "/verifier") as page:
        async with page.expect_download() as started:
            await page.get_by_role("link", name="Emporter cette page").click()
        saved = tmp_path / "verifier.html"
        await (await started.value).save_as(saved)
        return saved


async def test_the_page_taken_away_verifies_from_a_file_with_no_network(
    browser: Browser, village: Village, carried: Path
) -> None:
    async with _at(browser, village, "/verifier") as page:
        proof = await _proof(page, village)
        address = f"/communs/{village.garden.slug}/journal.json"
        journal = await (await page.request.get(address)).body()
    context = await browser.new_context(locale="fr-FR", offline=True)
    page = await context.new_page()
    told: list[str] = []
    page.on("console", lambda message: told.append(message.text))
    page.on("pageerror", lambda error: told.append(str(error)))
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    await page.goto(carried.as_uri())
    for data, said in (
        (proof, "Oui : cette écriture est au journal"),
        (proof.replace(b"du grillage", b"du portail"), "Non : cette preuve ne tient pas"),
        (journal, "Oui : ce journal est entier"),
        (journal.replace(b"du grillage", b"du portail"), "Non : ce journal ne tient pas"),
    ):
        await page.get_by_label("Le fichier").set_input_files([_payload(data)])
        await expect(page.locator(".verdict h2")).to_contain_text(said)
        assert (await _verdict(page)).startswith(said)
    await page.get_by_label("Le fichier").set_input_files([_payload(b"{}")])
    await expect(page.locator(".verdict")).to_contain_text("ni un journal exporté, ni une")
    await page.get_by_label("Le fichier").set_input_files([_payload(proof)])
    await expect(page.locator(".verdict")).to_contain_text("La clé est celle de cette page")
    for screen in (WIDE, NARROW):
        assert await violations(page, screen) == []
    assert told == []
    assert all(url.startswith(("file:", "data:")) for url in asked)
    await context.close()


async def test_the_page_taken_away_refuses_any_other_script(
    browser: Browser, carried: Path
) -> None:
    """Its own policy: what someone adds to the file does not run."""
    _with_another_script(carried)
    context = await browser.new_context(offline=True)
    page = await context.new_page()
    await page.goto(carried.as_uri())
    assert await page.title() == "Vérifier un journal ou une preuve"
    await context.close()
