"""What valuations refuse."""

from __future__ import annotations

from portal.platform.errors import Conflict


class ValuationClosed(Conflict):
    """The valuation is not in the state that this act needs."""

    code = "valuation_closed"
    message = "Somebody went on with this valuation meanwhile. Look at where it stands, and decide again."


class HoldersChanged(Conflict):
    """The shares that were approved are not those of the vehicle's holders any more."""

    code = "holders_changed"
    message = "Since this was prepared the holders of the vehicle, or its shares, have changed. Prepare it anew."


class NobodyHolds(Conflict):
    """Nothing to share a value out to."""

    code = "nobody_holds"
    message = "Nobody holds this vehicle on that day, so there is nobody to share the value out to."
