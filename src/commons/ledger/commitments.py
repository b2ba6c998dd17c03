"""Commitments: what stands in a leaf in place of something personal.

The leaf keeps a hash of the value and of a random salt; value and salt live elsewhere and
can be deleted. Without the salt, nobody can try likely values against the hash.
"""

from hashlib import sha256

SALT_BYTES = 32
_DOMAIN = b"commons/commitment/1\n"


def commit(field: str, salt: bytes, value: str) -> str:
    """SHA-256, in lower-case hexadecimal, of the domain, the field's name, salt and value.

    Each part but the last is preceded by its length, so that no two inputs read alike.
    Raises `ValueError` for a salt of another size than 32 bytes.
    """
    if len(salt) != SALT_BYTES:
        raise ValueError(f"a salt has {SALT_BYTES} bytes, not {len(salt)}")
    name = field.encode()
    return sha256(
        _DOMAIN + len(name).to_bytes(2, "big") + name + salt + value.encode()
    ).hexdigest()
