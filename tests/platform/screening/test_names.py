"""What a file may be called: what people see is what it is, and no name steers where it is written."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.platform.screening.names import LONGEST_NAME, clean_name, kind_by_name
from portal.platform.screening.values import MediaKind, ScreeningRefused

CLEANED = {
    "../../etc/passwd.pdf": "passwd.pdf",
    "..\\..\\windows\\system32\\a.pdf": "a.pdf",
    "C:\\Users\\ann\\notice.pdf": "notice.pdf",
    "/absolute/notice.pdf": "notice.pdf",
    "notice\x00.pdf": "notice.pdf",
    "notice\r\nX-Header: 1.pdf": "noticeX-Header- 1.pdf",
    "a\u202efdp.csv": "afdp.csv",
    "zero\u200bwidth\ufeff.pdf": "zerowidth.pdf",
    "CON.pdf": "_CON.pdf",
    "lpt1.csv": "_lpt1.csv",
    "notice.pdf.": "notice.pdf",
    "  notice .pdf ": "notice.pdf",
    'a<b>c:"d|e?f*.pdf': "a-b-c--d-e-f-.pdf",
    "Žižkov – Q2 “final”.pdf": "Žižkov – Q2 “final”.pdf",
    "資本勘定.pdf": "資本勘定.pdf",
    "دفتر.pdf": "دفتر.pdf",
    "Z\u030c.pdf": "Ž.pdf",
    "%2e%2e%2fa.pdf": "-2e-2e-2fa.pdf",
}
NOT_TAKEN = (
    "a.pdf.exe",
    "a.pdf\x00.exe",
    "a.pdf:stream.exe",
    "a．exe",
    "a.html",
    "a.svg",
    "a.xlsm",
    "a.docm",
    "a.zip",
    "a.pdf\u202egpj.scr",
    "a",
    "",
    "..",
    "a.",
    ".pdf",
    "....pdf",
)


@pytest.mark.parametrize("given_name", CLEANED)
def test_a_name_loses_what_hides_or_steers(given_name: str) -> None:
    assert clean_name(given_name) == CLEANED[given_name]


@pytest.mark.parametrize("name", NOT_TAKEN)
def test_what_a_name_promises_is_judged_by_its_last_part(name: str) -> None:
    with pytest.raises(ScreeningRefused) as refused:
        kind_by_name(clean_name(name))
    assert refused.value.code == "type_not_accepted"


def test_a_long_name_keeps_its_extension() -> None:
    cleaned = clean_name("x" * 5_000 + ".pdf")
    assert len(cleaned) <= LONGEST_NAME
    assert kind_by_name(cleaned) is MediaKind.PDF


@given(st.text(max_size=400))
def test_any_name_becomes_one_that_is_safe_and_stays(name: str) -> None:
    cleaned = clean_name(name)
    assert 0 < len(cleaned) <= LONGEST_NAME + 1
    assert not set(cleaned) & set('/\\\x00\r\n\t<>:"|?*%')
    assert cleaned not in {".", ".."}
    assert clean_name(cleaned) == cleaned
