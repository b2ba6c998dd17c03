"""A token says who, for whom, by whom, until when; everything else is refused.

One test for each thing python-jose would let pass.
"""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from hypothesis import given
from hypothesis import strategies as st
from jose import jwt
from jose.utils import base64url_encode

from commons.identity.tokens import AUDIENCE, DAYS_MAX, ApiTokens
from commons.kernel.errors import UnauthenticatedError

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
TOKENS = ApiTokens(b"k" * 32, "communs.example")
ALICE = UUID(int=7)
CLAIMS = {
    "sub": str(ALICE),
    "aud": AUDIENCE,
    "iss": "communs.example",
    "jti": "1",
    "iat": int(NOW.timestamp()),
    "exp": int((NOW + timedelta(days=1)).timestamp()),
}


def signed(claims: dict[str, object], **header: object) -> str:
    return str(jwt.encode(claims, TOKENS.key.hex(), algorithm="HS256", headers=header))


def refused(token: str, at: datetime = NOW) -> None:
    with pytest.raises(UnauthenticatedError):
        TOKENS.read(token, at)


def test_a_token_says_whose_it_is_until_it_ends() -> None:
    token = TOKENS.issue(ALICE, NOW, 30)
    assert TOKENS.read(token, NOW) == ALICE
    assert TOKENS.read(token, NOW + timedelta(days=30, seconds=-1)) == ALICE
    refused(token, NOW + timedelta(days=30))
    refused(token, NOW - timedelta(minutes=1))


def test_no_token_lives_longer_than_three_months() -> None:
    refused(TOKENS.issue(ALICE, NOW, 10_000), NOW + timedelta(days=DAYS_MAX))


@pytest.mark.parametrize("claim", ["exp", "aud", "iss", "sub", "iat"])
def test_a_token_without_a_needed_claim_is_refused(claim: str) -> None:
    assert TOKENS.read(signed(CLAIMS), NOW) == ALICE
    refused(signed({name: value for name, value in CLAIMS.items() if name != claim}))


@pytest.mark.parametrize(
    ("claim", "value"),
    [
        ("aud", "another-api"),
        ("aud", [AUDIENCE]),
        ("aud", [AUDIENCE, "another-api"]),
        ("iss", "pirate.example"),
        ("sub", "not-a-person"),
        ("exp", "demain"),
        ("nbf", int(NOW.timestamp())),
    ],
)
def test_a_claim_that_is_not_ours_is_refused(claim: str, value: object) -> None:
    refused(signed({**CLAIMS, claim: value}))


def test_a_token_signed_by_another_key_is_refused() -> None:
    refused(str(jwt.encode(CLAIMS, "f" * 64, algorithm="HS256")))
    refused(ApiTokens(b"", "communs.example").issue(ALICE, NOW, 1))


def test_another_algorithm_is_refused_even_with_the_right_key() -> None:
    refused(str(jwt.encode(CLAIMS, TOKENS.key.hex(), algorithm="HS512")))


def test_an_unsigned_token_is_refused() -> None:
    header = base64url_encode(b'{"alg":"none","typ":"JWT"}').decode()
    body = signed(CLAIMS).split(".")[1]
    for signature in ("", "e30"):
        refused(f"{header}.{body}.{signature}")


def test_a_token_whose_secret_is_a_public_key_is_refused() -> None:
    key = generate_private_key(public_exponent=65537, key_size=2048).public_key()
    der = key.public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    refused(str(jwt.encode(CLAIMS, der, algorithm="HS256")))


@pytest.mark.parametrize(
    "header", [{"crit": ["exp"]}, {"crit": ["x"], "x": "1"}, {"kid": "1"}, {"jku": "https://x"}]
)
def test_a_header_that_asks_for_more_is_refused(header: dict[str, object]) -> None:
    refused(signed(CLAIMS, **header))


@given(st.text(max_size=60) | st.builds(lambda b: b.hex(), st.binary(max_size=60)))
def test_whatever_is_not_a_token_is_refused(text: str) -> None:
    refused(text)


@given(place=st.integers(min_value=0), letter=st.sampled_from("AZaz09-_."))
def test_a_token_with_one_letter_changed_is_refused_or_is_the_same(
    place: int, letter: str
) -> None:
    token = TOKENS.issue(ALICE, NOW, 1)
    place %= len(token)
    changed = token[:place] + letter + token[place + 1 :]
    try:
        assert TOKENS.read(changed, NOW) == ALICE
    except UnauthenticatedError:
        return
    # The last letters of a base64 text hold bits that no byte uses.
    assert changed == token or place >= len(token) - 1


def test_two_tokens_of_one_instant_differ() -> None:
    assert TOKENS.issue(uuid4(), NOW, 1) != TOKENS.issue(uuid4(), NOW, 1)
