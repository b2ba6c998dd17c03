"""Numbers as people read them are the numbers themselves."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from commons.web.formatting import number


@given(st.decimals(Decimal(-(10**15)), 10**15, places=6))
def test_no_decimal_of_an_amount_is_lost_in_print(amount: Decimal) -> None:
    french, english = number(amount, "fr"), number(amount, "en")
    assert Decimal(french.replace("\u202f", "").replace(",", ".")) == amount
    assert Decimal(english.replace(",", "")) == amount
    assert not ("," in french and french.endswith("0"))
