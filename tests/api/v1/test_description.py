"""The description is valid, says everything, and what is answered keeps to it."""

from __future__ import annotations

from typing import Any

import pytest
import schemathesis
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from openapi_spec_validator import validate
from schemathesis import BaseSchema, GenerationMode
from schemathesis.specs.openapi.checks import positive_data_acceptance

from portal.platform import db
from portal.platform.ids import new_id
from tests.api.conftest import Book
from tests.api.v1.things import what_is_there
from tests.conftest import World
from tests.factories.api import bearer

DESCRIPTION = "/api/v1/openapi.json"
UNLISTED = {"/api/v1/openapi.json"}
OPERATIONS = (
    "sign_in",
    "refresh",
    "sign_out",
    "verify_mfa",
    "show_public_keys",
    "show_factors",
    "begin_factor",
    "confirm_factor",
    "delete_factor",
    "rename_factor",
    "begin_passkey_proof",
    "begin_passkey",
    "confirm_new_passkey",
    "begin_passkey_sign_in",
    "sign_in_with_passkey",
    "change_password",
    "forget_password",
    "reset_password",
    "register",
    "join",
    "send_code",
    "turn_texts_on",
    "send_proof_code",
    "show_contact",
    "change_email",
    "confirm_email",
    "change_phone",
    "confirm_phone",
    "forget_phone",
    "undo_change",
    "show_invitations",
    "create_invitation",
    "resend_invitation",
    "withdraw_invitation",
    "show_sessions",
    "end_one_session",
    "end_other_sessions",
    "show_delegations",
    "give_delegation",
    "revoke_delegation",
    "show_rooms",
    "show_room",
    "sign_room_agreement",
    "show_room_questions",
    "ask_room_question",
    "show_portfolio",
    "list_own_forecasts",
    "show_returns",
    "show_figure",
    "show_holdings",
    "show_holding",
    "show_transactions",
    "show_offered_accounts",
    "show_capital_calls",
    "show_capital_call",
    "show_notice",
    "show_statements",
    "show_statement",
    "download_statement",
    "show_tax_forms",
    "show_tax_form",
    "show_tax_consents",
    "answer_one_tax_consent",
    "show_distributions",
    "show_distribution",
    "show_vehicle_calls",
    "show_vehicle_call",
    "show_valuations",
    "show_valuation",
    "show_fees",
    "show_fee",
    "show_transfers",
    "show_transfer",
    "download_document",
    "show_acknowledgement",
    "acknowledge_read_document",
    "show_document_archives",
    "request_document_archive",
    "show_document_archive",
    "download_document_archive",
    "show_documents",
    "show_document",
    "show_document_changes",
    "file_document",
    "show_document_versions",
    "add_document_version",
    "start_file_upload",
    "show_file_upload",
    "add_file_part",
    "cancel_file_upload",
    "publish_checked_document",
    "unschedule_waiting_document",
    "archive_published_document",
    "show_document_shares",
    "give_one_document",
    "revoke_one_share",
    "revoke_one_grant",
    "show_own_papers",
    "send_one_paper",
    "show_received_papers",
    "accept_received_paper",
    "return_received_paper",
    "show_subscriptions",
    "begin_one_subscription",
    "show_subscription",
    "save_subscription_step",
    "submit_one_subscription",
    "withdraw_one_subscription",
    "show_signatures",
    "show_signature",
    "download_signature",
    "sign_document",
    "decline_document",
    "forward_document",
    "show_payment_instructions",
    "enter_bank_details",
    "show_personal_details",
    "show_consents",
    "answer_one_consent",
    "show_data_exports",
    "request_data_export",
    "download_data_export",
    "show_opportunities",
    "show_opportunity",
    "put_interest",
    "delete_interest",
    "show_erasure",
    "request_own_erasure",
    "withdraw_own_erasure",
)
# Only who knows a secret, a name or what was asked gets through these; what they answer then has tests of its own.
NEEDING_SECRETS = (
    "sign_in", "refresh", "verify_mfa", "begin_factor", "confirm_factor", "delete_factor", "begin_passkey",
    "confirm_new_passkey", "sign_in_with_passkey", "change_password", "reset_password", "register", "join",
    "create_invitation", "give_delegation", "change_email", "confirm_email",
    "change_phone", "confirm_phone", "forget_phone", "undo_change", "enter_bank_details",
    "send_code", "turn_texts_on", "send_proof_code", "answer_one_consent",
    "acknowledge_read_document", "request_document_archive",
    "send_code", "turn_texts_on", "send_proof_code", "answer_one_consent", "sign_document", "decline_document",
    "forward_document", "sign_room_agreement", "ask_room_question",
    "add_file_part", "give_one_document", "file_document",
    "send_one_paper", "accept_received_paper",
    "put_interest", "delete_interest",
    "begin_one_subscription", "answer_one_tax_consent",
)  # fmt: skip
REFUSING_BY_MEANING = (
    "begin_one_subscription",
    "save_subscription_step",
    "ask_room_question",
    "put_interest",
    "sign_room_agreement",
    "create_invitation",
    "give_delegation",
    "enter_bank_details",
    "change_email",
    "change_phone",
    "sign_document",
    "forward_document",
    "file_document",
    "add_document_version",
    "add_file_part",
    "publish_checked_document",
    "give_one_document",
    "send_one_paper",
    "accept_received_paper",
    "return_received_paper",
    "show_returns",
)  # 422 too: no such account, day, bank, address, number or file
UNBREAKABLE = (
    "file_document",
    "send_one_paper",
)  # schemathesis cannot spoil a form that has a file in it and several other fields
OF_STAFF = (
    "show_invitations", "create_invitation", "resend_invitation", "withdraw_invitation", "file_document",
    "show_document_versions", "add_document_version", "start_file_upload", "show_file_upload", "add_file_part",
    "cancel_file_upload", "publish_checked_document", "unschedule_waiting_document", "archive_published_document",
    "show_document_shares", "give_one_document", "revoke_one_share", "revoke_one_grant",
    "show_received_papers", "accept_received_paper", "return_received_paper", "show_vehicle_calls", "show_vehicle_call",
)  # fmt: skip
OPEN = (
    "login", "refresh", "verify-mfa", "forgot", "reset", "jwks.json", "register", "join", "passkeys/options",
    "passkeys/verify", "undo", "verify-mfa/text",
)  # fmt: skip


