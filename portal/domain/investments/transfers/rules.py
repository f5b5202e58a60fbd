"""What of an interest passes, and what that writes into the ledger."""

from __future__ import annotations

import hashlib
from datetime import date
from decimal import Decimal
from uuid import UUID

from portal.domain.investments.ledger.values import Entry, EntryKind
from portal.domain.investments.transfers.values import Interest, NewTransfer
from portal.platform.money import Money

ZERO = Decimal(0)


def find_faults(given: NewTransfer, today: date) -> dict[str, str]:
    """What is wrong with what was entered, by field."""
    faults = {}
    if not ZERO < given.share <= 1:
        faults["share"] = "A share lies above 0 % and goes up to 100 %."
    if given.giver_id == given.taker_id:
        faults["taker"] = "Choose another account: this one holds the interest already."
    if given.effective_on > today:
        faults["effective_on"] = "The ledger takes what has happened: choose today or an earlier day."
    if not given.reason.strip():
        faults["reason"] = "Say why, and which paper it rests on."
    return faults


def take_share(whole: Interest, share: Decimal, currency: str) -> Interest:
    """The share of an interest, each part rounded half-up once; what stays is the rest, so that nothing is lost."""

    def part(amount: Decimal) -> Decimal:
        return amount if share == 1 else Money.rounded(amount * share, currency).amount

    return Interest(part(whole.commitment), part(whole.unfunded), part(whole.nav))


def interest_digest(given: NewTransfer, whole: Interest, passed: Interest) -> str:
    """What an approval is of: SHA-256, in hex, of who gives what to whom from when on."""
    amounts = (*_amounts(whole), *_amounts(passed))
    ids = (given.vehicle_id, given.giver_id, given.taker_id, given.effective_on)
    return hashlib.sha256("|".join(map(str, (*ids, f"{given.share:.10f}", *amounts))).encode()).hexdigest()


def _amounts(interest: Interest) -> tuple[str, ...]:
    return tuple(f"{amount:.4f}" for amount in (interest.commitment, interest.unfunded, interest.nav))


def transfer_entries(
    transfer_id: UUID, given: NewTransfer, whole: Interest, passed: Interest, taken_before: Decimal, *, valued: bool
) -> list[Entry]:
    """The entries of both accounts: the commitment with what of it is unfunded, the value, and where the vehicle was
    valued the NAV that each has then. `taken_before` is the taker's NAV before."""
    lines: list[tuple[UUID, EntryKind, Decimal, Decimal | None]] = [
        (given.giver_id, EntryKind.COMMITMENT, -passed.commitment, -passed.unfunded),
        (given.giver_id, EntryKind.TRANSFER, -passed.nav, None),
        (given.taker_id, EntryKind.COMMITMENT, passed.commitment, passed.unfunded),
        (given.taker_id, EntryKind.TRANSFER, passed.nav, None),
    ]
    if valued:
        lines += [
            (given.giver_id, EntryKind.VALUATION, whole.nav - passed.nav, None),
            (given.taker_id, EntryKind.VALUATION, taken_before + passed.nav, None),
        ]
    return [
        Entry(
            account_id, given.vehicle_id, kind, given.effective_on, amount,
            f"transfer:{transfer_id}:{account_id}:{kind.value}",
            hashlib.sha256(f"{kind.value}:{given.effective_on}:{amount:.4f}:{effect}".encode()).hexdigest(),
            reference="Transfer of an interest", unfunded_effect=effect,
        )
        for account_id, kind, amount, effect in lines
        if amount or effect or kind is EntryKind.VALUATION
    ]  # fmt: skip
