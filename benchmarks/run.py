"""Every benchmark, one after the other: ratios measured in one run beside their targets.

python benchmarks/run.py            # all
python benchmarks/run.py startup    # those named
"""

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
TOOLS = {"run", "measure", "journals"}


def main() -> int:
    asked = sys.argv[1:] or sorted(
        path.stem for path in HERE.glob("*.py") if path.stem not in TOOLS
    )
    failed = []
    for name in asked:
        print(f"\n== {name}", flush=True)
        result = subprocess.run([sys.executable, str(HERE / f"{name}.py")], check=False)
        if result.returncode:
            failed.append(name)
    if failed:
        print("did not finish:", ", ".join(failed))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
