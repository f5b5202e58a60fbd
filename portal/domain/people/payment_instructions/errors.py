"""What can go wrong with payment instructions."""

from portal.platform.errors import Conflict


class InstructionPending(Conflict):
    """Other instructions of the account wait already."""

    code = "instruction_pending"
    message = "New bank details wait for this account already. Withdraw them before you enter others."


class InstructionClosed(Conflict):
    """The instructions are not waiting any more."""

    code = "instruction_closed"
    message = "These bank details do not wait any more."


class DetailsChanged(Conflict):
    """The bank details are not those that were asked for."""

    code = "details_changed"
    message = "These bank details are not those that were entered. Reject them, and tell your administrator."


class ComplianceNeeded(Conflict):
    """One of those who approve has to be a compliance officer."""

    code = "compliance_needed"
    message = "One of the two who approve these bank details has to be a compliance officer. Yours was not counted."


class EntererGone(Conflict):
    """Who entered the bank details may not enter any for this account now."""

    code = "enterer_gone"
    message = (
        "Whoever entered these bank details no longer acts for the account. Reject them; they can be entered anew."
    )


class ContactChangedSince(Conflict):
    """Somebody who acts for the account is reached otherwise than when the bank details were entered."""

    code = "contact_changed_since"
    message = (
        "Somebody who acts for the account changed their e-mail address or telephone number after these bank details"
        " were entered. Reject them; entered anew, they need a compliance officer."
    )


class HoldNotOver(Conflict):
    """The hold has not come to its end."""

    code = "hold_not_over"
    message = "These bank details are on hold still."
