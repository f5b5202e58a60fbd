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


class RunOutdated(Conflict):
    """The ledger was changed since the statements of the run were prepared."""

    code = "statement_run_outdated"
    message = (
        "The ledger of this vehicle was changed since these statements were prepared, so their fund column is of"
        " another day. Prepare them again, then ask."
    )


class RunOutOfBalance(Conflict):
    """The accounts of the run and its fund do not tie out."""

    code = "statement_run_out_of_balance"


class RunChanged(Conflict):
    """The run is not what was asked for any more."""

    code = "statement_run_changed"
    message = (
        "These statements are not those that were asked for: some were prepared again, published or taken out since."
        " Reject the request, and have somebody ask anew."
    )
