"""Offerings and verified accounts for tests."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from uuid import UUID

from portal.domain.identity.access.values import Actor
from portal.domain.identity.approvals.queries import get_approval
from portal.domain.identity.approvals.services import decide_approval
from portal.domain.investments.eligibility.services import confirm_verification, request_verification
from portal.domain.investments.eligibility.values import Basis, Exemption, VerificationKind, VerificationRequest
from portal.domain.investments.opportunities.services.offering import (
    add_close,
    create_opportunity,
    include_investors,
    name_account,
)
from portal.domain.investments.opportunities.services.opening import propose_opening
from portal.domain.investments.opportunities.values.opportunities import OpportunityDescription
from portal.platform import clock
from portal.platform.tenancy import acting_as

SOON = timedelta(days=60)


def offering(vehicle_id: UUID, name: str = "First close", **particulars: object) -> OpportunityDescription:
    """What staff enter: a 506(b) offering of 1,000,000 with a minimum of 50,000."""
    plain = OpportunityDescription(vehicle_id, name, Exemption.RULE_506B, Decimal(1_000_000), Decimal(50_000))
    return replace(plain, **particulars)  # type: ignore[arg-type]


def draft_opportunity(
    associate: Actor, description: OpportunityDescription, *accounts: UUID, invested: Sequence[UUID] = ()
) -> UUID:
    """A draft with one close, shown to these accounts and to those invested in these vehicles."""
    with acting_as(associate.tenancy):
        found = create_opportunity(associate, description)
        add_close(associate, found, clock.today() + SOON)
        for account in accounts:
            name_account(associate, found, account)
        for vehicle in invested:
            include_investors(associate, found, vehicle)
        return found


def approve(manager: Actor, approval_id: UUID) -> None:
    """Approve what somebody asked for."""
    with acting_as(manager.tenancy):
        asked = get_approval(manager, approval_id)
        decide_approval(manager, approval_id, digest=asked.digest, approves=True)


def make_opportunity(
    associate: Actor,
    manager: Actor,
    description: OpportunityDescription,
    *accounts: UUID,
    invested: Sequence[UUID] = (),
) -> UUID:
    """An open one, asked for by one and approved by the other."""
    found = draft_opportunity(associate, description, *accounts, invested=invested)
    with acting_as(associate.tenancy):
        asked = propose_opening(associate, found, reason="Ready.")
    approve(manager, asked)
    return found


def verify(asker: Actor, compliance: Actor, account_id: UUID, *bases: Basis) -> None:
    """Have these verified of an account as of today: what a holder in the United States needs, unless said."""
    kinds = {
        Basis.CHECKED: VerificationKind.IDENTITY,
        Basis.W9: VerificationKind.TAX_FORM,
        Basis.W8BEN: VerificationKind.TAX_FORM,
    }
    for basis in bases or (Basis.SELF_CERTIFIED, Basis.CHECKED, Basis.W9):
        request = VerificationRequest(kinds.get(basis, VerificationKind.ACCREDITATION), basis, clock.today())
        with acting_as(asker.tenancy):
            asked = request_verification(asker, account_id, request)
        with acting_as(compliance.tenancy):
            confirm_verification(compliance, asked)
