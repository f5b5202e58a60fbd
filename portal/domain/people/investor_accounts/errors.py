"""What can go wrong with investor accounts."""

from portal.platform.errors import Conflict


class AccountNameTaken(Conflict):
    """The firm has an account of this name."""

    code = "account_name_taken"
    message = "There is an account of this name already; give this one a name that tells them apart."
