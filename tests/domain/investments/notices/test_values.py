"""A notice nets what is called and what is paid out, and is read back as it was kept."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import orjson
import pypdfium2

from portal.domain.investments.notices.rules import figures_digest
from portal.domain.investments.notices.values import BankAccount, Notice, NoticeKind, NoticeLine
from portal.printing.notices import print_notice
from portal.printing.statements import Edition

NOTICE = Notice(
    NoticeKind.CALL, "C3", "Harbour Capital", "Harbour Fund I", "Lane Trust", "A1024", "USD", date(2026, 11, 23),
    date(2026, 12, 14), Decimal(1_000_000), Decimal(10_000_000),
    (NoticeLine("Investments", Decimal(1000), Decimal(100), Decimal(-100)),),
    (NoticeLine("Return of capital", Decimal(1500), Decimal(150), Decimal(30)),),
    Decimal(5), Decimal(500), Decimal(20), Decimal(500_000), "C3-A1024",
    BankAccount("ach", "Harbour Fund I LP", "First Bank", "4407716639", "111000025"),
)  # fmt: skip


def test_what_is_called_is_netted_against_what_is_paid_out_after_tax() -> None:
    assert NOTICE.net_due == 100 - 150 + 5
    assert NOTICE.unfunded_after == 500_000 - 100 + 30
    assert replace(NOTICE, paid_out=(), withheld=Decimal(0)).net_due == 100


def test_it_is_read_back_as_it_was_kept() -> None:
    kept = orjson.loads(orjson.dumps(NOTICE.content()))
    assert Notice.read(kept) == NOTICE
    assert figures_digest(Notice.read(kept).content()) == figures_digest(NOTICE.content())
    assert figures_digest(replace(NOTICE, withheld=Decimal(6)).content()) != figures_digest(NOTICE.content())


def test_both_stand_on_one_paper_and_the_same_notice_gives_the_same_bytes() -> None:
    edition = Edition(figures_digest(NOTICE.content()), "https://portal.example", "navy", "en_US")
    content = print_notice(NOTICE, edition)
    text = pypdfium2.PdfDocument(content)[0].get_textpage().get_text_range()
    for words in ("What is called", "What is paid out", "Net amount you are paid", "USD 45.00", "499,930.00"):
        assert words in text, words
    assert print_notice(NOTICE, edition) == content


def test_where_nobody_committed_the_paper_names_no_part_of_the_fund() -> None:
    without = replace(NOTICE, commitment=Decimal(0), fund_commitment=Decimal(0))
    content = print_notice(
        without, Edition(figures_digest(without.content()), "https://portal.example", "navy", "en_US")
    )
    assert "of the fund" not in pypdfium2.PdfDocument(content)[0].get_textpage().get_text_range()
