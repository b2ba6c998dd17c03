"""What cannot be read is refused clearly, in the reader's language, and nothing is written."""

import json

import httpx
import pytest
from tests.doors import GARDEN, Browser, Door

from commons.web.i18n import translate
from commons.web.problems import TITLES

DEEP = b"[" * 100_000 + b"]" * 100_000
BAD_BODIES = {
    "malformed JSON": (b'{"name": ', 400),
    "no body": (b"", 422),
    "invalid UTF-8": (b'{"name": "\xff\xfe", "resource": "b", "community": "c"}', 400),
    "a lone surrogate": (b'{"name": "\\ud800", "resource": "b", "community": "c"}', 400),
    "NUL": (b'{"name": "a\\u0000b", "resource": "b", "community": "c"}', 422),
    "endless nesting": (b'{"name": ' + DEEP + b"}", 400),
    "nesting alone": (DEEP, 400),
    "a list": (b"[]", 422),
    "a number": (b"1e999999", 400),
    "eleven megabytes": (b'{"name": "' + b"a" * 11_000_000 + b'"}', 413),
    "control characters": (b'{"name": "a\\u0007b", "resource": "b", "community": "c"}', 422),
}


async def commons_count(client: httpx.AsyncClient) -> int:
    return len((await client.get("/api/v1/commons")).json())


@pytest.fixture
async def program(door: Door) -> httpx.AsyncClient:
    await door.steward("Alice")
    return door.program("Alice")


@pytest.mark.parametrize("name", sorted(BAD_BODIES))
async def test_an_unreadable_body_is_a_clear_refusal(
    program: httpx.AsyncClient, name: str
) -> None:
    body, status = BAD_BODIES[name]
    headers = {"Content-Type": "application/json"}
    answer = await program.post("/api/v1/commons", content=body, headers=headers)
    assert answer.status_code == status, answer.text[:300]
    assert answer.headers["content-type"].startswith("application/problem+json")
    problem = answer.json()
    assert problem["status"] == status
    assert (await program.get(problem["type"])).status_code == 200
    assert await commons_count(program) == 0


async def test_faults_are_told_field_by_field_in_the_language_of_the_reader(
    program: httpx.AsyncClient,
) -> None:
    body = {"name": 3, "community": "c", "colour": "vert", "is_legal_person": "peut-être"}
    french = (await program.post("/api/v1/commons", json=body)).json()
    told = {item["field"]: item["detail"] for item in french["errors"]}
    assert told["resource"] == "Ce champ manque."
    assert told["colour"] == "Ce champ n'existe pas ici."
    assert told["name"] == "Un texte est attendu, entre guillemets."
    assert told["is_legal_person"] == "Écrivez true ou false."
    english = await program.post(
        "/api/v1/commons", json=body, headers={"Accept-Language": "en-GB,en;q=0.9"}
    )
    assert english.json()["title"] == translate(TITLES["invalid-input"], "en")


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("licences", ["GPL"], "SPDX"),
        ("territory", "Atlantide", "territoire connu"),
        ("links", ["javascript:alert(1)"], "https://"),
        ("name", "  ", "Donnez un nom"),
    ],
)
async def test_a_commons_with_a_fault_is_not_registered(
    program: httpx.AsyncClient, field: str, value: object, said: str
) -> None:
    answer = await program.post("/api/v1/commons", json={**GARDEN, field: value})
    assert answer.status_code == 422
    assert said in {e["field"]: e["detail"] for e in answer.json()["errors"]}[field]
    assert await commons_count(program) == 0


@pytest.mark.parametrize(
    ("number", "said"),
    [
        ("1234567890123", "Ce SIRET n'existe pas : il manque un chiffre (13 sur 14)."),
        ("12345678901234", "sa clé de contrôle est fausse"),
        ("123456789012345", "il a 15 chiffres au lieu de 14"),
        ("ABC", "que des chiffres"),
    ],
)
async def test_a_wrong_siret_is_refused_with_what_is_wrong_in_it(
    program: httpx.AsyncClient, number: str, said: str
) -> None:
    answer = await program.post("/api/v1/organisations", json={"name": "X", "siret": number})
    assert answer.status_code == 422
    assert said in answer.json()["errors"][0]["detail"]


async def test_every_address_of_a_page_may_be_mistyped(door: Door) -> None:
    async with door.client() as client:
        for path in ("/communs/%00", "/communs/%ff%fe", "/connexion/%00", "/problemes/%00"):
            answer = await client.get(path)
            assert answer.status_code in {200, 400, 404}, path
        for query in ("q=%00", "q=%ff", "territoire=%00", "q=%25_%5C", "q=%22"):
            assert (await client.get(f"/communs?{query}")).status_code == 200, query
            assert (await client.get(f"/organisations?{query}")).status_code == 200, query
        missing = await client.get("/nulle-part")
        assert missing.status_code == 404
        assert "text/html" in missing.headers["content-type"]


async def test_a_method_that_is_not_for_this_address_says_so(door: Door) -> None:
    async with door.client() as client:
        answer = await client.get("/api/v1/commons/publiccode/x")
        assert answer.status_code == 404
        answer = await client.put("/api/v1/commons", content=json.dumps({}))
        assert answer.status_code in {401, 405}
        assert answer.headers["content-type"].startswith("application/problem+json")


async def test_a_form_with_nul_or_broken_bytes_is_refused(door: Door) -> None:
    await door.steward("Alice")
    browser = await door.browser("Alice")
    answer = await browser.post("/communs/nouveau", {"name": "a\0b"})
    assert answer.status_code == 400
    secret = await browser.secret()
    broken = f"_csrf_token={secret}&name=%ff%fe&resource=b&community=c".encode()
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = await browser.client.post("/communs/nouveau", content=broken, headers=headers)
    assert answer.status_code in {303, 400, 422}
    multipart = {"Content-Type": "multipart/form-data; boundary=x", "x-csrftoken": secret}
    answer = await browser.client.post("/communs/importer", content=b"--y", headers=multipart)
    assert answer.status_code in {400, 403, 422}


@pytest.mark.parametrize(
    ("charset", "body"), [("nope", b"a;1"), ("rot13", b"a;1"), ("utf-7", b"+2AA-")]
)
async def test_a_part_in_a_character_set_of_its_own_is_refused(
    door: Door, charset: str, body: bytes
) -> None:
    browser = Browser(door.client())
    part = (None, body, f"text/plain; charset={charset}")
    answer = await browser.post("/repartir", {}, files={"claims": part})
    assert answer.status_code == 400
