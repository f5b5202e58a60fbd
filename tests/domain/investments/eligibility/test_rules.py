"""How long a verification lasts, and why an account may not invest yet."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.domain.investments.eligibility.rules import find_last_day, find_request_faults, judge
from portal.domain.investments.eligibility.values import (
    Basis,
    Candidate,
    Exemption,
    Offering,
    Remedy,
    Standing,
    VerificationKind,
    VerificationRequest,
)
from portal.domain.people.investor_accounts.values import AccountKind
from portal.platform.money import Money

TODAY = date(2026, 11, 23)
OPENED = datetime(2026, 6, 1, tzinfo=UTC)
FINE = Candidate(
    uuid4(),
    "Lane Family Trust",
    AccountKind.INDIVIDUAL,
    "US",
    datetime(2024, 1, 1, tzinfo=UTC),
    Standing(Basis.LETTER, date(2026, 12, 31)),
    Standing(Basis.CHECKED, date(2027, 1, 1)),
    Standing(Basis.W9),
)
PRIVATE = Offering(Exemption.RULE_506B, Money(Decimal(50_000), "USD"), Decimal(5_000_000), (), OPENED, 0)
PUBLIC = replace(PRIVATE, exemption=Exemption.RULE_506C)
ABROAD = replace(PRIVATE, exemption=Exemption.REGULATION_S)


def codes(candidate: Candidate, offering: Offering, amount: str | None = None) -> list[str]:
    found = judge(candidate, offering, None if amount is None else Decimal(amount), today=TODAY)
    return [each.code for each in found]


def certified(basis: Basis, **more: object) -> Candidate:
    return replace(FINE, accreditation=Standing(basis), **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("basis", "dated_on", "last"),
    [
        (Basis.LETTER, date(2026, 9, 1), date(2026, 11, 30)),
        (Basis.NET_WORTH, date(2026, 9, 1), date(2026, 11, 30)),
        (Basis.SELF_CERTIFIED, date(2024, 2, 29), date(2025, 2, 28)),
        (Basis.W8BEN, date(2026, 3, 1), date(2029, 12, 31)),
        (Basis.W9, date(2020, 3, 1), None),
        (Basis.RENEWED, date(2026, 11, 1), date(2027, 5, 2)),
    ],
)
def test_a_verification_lasts_as_long_as_the_rule_it_rests_on_says(
    basis: Basis, dated_on: date, last: date | None
) -> None:
    assert find_last_day(basis, dated_on, verified_on=date(2022, 5, 2)) == last


def test_what_was_never_verified_cannot_be_renewed_by_ones_own_word() -> None:
    request = VerificationRequest(VerificationKind.ACCREDITATION, Basis.RENEWED, TODAY)
    assert "basis" in find_request_faults(request, today=TODAY, verified_on=None)
    assert not find_request_faults(request, today=TODAY, verified_on=date(2023, 1, 1))
    assert "dated_on" in find_request_faults(request, today=TODAY, verified_on=date(2020, 1, 1))


def test_a_letter_that_is_too_old_or_of_another_kind_is_refused() -> None:
    old = VerificationRequest(VerificationKind.ACCREDITATION, Basis.LETTER, date(2026, 8, 1))
    assert list(find_request_faults(old, today=TODAY, verified_on=None)) == ["dated_on"]
    wrong = VerificationRequest(VerificationKind.TAX_FORM, Basis.LETTER, TODAY)
    assert list(find_request_faults(wrong, today=TODAY, verified_on=None)) == ["basis"]


def test_nothing_stands_in_the_way_of_a_verified_account() -> None:
    assert codes(FINE, PRIVATE, "50000") == codes(FINE, PUBLIC, "50000") == []


def test_a_private_offering_is_for_whom_the_firm_knew_before_it_opened() -> None:
    late = replace(FINE, known_since=OPENED)
    assert codes(late, PRIVATE) == ["no_prior_relation"]
    assert codes(replace(FINE, known_since=None), PRIVATE) == ["no_prior_relation"]
    assert codes(late, PUBLIC) == []


def test_thirty_five_may_be_in_who_are_not_accredited() -> None:
    other = certified(Basis.NON_ACCREDITED)
    assert codes(other, replace(PRIVATE, non_accredited=34)) == []
    assert codes(other, replace(PRIVATE, non_accredited=35)) == ["non_accredited_full"]
    assert codes(FINE, replace(PRIVATE, non_accredited=35)) == []


def test_a_public_offering_asks_for_more_than_the_holders_word() -> None:
    assert codes(certified(Basis.SELF_CERTIFIED), PUBLIC) == ["not_verified"]
    assert codes(certified(Basis.NON_ACCREDITED), PUBLIC) == ["not_accredited"]
    assert codes(certified(Basis.SELF_CERTIFIED), PRIVATE) == []
    assert codes(certified(Basis.RENEWED), PUBLIC) == []


def test_written_representations_are_enough_from_a_high_minimum_on() -> None:
    person, entity = certified(Basis.HIGH_MINIMUM), certified(Basis.HIGH_MINIMUM, kind=AccountKind.COMPANY)
    assert codes(person, PUBLIC, "200000") == codes(entity, PUBLIC, "1000000") == []
    assert codes(person, PUBLIC, "199999.99") == codes(entity, PUBLIC, "999999.99") == ["below_high_minimum"]
    euros = replace(PUBLIC, minimum=Money(Decimal(50_000), "EUR"))
    assert codes(person, euros, "200000") == ["not_verified"]


def test_regulation_s_is_for_those_abroad_and_asks_for_no_accreditation() -> None:
    abroad = replace(FINE, residence="DE", accreditation=Standing(), tax_form=Standing(Basis.W8BEN))
    assert codes(FINE, ABROAD) == ["us_person"]
    assert codes(abroad, ABROAD) == []
    assert codes(abroad, replace(ABROAD, jurisdictions=("FR",))) == ["jurisdiction"]
    assert codes(replace(abroad, residence=None), ABROAD) == ["residence_missing"]


def test_what_expired_waits_was_refused_or_is_missing_is_told_apart() -> None:
    last = Standing(Basis.CHECKED, date(2026, 11, 22))
    assert codes(replace(FINE, identity=last), PRIVATE) == ["identity_expired"]
    assert codes(replace(FINE, identity=replace(last, expires_on=TODAY)), PRIVATE) == []
    assert codes(replace(FINE, identity=replace(last, waiting=True)), PRIVATE) == ["identity_waiting"]
    assert codes(replace(FINE, identity=Standing(refused="Blurred.")), PRIVATE) == ["identity_refused"]
    assert codes(replace(FINE, tax_form=Standing()), PRIVATE) == ["tax_form_missing"]


def test_the_tax_form_fits_kind_and_residence() -> None:
    foreign = replace(FINE, residence="CA")
    assert codes(foreign, PRIVATE) == ["tax_form_wrong"]
    assert codes(replace(foreign, tax_form=Standing(Basis.W8BEN)), PRIVATE) == []
    company = replace(foreign, kind=AccountKind.COMPANY, tax_form=Standing(Basis.W8BEN))
    assert codes(company, PRIVATE) == ["tax_form_wrong"]
    assert codes(replace(company, tax_form=Standing(Basis.W8BEN_E)), PRIVATE) == []


def test_the_amount_lies_between_minimum_and_maximum() -> None:
    assert codes(FINE, PRIVATE, "49999.99") == ["below_minimum"]
    assert codes(FINE, PRIVATE, "5000000.01") == ["above_maximum"]
    assert codes(FINE, PRIVATE, "5000000") == []


STANDINGS = st.builds(
    Standing,
    st.none() | st.sampled_from(Basis),
    st.none() | st.dates(date(2026, 1, 1), date(2027, 12, 31)),
    st.booleans(),
    st.sampled_from(["", "Blurred."]),
)
CANDIDATES = st.builds(
    Candidate,
    st.uuids(),
    st.just("A"),
    st.sampled_from(AccountKind),
    st.sampled_from([None, "US", "DE"]),
    st.none() | st.sampled_from([datetime(2025, 1, 1, tzinfo=UTC), OPENED]),
    STANDINGS,
    STANDINGS,
    STANDINGS,
)


@settings(max_examples=50)
@given(CANDIDATES, st.sampled_from([PRIVATE, PUBLIC, ABROAD]), st.decimals(1, 10_000_000, places=2))
def test_each_reason_is_said_once_with_a_way_out_or_none(
    candidate: Candidate, offering: Offering, amount: Decimal
) -> None:
    found = judge(candidate, offering, amount, today=TODAY)
    assert len({each.code for each in found}) == len(found)
    assert all(each.because.endswith(".") and each.fix.endswith(".") for each in found)
    assert Remedy.NONE not in {each.remedy for each in found if each.code.startswith(("identity", "tax_form"))}
