"""`commons serve` in an empty folder: time to the first answer, cold and warm, and memory."""

import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

from measure import report

COMMONS = Path(sys.executable).with_name("commons")
COLD_SECONDS, WARM_SECONDS, MEGABYTES_MAX = 6.0, 2.0, 200.0


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def first_answer(data_dir: Path) -> tuple[float, float]:
    """Seconds from the command to the first answer, and then the service's memory in MB."""
    port = free_port()
    start = time.perf_counter()
    command = [str(COMMONS), "serve", "--port", str(port), "--data-dir", str(data_dir)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
        try:
            address = f"http://127.0.0.1:{port}/"
            while True:
                try:
                    urllib.request.urlopen(address, timeout=5).read()
                    break
                except OSError:
                    time.sleep(0.02)
            taken = time.perf_counter() - start
            for _ in range(50):
                urllib.request.urlopen(address, timeout=5).read()
            status = Path(f"/proc/{process.pid}/status").read_text()
            resident = next(line for line in status.splitlines() if line.startswith("VmRSS"))
            return taken, int(resident.split()[1]) / 1024
        finally:
            process.terminate()
            process.wait(timeout=60)


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="commons-bench-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        cold, _ = first_answer(folder / "data")
        warm, memory = min(first_answer(folder / "data") for _ in range(3))
    report("serve, cold, to first answer", cold, "<= 6 s", reached=cold <= 6, unit="s")
    report("serve, warm, to first answer", warm, "<= 2 s", reached=warm <= 2, unit="s")
    report("service resident memory", memory, "<= 200 MB", reached=memory <= 200, unit="MB")


if __name__ == "__main__":
    main()
