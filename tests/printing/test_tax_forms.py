"""Tax forms on paper: what has to be seen first, the boxes, the masked number."""

from __future__ import annotations

import io
from datetime import date
from typing import Any

import pytest
from pypdf import PdfReader

from portal.domain.investments.tax_forms.values.boxes import BoxKind, FormKind
from portal.domain.investments.tax_forms.values.forms import Delivery, Filled, Recipient, Stage, TaxForm
from portal.printing.statements import Edition
from portal.printing.tax_forms import file_name, print_tax_form

RECIPIENT = Recipient("•••-••-4321", "7 Elm Row\nCambridge, MA 02139")
EDITION = Edition("ab12" * 16, "http://localhost/investments/tax-forms/1", "navy", "en_US")
BOXES = (
    Filled("L-ending", "Ending capital account", BoxKind.AMOUNT, "-1250.50"),
    Filled("1", "Ordinary business income (loss)", BoxKind.AMOUNT, "1234567.89"),
    Filled("16", "Schedule K-3 is attached", BoxKind.CHECK, "x"),
)


def form(**changes: Any) -> TaxForm:
    given: dict[str, Any] = {
        "kind": FormKind.K1, "tax_year": 2025, "stage": Stage.FINAL, "version": 1, "corrected": False, "reason": "",
        "firm": "Harbour Capital", "payer": "Harbour Fund I, L.P.", "payer_ein": "12-3456789",
        "payer_address": "1 Harbour Street\nBoston", "recipient": "Lane Family Trust", "account_number": "A-17",
        "currency": "USD", "delivery": Delivery.ELECTRONIC, "issued_on": date(2026, 3, 12), "boxes": BOXES,
    }  # fmt: skip
    return TaxForm(**(given | changes))


def text(given: TaxForm, recipient: Recipient = RECIPIENT) -> str:
    pdf = print_tax_form(given, recipient, EDITION)
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)


def test_a_k1_says_its_boxes_and_that_item_l_is_tax_basis() -> None:
    said = text(form())
    for each in ("1,234,567.89", "(1,250.50)", "Yes", "12-3456789", "•••-••-4321", "Lane Family Trust", "tax basis"):
        assert each in said
    for each in ("CORRECTED", "ESTIMATE", "TO BE SENT ON PAPER"):
        assert each not in said


@pytest.mark.parametrize(
    ("changes", "mark"),
    [
        ({"corrected": True, "version": 2, "reason": "Rent came late."}, "CORRECTED"),
        ({"stage": Stage.ESTIMATE}, "ESTIMATE"),
        ({"delivery": Delivery.PAPER}, "TO BE SENT ON PAPER"),
        ({"kind": FormKind.DIV, "boxes": ()}, "furnished to the IRS"),
        ({"boxes": ()}, "Nothing is reported"),
    ],
)
def test_what_has_to_be_known_first_is_marked(changes: dict[str, Any], mark: str) -> None:
    assert mark in text(form(**changes))


def test_the_same_form_gives_the_same_bytes() -> None:
    assert print_tax_form(form(), RECIPIENT, EDITION) == print_tax_form(form(), RECIPIENT, EDITION)


def test_a_k1_speaks_of_item_l_even_where_that_is_empty_and_of_a_number_only_where_it_is_known() -> None:
    boxes = (Filled("1", "Ordinary business income (loss)", BoxKind.AMOUNT, "5"),)
    assert "tax basis" in text(form(boxes=boxes))
    assert "tax basis" not in text(form(boxes=boxes, kind=FormKind.INT))
    assert "last four characters" in text(form())
    assert "last four characters" not in text(form(), Recipient("", ""))


def test_it_is_kept_as_it_was() -> None:
    assert TaxForm.read(form().content()) == form()


def test_files_are_called_by_form_and_year() -> None:
    assert file_name(form()) == "K-1 2025 Harbour Fund I, L.P"
    assert file_name(form(corrected=True)) == "K-1 2025 corrected Harbour Fund I, L.P"


def test_a_form_of_one_income_of_several_says_so_in_its_name() -> None:
    boxes = (
        Filled("1", "Income code", BoxKind.TEXT, "06"), Filled("3", "Chapter indicator", BoxKind.TEXT, "3"),
        Filled("3b", "Tax rate, chapter 3", BoxKind.RATE, "15"),
    )  # fmt: skip
    foreign = form(kind=FormKind.FOREIGN, boxes=boxes)
    assert file_name(foreign) == "1042-S 2025 income code 06 chapter 3 at 15 percent Harbour Fund I, L.P"
    assert "06" in text(foreign)
