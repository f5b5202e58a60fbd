"""What a payment is for: by the reference it carries, who paid it and how much it is.

Everything is looked up in dictionaries made once, so that ten thousand payments take no longer than reading them.
Payments are taken in the order of the file; each finds of a due what those before it left.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Sequence
from decimal import Decimal
from uuid import UUID

from portal.domain.investments.payments.values.matching import (
    Confidence,
    Due,
    Part,
    Payment,
    Proposal,
    Reason,
)

C, R = Confidence, Reason
_NOTHING = Decimal(0)
_WORDS = re.compile(r"[A-Z0-9]+")
_LONGEST_REFERENCE = 4  # words that a bank may have cut a reference into
_TITLES = {"MR", "MRS", "MS", "DR", "PROF", "HERR", "FRAU", "THE", "AND", "UND"}


def reference_key(text: str) -> str:
    """A reference without what banks change in it: capitals and digits alone."""
    return "".join(_WORDS.findall(text.upper()))


def payer_key(name: str) -> str:
    """A name that agrees with itself in another order, without accents, titles and initials."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().upper()
    return " ".join(sorted(word for word in _WORDS.findall(plain) if len(word) > 1 and word not in _TITLES))


def find_references(text: str, known: Iterable[str] | dict[str, list[Due]]) -> list[str]:
    """The keys among `known` that stand in a text, in its order: as a word, or cut into a few by spaces and signs."""
    words = _WORDS.findall(text.upper())
    found: dict[str, None] = {}
    place = 0
    while place < len(words):
        for length in range(min(_LONGEST_REFERENCE, len(words) - place), 0, -1):
            key = "".join(words[place : place + length])
            if key in known:
                found.setdefault(key)
                place += length - 1
                break
        place += 1
    return list(found)


class Matcher:
    """Dues by reference, payer and amount, and what payments before left of each."""

    def __init__(self, dues: Sequence[Due], *, paid: Sequence[Due] = ()) -> None:
        self._left = {due.id: due.open for due in dues}
        self._by_reference: dict[str, list[Due]] = defaultdict(list)
        self._by_payer: dict[str, list[Due]] = defaultdict(list)
        self._by_amount: dict[tuple[str, Decimal], list[Due]] = defaultdict(list)
        for due in sorted(dues, key=lambda each: (each.due_on, each.reference, each.id)):
            self._by_reference[reference_key(due.reference)].append(due)
            self._by_payer[payer_key(due.account)].append(due)
            self._by_amount[due.currency, due.open].append(due)
        self._paid: dict[str, list[Due]] = defaultdict(list)
        for due in paid:
            self._paid[reference_key(due.reference)].append(due)

    def match(self, payment: Payment) -> Proposal:
        """What a payment is for; what it takes of a due is not there for the next."""
        proposal = self._propose(payment)
        for part in proposal.parts:
            self._left[part.due.id] -= part.amount
        return proposal

    def _propose(self, payment: Payment) -> Proposal:
        named = self._named(payment)
        if named:
            own = [due for due in named if due.currency == payment.currency]
            return self._by_name(payment, own) if own else Proposal(payment.id, C.NONE, R.CURRENCY)
        before = [due for key in find_references(_text(payment), self._paid) for due in self._paid[key]]
        if before and before[0].currency == payment.currency:
            return self._more(payment, (), C.POSSIBLE, R.REFERENCE_PAID, before[0].account_id)
        return self._of_payer(payment) or self._of_amount(payment)

    def _named(self, payment: Payment) -> list[Due]:
        return [due for key in find_references(_text(payment), self._by_reference) for due in self._by_reference[key]]

    def _by_name(self, payment: Payment, dues: Sequence[Due]) -> Proposal:
        """By the reference: exact where the amount is just what is due and nothing before took of it."""
        left = sum((self._left[due.id] for due in dues), _NOTHING)
        parts = self._fill(payment.amount, dues)
        if not parts:
            return self._more(payment, (), C.POSSIBLE, R.REFERENCE_PAID, dues[0].account_id)
        if payment.amount < left:
            return Proposal(payment.id, C.LIKELY, R.REFERENCE_PART, parts)
        if payment.amount > left:
            return self._more(payment, parts, C.LIKELY, R.REFERENCE_MORE, parts[-1].due.account_id)
        if any(self._left[due.id] != due.open for due in dues):
            return Proposal(payment.id, C.LIKELY, R.REFERENCE_REST, parts)
        reason = R.REFERENCE_AND_AMOUNT if len(dues) == 1 else R.REFERENCES_AND_SUM
        return Proposal(payment.id, C.EXACT, reason, parts)

    def _of_payer(self, payment: Payment) -> Proposal | None:
        """By who paid: one due of that amount, all of them together, or the earliest first."""
        dues = [due for due in self._dues_of(payment) if due.currency == payment.currency and self._left[due.id]]
        if not dues:
            return None
        same = [due for due in dues if self._left[due.id] == payment.amount]
        if same:
            sure = C.LIKELY if len(same) == 1 else C.POSSIBLE
            return Proposal(payment.id, sure, R.PAYER_AND_AMOUNT, (Part(same[0], payment.amount),))
        if sum((self._left[due.id] for due in dues), _NOTHING) == payment.amount:
            return Proposal(payment.id, C.LIKELY, R.PAYER_AND_SUM, self._fill(payment.amount, dues))
        parts = self._fill(payment.amount, dues)
        return self._more(payment, parts, C.POSSIBLE, R.PAYER_ALONE, dues[0].account_id)

    def _dues_of(self, payment: Payment) -> list[Due]:
        """The dues of who is named as payer; of two accounts with one name, of neither."""
        dues = self._by_payer.get(payer_key(payment.payer), []) if payment.payer else []
        return dues if len({due.account_id for due in dues}) == 1 else []

    def _of_amount(self, payment: Payment) -> Proposal:
        """By the amount alone, where one due only is of it."""
        dues = [
            due
            for due in self._by_amount.get((payment.currency, payment.amount), [])
            if self._left[due.id] == payment.amount
        ]
        if len(dues) != 1:
            return Proposal(payment.id, C.NONE, R.NOTHING)
        return Proposal(payment.id, C.POSSIBLE, R.AMOUNT_ALONE, (Part(dues[0], payment.amount),))

    def _fill(self, amount: Decimal, dues: Sequence[Due]) -> tuple[Part, ...]:
        """Parts of `amount` that pay what is left of the dues, in their order."""
        parts = []
        for due in dues:
            part = min(amount, self._left[due.id])
            if part > 0:
                parts.append(Part(due, part))
                amount -= part
        return tuple(parts)

    def _more(
        self, payment: Payment, parts: tuple[Part, ...], confidence: Confidence, reason: Reason, account_id: UUID
    ) -> Proposal:
        excess = payment.amount - sum((part.amount for part in parts), _NOTHING)
        return Proposal(payment.id, confidence, reason, parts, excess, account_id)


def _text(payment: Payment) -> str:
    return f"{payment.reference} {payment.payer}"


def match_payments(payments: Sequence[Payment], dues: Sequence[Due], *, paid: Sequence[Due] = ()) -> list[Proposal]:
    """What each payment is for, in the order given; only money that came in is matched. `paid` are dues that are
    settled, whose references still say whose a payment is."""
    matcher = Matcher(dues, paid=paid)
    return [matcher.match(each) for each in payments if each.amount > 0]
