"""What can go wrong with recording a line."""

from __future__ import annotations

from portal.platform.errors import Conflict


class CallNotIssued(Conflict):
    """Only a call that was issued was paid, and can have been advanced."""

    code = "call_not_issued"
    message = "This capital call is not issued. A line can be recorded for calls that are."
