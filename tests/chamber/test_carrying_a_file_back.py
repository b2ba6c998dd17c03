"""A page carries a file back as it was brought, and no more of it than it may hold."""

import zlib
from base64 import b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commons.allocation.file_kinds import FileKind
from commons.chamber.brought import FILE_BYTES_MAX, Brought, _unpacked
from commons.kernel.errors import InputError


@given(data=st.binary(min_size=1, max_size=5_000))
def test_a_file_comes_back_byte_for_byte_in_one_line_of_plain_letters(data: bytes) -> None:
    carried = Brought(FileKind.ELECTION, "vote.pb", data).carried
    assert carried.isascii()
    assert carried == carried.strip()
    assert "\n" not in carried
    assert _unpacked(carried) == data


@given(noise=st.text(max_size=200))
def test_noise_is_a_file_or_asked_for_again(noise: str) -> None:
    try:
        found = _unpacked(noise)
    except InputError as error:
        found, fields = b"", [fault.field for fault in error.errors]
    else:
        fields = []
    assert bool(found) != (fields == ["file"])


def test_a_small_packet_that_unfolds_without_end_is_refused() -> None:
    bomb = b64encode(zlib.compress(bytes(FILE_BYTES_MAX * 50))).decode()
    assert len(bomb) < FILE_BYTES_MAX
    with pytest.raises(InputError):
        _unpacked(bomb)


@given(data=st.binary(min_size=1, max_size=2_000), cut=st.integers(1, 12))
def test_a_packet_that_was_cut_or_continued_is_asked_for_again(data: bytes, cut: int) -> None:
    packed = zlib.compress(data)
    for wrong in (packed[:-cut], packed + b"more"):
        with pytest.raises(InputError):
            _unpacked(b64encode(wrong).decode())
