"""What can go wrong with opportunities, interest and prospects."""

from portal.platform.errors import Conflict


class OpportunityNameTaken(Conflict):
    """The firm has an opportunity of this name."""

    code = "opportunity_name_taken"
    message = "There is an opportunity of this name already; give this one a name that tells them apart."


class NotDraft(Conflict):
    """What is offered changes as a draft only."""

    code = "opportunity_not_draft"
    message = "This is no draft any more, so that it does not change. Withdraw its request for approval first."


class NotOpen(Conflict):
    """The opportunity does not take interest, questions or subscriptions."""

    code = "opportunity_not_open"
    message = "This opportunity is not open. Ask the firm when the next one will be."


class NotThatFar(Conflict):
    """The step does not follow from where the opportunity stands."""

    code = "opportunity_step"
    message = "The opportunity is not where this step begins: it goes from open to closed to funded."


class ChangedSinceAsked(Conflict):
    """What was approved is not what is written now."""

    code = "opportunity_changed"
    message = "The opportunity was changed after its opening was asked for. Reject this and ask anew."


class CloseOver(Conflict):
    """The close is closed already, or one before it is not."""

    code = "close_over"
    message = "Closes are closed one after another. Look again at which of them is open, and close that one."


class NoClose(Conflict):
    """No close of the opportunity is to come."""

    code = "no_close"
    message = (
        "No close is to come, so that nobody can subscribe. Ask the firm, or watch the offering to hear of the next."
    )


class NoRoom(Conflict):
    """The cap, or the number of those who are not accredited, leaves no place."""

    code = "no_room"
    message = "There is no room left for this amount. Enter a lower one, or ask the firm about its next close."


class TooManyQuestions(Conflict):
    """Somebody has many questions that wait."""

    code = "too_many_questions"
    message = "You have 20 questions that wait for an answer. Ask more once some of them are answered."


class QuestionAnswered(Conflict):
    """Somebody else answered."""

    code = "question_answered"
    message = "This question is answered already."


class ProspectChanged(Conflict):
    """The prospect is gone."""

    code = "prospect_changed"
    message = "This prospect was changed or removed by somebody else. Open it again."
