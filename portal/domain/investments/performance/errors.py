"""What can go wrong with returns."""

from __future__ import annotations

from portal.platform.errors import Invalid


class TooManyHoldings(Invalid):
    """More holdings are asked about than one total is made of."""

    code = "too_many_holdings"
    message = "More holdings than one total is made of. Choose an account or a vehicle."
