"""The one spelling of a value as JSON, so that a hash means the same everywhere.

A subset of RFC 8785 (JSON Canonicalization Scheme): objects with ASCII keys in ascending
order, arrays, strings in NFC, no number, no boolean, no null, UTF-8, no white space. What the
subset leaves out is what implementations disagree about.
"""

import json
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

Canonical: TypeAlias = "str | Sequence[Canonical] | Mapping[str, Canonical]"

DEPTH_MAX = 12


class NotCanonicalError(ValueError):
    """The bytes are not the one spelling of a value; the message says where."""


def encode(value: Canonical) -> bytes:
    """Spell `value`. Raises `NotCanonicalError` for anything the subset leaves out."""
    _check(value, "", 0)
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return text.encode()


def decode(data: bytes) -> Any:  # noqa: ANN401 -- the shape is checked by whoever reads it
    """Read canonical bytes; anything that `encode` would spell otherwise is refused."""
    value = read_json(data)
    if encode(value) != data:
        raise NotCanonicalError("the JSON is readable but not in its canonical spelling")
    return value


def read_json(data: bytes) -> Any:  # noqa: ANN401 -- as above
    """Read JSON strictly: UTF-8, no duplicate keys, bounded depth.

    Raises `NotCanonicalError` where Python's reader would raise one of several errors.
    """
    try:
        return json.loads(data.decode("utf-8"), object_pairs_hook=_without_duplicates)
    except NotCanonicalError:
        raise
    except (ValueError, RecursionError) as error:
        raise NotCanonicalError(f"not readable as JSON: {error}") from error


def _without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result = dict(pairs)
    if len(result) != len(pairs):
        raise NotCanonicalError("a key stands twice in one object")
    return result


def _check(value: object, place: str, depth: int) -> None:
    if depth > DEPTH_MAX:
        raise NotCanonicalError(f"{place}: nested too deeply")
    match value:
        case str():
            if not unicodedata.is_normalized("NFC", value):
                raise NotCanonicalError(f"{place}: text is not in Unicode NFC")
            if any("\ud800" <= char <= "\udfff" or char == "\0" for char in value):
                raise NotCanonicalError(f"{place}: NUL or a lone surrogate")
        case Mapping():
            for key, item in value.items():
                if not isinstance(key, str) or not key.isascii():
                    raise NotCanonicalError(f"{place}: a key is not plain ASCII")
                _check(item, f"{place}/{key}", depth + 1)
        case list() | tuple():
            for index, item in enumerate(value):
                _check(item, f"{place}/{index}", depth + 1)
        case _:
            raise NotCanonicalError(f"{place}: only text, lists and objects are allowed")
