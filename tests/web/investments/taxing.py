"""What the tests of tax pages share: a partnership held 3 : 1, and its sheet."""

from __future__ import annotations

from io import BytesIO
from typing import Any
from uuid import UUID

from portal.jobs.drain import drain
from tests.conftest import World
from tests.factories.investments import make_account, make_vehicle, post_history
from tests.factories.tax_forms import ADDRESS, EIN, issue_forms, new_run

SHEET = (
    "Account,1,L-beginning,L-ending,16\nLane Tax Trust,750.25,5,5,x\nOkafor Holdings,249.75,,,\nTotal,1000.00,5,5,\n"
)
HELD = [("commitment", "2024-02-01", "1000"), ("contribution", "2024-04-01", "9")]


def make_partnership(world: World) -> tuple[UUID, UUID]:
    """The vehicle, and the investor's account."""
    vehicle = make_vehicle(world.firm_id, "Harbour Buyout I")
    accounts = [
        make_account(world.firm_id, name, person)
        for name, person in (("Lane Tax Trust", world.investor), ("Okafor Holdings", world.another_investor))
    ]
    for account in accounts:
        post_history(world.firm_id, account, vehicle, HELD)
    return vehicle, accounts[0]


def entered(vehicle: UUID, content: str = SHEET, **changes: str) -> dict[str, Any]:
    """What a browser sends of the form."""
    return {
        "vehicle": str(vehicle), "tax_year": "2025", "kind": "k1", "stage": "final", "payer_ein": EIN,
        "payer_address": ADDRESS, "source": "sheet", "shared_by": "commitment",
        "sheet": (BytesIO(content.encode()), "allocations.csv"), **changes,
    }  # fmt: skip


def issue(world: World, vehicle: UUID, **particulars: Any) -> UUID:
    """Forms of the sheet, issued and filed."""
    run = issue_forms(world.associate, world.manager, new_run(vehicle, **particulars), SHEET)
    drain(30)
    return run
