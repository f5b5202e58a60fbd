"""What charging fees refuses."""

from __future__ import annotations

from portal.platform.errors import Conflict


class FeeChargeClosed(Conflict):
    """The charge is not in the state that this act needs."""

    code = "fee_charge_closed"
    message = "Somebody went on with this fee meanwhile. Look at where it stands, and decide again."


class PeriodCharged(Conflict):
    """A part of the period was charged before, or is about to be."""

    code = "period_charged"
    message = "A fee for some of these days is charged or prepared already. Undo that one, or choose the days after it."


class FeeChanged(Conflict):
    """The parts are not those that were approved."""

    code = "fee_changed"
    message = "What was approved is not what stands here any more. Prepare the fee anew."


class NothingToCharge(Conflict):
    """Nobody has anything that the fee is a rate of."""

    code = "nothing_to_charge"
    message = "On that day nobody has a commitment or invested capital that the fee would be charged on."


class FeeCalled(Conflict):
    """The fee was taken into a capital call."""

    code = "fee_called"
    message = "This fee is in a capital call. Cancel that call, or give its draft up, first."
