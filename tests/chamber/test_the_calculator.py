"""Long calculations are answered within a time, and never stop the service."""

import asyncio
import threading
import time

import pytest

from commons.chamber.calculator import Calculator
from commons.kernel.errors import InputError, RuleBrokenError
from commons.kernel.text import t


async def test_what_is_asked_comes_back_or_is_refused_as_it_was() -> None:
    calculator = Calculator()
    assert await calculator.run(lambda: 6 * 7) == 42

    def refuse() -> None:
        raise InputError(t("Non."))

    with pytest.raises(InputError, match="Non"):
        await calculator.run(refuse)


async def test_a_calculation_without_end_is_answered_and_the_loop_goes_on() -> None:
    calculator, end = Calculator(at_once=1, seconds=1), threading.Event()
    beats = 0

    async def beat() -> None:
        nonlocal beats
        while True:
            await asyncio.sleep(0.05)
            beats += 1

    heart = asyncio.create_task(beat())
    started = time.monotonic()
    with pytest.raises(RuleBrokenError, match="plus de 1 secondes"):
        await calculator.run(end.wait)
    with pytest.raises(RuleBrokenError, match="D'autres calculs"):
        await calculator.run(lambda: 1)
    assert time.monotonic() - started < 10
    assert beats > 10
    heart.cancel()
    end.set()
    for _ in range(100):
        try:
            assert await calculator.run(lambda: 2) == 2
        except RuleBrokenError:
            continue
        return
    pytest.fail("the place was never free again")
