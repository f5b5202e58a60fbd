"""What can go wrong with attesting."""

from portal.platform.errors import Conflict


class AccessChanged(Conflict):
    """Somebody's access is not what was looked at."""

    code = "access_changed"
    message = "Somebody's access has changed since you opened the page. Look through it again, then attest."
