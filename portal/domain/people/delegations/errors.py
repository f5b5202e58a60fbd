"""What can go wrong when an investor lets somebody else see."""

from portal.platform.errors import Conflict, Invalid


class NotADelegate(Invalid):
    """The address is the investor's own, or of somebody who works for the firm."""

    code = "not_a_delegate"
    message = "This address cannot be let in: it is yours, or of somebody who works for the firm."


class AlreadyShared(Conflict):
    """This person is let in already."""

    code = "already_shared"
    message = "You let this person in already. End that first, or give it another last day."


class TooManyDelegations(Conflict):
    """More people are let in than is sensible."""

    code = "too_many_delegations"
    message = "You have let in ten people. End what is no longer needed first."
