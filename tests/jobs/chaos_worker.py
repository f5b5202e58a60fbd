"""The real worker with two more jobs, one of them done together, and leases as short as the test wants them."""

import os

from portal.jobs import registry
from portal.platform import outbox
from worker import main

registry.JOBS["test.effect"] = "tests.jobs.effects:leave_a_mark"
registry.JOBS["test.effects"] = "tests.jobs.effects:leave_marks"
registry.TOGETHER.add("test.effects")
outbox.LEASE_SECONDS = int(os.environ.get("CHAOS_LEASE", outbox.LEASE_SECONDS))
if __name__ == "__main__":
    main()
