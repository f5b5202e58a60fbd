"""The product's own processes: the web, the worker and the scheduler, and the errands run before them."""

from __future__ import annotations

import http.client
import json
import sys
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from portal.platform.embedded.data_directory import DataDirectory
from portal.platform.embedded.environment import for_web, for_worker
from portal.platform.embedded.process import ProcessPlan
from portal.settings import Settings

PROGRAM = Path(__file__).parents[3]  # where wsgi.py and worker.py are
MOST_SIGN_INS = 12
PORTAL = (sys.executable, "-m", "portal.cli.main")


def processes(environment: Mapping[str, str], data: DataDirectory) -> list[ProcessPlan]:
    """What serves people, in the order in which it starts."""
    web = [sys.executable, "-m", "gunicorn", "wsgi:app"]  # gunicorn.conf.py says how
    worker = [sys.executable, "worker.py"]
    scheduler = [*PORTAL, "schedule"]
    return [
        _plan("web", web, for_web(environment), data),
        _plan("worker", worker, for_worker(environment), data),
        _plan("scheduler", scheduler, for_web(environment), data),
    ]


def errand(command: str, environment: Mapping[str, str], data: DataDirectory) -> ProcessPlan:
    """A `portal` command that runs to its end with every log-in, such as the migrations."""
    return _plan(command, [*PORTAL, command], environment, data)


def _plan(name: str, command: list[str], environment: Mapping[str, str], data: DataDirectory) -> ProcessPlan:
    return ProcessPlan(name, command, data.log(name), environment, PROGRAM)


class Readiness:
    """Asks the web's /ready; `answer` says what it last said."""

    def __init__(self, settings: Settings) -> None:
        self._port = settings.port
        self._host = urlsplit(settings.public_url).netloc
        self.answer = "nothing"

    def __call__(self) -> bool:
        """Whether the web, the database and all it needs are there now."""
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=5)
        try:
            connection.request("GET", "/ready", headers={"Host": self._host})
            response = connection.getresponse()
            self.answer = f"{response.status} {response.read(500).decode(errors='replace')}".strip()
        except (OSError, http.client.HTTPException) as error:
            self.answer = str(error)
            return False
        finally:
            connection.close()
        return response.status == http.client.OK


def sign_ins(data: DataDirectory) -> str:
    """The demo's sign-ins as a table for the terminal; empty when there are none."""
    if not data.demo.is_file():
        return ""
    users = json.loads(data.demo.read_text())["users"]
    heads = ("Role", "Firm", "E-mail", "Password")
    shown = users[:MOST_SIGN_INS]
    rows = [heads] + [(", ".join(u["roles"]), u["firm"], u["email"], u["password"]) for u in shown]
    widths = [max(len(row[column]) for row in rows) for column in range(len(heads))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    if len(users) > len(shown):
        lines.append(f"and {len(users) - len(shown)} more in {data.demo}")
    if any(user["totp_secret"] for user in users):
        lines.append("Staff are asked for a code too: the page that asks shows it, and an app can be set up with the")
        lines.append(f"totp_secret in {data.demo}.")
    return "\n".join(f"  {line}" for line in lines)
