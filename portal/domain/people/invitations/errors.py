"""What can go wrong with invitations."""

from portal.platform.errors import Conflict, Invalid


class AlreadyHere(Conflict):
    """The person has a sign-in, in use or switched off."""

    code = "already_here"
    message = "Somebody with this e-mail address is here already, so there is nothing to invite them to."


class UnknownAccounts(Invalid):
    """Some of the accounts named are not the firm's."""

    code = "unknown_accounts"
    message = "Some accounts are not known here."
