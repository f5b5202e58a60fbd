"""The real worker with two more jobs, one of them done together."""

from portal.jobs import registry
from worker import main

registry.JOBS["test.effect"] = "tests.jobs.effects:leave_a_mark"
registry.JOBS["test.effects"] = "tests.jobs.effects:leave_marks"
registry.TOGETHER.add("test.effects")
if __name__ == "__main__":
    main()
