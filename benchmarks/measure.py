"""How a benchmark says what it measured: one line, the ratio beside its target."""

import statistics
import time
from collections.abc import Callable


def seconds(work: Callable[[], object], times: int = 5) -> float:
    """The median of several runs, after one that warms up."""
    work()
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        work()
        taken.append(time.perf_counter() - start)
    return statistics.median(taken)


def report(what: str, measured: float, target: str, *, reached: bool, unit: str = "x") -> None:
    verdict = "reached" if reached else "NOT reached"
    print(f"{what:<58} {measured:>10.2f} {unit:<4} target {target:<10} {verdict}", flush=True)
