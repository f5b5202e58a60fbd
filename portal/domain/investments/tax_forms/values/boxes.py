"""The boxes of tax forms, by form and tax year.

Sources, all of the Internal Revenue Service: Schedule K-1 (Form 1065) of 2024 and 2025 with the Partner’s Instructions;
Form 1099-DIV (Rev. January 2024) and Form 1099-INT (Rev. January 2024), both in continuous use; Form 1042-S of 2024
and of 2025, which adds box 7d. Amounts are in the vehicle's currency; rates are percentages as people write them (15
is 15 %).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class FormKind(StrEnum):
    """What a holder of a vehicle gets for a year."""

    K1 = "k1"
    DIV = "1099_div"
    INT = "1099_int"
    FOREIGN = "1042_s"


FORM_NAMES: Mapping[FormKind, str] = {
    FormKind.K1: "Schedule K-1 (Form 1065)",
    FormKind.DIV: "Form 1099-DIV",
    FormKind.INT: "Form 1099-INT",
    FormKind.FOREIGN: "Form 1042-S",
}


class BoxKind(StrEnum):
    """What stands in a box. Only amounts have a total that the holders' add up to."""

    AMOUNT = "amount"
    RATE = "rate"
    TEXT = "text"
    CHECK = "check"


@dataclass(frozen=True, slots=True)
class Box:
    """A box: how the form numbers it, what it says, what stands in it. Of one that is `coded` there are several, one
    for each code of one or two letters: 20Z is box 20, code Z."""

    code: str
    label: str
    kind: BoxKind = BoxKind.AMOUNT
    coded: bool = False

    @property
    def number(self) -> str:
        """How the form numbers it: L, of which there are several lines here, 20Z with its code."""
        return self.code.partition("-")[0]


@dataclass(frozen=True, slots=True)
class Layout:
    """The boxes of a form in a year, in its order."""

    kind: FormKind
    year: int
    boxes: tuple[Box, ...]

    def find(self, code: str) -> Box | None:
        """The box of this number, letters of a code among them, however they are written; None where there is none."""
        wanted = code.strip().lower()
        for box in self.boxes:
            if wanted == box.code.lower() and not box.coded:
                return box
            if box.coded and (letters := _CODED.fullmatch(wanted)) and letters[1] == box.code:
                letter = letters[2].upper()
                return Box(f"{box.code}{letter}", f"{box.label}, code {letter}", box.kind)
        return None

    def ordered(self, boxes: Mapping[str, str]) -> dict[str, str]:
        """What stands in boxes, in the order of the form."""
        return {code: boxes[code] for code in sorted(boxes, key=self.place)}

    def place(self, code: str) -> tuple[int, str]:
        """Where the box of this number stands among the others."""
        numbers = [box.code for box in self.boxes]
        letters = _CODED.fullmatch(code.lower())
        return numbers.index(code if code in numbers or letters is None else letters[1]), code


