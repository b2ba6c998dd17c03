"""Time the academic library on a file, in its fastest exact mode; answers in one JSON object.

python oracle/timing.py FILE [add1]

Its fastest exact mode merges identical ballots (a multiprofile). Merging is timed with the
count; `read` is from the file to ballots. Times are of the processor, in seconds.
"""

import json
import sys
import time
from typing import Any

import pabutools.fractions
from pabutools.election import Cardinality_Sat, Cost_Sat, parse_pabulib
from pabutools.rules import method_of_equal_shares

pabutools.fractions.FRACTION = "gmpy2"


def main() -> None:
    start = time.process_time()
    instance, profile = parse_pabulib(sys.argv[1])
    read = time.process_time() - start
    approvals = instance.meta["vote_type"] in {"approval", "choose-1"}
    satisfaction: Any = Cost_Sat if approvals else Cardinality_Sat
    step = 1 if sys.argv[2:] == ["add1"] else None
    start = time.process_time()
    found = method_of_equal_shares(
        instance,
        profile.as_multiprofile(),
        sat_class=satisfaction,
        voter_budget_increment=step,
    )
    counted = time.process_time() - start
    names = [project.name for project in found]
    print(json.dumps({"read": read, "count": counted, "selected": names}))


if __name__ == "__main__":
    main()
