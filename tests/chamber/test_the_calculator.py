"""Long calculations are answered within a time, ended after it, and never stop the service."""

import asyncio
import os
import signal
import time
from collections.abc import AsyncIterator
from functools import partial

import pytest

from commons.chamber.calculator import Calculator
from commons.kernel.errors import FieldError, InputError, RuleBrokenError
from commons.kernel.text import t


@pytest.fixture
async def calculator() -> AsyncIterator[Calculator]:
    calculator = Calculator(at_once=1, seconds=2)
    yield calculator
    await calculator.aclose()


def refuse() -> None:
    raise InputError(t("Non."), [FieldError("claims", t("{count} de trop", count=3))])


async def test_what_is_asked_comes_back_or_is_refused_as_it_was(
    calculator: Calculator,
) -> None:
    assert await calculator.run(partial(pow, 6, 2)) == 36
    with pytest.raises(InputError) as caught:
        await calculator.run(partial(refuse))
    assert str(caught.value) == "Non.\nclaims: 3 de trop"
    assert caught.value.errors[0].field == "claims"


async def test_a_calculation_without_end_is_ended_and_its_place_is_free(
    calculator: Calculator,
) -> None:
    worker = await calculator.run(partial(os.getpid))
    beats = 0

    async def beat() -> None:
        nonlocal beats
        while True:
            await asyncio.sleep(0.05)
            beats += 1

    heart = asyncio.create_task(beat())
    with pytest.raises(RuleBrokenError, match="plus de 2 secondes"):
        await calculator.run(partial(time.sleep, 3600))
    assert beats > 10
    heart.cancel()
    assert await calculator.run(partial(pow, 2, 3)) == 8
    with pytest.raises(ProcessLookupError):
        os.kill(worker, 0)


async def test_who_comes_when_all_places_are_taken_is_told_so(calculator: Calculator) -> None:
    long = asyncio.create_task(calculator.run(partial(time.sleep, 3600)))
    await asyncio.sleep(0)
    calculator.seconds = 0
    with pytest.raises(RuleBrokenError, match="D'autres calculs"):
        await calculator.run(partial(pow, 2, 2))
    long.cancel()
    with pytest.raises(asyncio.CancelledError):
        await long


async def test_a_process_that_ends_of_itself_is_told_and_replaced(
    calculator: Calculator,
) -> None:
    with pytest.raises(RuleBrokenError, match="trop grand"):
        await calculator.run(partial(signal.raise_signal, signal.SIGKILL))
    assert await calculator.run(partial(pow, 3, 2)) == 9


async def test_what_still_runs_ends_with_the_service() -> None:
    calculator = Calculator(at_once=1, seconds=3600)
    worker = await calculator.run(partial(os.getpid))
    long = asyncio.create_task(calculator.run(partial(time.sleep, 3600)))
    await asyncio.sleep(0.3)
    await calculator.aclose()
    with pytest.raises(ProcessLookupError):
        os.kill(worker, 0)
    with pytest.raises(asyncio.CancelledError):
        await long
