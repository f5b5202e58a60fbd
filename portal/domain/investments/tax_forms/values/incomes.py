"""What one form of several tells: of some kinds a holder of a vehicle gets one for each kind of income.

Source: Instructions for Form 1042-S: a separate form for each type of income and each rate of one, of the one chapter
that its indicator names.
"""

from __future__ import annotations

from collections.abc import Mapping

from portal.domain.investments.tax_forms.values.boxes import FormKind

# The boxes that tell one form of a holder from another: income code, chapter indicator, the rates of chapters 3 and 4.
APART: Mapping[FormKind, tuple[str, ...]] = {FormKind.FOREIGN: ("1", "3", "3b", "4b")}


def income_of(kind: FormKind, boxes: Mapping[str, str]) -> str:
    """What tells a form from the holder's others of its kind, such as 06/3/30/0; empty where a form tells all."""
    told = [boxes.get(code, "") for code in APART.get(kind, ())]
    return "/".join(told) if any(told) else ""


def name_income(income: str) -> str:
    """How people call it: income code 06, chapter 3 at 30 %; empty where a form tells all."""
    if not income:
        return ""
    code, chapter, *rates = income.split("/")
    rate = rates[1] if chapter == "4" else rates[0]
    return f"income code {code}" + (f", chapter {chapter}" if chapter else "") + (f" at {rate} %" if rate else "")


def name_line(account: str, income: str) -> str:
    """An account with the income that its form tells."""
    return f"{account} ({name_income(income)})" if income else account
