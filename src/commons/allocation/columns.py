"""The ballots of an election in columns, for rules that look at all of them many times.

Source: compressed sparse columns, as numerical libraries keep matrices that are mostly zero.
"""

from dataclasses import dataclass
from itertools import chain
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from commons.allocation.ballots import PackedBallots
from commons.allocation.election import Election
from commons.kernel.errors import InputError
from commons.kernel.text import t

Integers: TypeAlias = NDArray[np.int64]
Rows: TypeAlias = NDArray[np.intp]
"""Rows of ballots, as wide as what numpy looks up by: others it would copy each time."""
Reals: TypeAlias = NDArray[np.float64]
Flags: TypeAlias = NDArray[np.bool_]
SURROGATES = 0xD800
"""Below this character two bytes are one number, above that is not so."""
EXACT_MAX = 2**53
"""Sums of integers below this are exact in doubles, in any order."""


@dataclass(frozen=True, slots=True)
class Columns:
    """One row per ballot, its marks side by side; and for each proposal who supports it.

    `voters[row]` cast that ballot; its marks are `places[starts[row]:starts[row] + marks[row]]`
    and `points` likewise. For the proposal at a place, `supporters[place]` are the rows,
    `backing[place]` their voters and `given[place]` their points; `backers[place]` is how many
    voters that makes, and `votes[place]` the sum of their points. Where every point is one,
    as in approvals, `points` is nothing and `given` is empty. Doubles here hold whole numbers
    below 2⁵³, so they are exact.
    """

    voters: Reals
    starts: Integers
    marks: Integers
    places: Integers
    points: Reals | None
    supporters: list[Rows]
    backing: list[Reals]
    given: list[Reals]
    backers: Reals
    votes: Reals


def columns(election: Election) -> Columns:
    """The ballots of `election` in columns. Raises `InputError` for rankings."""
    election.refuse_rankings()
    ballots = election.ballots
    rows = len(ballots)
    if isinstance(ballots, PackedBallots):
        counts = ballots.counts
        narrow = ballots.cells == 1 and len(election.proposals) < SURROGATES
        coding, number = ("utf-16-le", "<u2") if narrow else ("utf-32-le", "<u4")
        packed = "".join(counts).encode(coding, "surrogatepass")
        cells = np.frombuffer(packed, number).astype(np.int64)
        marks = np.fromiter(map(len, counts), np.int64, rows) // ballots.cells
        places = cells[:: ballots.cells]
        points = cells[1::2] if ballots.cells == 2 else None
        voters = np.fromiter(counts.values(), np.int64, rows)
    else:
        supported = [[mark for mark in ballot if mark[1]] for ballot in ballots]
        marks = np.fromiter(map(len, supported), np.int64, rows)
        flat = list(chain.from_iterable(supported))
        _refuse_beyond(sum(mark[1] for mark in flat))
        places = np.array([place for place, _ in flat], np.int64)
        points = np.array([given for _, given in flat], np.int64)
        voters = np.fromiter(ballots.values(), np.int64, rows)
    if points is not None and (points == 1).all():
        points = None
    return _arranged(voters, marks, places, points, len(election.proposals))


def _refuse_beyond(total: int) -> None:
    if total >= EXACT_MAX:
        raise InputError(
            t("Il y a trop de points pour les compter exactement : divisez-les tous par dix.")
        )


def _arranged(
    voters: Integers, marks: Integers, places: Integers, points: Integers | None, proposals: int
) -> Columns:
    """Columns from marks side by side, row after row."""
    _refuse_beyond(int(voters.sum()) * (1 if points is None else int(points.max(initial=1))))
    doubles = voters.astype(np.float64)
    row_of = np.repeat(np.arange(len(voters), dtype=np.intp), marks)
    order = np.argsort(
        places.astype(np.uint16 if proposals < 2**16 else np.int64), kind="stable"
    )
    rows = row_of.take(order)
    backing = doubles.take(rows)
    sizes = np.bincount(places, minlength=proposals)
    ends = np.cumsum(sizes).tolist()
    spans = [slice(start, end) for start, end in zip([0, *ends], ends, strict=False)]
    backers = _sums(backing, sizes)
    worth, given, votes = None, [], backers
    if points is not None:
        worth = points.astype(np.float64)
        sorted_worth = worth.take(order)
        given = [sorted_worth[span] for span in spans]
        votes = _sums(backing * sorted_worth, sizes)
    return Columns(
        doubles,
        np.cumsum(marks) - marks,
        marks,
        places,
        worth,
        [rows[span] for span in spans],
        [backing[span] for span in spans],
        given,
        backers,
        votes,
    )


def _sums(values: Reals, sizes: Integers) -> Reals:
    """The sums of consecutive parts of these sizes, some of which may be empty."""
    found = np.zeros(len(sizes))
    if len(values):
        found[sizes > 0] = np.add.reduceat(values, (np.cumsum(sizes) - sizes)[sizes > 0])
    return found
