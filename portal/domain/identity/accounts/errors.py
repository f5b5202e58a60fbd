"""What can go wrong with users."""

from portal.platform.errors import Conflict, Forbidden, Invalid


class EmailTaken(Conflict):
    """Somebody of this firm has this e-mail address already."""

    code = "email_taken"
    message = "Somebody with this e-mail address is here already."


class OwnRoles(Forbidden):
    """Somebody tried to change their own roles."""

    code = "own_roles"
    message = "Nobody changes their own roles: ask another administrator."


class NoChange(Invalid):
    """The roles asked for are those the person has, or none."""

    code = "no_change"
    message = "Choose at least one role, and other roles than now."


class LastAdministrator(Conflict):
    """The firm would be left without an administrator."""

    code = "last_administrator"
    message = "This is the firm's only administrator. Make somebody else one first."


class RolesChanged(Conflict):
    """The roles are not those that the request was made for."""

    code = "roles_changed"
    message = "This person's roles have changed since this was asked for. Withdraw the request and ask anew."


class PersonGone(Conflict):
    """The person whose roles are to change was switched off since."""

    code = "person_gone"
    message = "This person may no longer sign in, so their roles stay as they are. Reject the request."


class WeakPassword(Invalid):
    """The new password is not good enough; the field's message says why and how to mend it."""

    code = "weak_password"
    message = "Choose another password."


class WrongPassword(Forbidden):
    """The password given for the present one is another."""

    code = "wrong_password"
    message = "This is not your present password."
