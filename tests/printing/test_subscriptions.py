"""Agreements on paper: everything that is agreed to, and a last page on which both sign."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date
from decimal import Decimal
from uuid import UUID

from pypdf import PdfReader

from portal.domain.documents.signing.rules.placing import placed
from portal.domain.investments.subscriptions.values.agreements import Agreement, list_signing_fields
from portal.printing.subscriptions import print_agreement

AGREEMENT = Agreement(
    subscription_id=UUID(int=7), firm="Harbour Capital", accent="wine", locale="en_US",
    offering="Growth III, first close",
    vehicle="Harbour Growth III", account="Żółć & Søren Ærø Trust", account_kind="trust", residence="US",
    investor="Ada Lane", countersigner="Priya Raman", currency="USD", requested=Decimal(150_000),
    accepted=Decimal("111111.11"), close_on=date(2027, 1, 22), submitted_on=date(2026, 11, 23), form_version=3,
    terms="The investor commits the accepted amount.\nIt is called as agreed.", statements=("I can bear the loss.",),
    answers=(("Are you a politically exposed person?", "no"), ("Source of funds?", "Savings")),
)  # fmt: skip


def pages(agreement: Agreement) -> list[str]:
    return [page.extract_text() for page in PdfReader(io.BytesIO(print_agreement(agreement))).pages]


def test_everything_that_is_agreed_to_stands_in_it() -> None:
    text = " ".join(pages(AGREEMENT)[0].split())
    for told in (
        "Żółć & Søren Ærø Trust (trust, US)", "Growth III, first close", "USD 150,000.00",
        "USD 111,111.11: this is the commitment", "Jan 22, 2027", "version 3, submitted Nov 23, 2026",
        "It is called as agreed.", "1. I can bear the loss.", "Are you a politically exposed person? No", "Savings",
    ):  # fmt: skip
        assert told in text


def test_lines_are_told_as_they_were_entered_whichever_way_they_end() -> None:
    entered = replace(AGREEMENT, terms="First.\r\nSecond.", answers=(("Source of funds?", "Savings\r\nand a flat"),))
    (text, *_) = pages(entered)
    assert [line for line in text.splitlines() if line in ("First.", "Second.")] == ["First.", "Second."]
    assert "and a flat" in text.splitlines()
    assert "U+000D" not in text


def test_both_sign_on_a_last_page_of_its_own_however_long_the_terms_are() -> None:
    for terms in ("Short.", "\n".join(f"Clause {n}: the investor agrees to it." for n in range(200))):
        *before, last = pages(replace(AGREEMENT, terms=terms))
        assert "Signatures" in last
        assert "For Harbour Capital: Priya Raman" in last
        assert all("Signatures" not in page for page in before)
        fields = [placed(each, len(before) + 1) for each in list_signing_fields()]
        assert {each.page for each in fields} == {len(before) + 1}
        assert {each.seat for each in fields} == {1, 2}


def test_the_same_agreement_gives_the_same_bytes() -> None:
    assert print_agreement(AGREEMENT) == print_agreement(AGREEMENT)
    assert print_agreement(AGREEMENT) != print_agreement(replace(AGREEMENT, accepted=Decimal(1)))
