"""What can go wrong with capital calls."""

from portal.platform.errors import Conflict, Invalid


class NotCovered(Conflict):
    """What is to be called is more than those who take part have unfunded."""

    code = "call_not_covered"
    message = "The commitments do not cover this call. Call less, or put a line outside the commitment."


class CallClosed(Conflict):
    """The call is not where this can be done to it."""

    code = "call_closed"
    message = (
        "The call was moved on meanwhile, and this cannot be done to it any more. Open it again to see where it is."
    )


class CallChanged(Conflict):
    """What the call was previewed from has changed."""

    code = "call_changed"
    message = (
        "Commitments, excuses or bank details changed after this call was sent for approval. "
        "Reject it; whoever asked looks at the new preview and asks again."
    )


class NoticeTooShort(Conflict):
    """The due date leaves fewer business days than the vehicle's terms ask for."""

    code = "notice_too_short"
    message = "The due date leaves less notice than the terms of the vehicle ask for. Choose a later one, or say why."


class NowhereToPay(Conflict):
    """The vehicle has no bank details in force."""

    code = "nowhere_to_pay"
    message = "The vehicle has no bank account in force that calls are paid to. Enter one and have it approved first."


class PaidAlready(Conflict):
    """The call was paid in part."""

    code = "call_paid"
    message = "Payments have arrived for this call. Take them back first, then cancel it."


class NettedAlready(Conflict):
    """The call is netted against a distribution."""

    code = "call_netted"
    message = (
        "A distribution is netted against this call. Take that distribution back first, and the netting with it;"
        " then the call can be cancelled or corrected."
    )


class NothingOwed(Conflict):
    """The payment is more than is open."""

    code = "nothing_owed"
    message = "Less than this is open on the call. Record what is open, and keep the rest as a credit."


class DetailsWait(Conflict):
    """Other bank details wait for approval."""

    code = "receiving_details_wait"
    message = "Other bank details of this vehicle wait for approval. Have them decided first."


class LateCloseInvalid(Invalid):
    """Those who come late cannot be equalised like this."""

    code = "late_close_invalid"
