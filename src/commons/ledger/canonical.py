"""The one spelling of a value as JSON, so that a hash means the same everywhere.

A subset of RFC 8785 (JSON Canonicalization Scheme): objects with ASCII keys in ascending
order, arrays, strings in NFC, no number, no boolean, no null, UTF-8, no white space. What the
subset leaves out is what implementations disagree about.
"""

import json
import re
import unicodedata
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, TypeAlias

Canonical: TypeAlias = "str | Sequence[Canonical] | Mapping[str, Canonical]"

DEPTH_MAX = 12
_SPELL = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode
_UNSPEAKABLE = re.compile("[\0\ud800-\udfff]")


class NotCanonicalError(ValueError):
    """The bytes are not the one spelling of a value; the message says where."""


def encode(value: Canonical) -> bytes:
    """Spell `value`. Raises `NotCanonicalError` for anything the subset leaves out."""
    _check(value, None, 0)
    return _SPELL(value).encode()


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


_Place: TypeAlias = "tuple[_Place, object] | None"


def _check(value: object, place: _Place, depth: int) -> None:
    if depth > DEPTH_MAX:
        raise _fault(place, "nested too deeply")
    if isinstance(value, str):
        if not value.isascii() or "\0" in value:
            _check_text(value, place)
    elif isinstance(value, dict | Mapping):
        for key, item in value.items():
            if not isinstance(key, str) or not _is_key(key):
                raise _fault(place, "a key is not plain ASCII")
            # Nearly all of a leaf is plain text: seen here, it costs no call.
            is_plain = type(item) is str and item.isascii() and "\0" not in item
            if not is_plain or depth == DEPTH_MAX:
                _check(item, (place, key), depth + 1)
    elif isinstance(value, list | tuple):
        for index, item in enumerate(value):
            _check(item, (place, index), depth + 1)
    else:
        raise _fault(place, "only text, lists and objects are allowed")


@lru_cache(maxsize=1024)
def _is_key(key: str) -> bool:
    return key.isascii() and key.isprintable() and not {'"', "\\"} & {*key}


def _check_text(value: str, place: _Place) -> None:
    if not unicodedata.is_normalized("NFC", value):
        raise _fault(place, "text is not in Unicode NFC")
    if _UNSPEAKABLE.search(value):
        raise _fault(place, "NUL or a lone surrogate")


def _fault(place: _Place, why: str) -> NotCanonicalError:
    """Where, then why: the steps to the place are spelled only when they are needed."""
    steps: list[str] = []
    while place is not None:
        place, step = place
        steps.append(f"/{step}")
    return NotCanonicalError(f"{''.join(reversed(steps))}: {why}")
