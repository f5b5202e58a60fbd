"""What can go wrong between the first step of a subscription and its commitment."""

from portal.platform.errors import Conflict


class NotNow(Conflict):
    """The subscription stands where this cannot happen (any more)."""

    code = "subscription_state"
    message = "This cannot be done with the subscription as it stands now. Reload the page to see where it is."


class NotOffered(Conflict):
    """The offering takes no subscriptions: it is not open, or the firm has not said what it asks."""

    code = "not_offered"
    message = "Subscriptions to this offering are not taken now. Ask the firm when they will be."


class SubscribedAlready(Conflict):
    """The account has a subscription under way."""

    code = "subscribed_already"
    message = "There is a subscription of this account under way. Go on with that one, or withdraw it first."


class Incomplete(Conflict):
    """Something is missing before it can be submitted."""

    code = "subscription_incomplete"
    message = "Something is missing still. The steps that are not done say what."


class FormChanged(Conflict):
    """The firm asks other things than were answered."""

    code = "subscription_form_changed"
    message = "The firm has changed what it asks or the terms since you began. Save each step again, then submit."


class NotEligible(Conflict):
    """The account may not subscribe as things stand."""

    code = "not_eligible"
    message = "This account cannot subscribe yet. The page of the offering says why, and what to do."


class FullySubscribed(Conflict):
    """No room is left for this."""

    code = "fully_subscribed"
    message = "There is no room left for this amount. Enter a lower one, or ask the firm about a later close."


class PreviewChanged(Conflict):
    """What is accepted is not what was previewed."""

    code = "preview_changed"
    message = "Something changed since the preview: a subscription came, went or was decided. Look at it anew."


class NoCountersigner(Conflict):
    """Nobody is named who signs for the firm."""

    code = "no_countersigner"
    message = "Nobody is named who signs for the firm. Name somebody on the set-up page of the offering first."
