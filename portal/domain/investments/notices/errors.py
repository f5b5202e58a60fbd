"""What can go wrong with notices."""

from portal.platform.errors import Conflict


class NoticesUnwritten(Conflict):
    """Not everybody is told yet of what is to be taken back."""

    code = "notices_unwritten"
    message = "Its notices are still being written. Take it back in a minute, so that everybody reads both."
