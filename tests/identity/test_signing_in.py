"""A link signs in once, a session is the service's to end, a form has its secret."""

import asyncio
import email
import email.policy
from hashlib import sha256
from uuid import UUID

import pytest
from sqlalchemy import text
from tests.doors import PUBLIC_URL, Browser, Door, registered

from commons.identity.authentication import SESSION_COOKIE
from commons.identity.leaving import forget
from commons.identity.model import Grant, Role, Scope
from commons.identity.store import ATTEMPTS_MAX, LINK_MINUTES, SESSION_DAYS, IdentityStore
from commons.kernel.errors import RuleBrokenError


@pytest.fixture
async def alice(door: Door) -> Door:
    await door.steward("Alice")
    return door


async def sessions(door: Door) -> int:
    async with door.services.engine.connect() as db:
        return int((await db.execute(text("SELECT count(*) FROM session"))).scalar_one())


async def test_looking_at_a_link_does_not_use_it(alice: Door) -> None:
    token = await alice.link("Alice")
    browser = Browser(alice.client())
    for _ in range(3):
        page = await browser.get(f"/connexion/{token}")
        assert page.status_code == 200
        assert "<button" in page.text
        assert page.headers["referrer-policy"] == "no-referrer"
    assert await sessions(alice) == 0
    assert (await browser.post(f"/connexion/{token}", {})).status_code == 303


async def test_of_two_uses_at_the_same_instant_one_wins(alice: Door) -> None:
    token = await alice.link("Alice")
    browsers = [Browser(alice.client()) for _ in range(6)]
    for browser in browsers:
        await browser.secret()
    answers = await asyncio.gather(*(b.post(f"/connexion/{token}", {}) for b in browsers))
    assert sorted(answer.status_code for answer in answers) == [303, 409, 409, 409, 409, 409]
    assert await sessions(alice) == 1


async def test_a_link_ends_with_its_minutes(alice: Door) -> None:
    token = await alice.link("Alice")
    alice.watch.later(minutes=LINK_MINUTES)
    browser = Browser(alice.client())
    assert (await browser.post(f"/connexion/{token}", {})).status_code == 409
    assert await sessions(alice) == 0


async def test_links_and_sessions_are_stored_hashed(alice: Door) -> None:
    token = await alice.link("Alice")
    browser = await alice.browser("Alice")
    session = str(browser.client.cookies[SESSION_COOKIE])
    async with alice.services.engine.connect() as db:
        links = (await db.execute(text("SELECT token_hash FROM sign_in_link"))).scalars()
        held = (await db.execute(text("SELECT token_hash FROM session"))).scalars()
        assert sha256(token.encode()).digest() in set(links)
        assert sha256(session.encode()).digest() in set(held)
        everything = await db.execute(text("SELECT l::text FROM sign_in_link l"))
        assert token not in "".join(everything.scalars())


async def test_the_link_is_built_from_the_public_address_whatever_the_host_header(
    alice: Door,
) -> None:
    browser = Browser(alice.client())
    secret = await browser.secret()
    answer = await browser.client.post(
        "/connexion",
        data={"email": "Alice@Communs.example", "_csrf_token": secret},
        headers={"Host": "pirate.example", "X-Forwarded-Host": "pirate.example"},
    )
    assert answer.status_code == 200
    [file] = (alice.services.settings.data_dir / "mail").glob("*.eml")
    message = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
    body = message.get_content()
    assert f"{PUBLIC_URL}/connexion/" in body
    assert "pirate" not in file.read_text("utf-8")


async def test_an_unknown_address_gets_the_same_answer_and_no_message(alice: Door) -> None:
    browser = Browser(alice.client())
    known = await browser.post("/connexion", {"email": "alice@communs.example"})
    unknown = await browser.post("/connexion", {"email": "alicf@communs.example"})
    assert known.text.replace("alice@", "alicf@") == unknown.text
    assert len(list((alice.services.settings.data_dir / "mail").glob("*.eml"))) == 1


async def test_links_are_counted_in_the_database_and_the_count_ends(alice: Door) -> None:
    browser = Browser(alice.client())
    asked = {"email": "alice@communs.example"}
    codes = [(await browser.post("/connexion", asked)).status_code for _ in range(ATTEMPTS_MAX)]
    assert set(codes) == {200}
    other = Browser(alice.client())
    refused = await other.post("/connexion", asked)
    assert refused.status_code == 409
    assert "quart d" in refused.text
    alice.watch.later(minutes=15)
    assert (await other.post("/connexion", asked)).status_code == 200


async def test_a_session_ends_at_sign_out_wherever_its_cookie_was_copied(alice: Door) -> None:
    browser = await alice.browser("Alice")
    copied = str(browser.client.cookies[SESSION_COOKIE])
    assert (await browser.get("/moi")).status_code == 200
    assert (await browser.post("/deconnexion", {})).status_code == 303
    thief = alice.client()
    thief.cookies.set(SESSION_COOKIE, copied)
    assert (await thief.get("/moi")).status_code == 401


async def test_a_session_ends_with_its_days(alice: Door) -> None:
    browser = await alice.browser("Alice")
    alice.watch.later(days=SESSION_DAYS)
    assert (await browser.get("/moi")).status_code == 401


