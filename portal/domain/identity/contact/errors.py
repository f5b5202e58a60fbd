"""What can go wrong with a change of address or telephone number."""

from __future__ import annotations

from portal.platform.errors import Conflict, Forbidden, Invalid


class SameContact(Invalid):
    """It is what is kept already."""

    code = "same_contact"
    message = "This is what we have already."


class BadNumber(Invalid):
    """The text is no telephone number that a message can be sent to."""

    code = "bad_number"
    message = "This is not a telephone number. Write it with the code of the country, such as +1 415 555 0123."


class NothingAsked(Conflict):
    """No change waits for this code, or no longer."""

    code = "nothing_asked"
    message = "No code is waited for, or its five minutes are over. Ask for another one."


class PhoneInUse(Conflict):
    """Codes of the second factor are sent to the number."""

    code = "phone_in_use"
    message = "Codes for signing in are sent to this number. Turn them off under Security first."


class OwnAddress(Forbidden):
    """Somebody of the staff tried to correct their own address."""

    code = "own_address"
    message = "You change your own address under Security."


class NotCorrectable(Conflict):
    """The person does not sign in, or has another address than the one that was to be corrected."""

    code = "not_correctable"
    message = (
        "This person cannot sign in, or has another address than when this was asked for. Reject the request, and ask"
        " anew if it is still wanted; who was invited and has not come is invited anew."
    )
