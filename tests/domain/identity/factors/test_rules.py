"""Which code counts when, and how long one waits."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pyotp
import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.domain.identity.factors.rules import (
    find_step,
    is_of_an_app,
    normal_code,
    waiting_time,
    write_recovery_code,
)
from tests.factories.identity import TOTP_SECRET

NOW = datetime(2026, 11, 23, 6, 30, 10, tzinfo=UTC)
STEP = int(NOW.timestamp()) // 30
RFC_6238 = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"  # the secret of its test vectors


@pytest.mark.parametrize(("second", "code"), [(59, "287082"), (1111111109, "081804"), (1234567890, "005924")])
def test_the_codes_are_those_of_the_standard(second: int, code: str) -> None:
    assert find_step(RFC_6238, code, datetime.fromtimestamp(second, UTC)) == second // 30


@pytest.mark.parametrize(("steps", "found"), [(-2, None), (-1, STEP - 1), (0, STEP), (1, None), (2, None)])
def test_this_step_and_the_one_before_count(steps: int, found: int | None) -> None:
    code = pyotp.TOTP(TOTP_SECRET).generate_otp(STEP + steps)

    assert find_step(TOTP_SECRET, code, NOW) == found


@pytest.mark.parametrize("code", ["", "000", "é" * 6, "１２３４５６"])
def test_what_is_no_code_is_no_step(code: str) -> None:
    assert find_step(TOTP_SECRET, code, NOW) is None
    assert not is_of_an_app(code)


@given(st.binary(min_size=15, max_size=15))
def test_a_recovery_code_is_read_however_it_is_typed(random: bytes) -> None:
    code = write_recovery_code(random)

    assert re.fullmatch(r"([A-Z2-7]{4}-){5}[A-Z2-7]{4}", code)
    assert normal_code(code.lower().replace("-", " ")) == normal_code(code) == code.replace("-", "")


def ago(**length: int) -> datetime:
    return NOW - timedelta(**length)


@pytest.mark.parametrize(
    ("tries", "wait"),
    [
        ([], None),
        ([NOW] * 4, None),
        ([NOW] * 4 + [ago(minutes=5)], None),
        ([NOW] * 4 + [ago(minutes=4)], timedelta(minutes=1)),
        ([NOW] * 5, timedelta(minutes=5)),
        ([ago(minutes=6)] * 19, None),
        ([ago(minutes=6)] * 20, timedelta(minutes=54)),
        ([ago(minutes=60)] * 49, None),
        ([ago(hours=2)] * 50, timedelta(hours=22)),
        ([ago(minutes=1)] * 5 + [ago(hours=2)] * 45, timedelta(hours=22)),
    ],
)
def test_five_in_five_minutes_twenty_an_hour_fifty_a_day(tries: list[datetime], wait: timedelta | None) -> None:
    assert waiting_time(tries, NOW) == wait
