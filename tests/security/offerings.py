"""What the firms of the scene offer, to whom; what each investor said of it, and the pipeline."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING
from uuid import UUID

from portal.domain.documents.library.queries.documents import list_documents
from portal.domain.documents.library.values.documents import Audience, DocumentFilter, DocumentState
from portal.domain.identity.access.values import Actor
from portal.domain.investments.eligibility.services import refuse_verification, request_verification
from portal.domain.investments.eligibility.values import Basis, VerificationKind, VerificationRequest
from portal.domain.investments.opportunities.services.interests import (
    answer_about_opportunity,
    ask_about_opportunity,
    express_interest,
    watch_opportunity,
)
from portal.domain.investments.opportunities.services.offering import offer_document
from portal.domain.investments.opportunities.services.opening import propose_opening
from portal.domain.investments.opportunities.services.prospects import add_prospect, note_about_prospect
from portal.domain.investments.opportunities.values.interests import AnswerAudience
from portal.domain.investments.opportunities.values.opportunities import OfferedTo
from portal.domain.investments.opportunities.values.prospects import ProspectDescription, Stage
from portal.domain.investments.vehicles.queries import list_vehicles
from portal.platform import clock
from portal.platform.tenancy import acting_as
from tests.factories.offerings import approve, draft_opportunity, make_opportunity, offering
from tests.security.canaries import Write
from tests.security.rooms import own_scope
from tests.security.subscriptions import make_subscriptions

if TYPE_CHECKING:
    from tests.security.scene import Staff


@dataclass(frozen=True)
class _Firm:
    staff: Staff
    write: Write
    vehicle: UUID

    def words(self, scope: str) -> dict[str, object]:
        """What is said of an offering, all of it in one scope."""
        return {"name": self.write(scope), "summary": self.write(scope)}


def make_offerings(
    staff: Staff,
    write: Write,
    investors: dict[Actor, str],
    accounts: dict[str, UUID],
    vehicle: UUID,
    *,
    shared: str,
    inside: str,
) -> None:
    """One open to everybody with a document, one for each investor alone, one for who is invested in a vehicle of
    theirs, one that waits, a draft; and what was
    subscribed to."""
    make_subscriptions(staff, write, investors, accounts, vehicle)
    firm, associate = _Firm(staff, write, vehicle), staff.associate
    with acting_as(associate.tenancy):
        published = list_documents(associate, DocumentFilter(state=DocumentState.PUBLISHED), most=500)
        document = next(each.id for each in published if each.audience is Audience.FIRM)
    draft_opportunity(associate, offering(vehicle, **firm.words(inside)))
    waiting = draft_opportunity(associate, offering(vehicle, **firm.words(inside)))
    together = draft_opportunity(associate, offering(vehicle, **firm.words(shared)))
    with acting_as(associate.tenancy):
        propose_opening(associate, waiting, reason=write(inside))
        offer_document(associate, together, document, must_read=True)
        asked = propose_opening(associate, together, reason=write(inside))
    approve(staff.manager, asked)
    for investor, scope in investors.items():
        own = own_scope(scope)
        named = offering(vehicle, audience=OfferedTo.NAMED, **firm.words(own))
        alone = make_opportunity(associate, staff.manager, named, accounts[scope])
        with acting_as(investor.tenancy):
            held = next(each.id for each in list_vehicles(investor) if each.id != vehicle)
        invested = offering(held, audience=OfferedTo.VEHICLE, **firm.words(own))
        make_opportunity(associate, staff.manager, invested, invested=[held])
        _say(firm, investor, accounts[scope], (alone, together), own=own, shared=shared)
        _verify(firm, investor, accounts[scope], own)
        _pursue(firm, accounts[scope], alone, inside)


def _say(firm: _Firm, investor: Actor, account: UUID, offerings: tuple[UUID, UUID], *, own: str, shared: str) -> None:
    """Interest and questions: one answered to the asker, one to all, one that waits."""
    associate, write = firm.staff.associate, firm.write
    alone, together = offerings
    with acting_as(investor.tenancy):
        for opportunity in offerings:
            watch_opportunity(investor, opportunity, watched=True)
            express_interest(investor, opportunity, account, amount=Decimal(60_000), note=write(own))
        ask_about_opportunity(investor, together, write(own))
        mine, public = (ask_about_opportunity(investor, each, write(own)) for each in (alone, together))
    with acting_as(associate.tenancy):
        answer_about_opportunity(associate, mine, answer=write(own), audience=AnswerAudience.ASKER)
        answer_about_opportunity(
            associate, public, answer=write(shared), audience=AnswerAudience.EVERYBODY, question=write(shared)
        )


def _verify(firm: _Firm, investor: Actor, account: UUID, own: str) -> None:
    """One that was refused, and one that waits."""
    officer, write = firm.staff.compliance, firm.write
    for kind, basis in ((VerificationKind.IDENTITY, Basis.CHECKED), (VerificationKind.TAX_FORM, Basis.W9)):
        with acting_as(investor.tenancy):
            asked = request_verification(
                investor, account, VerificationRequest(kind, basis, clock.today(), note=write(own))
            )
        if kind is VerificationKind.IDENTITY:
            with acting_as(officer.tenancy):
                refuse_verification(officer, asked, reason=write(own))


def _pursue(firm: _Firm, account: UUID, opportunity: UUID, inside: str) -> None:
    """Somebody in the pipeline, with a note."""
    associate, write = firm.staff.associate, firm.write
    described = ProspectDescription(
        write(inside), Stage.MEETING, Decimal(250_000), "USD", 40, write(inside), account, opportunity,
        clock.today(), write(inside),
    )  # fmt: skip
    with acting_as(associate.tenancy):
        prospect = add_prospect(associate, described)
        note_about_prospect(associate, prospect, write(inside))
