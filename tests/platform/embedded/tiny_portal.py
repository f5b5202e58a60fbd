"""A whole portal with a tiny program in place of the product's: `python -m … DATA_DIR [broken]`.

Its web answers /ready, its worker leaves a grandchild in a group of its own, as RQ does.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path

from portal.platform.embedded import supervisor
from portal.platform.embedded.data_directory import DataDirectory
from portal.platform.embedded.environment import for_web, for_worker
from portal.platform.embedded.errors import EmbeddedError
from portal.platform.embedded.process import ProcessPlan
from portal.platform.embedded.run import Portal
from portal.settings import SettingsError

WEB = """
import http.server, os
class Answer(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200); self.end_headers(); self.wfile.write(os.environ["DATABASE_URL"].encode())
    def log_message(self, *args): pass
http.server.ThreadingHTTPServer(("0.0.0.0", int(os.environ["PORT"])), Answer).serve_forever()
"""
WORKER = """
import subprocess, sys, time
subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"], start_new_session=True)
print(__import__("os").environ["DATABASE_URL"], flush=True)
time.sleep(600)
"""
BROKEN = "import sys; print('no such table: firms'); sys.exit(3)"


def program(environment: Mapping[str, str], data: DataDirectory) -> list[ProcessPlan]:
    worker = BROKEN if "broken" in sys.argv else WORKER
    return [
        ProcessPlan("web", [sys.executable, "-c", WEB], data.log("web"), for_web(environment)),
        ProcessPlan("worker", [sys.executable, "-c", worker], data.log("worker"), for_worker(environment)),
    ]


if __name__ == "__main__":
    if "broken" in sys.argv:
        supervisor.FIRST_DELAY = 0.05  # between deaths, so that five are over soon
    try:
        Portal(Path(sys.argv[1]), os.environ, program=program, errands=()).run()
    except (EmbeddedError, SettingsError) as refusal:
        sys.exit(f"Error: {refusal}")
