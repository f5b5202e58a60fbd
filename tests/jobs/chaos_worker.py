"""The real worker with one more job."""

from portal.jobs import registry
from worker import main

registry.JOBS["test.effect"] = "tests.jobs.effects:leave_a_mark"
if __name__ == "__main__":
    main()
