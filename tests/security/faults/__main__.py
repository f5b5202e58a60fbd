"""`python -m tests.security.faults [words]`: put each fault (whose name has the words) into a copy of the product, run
the tests that must notice, and say which did. Ends with 1 where a fault went by unnoticed."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.security.faults.catalogue import FAULTS
from tests.security.faults.fault import Fault

ROOT = Path(__file__).parents[3]
RED = 1  # pytest's word for tests that failed


def _copy(to: Path) -> None:
    """The product as it is here, what is not committed included."""
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    for name in listed.stdout.splitlines():
        if (ROOT / name).is_file():
            (to / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, to / name)


def _run(copy: Path, tests: list[str]) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-rf", "-p", "no:cacheprovider", *tests]
    return subprocess.run(command, cwd=copy, env=environment, capture_output=True, text=True, check=False)


def _try(copy: Path, fault: Fault) -> str:
    """`caught`, or what happened instead."""
    file = copy / fault.path
    before = file.read_text()
    file.write_text(before.replace(fault.old, fault.new))
    try:
        done = _run(copy, list(fault.tests))
    finally:
        file.write_text(before)
    if done.returncode == RED and "FAILED" in done.stdout:
        return "caught"
    if done.returncode == 0:
        return "NOT CAUGHT"
    return "BROKEN: the fault stops the tests from running\n" + done.stdout[-2_000:] + done.stderr[-1_000:]


def main(words: str) -> int:
    """Try the faults whose names have `words`; 0 when each was caught."""
    chosen = [fault for fault in FAULTS if words in fault.name]
    missed = 0
    with tempfile.TemporaryDirectory(prefix="faults-") as directory:
        copy = Path(directory)
        _copy(copy)
        for fault in chosen:
            begun = time.monotonic()
            outcome = _try(copy, fault)
            missed += outcome != "caught"
            print(f"{outcome:10} {time.monotonic() - begun:5.1f} s  {fault.name}", flush=True)
    print(f"{len(chosen) - missed} of {len(chosen)} faults were caught")
    return min(missed, 1)


if __name__ == "__main__":
    sys.exit(main(" ".join(sys.argv[1:])))
