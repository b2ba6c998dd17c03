"""Tokens: random ones for links and sessions, signed ones (JWT) for programs.

The only importer of python-jose. Everything that library would let pass is refused here:
another algorithm, `crit`, no expiry, no audience, several audiences.
"""

import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from secrets import token_urlsafe
from uuid import UUID, uuid4

from jose import jws, jwt
from jose.exceptions import JOSEError

from commons.kernel.errors import UnauthenticatedError
from commons.kernel.text import t

ALGORITHM = "HS256"
AUDIENCE = "commons-api"
DAYS_MAX = 90
CLAIMS = {"sub", "aud", "iss", "iat", "exp", "jti"}


def new_token() -> str:
    """256 bits, safe in an address."""
    return token_urlsafe(32)


def token_hash(token: str) -> bytes:
    """What is stored in place of a token."""
    return sha256(token.encode()).digest()


def email_hmac(key: bytes, address: str) -> bytes:
    """How an address is matched without being written; `address` as `check_address` gives."""
    return hmac.new(key, address.encode(), sha256).digest()


@dataclass(frozen=True, slots=True)
class ApiTokens:
    """Signs and reads the tokens of one instance."""

    key: bytes
    issuer: str

    def issue(self, person_id: UUID, now: datetime, days: int) -> str:
        """A token that lets a program act as `person_id` for at most 90 days."""
        claims = {
            "sub": str(person_id),
            "aud": AUDIENCE,
            "iss": self.issuer,
            "iat": int(now.timestamp()),
            "exp": int((now + timedelta(days=min(days, DAYS_MAX))).timestamp()),
            "jti": str(uuid4()),
        }
        return str(jwt.encode(claims, self.key.hex(), algorithm=ALGORITHM))

    def read(self, token: str, now: datetime) -> UUID:
        """Whose token this is. Raises `UnauthenticatedError` for any other."""
        refusal = UnauthenticatedError(t("Ce jeton n'est pas valable : demandez-en un autre."))
        try:
            header = jws.get_unverified_header(token)
            if header.get("alg") != ALGORITHM or set(header) - {"alg", "typ"}:
                raise refusal
            claims = jwt.decode(
                token,
                self.key.hex(),
                algorithms=[ALGORITHM],
                audience=AUDIENCE,
                issuer=self.issuer,
                options={"verify_exp": False, "verify_iat": False},
            )
            if set(claims) != CLAIMS or claims["aud"] != AUDIENCE:
                raise refusal
            if not int(claims["iat"]) - 30 <= now.timestamp() < int(claims["exp"]):
                raise refusal
            return UUID(claims["sub"])
        except (JOSEError, ValueError, TypeError, AttributeError) as error:
            raise refusal from error
