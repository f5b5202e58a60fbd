"""What can go wrong with distributions."""

from portal.platform.errors import Conflict


class DistributionMoved(Conflict):
    """The distribution is not where the act needs it."""

    code = "distribution_moved"
    message = "This distribution has moved on since you saw it. Open it again to see where it stands."


class BooksMoved(Conflict):
    """What everybody gets is not what was asked for: the books have changed."""

    code = "books_moved"
    message = (
        "The books have changed since this was sent for approval, and with them what everybody gets."
        " Take the request back, look at the new preview, and send it again."
    )


class MoneyOnItsWay(Conflict):
    """Some of the money is in a payment file, or paid."""

    code = "money_on_its_way"
    message = "Some of this is in a payment file or paid already, so that it cannot be taken back as a whole."


class ReversalAsked(Conflict):
    """Somebody asked to take the distribution back, and nobody has decided on it yet."""

    code = "reversal_asked"
    message = (
        "Somebody asked to take this distribution back, and nobody has decided on it yet. A payment file can be made"
        " once that is rejected."
    )


class MoreThanOwed(Conflict):
    """More carry would be paid back than is owed on the day."""

    code = "more_than_owed"
    message = (
        "Less carry is owed on that day than would be paid back: the books or the value left have changed."
        " Enter at most what the page of the carry works out."
    )


class NotOwed(Conflict):
    """More would come in than is open of a payback, or more be taken back than came in."""

    code = "not_owed"
    message = "So much of this payback is not open any more. Look at what is open again."


class PaybackStands(Conflict):
    """Carry of the distribution, or of one beside it, was paid back since."""

    code = "payback_stands"
    message = (
        "Carry was paid back after this distribution, by what it gave."
        " Take that payback back first; this one can be taken back then."
    )


class NothingToPay(Conflict):
    """Nobody would get anything."""

    code = "nothing_to_pay"
    message = "Nobody has paid anything into this vehicle yet, so that there is nobody to pay."


class NothingToNet(Conflict):
    """The call that is to be netted is paid, or was cancelled."""

    code = "nothing_to_net"
    message = (
        "Nothing is open any more on the call that this distribution nets: it is paid, or was cancelled."
        " Take the request back if it waits for approval, then choose another call, or none."
    )


class CallUntold(Conflict):
    """Not everybody is told yet of the call that is to be netted."""

    code = "call_untold"
    message = "The notices of the call are still being written. Approve this in a minute, so that everybody has both."


class NoCarryAccount(Conflict):
    """The tiers give carry and the vehicle does not say to whom."""

    code = "no_carry_account"
    message = "This distribution pays carried interest. Name the account that receives it in the terms of the vehicle."


class EscrowMoved(Conflict):
    """What would be let go is not what was asked for."""

    code = "escrow_moved"
    message = (
        "What is held back of the carry, or who receives it, has changed since this was asked for."
        " Reject it; it can be asked for anew."
    )


class EscrowReleased(Conflict):
    """Carry that a distribution held back was let go."""

    code = "escrow_released"
    message = (
        "Carry that this distribution held back was let go to the account that receives it,"
        " so that the distribution cannot be taken back."
    )
