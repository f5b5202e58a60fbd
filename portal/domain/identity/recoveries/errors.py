"""What can go wrong with the removal of a lost factor."""

from __future__ import annotations

from portal.platform.errors import Conflict


class NothingToRecover(Conflict):
    """The person has no second factor that could be lost."""

    code = "nothing_to_recover"
    message = "There is no second factor here that could be removed."


class RecoveryUnderWay(Conflict):
    """A removal was asked for already."""

    code = "recovery_under_way"
    message = "A removal was asked for already. See how it stands, or stop it."


class RecoveryOver(Conflict):
    """The removal was stopped, rejected or carried out already."""

    code = "recovery_over"
    message = "This removal is not under way any more: it was stopped, rejected or carried out."
