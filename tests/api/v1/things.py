"""Something of each kind that an operation of the API is about, made for whoever asks."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

from portal.domain.documents.library.services.publishing import publish_document
from portal.domain.documents.library.services.uploads import start_upload
from portal.domain.documents.reading.services.archives import request_archive
from portal.domain.identity.access.values import Actor, Role
from portal.domain.identity.passkeys.queries import list_passkeys
from portal.domain.investments.capital_calls.queries.shares import list_dues
from portal.domain.investments.notices.queries import list_notice_ids
from portal.domain.investments.notices.values import NoticeKind
from portal.domain.investments.statements.values.periods import Period
from portal.domain.investments.tax_forms.queries.forms import list_tax_forms
from portal.domain.people.invitations.services import invite_person
from portal.jobs.drain import drain
from portal.platform import clock
from portal.platform.resources import resources
from portal.platform.tenancy import acting_as
from tests.api.conftest import Book
from tests.conftest import World
from tests.factories.api import open_app
from tests.factories.calls import draft_of, issue_call, make_fund, open_bank_account
from tests.factories.delegations import let_in
from tests.factories.distributions import paid_out
from tests.factories.documents import make_document
from tests.factories.identity import make_user
from tests.factories.investments import make_account, make_vehicle
from tests.factories.offerings import make_opportunity, offering
from tests.factories.papers import send
from tests.factories.passkeys import give_passkey
from tests.factories.privacy import ask_erasure, collected_export, make_purpose
from tests.factories.reading import make_paper
from tests.factories.rooms import make_room
from tests.factories.shares import make_share
from tests.factories.signing import make_envelope
from tests.factories.statements import publish_run, statements_of
from tests.factories.subscriptions import make_desk
from tests.factories.worths import make_worths
from tests.web.investments.taxing import issue, make_partnership

MADE_FOR_IT: dict[str, Callable[[World], dict[str, str]]] = {
    "answer_one_consent": lambda world: {"purpose_id": str(make_purpose(world.administrator))},
    "download_document": lambda world: {"document_id": str(_paper_of(world))},
    "show_acknowledgement": lambda world: {"document_id": str(_paper_of(world))},
    "acknowledge_read_document": lambda world: {"document_id": str(_paper_of(world))},
    "show_document_archive": lambda world: {"archive_id": str(_archive_of(world))},
    "download_document_archive": lambda world: {"archive_id": str(_archive_of(world))},
    "download_data_export": lambda world: {"export_id": str(collected_export(world.investor))},
    "withdraw_own_erasure": lambda world: {"erasure_id": str(ask_erasure(world.investor))},
    "show_opportunity": lambda world: {"opportunity_id": str(_opportunity_of(world))},
    "show_offered_accounts": lambda world: {"opportunity_id": str(_opportunity_of(world))},
    "put_interest": lambda world: {"opportunity_id": str(_opportunity_of(world))},
    "delete_interest": lambda world: {"opportunity_id": str(_opportunity_of(world))},
    "show_capital_call": lambda world: {"call_share_id": str(_call_of(world))},
    "show_notice": lambda world: {"notice_id": str(_notice_of(world))},
    "show_tax_form": lambda world: {"tax_form_id": str(_tax_form_of(world))},
    "answer_one_tax_consent": lambda world: {
        "account_id": str(make_account(world.firm_id, "Lane Taxes", world.investor))
    },
    "show_vehicle_call": lambda world: {"call_id": str(_whole_call_of(world))},
    "show_valuation": lambda world: {"valuation_id": str(make_worths(world).value())},
    "show_fee": lambda world: {"charge_id": str(make_worths(world).charge())},
    "show_transfer": lambda world: {"transfer_id": str(_transfer_of(world))},
    "show_distribution": lambda world: {"distribution_id": str(paid_out(world))},
    **{
        operation: lambda world: {"subscription_id": str(_subscription_of(world))}
        for operation in (
            "show_subscription",
            "save_subscription_step",
            "submit_one_subscription",
            "withdraw_one_subscription",
        )
    },
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


def _opportunity_of(world: World) -> UUID:
    make_account(world.firm_id, "An account that is offered something", world.investor)
    return make_opportunity(world.associate, world.manager, offering(make_vehicle(world.firm_id, "A fund for all")))


def _subscription_of(world: World) -> UUID:
    compliance = make_user(world.firm_id, "compliance@example.com", Role.COMPLIANCE)
    desk = make_desk(world.associate, world.manager, compliance)
    return desk.fill(world.investor, desk.open_account("Lane Ventures", world.investor))


def _call_of(world: World) -> UUID:
    """What the investor has to pay of a call."""
    vehicle, _ = make_fund(world.firm_id, "Called Fund", ["1000000"], members=[[world.investor]])
    open_bank_account(world.associate, world.manager, vehicle)
    issue_call(world.associate, world.manager, draft_of(vehicle))
    with acting_as(world.investor.tenancy):
        return list_dues(world.investor)[0].id


def _whole_call_of(world: World) -> UUID:
    vehicle, _ = make_fund(world.firm_id, "Called Fund", ["1000000"], members=[[world.investor]])
    open_bank_account(world.associate, world.manager, vehicle)
    return issue_call(world.associate, world.manager, draft_of(vehicle))


def _notice_of(world: World) -> UUID:
    call_id = _whole_call_of(world)
    with acting_as(world.investor.tenancy):
        return list_notice_ids(world.investor, call_id, NoticeKind.CALL)[0]


def _transfer_of(world: World) -> UUID:
    worths = make_worths(world)
    worths.value()
    return worths.transfer()


def _tax_form_of(world: World) -> UUID:
    vehicle, _ = make_partnership(world)
    issue(world, vehicle)
    with acting_as(world.investor.tenancy):
        form_id = list_tax_forms(world.investor)[0].form_id
    assert form_id is not None
    return form_id


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
    if operation in {"show_holding", "show_figure"}:
        holding_id = str(book.holdings[0])
        return {"holding_id": holding_id, "figure_id": f"balance.irr.2024-12-31.holding:{holding_id}"}
    if "_statement" in operation and not operation.endswith("s"):
        run_id = publish_run(world.manager, book.fund, Period.parse("2024-Q3"))
        mine = next(each for each in statements_of(world.manager, run_id) if each.account == "Lane Trust")
        return {"statement_id": str(mine.id)}
    return None
