"""What can go wrong in data rooms."""

from __future__ import annotations

from portal.platform.errors import Conflict, Forbidden, Invalid


class RoomNameTaken(Invalid):
    """Another room of the firm has the name."""

    code = "room_name_taken"
    message = "There is a room of this name already."


class GroupNameTaken(Invalid):
    """Another group of the room has the name."""

    code = "group_name_taken"
    message = "There is a group of this name in the room already."


class GroupAnswered(Conflict):
    """Answers were given to the group, so that it stays."""

    code = "group_answered"
    message = "Questions were answered to this group, so it stays. Move its members to another group instead."


class NotReady(Conflict):
    """A room without a group cannot be opened."""

    code = "not_ready"
    message = "Make a group and say what it may see before you open the room."


class StaffNotMember(Invalid):
    """Who works for the firm sees its rooms anyway."""

    code = "staff_not_member"
    message = "This person works for the firm and sees the room anyway."


class AgreementNeeded(Forbidden):
    """The room is entered by signing what the firm asks for."""

    code = "agreement_needed"
    message = "Sign the agreement of this room first."


class TextReplaced(Conflict):
    """Another version of the agreement is in force than the one that was read."""

    code = "text_replaced"
    message = "The agreement was replaced by a newer version meanwhile. Read it again before you sign or change it."


class MatrixChanged(Conflict):
    """Somebody else changed groups, folders or permissions meanwhile."""

    code = "matrix_changed"
    message = "Somebody changed what groups may see meanwhile. Look at it again, then make your change."


class QuestionClosed(Conflict):
    """The question was answered or declined already."""

    code = "question_closed"
    message = "This question was answered or declined already."


class TooManyQuestions(Conflict):
    """The member has as many open questions as there may be."""

    code = "too_many_questions"
    message = "You have 20 questions that wait for an answer. Ask more once some of them are answered."
