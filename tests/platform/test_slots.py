"""Places that processes share: never more than there are, and given back however a process ends."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

from portal.platform.slots import take_slot

HOLD = """
import sys, time
from pathlib import Path
from portal.platform.slots import take_slot
with take_slot(Path(sys.argv[1]), "drawing", 1) as taken:
    print(taken, flush=True)
    time.sleep(600)
"""


def test_no_more_than_there_are(tmp_path: Path) -> None:
    with take_slot(tmp_path, "drawing", 2) as first, take_slot(tmp_path, "drawing", 2) as second:
        assert (first, second) == (True, True)
        with take_slot(tmp_path, "drawing", 2) as third, take_slot(tmp_path, "other", 1) as other:
            assert (third, other) == (False, True)
    with take_slot(tmp_path, "drawing", 1) as again:
        assert again


def test_a_killed_process_gives_its_place_back(tmp_path: Path) -> None:
    holder = subprocess.Popen([sys.executable, "-c", HOLD, str(tmp_path)], stdout=subprocess.PIPE)
    assert holder.stdout is not None
    assert holder.stdout.readline() == b"True\n"
    with take_slot(tmp_path, "drawing", 1) as taken:
        assert not taken
    holder.send_signal(signal.SIGKILL)
    holder.wait()
    holder.stdout.close()
    with take_slot(tmp_path, "drawing", 1) as taken:
        assert taken
