"""What can go wrong with consents, exports and erasure."""

from portal.platform.errors import Conflict, Forbidden, Invalid


class PurposeTaken(Conflict):
    """The firm asks for something under this name already."""

    code = "purpose_taken"
    message = "There is a purpose of this name already. Publish a new version of its text instead."


class TextReplaced(Conflict):
    """The text that was answered is not the one in force."""

    code = "text_replaced"
    message = "A newer text was published after you opened this. Read it, then answer."


class PurposeRetired(Conflict):
    """The firm does not ask for this any more."""

    code = "purpose_retired"
    message = "The firm no longer asks for this consent, so there is nothing to answer."


class ExportUnderWay(Conflict):
    """An export of the person is being collected already."""

    code = "export_under_way"
    message = "Your data is being collected already. A message tells you when it is ready."


class ExportGone(Conflict):
    """The file of an export is not there (any more)."""

    code = "export_gone"
    message = "This file is not there any more: it is kept for seven days. Ask for a new one."


class ErasureOpen(Conflict):
    """An erasure of the person is asked for, or done, already."""

    code = "erasure_open"
    message = "This erasure is asked for already."


class ErasureClosed(Conflict):
    """The erasure is no longer waiting for anything."""

    code = "erasure_closed"
    message = "This request is not open any more."


class HoldInForce(Conflict):
    """A legal hold keeps everything of the person as it is."""

    code = "legal_hold"
    message = "A legal hold is in force for this person, so nothing is erased until it is lifted."


class PlanChanged(Conflict):
    """What would be erased and kept is not what was approved."""

    code = "plan_changed"
    message = "What is kept, or for how long, has changed since this was asked for. Withdraw the request and ask anew."


class OwnErasure(Forbidden):
    """Somebody tried to decide on their own erasure."""

    code = "own_erasure"
    message = "This is about yourself: somebody else who handles privacy has to do it."


class StillAdministrator(Conflict):
    """The firm would be left without an administrator."""

    code = "still_administrator"
    message = "This is the firm's only administrator. Make somebody else one first."


class TermTooShort(Invalid):
    """The firm may keep longer than the law asks for, never shorter."""

    code = "term_too_short"
    message = "The law asks for more years than that."
