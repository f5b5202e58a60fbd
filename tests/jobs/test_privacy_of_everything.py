"""Whatever the portal holds of a person is in their export, opened where it is sealed."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import orjson
import pytest
from flask import Flask

from portal.domain.people.privacy.queries.exports import list_exports
from portal.platform.resources import resources
from portal.platform.tenancy import acting_as
from tests.factories import whole_person as whole
from tests.factories.privacy import Firm, collected_export, make_privacy_firm


@pytest.fixture
def firm(app: Flask) -> Firm:
    found = make_privacy_firm("taking-everything")
    whole.give_everything(found)
    return found


def told(firm: Firm) -> dict[str, Any]:
    """The files of the person's export."""
    collected_export(firm.person)
    with acting_as(firm.person.tenancy):
        key = list_exports(firm.person)[0].file_key
    assert key
    with zipfile.ZipFile(io.BytesIO(resources().store.get(key))) as archive:
        names = [name for name in archive.namelist() if name.endswith(".json")]
        return {name.removesuffix(".json"): orjson.loads(archive.read(name)) for name in names}


def test_details_and_bank_details_are_there_in_full(firm: Firm) -> None:
    files = told(firm)
    assert (files["you/person"]["email"], files["you/person"]["phone"]) == (firm.email, whole.PHONE)
    assert sorted(each["subject"] for each in files["you/details"]) == ["Mona Account Canary", "Mona Leaving"]
    for each in files["you/details"]:
        assert each["tax_number"].replace("-", "") == whole.TAX_NUMBER
        assert (each["born_on"], each["postal_address"]) == (whole.BORN.isoformat(), whole.STREET)
    (bank,) = files["accounts/bank-details"]
    assert (bank["holder"], bank["bank"], bank["number"], bank["routing"], bank["by_you"]) == (
        whole.BANK.holder, whole.BANK.bank, whole.BANK.number, whole.BANK.routing, True,
    )  # fmt: skip
    assert [each["state"] for each in files["accounts/bank-detail-steps"]] == ["waiting"]


def test_delegations_given_and_had_are_there(firm: Firm) -> None:
    given, had = sorted(told(firm)["accounts/delegations"], key=lambda each: not each["by_you"])
    assert (given["called"], given["by_you"], given["accounts"]) == (whole.HELPER, True, 1)
    assert (had["called"], had["by_you"], had["accounts"]) == (whole.HELPING, False, 1)


def test_factors_recoveries_and_views_are_there(firm: Firm) -> None:
    files = told(firm)
    assert [each["name"] for each in files["sign-in/passkeys"]] == [whole.PASSKEY]
    assert len(files["sign-in/text-messages"]) == 1
    assert [(each["kind"], each["new"]) for each in files["you/contact-changes"]] == [("phone", whole.PHONE)]
    assert [(each["ended"], each["due_at"]) for each in files["sign-in/recoveries"]] == [(None, None)]
    assert [(each["by_you"], each["reason"]) for each in files["record/views"]] == [(False, whole.WHY_VIEWED)]
    asked = {each["kind"]: each for each in files["record/requests"]}
    assert asked["factor.reset"]["reason"] == whole.WHY_RECOVERED


def test_no_secret_of_theirs_is_there(firm: Firm) -> None:
    text = orjson.dumps(told(firm)).decode()
    for word in ("public_key", "credential_id", "token_hash", "code_hash", "wrapped", "_sealed"):
        assert word not in text
