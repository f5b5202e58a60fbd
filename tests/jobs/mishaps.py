"""What befalls workers of tests beside being killed from outside, at the moments that matter most and no more often
than asked for: one is held up after it took work until another took the same; one dies between sending a mail and
saying so.
"""

from __future__ import annotations

import os
import signal
import time
from email.message import EmailMessage
from pathlib import Path

from portal.platform import db, mail, outbox
from portal.platform.outbox import Work
from portal.platform.tenancy import GATE, acting_as

PATIENCE = 10.0  # seconds in which somebody else takes what one holds too long
LEASES = "SELECT leases FROM platform.outbox WHERE id = %(id)s"
lease_work, send = outbox.lease_work, mail.send


def prepare(environment: dict[str, str]) -> None:
    """Let happen what the environment asks for: MISHAPS_IN is a directory of the test's own, in which each mishap
    leaves its mark; LOST_LEASES and DEATHS_AFTER_MAIL say how many of each."""
    outbox.LEASE_SECONDS = int(environment.get("CHAOS_LEASE", outbox.LEASE_SECONDS))
    if "MISHAPS_IN" not in environment:
        return
    marks = Path(environment["MISHAPS_IN"])

    def lease_and_lose(*, most: int) -> list[Work]:
        works = lease_work(most=most)
        if len(works) == most and _takes_a_turn(marks, "lost-lease", int(environment.get("LOST_LEASES", "0"))):
            _wait_until_lost(works[-1])
        return works

    def send_and_die(smtp_url: str, message: EmailMessage) -> None:
        send(smtp_url, message)
        if _takes_a_turn(marks, "death-after-mail", int(environment.get("DEATHS_AFTER_MAIL", "0"))):
            os.kill(os.getpid(), signal.SIGKILL)

    outbox.lease_work = lease_and_lose
    mail.send = send_and_die  # type: ignore[assignment]  # it takes what the jobs give it, and no more


def count_mishaps(marks: Path, name: str) -> int:
    """How many of the mishaps called so happened."""
    return len(list(marks.glob(f"{name}-*")))


def _takes_a_turn(marks: Path, name: str, most: int) -> bool:
    """Whether this process is one of the `most` to whom it happens."""
    for number in range(most):
        try:
            (marks / f"{name}-{number}").touch(exist_ok=False)
        except FileExistsError:
            continue
        return True
    return False


def _wait_until_lost(work: Work) -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        with acting_as(GATE):
            if db.fetch_value(LEASES, id=work.id) != work.lease:
                return
        time.sleep(0.01)