async def test_the_cookie_of_a_session_is_kept_from_scripts_and_other_sites(
    alice: Door,
) -> None:
    browser = Browser(alice.client())
    answer = await browser.post(f"/connexion/{await alice.link('Alice')}", {})
    [cookie] = [c for c in answer.headers.get_list("set-cookie") if SESSION_COOKIE in c]
    for part in ("HttpOnly", "Secure", "SameSite=lax"):
        assert part.lower() in cookie.lower()


async def test_a_form_without_its_secret_is_refused(alice: Door) -> None:
    browser = await alice.browser("Alice")
    for form in ({"name": "Pirate"}, {"name": "Pirate", "_csrf_token": "f" * 128}):
        answer = await browser.client.post("/moi", data=form)
        assert answer.status_code == 403
    assert "Pirate" not in (await browser.get("/moi")).text


async def test_the_api_takes_no_cookie_and_pages_take_no_token(alice: Door) -> None:
    browser = await alice.browser("Alice")
    body = {"name": "a", "resource": "b", "community": "c"}
    answer = await browser.client.post(
        "/api/v1/commons", json=body, headers={"x-csrftoken": await browser.secret()}
    )
    assert answer.status_code == 401
    async with alice.program("Alice") as program:
        assert (await program.get("/moi")).status_code == 401


async def test_an_invitation_is_accepted_declined_and_answered_once(alice: Door) -> None:
    slug = await registered(alice, "Alice")
    steward = await alice.browser("Alice")
    invited = {"name": "Bob", "email": "bob@communs.example", "role": "steward"}
    assert (await steward.post(f"/communs/{slug}/membres", invited)).status_code == 303
    invited = {"name": "Chloé", "email": "chloe@communs.example", "role": "contributor"}
    assert (await steward.post(f"/communs/{slug}/membres", invited)).status_code == 303
    bob = await person_browser(alice, "Bob", "bob@communs.example")
    chloe = await person_browser(alice, "Chloé", "chloe@communs.example")
    assert (await bob.get(f"/communs/{slug}/membres")).status_code == 403
    [his] = await waiting(alice, "Bob")
    [hers] = await waiting(alice, "Chloé")
    assert (await chloe.post(f"/invitations/{his}", {"reponse": "oui"})).status_code == 404
    assert (await bob.post(f"/invitations/{his}", {"reponse": "oui"})).status_code == 303
    assert (await bob.get(f"/communs/{slug}/membres")).status_code == 200
    assert (await bob.post(f"/invitations/{his}", {"reponse": "non"})).status_code == 404
    assert (await chloe.post(f"/invitations/{hers}", {"reponse": "non"})).status_code == 303
    assert (await chloe.get(f"/communs/{slug}/membres")).status_code == 403


async def person_browser(door: Door, name: str, address: str) -> Browser:
    async with door.services.engine.connect() as db:
        found = await IdentityStore(db, door.services.keyring.email).by_address(address)
    assert found is not None
    door.people[name] = found
    return await door.browser(name)


async def waiting(door: Door, name: str) -> list[str]:
    async with door.services.engine.connect() as db:
        store = IdentityStore(db, door.services.keyring.email)
        return [str(i.invitation_id) for i in await store.invitations(door.people[name])]


async def test_the_last_steward_cannot_withdraw(alice: Door) -> None:
    slug = await registered(alice, "Alice")
    steward = await alice.browser("Alice")
    place = f"/communs/{slug}/membres/{alice.people['Alice']}"
    answer = await steward.post(place, {"role": "steward"})
    assert answer.status_code == 409
    assert "garante" in answer.text
    assert (await steward.get(f"/communs/{slug}/modifier")).status_code == 200


async def test_of_two_last_stewards_who_withdraw_at_the_same_instant_one_stays(
    alice: Door,
) -> None:
    bob, commons_id = await two_stewards(alice)
    engine, key = alice.services.engine, alice.services.keyring.email
    async with engine.connect() as first, engine.connect() as second:
        await IdentityStore(first, key).withdraw(bob, commons_id, Role.STEWARD)
        leaving = IdentityStore(second, key).withdraw(
            alice.people["Alice"], commons_id, Role.STEWARD
        )
        later = asyncio.create_task(leaving)
        await asyncio.sleep(0.1)
        assert not later.done()
        await first.commit()
        with pytest.raises(RuleBrokenError, match="dernière personne garante"):
            await later


async def test_of_two_last_stewards_who_erase_themselves_at_the_same_instant_one_stays(
    alice: Door,
) -> None:
    bob, _ = await two_stewards(alice)
    now, engine = alice.services.clock(), alice.services.engine
    async with engine.connect() as first, engine.connect() as second:
        await forget(first, bob, now)
        later = asyncio.create_task(forget(second, alice.people["Alice"], now))
        await asyncio.sleep(0.1)
        assert not later.done()
        await first.commit()
        with pytest.raises(RuleBrokenError, match="dernière personne garante"):
            await later


async def two_stewards(alice: Door) -> tuple[UUID, UUID]:
    """Bob, who is now a steward of Alice's commons too, and that commons."""
    slug = await registered(alice, "Alice")
    bob = await alice.steward("Bob")
    commons_id = await commons_of(alice, slug)
    grant = Grant(Scope.COMMONS, commons_id, Role.STEWARD)
    async with alice.services.engine.begin() as db:
        store = IdentityStore(db, alice.services.keyring.email)
        await store.grant(bob, grant, alice.services.clock())
    return bob, commons_id


async def commons_of(door: Door, slug: str) -> UUID:
    async with door.program("Alice") as program:
        return UUID((await program.get(f"/api/v1/commons/{slug}")).json()["commons_id"])
