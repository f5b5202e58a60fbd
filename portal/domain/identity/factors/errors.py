"""What can go wrong with second factors."""

from __future__ import annotations

from portal.platform.errors import Conflict, Forbidden, Limited


class WrongCode(Forbidden):
    """The code is wrong, of another time, or was used before; which of them is not said."""

    code = "wrong_code"
    message = "This code is not right, or was used already. Wait for the next one and try again."


class WrongProof(Forbidden):
    """The password given to go on is not the person's."""

    code = "wrong_proof"
    message = "This is not your password. Check it and try again."


class TooManyTries(Limited):
    """There were too many wrong codes of late."""

    code = "too_many_tries"
    message = "There were too many wrong codes. To keep the account safe, this is limited."


class EnrolmentDue(Forbidden):
    """The person has to set up a second factor before anything else."""

    code = "enrolment_required"
    message = (
        "A second factor is needed here and there is none yet. Sign in with a browser to set it up, then try again."
    )


class EnrolmentOver(Conflict):
    """The page on which a factor was being set up was open for too long, or is another person's."""

    code = "enrolment_over"
    message = "This was open for too long. Start again with a new QR code."


class FactorNeeded(Conflict):
    """The factor cannot go, as the person has to have one."""

    code = "factor_needed"
    message = "Your firm asks you for a second factor, so it cannot be removed. You can replace it."


class FactorThere(Conflict):
    """A factor was set up meanwhile, and a password alone does not replace it."""

    code = "factor_there"
    message = "A second factor was set up for you meanwhile. Sign in again with its code."