def test_the_description_is_valid_openapi(client: FlaskClient) -> None:
    answer = client.get(DESCRIPTION)

    validate(answer.json)
    assert answer.json["openapi"].startswith("3.1")
    assert client.get(DESCRIPTION, headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304


def test_every_address_is_described(app: Flask, client: FlaskClient) -> None:
    described = client.get(DESCRIPTION).json["paths"]
    rules = {rule.rule for rule in app.url_map.iter_rules() if rule.rule.startswith("/api/")} - UNLISTED

    typed = {path.replace("{", "<uuid:").replace("}", ">") for path in described}
    assert {path.replace("<uuid:figure_id>", "<figure_id>") for path in typed} == rules
    for path, operations in described.items():
        for method, operation in operations.items():
            assert operation["summary"].endswith("."), (path, method)
            assert operation["operationId"] in OPERATIONS
            assert ("security" in operation) == (path.endswith(OPEN)), (path, method)


@pytest.fixture(scope="module")
def description(committed_app: Flask) -> BaseSchema:
    """What the API says of itself, read once."""
    return schemathesis.openapi.from_wsgi(DESCRIPTION, committed_app)


@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.value)
@pytest.mark.parametrize("operation", OPERATIONS)
def test_whatever_is_asked_the_answer_keeps_to_the_description(
    app: Flask, description: BaseSchema, world: World, book: Book, operation: str, mode: GenerationMode
) -> None:
    there = what_is_there(operation, world, book) if mode.is_positive else None
    db.end_reading()
    described = description.find_operation_by_id(operation)
    if mode is GenerationMode.NEGATIVE and (operation in UNBREAKABLE or not takes_anything(described)):
        return

    answered, token = set(), bearer(world.manager if operation in OF_STAFF else world.investor)

    @given(case=described.as_strategy(generation_mode=mode, path_parameters=there))
    @settings(max_examples=20, derandomize=True, database=None, deadline=None, suppress_health_check=list(HealthCheck))
    def keeps_to_it(case: schemathesis.Case) -> None:
        excluded = [positive_data_acceptance] if operation in REFUSING_BY_MEANING else None
        key = {"Idempotency-Key": str(new_id())} if mode.is_positive else {}  # one is for one request
        answered.add(case.call_and_validate(headers=token | key, excluded_checks=excluded).status_code)

    keeps_to_it()
    assert not mode.is_positive or operation in NEEDING_SECRETS or answered & {200, 201, 202, 204, 303}, answered


def takes_anything(described: Any) -> bool:
    """Whether there is something that can be sent wrongly."""
    return bool(described.body or described.query or described.path_parameters)
