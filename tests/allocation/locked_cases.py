"""Small cases of every rule with every parameter, and a digest of what each group gives.

What an engine version computes stands in `locked/`, a file for each version, and never
changes. `python -m tests.allocation.locked_cases` says what differs from the file of the
present version, and adds what is new: a rule, a parameter, a case. It changes nothing that is
there; where a result has to change, `ENGINE` gets a new number first.
"""

import json
import sys
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path

from tests.allocation.locked_elections import election_cases
from tests.allocation.locked_money import money_cases

from commons.allocation.division import ENGINE
from commons.kernel.errors import InputError

FOLDER = Path(__file__).parent / "locked"
DIGITS = 16


def lock_of(engine: str) -> Path:
    return FOLDER / f"{engine.replace('/', '-')}.json"


def digests() -> Iterator[tuple[str, str]]:
    """Each group with the digest of what it gives. What is refused is a result too."""
    for name, cases in groups():
        text = json.dumps([_outcome(case) for case in cases], ensure_ascii=False)
        yield name, sha256(text.encode()).hexdigest()[:DIGITS]


def groups() -> Iterator[tuple[str, list[Callable[[], object]]]]:
    yield from money_cases()
    yield from election_cases()


def _outcome(case: Callable[[], object]) -> object:
    try:
        return case()
    except InputError:
        return "refused"


def locked() -> dict[str, str]:
    """What the present engine version is held to."""
    file = lock_of(ENGINE)
    found: dict[str, str] = json.loads(file.read_text()) if file.exists() else {}
    return found


def moved() -> Iterator[str]:
    """The groups whose results are not those of the lock, as they are found."""
    lock = locked()
    return (name for name, digest in digests() if lock.get(name, digest) != digest)


def main() -> int:
    if wrong := list(moved()):
        sys.stdout.write("\n".join(wrong) + "\n")
        return 1
    lock_of(ENGINE).write_text(json.dumps(dict(digests()), indent=0, sort_keys=True) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
