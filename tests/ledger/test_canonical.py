import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commons.ledger.canonical import Canonical, NotCanonicalError, decode, encode

texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")).filter(
    lambda text: unicodedata.is_normalized("NFC", text)
)
keys = st.text(
    st.characters(max_codepoint=126, min_codepoint=32, exclude_characters='"\\'), max_size=8
)
values = st.recursive(
    texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=4),
    max_leaves=12,
)


@given(values)
def test_what_was_spelled_reads_back_the_same(value: Canonical) -> None:
    spelled = encode(value)
    assert decode(spelled) == value


@pytest.mark.parametrize(
    "data",
    [
        b'{"b":"1","a":"2"}',
        b'{"a": "1"}',
        b'{"a":"1"}\n',
        b'{"a":1}',
        b'{"a":null}',
        b'{"a":true}',
        b'{"a":"\\u0041"}',
        b'{"a":"1","a":"1"}',
        b'{"\\"":"1"}',
        b'{"\\\\":"1"}',
        b'{"\\n":"1"}',
        b'{"\x7f":"1"}',
        '{"a":"e\u0301"}'.encode(),
        b'{"a":"\\u0000"}',
        b'{"a":"\\ud800"}',
        b"\xff",
        b"[" * 100_000,
        b'["' + b'x","' * 3,
    ],
)
def test_any_other_spelling_is_refused(data: bytes) -> None:
    with pytest.raises(NotCanonicalError):
        decode(data)
