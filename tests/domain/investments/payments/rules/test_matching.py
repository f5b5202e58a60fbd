"""What a payment is for: by reference, payer and amount, and what none of them decides."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from portal.domain.investments.payments.rules.matching import find_references, match_payments, payer_key
from portal.domain.investments.payments.values.matching import Confidence, Due, DueKind, Payment, Proposal, Reason

C, R = Confidence, Reason
VEHICLE = UUID(int=1)


def due(number: int, amount: str, *, account: int = 1, name: str = "Ada Lovelace", currency: str = "USD") -> Due:
    return Due(
        UUID(int=100 + number), DueKind.CALL, f"C{number}-A{account}", UUID(int=account), name, VEHICLE, "Fund I",
        currency, Decimal(amount), date(2026, 3, number),
    )  # fmt: skip


def paid(amount: str, reference: str = "", payer: str = "", number: int = 1, currency: str = "USD") -> Payment:
    return Payment(UUID(int=900 + number), Decimal(amount), currency, payer, reference)


def told(proposal: Proposal) -> tuple[Confidence, Reason, list[tuple[str, Decimal]], Decimal]:
    parts = [(part.due.reference, part.amount) for part in proposal.parts]
    return proposal.confidence, proposal.reason, parts, proposal.excess


ADA = [due(1, "100"), due(2, "50")]
GRACE = due(3, "70", account=2, name="Grace Hopper")


def test_the_reference_with_the_amount_is_exact_however_the_bank_wrote_it() -> None:
    for text in ("C1-A1", "wire c1 a1 thanks", "REF:C1A1/FUND I", "C 1-A 1"):
        (found,) = match_payments([paid("100", text)], [*ADA, GRACE])
        assert told(found) == (C.EXACT, R.REFERENCE_AND_AMOUNT, [("C1-A1", Decimal(100))], Decimal(0)), text
    (other,) = match_payments([paid("100", "C1-A11")], ADA)  # another account's number begins alike
    assert other.reason is R.AMOUNT_ALONE


def test_one_payment_for_several_calls_and_several_for_one() -> None:
    (both,) = match_payments([paid("150", "C1-A1 and C2-A1")], ADA)
    assert told(both)[:2] == (C.EXACT, R.REFERENCES_AND_SUM)
    assert told(both)[2] == [("C1-A1", Decimal(100)), ("C2-A1", Decimal(50))]
    first, rest = match_payments([paid("60", "C1-A1"), paid("40", "C1-A1", number=2)], ADA)
    assert told(first) == (C.LIKELY, R.REFERENCE_PART, [("C1-A1", Decimal(60))], Decimal(0))
    assert told(rest) == (C.LIKELY, R.REFERENCE_REST, [("C1-A1", Decimal(40))], Decimal(0))


def test_too_much_leaves_an_excess_and_what_is_paid_twice_is_all_excess() -> None:
    more, again = match_payments([paid("130", "C1-A1"), paid("130", "C1-A1", number=2)], ADA)
    assert told(more) == (C.LIKELY, R.REFERENCE_MORE, [("C1-A1", Decimal(100))], Decimal(30))
    assert told(again) == (C.POSSIBLE, R.REFERENCE_PAID, [], Decimal(130))
    assert again.account_id == more.account_id == UUID(int=1)
    (settled,) = match_payments([paid("9", "C1-A1")], [GRACE], paid=[ADA[0]])
    assert told(settled) == (C.POSSIBLE, R.REFERENCE_PAID, [], Decimal(9))


def test_without_a_reference_the_payer_says_it() -> None:
    one, both, some, nobody = (
        match_payments([paid(amount, payer=name)], [*ADA, GRACE])[0]
        for amount, name in (("50", "LOVELACE, ADA"), ("150", "Dr Ada Lovelace"), ("120", "ada lovelace"), ("7", "Eve"))
    )
    assert told(one) == (C.LIKELY, R.PAYER_AND_AMOUNT, [("C2-A1", Decimal(50))], Decimal(0))
    assert told(both)[:2] == (C.LIKELY, R.PAYER_AND_SUM)
    assert told(some)[2] == [("C1-A1", Decimal(100)), ("C2-A1", Decimal(20))]
    assert some.confidence is C.POSSIBLE
    assert told(nobody) == (C.NONE, R.NOTHING, [], Decimal(0))


def test_two_accounts_of_one_name_are_told_apart_by_nothing_but_a_reference() -> None:
    twin = due(4, "33", account=9)
    (found,) = match_payments([paid("1", payer="Ada Lovelace")], [*ADA, twin])
    assert found.reason is R.NOTHING


def test_the_amount_alone_needs_to_be_of_one_due_only() -> None:
    (alone,) = match_payments([paid("70")], [*ADA, GRACE])
    assert told(alone)[:2] == (C.POSSIBLE, R.AMOUNT_ALONE)
    (several,) = match_payments([paid("70")], [GRACE, due(5, "70")])
    assert several.reason is R.NOTHING


def test_another_currency_never_pays_a_due() -> None:
    (found,) = match_payments([paid("100", "C1-A1", currency="EUR")], ADA)
    assert told(found) == (C.NONE, R.CURRENCY, [], Decimal(0))


def test_money_that_went_out_is_not_matched() -> None:
    assert match_payments([paid("-100", "C1-A1")], ADA) == []


def test_names_agree_without_order_accents_titles_and_initials() -> None:
    assert payer_key("Hôpital, René J.") == payer_key("MR RENE HOPITAL")
    assert payer_key("René Hôpital") != payer_key("René Hospital")


def test_references_are_found_in_the_order_of_the_text() -> None:
    assert find_references("for C2-A1, C1 A1; C2A1", {"C1A1": [], "C2A1": []}) == ["C2A1", "C1A1"]


AMOUNTS = st.integers(1, 200).map(Decimal)
TEXTS = st.sampled_from(["C1-A1", "C2-A1", "C3-A2", "C1-A1 C2-A1", ""])
NAMES = st.sampled_from(["Ada Lovelace", "Grace Hopper", ""])
PAYMENTS = st.lists(st.tuples(AMOUNTS, TEXTS, NAMES), max_size=12)


@settings(max_examples=50, deadline=None)
@given(PAYMENTS)
def test_nothing_is_lost_and_no_due_is_paid_beyond_what_is_open(payments: list[tuple[Decimal, str, str]]) -> None:
    dues = [*ADA, GRACE]
    given_ = [Payment(UUID(int=n), amount, "USD", payer, text) for n, (amount, text, payer) in enumerate(payments)]
    taken: dict[UUID, Decimal] = {}
    for payment, proposal in zip(given_, match_payments(given_, dues), strict=True):
        parts = sum((part.amount for part in proposal.parts), Decimal(0))
        if proposal.confidence is C.NONE:
            assert not proposal.parts
            assert not proposal.excess
        else:
            assert parts + proposal.excess == payment.amount
        assert all(part.amount > 0 for part in proposal.parts)
        assert (proposal.account_id is not None) or not proposal.excess
        for part in proposal.parts:
            taken[part.due.id] = taken.get(part.due.id, Decimal(0)) + part.amount
            if proposal.confidence is C.EXACT:
                assert part.amount == part.due.open
    assert all(taken.get(each.id, Decimal(0)) <= each.open for each in dues)
