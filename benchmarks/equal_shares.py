"""Equal Shares against the academic library's fastest exact mode, in one run.

Needs the elections beside the project; compares where `make oracle` has been made. Times are
of the processor, so that what else the machine does weighs the same on both sides; ours are
medians of five. « From parsed ballots »: one packed ballot per voter in a list, as theirs are
in a profile; merging identical ones is timed on both sides.
"""

import json
import os
import re
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

from measure import report

from commons.allocation.ballots import PackedBallots, merged
from commons.allocation.completion import Completion, complete
from commons.allocation.election import RANKED, Election
from commons.allocation.equal_shares import equal_shares
from commons.allocation.pabulib import read_election

REPOSITORY = Path(__file__).resolve().parents[1]
ELECTIONS = (
    Path(os.environ.get("COMMONS_SHARED", REPOSITORY.parent / "shared"))  # noqa: TID251
    / "data"
    / "pabulib"
)
ORACLE = REPOSITORY / ".oracle" / "bin" / "python"
LODZ = "Poland_Lodz_2022.pb"
MEGABYTES_MAX = 150


def processor(work: Callable[[], object], times: int = 5) -> float:
    """The median time of the processor, in seconds."""
    taken = []
    for _ in range(times):
        start = time.process_time()
        work()
        taken.append(time.process_time() - start)
    return statistics.median(taken)


def voter_by_voter(election: Election) -> tuple[list[str], int]:
    """The ballots not merged, one object per voter, in an order that does not help."""
    packed = election.ballots
    assert isinstance(packed, PackedBallots)
    cast = [ballot for ballot, count in packed.counts.items() for _ in range(count)]
    step = next(n for n in range(7_919, 10**6) if len(cast) % n)
    return ["".join(list(cast[i * step % len(cast)])) for i in range(len(cast))], packed.cells


def counted(election: Election, completion: Completion) -> tuple[float, list[str]]:
    """From one packed ballot per voter to the winners: seconds, and who they are."""
    found: list[int] = []
    taken = []
    for _ in range(5):
        cast, cells = voter_by_voter(election)
        start = time.process_time()
        ballots = merged(cast, cells)
        whole = Election(
            election.budget, election.proposals, ballots, election.voters, election.vote_type
        )
        if completion.method == "none":
            found = [purchase.place for purchase in equal_shares(whole, completion.utility)]
        else:
            found = complete(whole, completion).selected
        taken.append(time.process_time() - start)
    return statistics.median(taken), [election.proposals[at].proposal_id for at in found]


def academic(file: Path, *options: str) -> dict[str, float | list[str]]:
    told = subprocess.run(
        [ORACLE, REPOSITORY / "oracle" / "timing.py", file, *options],
        check=True,
        capture_output=True,
        text=True,
    )
    answer: dict[str, float | list[str]] = json.loads(told.stdout)
    return answer


def megabytes(file: Path) -> float:
    """The peak memory of `commons allocate`, the whole process."""
    program = (
        "import resource, sys\n"
        "from commons.cli import main\n"
        "main(['allocate', sys.argv[1], '--json'], standalone_mode=False)\n"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, file=sys.stderr)\n"
    )
    ran = subprocess.run(
        [sys.executable, "-c", program, file], check=True, capture_output=True, text=True
    )
    return int(re.findall(r"\d+", ran.stderr)[-1]) / 1024


def lodz() -> None:
    file = ELECTIONS / LODZ
    election = read_election(file.read_bytes())
    reading = processor(lambda: read_election(file.read_bytes()))
    plain, winners = counted(election, Completion())
    raised, after = counted(election, Completion(method="add1"))
    print(f"Łódź 2022: reading {reading:.3f} s, count {plain:.4f} s, add1 {raised:.3f} s")
    memory = megabytes(file)
    report(
        "Łódź 2022, peak memory", memory, "<= 150", reached=memory <= MEGABYTES_MAX, unit="MB"
    )
    if not ORACLE.exists():
        print("no comparison: make oracle first")
        return
    theirs, add1 = academic(file), academic(file, "add1")
    assert theirs["selected"] == winners
    assert add1["selected"] == after
    ratios(theirs, add1, reading, plain, raised)


def ratios(
    theirs: dict[str, float | list[str]],
    add1: dict[str, float | list[str]],
    reading: float,
    plain: float,
    raised: float,
) -> None:
    count, read, steps = theirs["count"], theirs["read"], add1["count"]
    assert isinstance(count, float)
    assert isinstance(read, float)
    assert isinstance(steps, float)
    print(f"academic library: reading {read:.2f} s, count {count:.2f} s, add1 {steps:.1f} s")
    for what, ratio, target in (
        ("Łódź 2022, from parsed ballots", count / plain, 500),
        ("Łódź 2022, from the file", (read + count) / (reading + plain), 30),
        ("Łódź 2022 with add1, from parsed ballots", steps / raised, 150),
    ):
        report(what, ratio, f">= {target}", reached=ratio >= target)


def all_files() -> None:
    """One line per file, then the median and the worst ratio."""
    found = []
    for file in sorted(ELECTIONS.glob("*.pb")):
        election = read_election(file.read_bytes())
        if election.vote_type == RANKED:
            continue
        points = election.vote_type not in {"approval", "choose-1"}
        ours, winners = counted(election, Completion("cardinality" if points else "cost"))
        if not ORACLE.exists():
            print(f"{file.stem[:60]:<60} {ours * 1000:>9.2f} ms")
            continue
        theirs = academic(file)
        count = theirs["count"]
        assert isinstance(count, float)
        same = "same" if theirs["selected"] == winners else "DIFFERENT (points read otherwise)"
        found.append(Fraction(count) / Fraction(ours))
        print(
            f"{file.stem[:60]:<60} {ours * 1000:>9.2f} ms {count * 1000:>10.1f} ms "
            f"{float(found[-1]):>7.0f} x {same}",
            flush=True,
        )
    if found:
        median, worst = float(statistics.median(found)), float(min(found))
        print(f"{len(found)} files: median ratio {median:.0f} x, worst {worst:.0f} x")


if __name__ == "__main__":
    if not ELECTIONS.is_dir():
        sys.exit("the elections do not stand beside the project")
    lodz()
    all_files()
