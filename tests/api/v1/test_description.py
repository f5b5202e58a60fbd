"""The description is valid, says everything, and what is answered keeps to it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import schemathesis
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from openapi_spec_validator import validate
from schemathesis import BaseSchema, GenerationMode
from schemathesis.specs.openapi.checks import positive_data_acceptance

from portal.domain.documents.library.services.publishing import publish_document
from portal.domain.documents.library.services.uploads import start_upload
from portal.domain.documents.reading.services.archives import request_archive
from portal.domain.identity.access.values import Actor, Role
from portal.domain.identity.passkeys.queries import list_passkeys
from portal.domain.investments.statements.values.periods import Period
from portal.domain.people.invitations.services import invite_person
from portal.jobs.drain import drain
from portal.platform import clock, db
from portal.platform.ids import new_id
from portal.platform.resources import resources
from portal.platform.tenancy import acting_as
from tests.api.conftest import Book
from tests.conftest import World
from tests.factories.api import bearer, open_app
from tests.factories.delegations import let_in
from tests.factories.documents import make_document
from tests.factories.investments import make_account
from tests.factories.papers import send
from tests.factories.passkeys import give_passkey
from tests.factories.privacy import ask_erasure, collected_export, make_purpose
from tests.factories.reading import make_paper
from tests.factories.rooms import make_room
from tests.factories.shares import make_share
from tests.factories.signing import make_envelope
from tests.factories.statements import publish_run, statements_of

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
    "show_holdings",
    "show_holding",
    "show_transactions",
    "show_statements",
    "show_statement",
    "download_statement",
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
)  # fmt: skip
REFUSING_BY_MEANING = (
    "ask_room_question",
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
    "show_received_papers", "accept_received_paper", "return_received_paper",
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

    assert {path.replace("{", "<uuid:").replace("}", ">") for path in described} == rules
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


MADE_FOR_IT: dict[str, Callable[[World], dict[str, str]]] = {
    "answer_one_consent": lambda world: {"purpose_id": str(make_purpose(world.administrator))},
    "download_document": lambda world: {"document_id": str(_paper_of(world))},
    "show_acknowledgement": lambda world: {"document_id": str(_paper_of(world))},
    "acknowledge_read_document": lambda world: {"document_id": str(_paper_of(world))},
    "show_document_archive": lambda world: {"archive_id": str(_archive_of(world))},
    "download_document_archive": lambda world: {"archive_id": str(_archive_of(world))},
    "download_data_export": lambda world: {"export_id": str(collected_export(world.investor))},
    "withdraw_own_erasure": lambda world: {"erasure_id": str(ask_erasure(world.investor))},
    "show_room": lambda world: {"room_id": str(_room_of(world))},
    "sign_room_agreement": lambda world: {"room_id": str(_room_of(world))},
    "show_room_questions": lambda world: {"room_id": str(_room_of(world))},
    "ask_room_question": lambda world: {"room_id": str(_room_of(world))},
    "download_signature": lambda world: {"envelope_id": str(make_envelope(world.manager, (world.investor, 1)))},
    "show_signature": lambda world: {"envelope_id": str(make_envelope(world.manager, (world.investor, 1)))},
    "show_document_versions": lambda world: {"document_id": str(make_document(world.firm_id))},
    "add_document_version": lambda world: {"document_id": str(make_document(world.firm_id))},
    "show_file_upload": lambda world: {"upload_id": _upload_of(world)},
    "add_file_part": lambda world: {"upload_id": _upload_of(world)},
    "cancel_file_upload": lambda world: {"upload_id": _upload_of(world)},
    "publish_checked_document": lambda world: {"document_id": str(make_document(world.firm_id, published=False))},
    "unschedule_waiting_document": lambda world: {"document_id": _waiting_of(world)},
    "archive_published_document": lambda world: {"document_id": str(make_document(world.firm_id))},
    "show_document_shares": lambda world: {"document_id": str(make_document(world.firm_id))},
    "give_one_document": lambda world: {"document_id": str(make_document(world.firm_id))},
    "accept_received_paper": lambda world: {"paper_id": _sent_by(world)},
    "return_received_paper": lambda world: {"paper_id": _sent_by(world)},
    "revoke_one_share": lambda world: _shared_of(world),
    "revoke_one_grant": lambda world: {
        "document_id": str(make_document(world.firm_id)),
        "user_id": str(world.investor.user_id),
    },
    "show_document": lambda world: {"document_id": str(make_document(world.firm_id))},
    "rename_factor": lambda world: {"factor_id": _passkey_of(world.investor)},
}


def _room_of(world: World) -> UUID:
    room = make_room(world.manager)
    room.let_in(world.investor, room.group("Readers"))
    return room.id


def _paper_of(world: World) -> UUID:
    return make_paper(make_account(world.firm_id, "Lane Papers", world.investor), world.firm_id, must_acknowledge=True)


def _upload_of(world: World) -> str:
    with acting_as(world.manager.tenancy):
        return str(start_upload(world.manager, name="long.pdf", size=10).id)


def _waiting_of(world: World) -> str:
    document_id = make_document(world.firm_id, published=False)
    with acting_as(world.manager.tenancy):
        publish_document(world.manager, document_id, at=clock.now() + timedelta(days=1))
    return str(document_id)


def _sent_by(world: World) -> str:
    return str(send(world.investor, make_account(world.firm_id, "Lane Papers", world.investor)))


def _shared_of(world: World) -> dict[str, str]:
    document_id = make_document(world.firm_id)
    return {"document_id": str(document_id), "share_id": str(make_share(world.manager, document_id))}


def _archive_of(world: World) -> UUID:
    paper = _paper_of(world)
    with acting_as(world.investor.tenancy):
        archive_id = request_archive(world.investor, [paper])
    drain()
    return archive_id


def _passkey_of(actor: Actor) -> str:
    give_passkey(actor)
    with acting_as(actor.tenancy):
        return str(list_passkeys(actor)[0].id)


def what_is_there(operation: str, world: World, book: Book) -> dict[str, str] | None:
    """The id of something that the investor has, for an operation on one thing."""
    if operation == "end_one_session":
        return {"session_id": str(open_app(world.investor))}
    if operation in {"resend_invitation", "withdraw_invitation"}:
        with acting_as(world.manager.tenancy):
            invited = invite_person(
                world.manager, resources().sealer, email="awaited@example.com", name="Awaited", roles=[Role.INVESTOR]
            )
        return {"user_id": str(invited)}
    if operation == "revoke_delegation":
        return {"delegation_id": str(let_in(world.investor, "delegate@example.com", [book.account]))}
    if operation in {"show_payment_instructions", "enter_bank_details", "show_personal_details"}:
        return {"account_id": str(book.account)}
    if operation in MADE_FOR_IT:
        return MADE_FOR_IT[operation](world)
    if operation == "show_holding":
        return {"holding_id": str(book.holdings[0])}
    if "_statement" in operation and not operation.endswith("s"):
        run_id = publish_run(world.manager, book.fund, Period.parse("2024-Q3"))
        mine = next(each for each in statements_of(world.manager, run_id) if each.account == "Lane Trust")
        return {"statement_id": str(mine.id)}
    return None


def takes_anything(described: Any) -> bool:
    """Whether there is something that can be sent wrongly."""
    return bool(described.body or described.query or described.path_parameters)
