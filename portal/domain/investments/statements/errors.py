"""What can go wrong with statements."""

from portal.platform.errors import Conflict


class RunOpen(Conflict):
    """Statements of this vehicle and period are being prepared already."""

    code = "statement_run_open"
    message = "A run for this vehicle and period is open already. Publish or cancel it before you start another."


class StillPreparing(Conflict):
    """Statements of the run are not made yet."""

    code = "statements_still_preparing"
    message = "Some statements are still being prepared. Wait until the bar is full, then publish."


class NothingToPublish(Conflict):
    """No statement of the run is ready."""

    code = "nothing_to_publish"
    message = "No statement of this run is ready, so there is nothing to publish. Mend what failed, then retry."


class StatementsNameOthers(Conflict):
    """Statements of the run name other investors to those they are for."""

    code = "statements_name_others"


class NothingToRetry(Conflict):
    """No statement of the run failed."""

    code = "nothing_to_retry"
    message = "Nothing of this run failed, so there is nothing to retry."


class RunOver(Conflict):
    """The run was published or cancelled."""

    code = "statement_run_over"
    message = "This run was published or cancelled already. Start a new one."
