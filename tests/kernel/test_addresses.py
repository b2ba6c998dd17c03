"""E-mail addresses in what people write are found, and nothing else is taken for one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commons.kernel.addresses import (
    WITHHELD,
    has_address,
    refuse_addresses,
    without_addresses,
)
from commons.kernel.errors import InputError

WORDS = st.text("abcé09 .,;:-_/<>()[]@\"'\n", max_size=20)


@pytest.mark.parametrize(
    "text",
    [
        "écrire à a@b.fr",
        "a@b.fr",
        "<Camille.Roux+jardin@mairie.exemple.fr>,",
        "mailto:a@b.fr",
        "https://camille@exemple.fr/page",
        "léa@éxemple.fr",
    ],
)
def test_an_address_is_found_and_taken_out(text: str) -> None:
    assert has_address(text)
    assert WITHHELD in without_addresses(text)
    assert not has_address(without_addresses(text))
    with pytest.raises(InputError):
        refuse_addresses(text)


@pytest.mark.parametrize(
    "text",
    [
        "Mise à jour de lodash@4.17.21",
        "12 plants @ 3 euros",
        "https://framapiaf.org/@camille.roux",
        "camille@localhost",
        "@camille",
        "",
    ],
)
def test_what_nobody_can_be_written_to_is_left_alone(text: str) -> None:
    assert not has_address(text)
    assert without_addresses(text) == refuse_addresses(text) == text


@given(before=WORDS, after=WORDS)
def test_whatever_stands_around_it_an_address_does_not_stay(before: str, after: str) -> None:
    told = without_addresses(f"{before}camille@exemple.fr{after}")
    assert "camille@exemple.fr" not in told
    assert not has_address(told)
