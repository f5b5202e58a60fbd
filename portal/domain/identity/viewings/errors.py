"""What can go wrong with viewing."""

from portal.platform.errors import Conflict, Forbidden


class NotViewable(Conflict):
    """The person is no investor who signs in, or works for the firm."""

    code = "not_viewable"
    message = "Only investors who sign in can be viewed, and nobody who works for the firm."


class OnlyViewing(Forbidden):
    """While the portal is viewed as somebody, nothing is changed or taken away, and nothing secret shown."""

    code = "only_viewing"
    message = (
        "You see the portal as somebody else does: nothing can be changed or taken away, and nothing secret is shown."
        " End the view first."
    )
