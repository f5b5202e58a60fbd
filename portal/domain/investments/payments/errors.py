"""What can go wrong with payments."""

from __future__ import annotations

from collections.abc import Sequence

from portal.platform.errors import Conflict, Invalid


class UnreadableStatement(Invalid):
    """The file of a bank cannot be read as a whole; the message says where and what to do."""

    code = "unreadable_statement"


class UnknownColumns(UnreadableStatement):
    """No column of a table holds the date or the amount by its name; `header` are the names that there are."""

    code = "unknown_columns"

    def __init__(self, message: str, header: Sequence[str]) -> None:
        super().__init__(message)
        self.header = tuple(header)


class StatementReadBefore(Conflict):
    """The very same file was read before."""

    code = "statement_read_before"
    message = "This very file was read before. Its lines are there already; nothing was taken twice."


class LineTaken(Conflict):
    """The line is matched already, or set aside."""

    code = "line_taken"
    message = "This payment has been matched since you last saw it. Look at it again."


class NotExact(Conflict):
    """What one person may confirm alone is what the reference and the amount both say."""

    code = "not_exact"
    message = "This payment does not fit one notice exactly any more. Match it by hand; somebody else approves it then."


class PartsDoNotFit(Invalid):
    """The parts of a match are not what was paid or what is due."""

    code = "parts_do_not_fit"


class ReceiptClosed(Conflict):
    """The receipt does not stand any more, or not yet."""

    code = "receipt_closed"
    message = "This payment has moved on since you last saw it. Look at it again."


class MadeBefore(Conflict):
    """There is a file with these payments."""

    code = "made_before"
    message = "A payment file with these payments was made before. A payment goes into one file only."


class NothingToPay(Conflict):
    """Nobody can be paid by a file of this kind."""

    code = "nothing_to_pay"
    message = "Nobody here can be paid by such a file: all are paid, or have no bank details of that kind in force."


class MakerMayNot(Conflict):
    """Whoever prepared the distribution does not make its payment file."""

    code = "maker_may_not"
    message = "You prepared this distribution. Somebody else who approves money makes its payment file."


class NoOrigin(Invalid):
    """The firm's own bank data are missing."""

    code = "no_origin"
    message = "Enter from which bank account the firm pays first."


class UnknownPayment(Invalid):
    """Nothing was paid under this number."""

    code = "unknown_payment"
