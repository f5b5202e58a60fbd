"""What can go wrong with switching people off and letting them back in."""

from portal.platform.errors import Conflict, Forbidden


class OwnAccess(Forbidden):
    """Somebody tried to switch themselves off."""

    code = "own_access"
    message = "Nobody switches themselves off: ask another administrator."


class NotHere(Conflict):
    """The person cannot sign in anyway: switched off before, or invited and not come yet."""

    code = "not_here"
    message = "This person cannot sign in as it is."


class HereAlready(Conflict):
    """The person who is to be let back in can sign in, or never could."""

    code = "here_already"
    message = "Only somebody who was switched off can be let back in."
