"""What tax forms refuse."""

from __future__ import annotations

from collections.abc import Sequence

from portal.platform.errors import Conflict, Invalid


class TaxRunClosed(Conflict):
    """The run is not in the state that this act needs."""

    code = "tax_run_closed"
    message = "Somebody went on with these tax forms meanwhile. Look at where they stand, and decide again."


class TaxRunChanged(Conflict):
    """What was approved is not what would be issued now."""

    code = "tax_run_changed"
    message = "Since this was prepared the forms in force have changed. Prepare it anew."


class DoesNotTie(Conflict):
    """The allocations do not come to the vehicle's totals, or leave out a form in force."""

    code = "tax_run_does_not_tie"
    message = (
        "The allocations do not come to the vehicle’s totals, or leave out a form that was issued. See what differs."
    )


class FormsUnfiled(Conflict):
    """Forms that are to be replaced are not filed yet."""

    code = "tax_forms_unfiled"
    message = "The forms that these replace are still being filed. Try again in a minute."


class NotOnPaper(Conflict):
    """A form that is delivered already is not sent on paper."""

    code = "not_on_paper"
    message = "This form counts as delivered already, so there is no paper to note."


class ConsentTextReplaced(Conflict):
    """Another text is in force than the one that was answered."""

    code = "tax_consent_text_replaced"
    message = "The text has changed since you opened it. Read it again, then answer."


class SheetRefused(Invalid):
    """A sheet that cannot be read as allocations; `problems` says what to mend: line, column, why."""

    code = "tax_sheet_refused"
    message = "The sheet was not taken. Mend these lines and upload it again."

    def __init__(self, problems: Sequence[tuple[int, str, str]]) -> None:
        self.problems = tuple(problems)
        super().__init__()
