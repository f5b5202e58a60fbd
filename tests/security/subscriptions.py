"""What the investors of the scene subscribed to: one each, to an offering of their own, sent back to them."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING
from uuid import UUID

from portal.domain.identity.access.values import Actor
from portal.domain.investments.eligibility.values import Basis, Exemption
from portal.domain.investments.opportunities.values.opportunities import OfferedTo
from portal.domain.investments.subscriptions.services.deciding import send_subscription_back
from portal.platform.tenancy import acting_as
from tests.factories.offerings import make_opportunity, offering, verify
from tests.factories.subscriptions import Desk
from tests.security.canaries import Write
from tests.security.rooms import own_scope

if TYPE_CHECKING:
    from tests.security.scene import Staff


def make_subscriptions(
    staff: Staff, write: Write, investors: dict[Actor, str], accounts: dict[str, UUID], vehicle: UUID
) -> None:
    """One of each investor, answered and submitted, and sent back with a comment."""
    for investor, scope in investors.items():
        own, account = own_scope(scope), accounts[scope]
        verify(staff.associate, staff.compliance, account, Basis.LETTER, Basis.CHECKED, Basis.W9)
        offered = offering(
            vehicle, write(own), exemption=Exemption.RULE_506C, audience=OfferedTo.NAMED, summary=write(own)
        )
        opportunity = make_opportunity(staff.associate, staff.manager, offered, account)
        desk = Desk(staff.associate, staff.manager, staff.compliance, opportunity, vehicle)
        desk.set_up(questions=f"text* | {write(own)}", statements=write(own), terms=write(own))
        found = desk.fill(investor, account, str(Decimal(60_000)), answers=(write(own),))
        desk.hand_in(investor, found)
        with acting_as(staff.associate.tenancy):
            send_subscription_back(staff.associate, found, comment=write(own))
