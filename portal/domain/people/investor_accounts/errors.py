"""What can go wrong with investor accounts."""

from portal.platform.errors import Conflict


class AccountNumberTaken(Conflict):
    """Another account of the firm has this number."""

    code = "account_number_taken"
    message = "Another account has this number already; check which of the two it belongs to."


class AccountNameTaken(Conflict):
    """The firm has an account of this name."""

    code = "account_name_taken"
    message = "There is an account of this name already; give this one a name that tells them apart."
