"""What transfers refuse."""

from __future__ import annotations

from portal.platform.errors import Conflict


class TransferClosed(Conflict):
    """The transfer waits for nobody any more."""

    code = "transfer_closed"
    message = "Somebody decided this transfer meanwhile. Look at where it stands."


class NothingToTransfer(Conflict):
    """The account holds nothing of the vehicle, or not so much."""

    code = "nothing_to_transfer"
    message = "This account holds nothing of that vehicle on that day, so there is nothing to transfer."


class CallsOpen(Conflict):
    """What was called is not paid."""

    code = "calls_open"
    message = "A capital call of this account is not paid yet. Let it be paid or cancelled first, then transfer."


class InterestChanged(Conflict):
    """The interest is not what it was when the transfer was prepared."""

    code = "interest_changed"
    message = "Since this was prepared the interest has changed: postings came in. Withdraw it and prepare it anew."


class NotTheLast(Conflict):
    """Something was posted for the holding after the day of the transfer."""

    code = "posted_later"
    message = "Something was posted for this account after that day. Choose a day from its last posting on."
