"""Deals with their cost, and rates of withholding, kept by staff."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert

from portal.domain.identity.access.policies import require
from portal.domain.identity.access.values import Actor, Permission
from portal.domain.identity.audit.services import record_act
from portal.domain.investments.distributions.models import DealRecord, WithholdingRateRecord
from portal.domain.investments.distributions.rules.drafting import find_cost_problem
from portal.domain.investments.distributions.rules.freezing import freeze_costs
from portal.domain.investments.distributions.values.distributions import Cost
from portal.domain.investments.distributions.values.plans import Rate
from portal.domain.investments.vehicles.queries import get_vehicle
from portal.platform.db import execute, session, transactional
from portal.platform.errors import Invalid, NotFound
from portal.platform.ids import new_id

REMOVE = """
DELETE FROM investments.withholding_rates
WHERE firm_id = %(firm)s AND vehicle_id = %(vehicle)s AND id = %(id)s
"""


@transactional
def keep_deal(actor: Actor, vehicle_id: UUID, *, name: str, costs: Sequence[Cost]) -> None:
    """A deal of a vehicle with everything it cost so far; one of the same name gets these costs instead. Invalid with a
    message per field."""
    require(actor, Permission.PREPARE_MONEY)
    vehicle, name = get_vehicle(actor, vehicle_id), name.strip()
    problem = find_cost_problem(costs, vehicle.currency)
    if not name or problem:
        faults = {"name": "" if name else "Give the deal a name.", "costs": problem}
        raise Invalid(fields={field: message for field, message in faults.items() if message})
    row = {"id": new_id(), "firm_id": actor.firm_id, "vehicle_id": vehicle_id, "name": name}
    statement = insert(DealRecord).values(**row, costs=freeze_costs(costs))
    kept = {"costs": statement.excluded.costs}
    session.execute(statement.on_conflict_do_update(constraint="deals_name", set_=kept))
    record_act(actor.user_id, "deal.keep", f"vehicle:{vehicle_id}", deal=name)


@transactional
def set_withholding_rate(actor: Actor, vehicle_id: UUID, rate: Rate) -> None:
    """What is withheld of a source from holders of a country (and kind); it takes the place of the rate there was.
    Invalid with a message per field."""
    require(actor, Permission.PREPARE_MONEY)
    get_vehicle(actor, vehicle_id)
    faults = {}
    if not (len(rate.residence) == 2 and rate.residence.isascii() and rate.residence.isalpha()):
        faults["residence"] = "The two letters of a country, such as DE."
    if not Decimal(0) <= rate.rate <= 1:
        faults["rate"] = "A rate lies between 0 % and 100 %."
    if not rate.basis.strip():
        faults["basis"] = "Say what the rate rests on: the treaty and its article, or the law."
    if faults:
        raise Invalid(fields=faults)
    row = {
        "id": new_id(), "firm_id": actor.firm_id, "vehicle_id": vehicle_id, "residence": rate.residence.upper(),
        "holder_kind": rate.kind and rate.kind.value, "source": rate.source.value, "rate": rate.rate,
        "basis": rate.basis.strip(), "set_by": actor.user_id,
    }  # fmt: skip
    statement = insert(WithholdingRateRecord).values(**row)
    kept = {name: statement.excluded[name] for name in ("rate", "basis", "set_by")}
    session.execute(statement.on_conflict_do_update(constraint="withholding_rates_one", set_=kept))
    record_act(actor.user_id, "withholding.set", f"vehicle:{vehicle_id}", residence=rate.residence.upper())


@transactional
def remove_withholding_rate(actor: Actor, vehicle_id: UUID, rate_id: UUID) -> None:
    """Take a rate away: nothing is withheld by it any more. NotFound where it is gone."""
    require(actor, Permission.PREPARE_MONEY)
    if not execute(REMOVE, firm=actor.firm_id, vehicle=vehicle_id, id=rate_id):
        raise NotFound
    record_act(actor.user_id, "withholding.remove", f"vehicle:{vehicle_id}")