_CODED = re.compile(r"(\d{1,2})([a-z]{1,2})")
_A, _R, _T, _C = BoxKind.AMOUNT, BoxKind.RATE, BoxKind.TEXT, BoxKind.CHECK
_K1 = (
    Box("J-profit", "Partner’s share of profit, ending", _R),
    Box("J-loss", "Partner’s share of loss, ending", _R),
    Box("J-capital", "Partner’s share of capital, ending", _R),
    Box("K1-nonrecourse", "Partner’s share of nonrecourse liabilities, ending"),
    Box("K1-qualified", "Partner’s share of qualified nonrecourse financing, ending"),
    Box("K1-recourse", "Partner’s share of recourse liabilities, ending"),
    Box("L-beginning", "Beginning capital account"),
    Box("L-contributed", "Capital contributed during the year"),
    Box("L-income", "Current year net income (loss)"),
    Box("L-other", "Other increase (decrease)"),
    Box("L-withdrawn", "Withdrawals and distributions"),
    Box("L-ending", "Ending capital account"),
    Box("N-beginning", "Net unrecognized section 704(c) gain or (loss), beginning"),
    Box("N-ending", "Net unrecognized section 704(c) gain or (loss), ending"),
    Box("1", "Ordinary business income (loss)"),
    Box("2", "Net rental real estate income (loss)"),
    Box("3", "Other net rental income (loss)"),
    Box("4a", "Guaranteed payments for services"),
    Box("4b", "Guaranteed payments for capital"),
    Box("4c", "Total guaranteed payments"),
    Box("5", "Interest income"),
    Box("6a", "Ordinary dividends"),
    Box("6b", "Qualified dividends"),
    Box("6c", "Dividend equivalents"),
    Box("7", "Royalties"),
    Box("8", "Net short-term capital gain (loss)"),
    Box("9a", "Net long-term capital gain (loss)"),
    Box("9b", "Collectibles (28%) gain (loss)"),
    Box("9c", "Unrecaptured section 1250 gain"),
    Box("10", "Net section 1231 gain (loss)"),
    Box("11", "Other income (loss)", coded=True),
    Box("12", "Section 179 deduction"),
    Box("13", "Other deductions", coded=True),
    Box("14", "Self-employment earnings (loss)", coded=True),
    Box("15", "Credits", coded=True),
    Box("16", "Schedule K-3 is attached", _C),
    Box("17", "Alternative minimum tax (AMT) items", coded=True),
    Box("18", "Tax-exempt income and nondeductible expenses", coded=True),
    Box("19", "Distributions", coded=True),
    Box("20", "Other information", coded=True),
    Box("21", "Foreign taxes paid or accrued"),
)
_DIV = (
    Box("1a", "Total ordinary dividends"),
    Box("1b", "Qualified dividends"),
    Box("2a", "Total capital gain distributions"),
    Box("2b", "Unrecaptured section 1250 gain"),
    Box("2c", "Section 1202 gain"),
    Box("2d", "Collectibles (28%) gain"),
    Box("2e", "Section 897 ordinary dividends"),
    Box("2f", "Section 897 capital gain"),
    Box("3", "Nondividend distributions"),
    Box("4", "Federal income tax withheld"),
    Box("5", "Section 199A dividends"),
    Box("6", "Investment expenses"),
    Box("7", "Foreign tax paid"),
    Box("8", "Foreign country or U.S. possession", _T),
    Box("9", "Cash liquidation distributions"),
    Box("10", "Noncash liquidation distributions"),
    Box("11", "FATCA filing requirement", _C),
    Box("12", "Exempt-interest dividends"),
    Box("13", "Specified private activity bond interest dividends"),
    Box("14", "State", _T),
    Box("15", "State identification no.", _T),
    Box("16", "State tax withheld"),
)
_INT = (
    Box("1", "Interest income"),
    Box("2", "Early withdrawal penalty"),
    Box("3", "Interest on U.S. Savings Bonds and Treasury obligations"),
    Box("4", "Federal income tax withheld"),
    Box("5", "Investment expenses"),
    Box("6", "Foreign tax paid"),
    Box("7", "Foreign country or U.S. territory", _T),
    Box("8", "Tax-exempt interest"),
    Box("9", "Specified private activity bond interest"),
    Box("10", "Market discount"),
    Box("11", "Bond premium"),
    Box("12", "Bond premium on Treasury obligations"),
    Box("13", "Bond premium on tax-exempt bond"),
    Box("14", "Tax-exempt and tax credit bond CUSIP no.", _T),
    Box("15", "State", _T),
    Box("16", "State identification no.", _T),
    Box("17", "State tax withheld"),
)
_FOREIGN_BEFORE_2025 = (
    Box("1", "Income code", _T),
    Box("2", "Gross income"),
    Box("3", "Chapter indicator", _T),
    Box("3a", "Exemption code, chapter 3", _T),
    Box("3b", "Tax rate, chapter 3", _R),
    Box("4a", "Exemption code, chapter 4", _T),
    Box("4b", "Tax rate, chapter 4", _R),
    Box("5", "Withholding allowance"),
    Box("6", "Net income"),
    Box("7a", "Federal tax withheld"),
    Box("7b", "Tax not deposited with the IRS because escrow procedures were applied", _C),
    Box("7c", "Withholding occurred in subsequent year with respect to a partnership interest", _C),
    Box("8", "Tax withheld by other agents"),
    Box("9", "Overwithheld tax repaid to recipient pursuant to adjustment procedures"),
    Box("10", "Total withholding credit"),
    Box("11", "Tax paid by withholding agent (amounts not withheld)"),
    Box("13b", "Recipient’s country code", _T),
    Box("13f", "Recipient’s chapter 3 status code", _T),
    Box("13g", "Recipient’s chapter 4 status code", _T),
)
_REVISED = Box("7d", "Intermediary’s revised reporting to a specific recipient", _C)
_AFTER_7C = 12
_FOREIGN = (*_FOREIGN_BEFORE_2025[:_AFTER_7C], _REVISED, *_FOREIGN_BEFORE_2025[_AFTER_7C:])
LAYOUTS: Mapping[tuple[FormKind, int], Layout] = {
    (kind, year): Layout(kind, year, boxes)
    for kind, year, boxes in (
        (FormKind.K1, 2024, _K1),
        (FormKind.K1, 2025, _K1),
        (FormKind.DIV, 2024, _DIV),
        (FormKind.DIV, 2025, _DIV),
        (FormKind.INT, 2024, _INT),
        (FormKind.INT, 2025, _INT),
        (FormKind.FOREIGN, 2024, _FOREIGN_BEFORE_2025),
        (FormKind.FOREIGN, 2025, _FOREIGN),
    )
}
TAX_YEARS = sorted({year for _, year in LAYOUTS}, reverse=True)
