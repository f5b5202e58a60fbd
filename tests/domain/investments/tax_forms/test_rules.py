"""Which form, what a sheet says, and that what holders are told comes to what the vehicle says."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.domain.investments.eligibility.values import Basis
from portal.domain.investments.tax_forms.errors import SheetRefused
from portal.domain.investments.tax_forms.rules.choosing import forms_of, forms_offered, is_foreign
from portal.domain.investments.tax_forms.rules.sharing import add_up, share_totals
from portal.domain.investments.tax_forms.rules.sheets import read_sheet, read_totals, write_sheet
from portal.domain.investments.tax_forms.rules.tying import find_contradictions, find_differences, find_income_faults
from portal.domain.investments.tax_forms.values.boxes import LAYOUTS, BoxKind, FormKind
from portal.domain.investments.tax_forms.values.incomes import name_income
from portal.domain.investments.tax_forms.values.runs import SheetRow
from portal.domain.investments.vehicles.values import TaxClass

K1 = LAYOUTS[FormKind.K1, 2025]
FOREIGN = LAYOUTS[FormKind.FOREIGN, 2025]
UNIT = Decimal("0.01")


@pytest.mark.parametrize(
    ("tax_class", "foreign", "forms"),
    [
        (TaxClass.PARTNERSHIP, False, (FormKind.K1,)),
        (TaxClass.PARTNERSHIP, True, (FormKind.K1, FormKind.FOREIGN)),
        (TaxClass.CORPORATION, False, (FormKind.DIV,)),
        (TaxClass.REIT, False, (FormKind.DIV,)),
        (TaxClass.RIC, False, (FormKind.DIV,)),
        (TaxClass.RIC, True, (FormKind.FOREIGN,)),
        (TaxClass.NOTES, False, (FormKind.INT,)),
        (TaxClass.NOTES, True, (FormKind.FOREIGN,)),
    ],
)
def test_the_form_follows_the_tax_class_and_the_holder(
    tax_class: TaxClass, foreign: bool, forms: tuple[FormKind, ...]
) -> None:
    assert forms_of(tax_class, foreign=foreign) == forms
    assert set(forms) <= set(forms_offered(tax_class))


def test_a_form_given_tells_more_of_a_holder_than_its_residence() -> None:
    assert is_foreign(Basis.W8BEN, "US")
    assert not is_foreign(Basis.W9, "DE")
    assert is_foreign(None, "DE")
    assert not is_foreign(None, "US")
    assert not is_foreign(None, None)


def test_layouts_follow_the_year() -> None:
    assert LAYOUTS[FormKind.FOREIGN, 2024].find("7d") is None
    later = LAYOUTS[FormKind.FOREIGN, 2025]
    assert later.find("7d") is not None
    assert [box.code for box in later.boxes].index("7d") == [box.code for box in later.boxes].index("7c") + 1
    for layout in LAYOUTS.values():
        codes = [box.code for box in layout.boxes]
        assert len(codes) == len(set(codes))


def test_a_coded_box_is_found_by_its_letters() -> None:
    found = K1.find("20z")
    assert found is not None
    assert (found.code, found.label) == ("20Z", "Other information, code Z")
    assert K1.find("20") is None
    assert K1.find("1A") is None
    assert K1.place("13W") < K1.place("20N") < K1.place("20Z") < K1.place("21")


SHEET = """Account,1,5,6a,6b,16,20Z
"Lane Family Trust","1,250.50",(10.25),100,80,x,Nothing
A-17,"749.50",-,50,40,,5
Total,"2,000.00",-10.25,150,120,,5
"""


def test_a_sheet_is_read() -> None:
    found = read_sheet(SHEET.replace("Nothing", "-").encode(), K1, 2)
    lane, other = found.rows
    assert lane == SheetRow(
        2, "lane family trust", {"1": "1250.50", "5": "-10.25", "6a": "100.00", "6b": "80.00", "16": "x"}
    )
    assert (other.name, other.boxes["20Z"]) == ("a-17", "5.00")
    assert found.totals == {"1": "2000.00", "5": "-10.25", "6a": "150.00", "6b": "120.00", "20Z": "5.00"}
    assert find_differences(K1, [row.boxes for row in found.rows], found.totals) == []


def test_what_cannot_be_read_is_told_line_by_line() -> None:
    with pytest.raises(SheetRefused) as refused:
        read_sheet(f"{SHEET}A-17,1,1,1,1,,\n,5\n".encode(), K1, 2)
    assert [(line, column) for line, column, _ in refused.value.problems] == [
        (2, "20Z"),
        (5, "Account"),
        (6, "Account"),
    ]
    with pytest.raises(SheetRefused) as refused:
        read_sheet(b"Account,1,99,20\nLane,1,2,3\n", K1, 2)
    assert [column for _, column, _ in refused.value.problems] == ["99", "20"]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("Account,1\nLane,5\n", "Total"),
        ("Account,1\nTotal,5\n", "no line of an account"),
        ("Account,1,1\nLane,5,5\nTotal,5,5\n", "two columns"),
        ("Account\nLane\n", "names the boxes"),
        ("Account,1\nLane,5.005\nTotal,5\n", "decimals"),
        ("Account,1\nLane,12x\nTotal,5\n", "Write an amount"),
        ("Account,1\nLane,(5\nTotal,5\n", "Write an amount"),
        ("Account,J-profit\nLane,101\nTotal,\n", "100 percent"),
        ("Account,16\nLane,perhaps\nTotal,\n", "checked"),
        ("Account,1\nLane,5,7\nTotal,5\n", "without a heading"),
        ("", "line of headings"),
        ('Account,1\n"Lane,5\n', "quotation mark"),
    ],
)
def test_a_sheet_says_what_to_mend(text: str, why: str) -> None:
    with pytest.raises(SheetRefused) as refused:
        read_sheet(text.encode(), K1, 2)
    assert any(why in message for _, _, message in refused.value.problems), refused.value.problems


def test_a_sheet_says_of_strangers_and_of_values_at_once() -> None:
    with pytest.raises(SheetRefused) as refused:
        read_sheet(b"Account,1\nNobody,5\nLane,x\nTotal,5\n", K1, 2, {"lane"})
    assert [(line, column) for line, column, _ in refused.value.problems] == [(2, "Account"), (3, "1")]


def test_a_sheet_in_another_encoding_is_told_so() -> None:
    with pytest.raises(SheetRefused) as refused:
        read_sheet("Account,1\nMüller,5\n".encode("utf-16"), K1, 2)
    assert "UTF-8" in refused.value.problems[0][2]


def test_a_sheet_that_is_written_reads_the_same() -> None:
    found = read_sheet(SHEET.replace("Nothing", "7").encode(), K1, 2)
    columns, lines = write_sheet(K1, [(row.name, row.boxes) for row in found.rows], found.totals)
    again = read_sheet("\n".join(";".join(line) for line in [columns, *lines]).encode(), K1, 2)
    assert again.rows == found.rows
    assert again.totals == found.totals


def test_what_does_not_come_to_the_total_is_told_box_by_box() -> None:
    rows = [{"1": "10.00", "5": "1.00"}, {"1": "5.01"}]
    found = find_differences(K1, rows, {"1": "15.00", "7": "3.00"})
    assert found == [("1", Decimal("15.01"), 15), ("5", 1, 0), ("7", 0, 3)]


@pytest.mark.parametrize(
    ("kind", "boxes", "codes"),
    [
        (FormKind.K1, {"4a": "5.00", "4b": "2.00", "4c": "7.00"}, []),
        (FormKind.K1, {"4a": "5.00", "4c": "7.00"}, ["4c"]),
        (FormKind.K1, {"6a": "5.00", "6b": "5.01"}, []),
        (FormKind.K1, {"6a": "5.00", "6b": "5.02"}, ["6b"]),
        (FormKind.K1, {"L-beginning": "100.00", "L-income": "-20.00", "L-withdrawn": "30.00", "L-ending": "50.00"}, []),
        (FormKind.K1, {"L-beginning": "100.00", "L-withdrawn": "30.00", "L-ending": "130.00"}, ["L-ending"]),
        (FormKind.DIV, {"1a": "1.00", "1b": "2.00"}, ["1b"]),
        (FormKind.FOREIGN, {"7a": "30.00", "8": "5.00", "9": "2.00", "10": "33.00"}, []),
        (FormKind.FOREIGN, {"7a": "30.00", "9": "2.00", "10": "32.00"}, ["10"]),
    ],
)
def test_boxes_that_contradict_each_other_are_told(kind: FormKind, boxes: dict[str, str], codes: list[str]) -> None:
    assert [code for code, _ in find_contradictions(kind, boxes, UNIT)] == codes


AMOUNTS = st.decimals(min_value=-(10**9), max_value=10**9, places=2)
WEIGHTS = st.lists(st.integers(min_value=0, max_value=10**6).map(Decimal), min_size=1, max_size=40).filter(any)


@given(
    totals=st.dictionaries(st.sampled_from(["1", "2", "5", "8", "9a", "19A", "L-beginning"]), AMOUNTS, min_size=1),
    weights=WEIGHTS,
)
def test_shared_totals_tie_and_nobody_is_a_cent_off(totals: dict[str, Decimal], weights: list[Decimal]) -> None:
    stated = {code: f"{amount:.2f}" for code, amount in totals.items()}
    rows = share_totals(K1, stated, weights, places=2)
    assert find_differences(K1, rows, stated) == []
    for code, amount in totals.items():
        for row, weight in zip(rows, weights, strict=True):
            assert abs(Decimal(row[code]) - amount * weight / sum(weights)) < UNIT


@given(parts=st.lists(AMOUNTS.filter(lambda amount: amount > 0), min_size=5, max_size=5), weights=WEIGHTS)
def test_what_is_a_sum_is_added_up_of_each_holders_own(parts: list[Decimal], weights: list[Decimal]) -> None:
    begun, paid, earned, other, withdrawn = parts
    totals = {
        "L-beginning": begun,
        "L-contributed": paid,
        "L-income": earned,
        "L-other": other,
        "L-withdrawn": withdrawn,
        "L-ending": begun + paid + earned + other - withdrawn,
    }
    stated = {code: f"{amount:.2f}" for code, amount in totals.items()}
    rows = share_totals(K1, stated, weights, places=2)
    assert find_differences(K1, rows, stated) == []
    assert [find_contradictions(FormKind.K1, row, UNIT) for row in rows] == [[]] * len(rows)


def test_rates_and_texts_are_everybodys_but_a_partners_share_has_no_total() -> None:
    (row,) = read_totals("1; 06\n2; 100\n3b; 30%\n7b\tx", FOREIGN, 2)
    totals = row.boxes
    assert totals == {"1": "06", "2": "100.00", "3b": "30", "7b": "x"}
    first, second = share_totals(FOREIGN, totals, [Decimal(1), Decimal(3)], places=2)
    assert (first["1"], first["3b"], first["2"], second["2"]) == ("06", "30", "25.00", "75.00")
    for text in ("J-profit; 50", "77; 1", "1; one", "", "1; 5\n1; 6"):
        with pytest.raises(SheetRefused):
            read_totals(text, K1, 2)
    assert {box.kind for box in K1.boxes if box.code.startswith("J")} == {BoxKind.RATE}


INCOMES = """Account,1,2,3,3b,4b
Okafor,06,100,3,30,0
Okafor,06,50,3,15,0
Okafor,01,20,3,30.0,0
Lane,06,1,4,,30
Total,,171,,,
"""


def test_an_account_has_a_line_for_each_income_chapter_and_rate() -> None:
    found = read_sheet(INCOMES.encode(), FOREIGN, 2)
    assert [(row.line, row.name, row.boxes["1"]) for row in found.rows] == [
        (2, "okafor", "06"),
        (3, "okafor", "06"),
        (4, "okafor", "01"),
        (5, "lane", "06"),
    ]
    assert found.totals == {"2": "171.00"}
    with pytest.raises(SheetRefused) as refused:
        read_sheet(INCOMES.replace("50,3,15", "50,3,30.00").encode(), FOREIGN, 2)
    assert refused.value.problems == ((3, "Account", "It stands in line 2 already."),)


def test_totals_of_several_incomes_are_read_and_shared_apart() -> None:
    rows = read_totals("1; 06\n3; 3\n3b; 30\n2; 100.01\n1; 01\n3; 3\n3b; 30\n2; 5", FOREIGN, 2)
    assert [(row.line, row.boxes["1"], row.boxes["2"]) for row in rows] == [(1, "06", "100.01"), (5, "01", "5.00")]
    assert add_up(FOREIGN, [row.boxes for row in rows], places=2) == {"2": "105.01"}
    for text in ("1; 06\n2; 1\n1; 06\n2; 2", "1; 06\n2; 1\n2; 2"):
        with pytest.raises(SheetRefused):
            read_totals(text, FOREIGN, 2)


@pytest.mark.parametrize(
    ("boxes", "codes"),
    [
        ({"1": "06", "3": "3"}, []),
        ({"1": "06", "3": "4"}, []),
        ({"1": "6", "3": "3"}, ["1"]),
        ({"3": "3"}, ["1"]),
        ({"1": "06"}, ["3"]),
        ({"1": "06", "3": "34"}, ["3"]),
    ],
)
def test_a_form_1042_s_says_which_income_and_chapter(boxes: dict[str, str], codes: list[str]) -> None:
    assert [code for code, _ in find_income_faults(FormKind.FOREIGN, boxes)] == codes
    assert find_income_faults(FormKind.K1, boxes) == []


def test_incomes_are_called_by_code_chapter_and_its_rate() -> None:
    assert name_income("06/3/15/0") == "income code 06, chapter 3 at 15 %"
    assert name_income("06/4//30") == "income code 06, chapter 4 at 30 %"
    assert name_income("") == ""
