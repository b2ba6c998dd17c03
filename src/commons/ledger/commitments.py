"""Commitments: what stands in a leaf in place of something personal.

The leaf keeps a hash of the value and of a random salt; value and salt live elsewhere and
can be deleted. Without the salt, nobody can try likely values against the hash.
"""

from functools import lru_cache
from hashlib import sha256

SALT_BYTES = 32
_DOMAIN = b"commons/commitment/1\n"


@lru_cache(maxsize=256)
def domain(field: bytes) -> bytes:
    """What is hashed before the salt: which form, and the field's name after its length."""
    return _DOMAIN + len(field).to_bytes(2, "big") + field


def commit(field: str, salt: bytes, value: str) -> str:
    """SHA-256, in lower-case hexadecimal, of the domain, the field's name, salt and value.

    No two inputs read alike: the name follows its length, the salt has 32 bytes. Raises
    `ValueError` for a salt of another size.
    """
    if len(salt) != SALT_BYTES:
        raise ValueError(f"a salt has {SALT_BYTES} bytes, not {len(salt)}")
    return sha256(domain(field.encode()) + salt + value.encode()).hexdigest()
