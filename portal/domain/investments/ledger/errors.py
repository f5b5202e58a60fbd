"""What the ledger refuses."""

from __future__ import annotations

from collections.abc import Sequence

from portal.platform.errors import Conflict


class KeyReused(Conflict):
    """A business key that stands in the journal came with other content; `positions` are the entries' places."""

    code = "business_key_reused"
    message = "This was posted before with another amount. Undo what was posted, or give it a reference of its own."

    def __init__(self, positions: Sequence[int]) -> None:
        super().__init__()
        self.positions = tuple(positions)


class NothingToReverse(Conflict):
    """Everything named is reversed already, or never was."""

    code = "nothing_to_reverse"
    message = "There is nothing left to undo here."
