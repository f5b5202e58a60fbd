"""Tax forms of one investor: issued, corrected, and a draft that is nobody's but the firm's."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

from structlog.contextvars import bound_contextvars

from portal.domain.identity.access.values import Actor
from portal.domain.investments.tax_forms.services.seasons import expect_tax_forms
from portal.jobs.drain import drain
from portal.platform.tenancy import acting_as
from tests.factories.investments import make_account, make_vehicle, post_history
from tests.factories.tax_forms import give_consent, issue_forms, new_run, prepare_forms

HELD = [("commitment", "2024-01-01", "1000"), ("contribution", "2024-02-01", "400")]


def set_taxes(
    maker: Actor, approver: Actor, write: Callable[[str], str], investor: Actor, own: str, inside: str
) -> None:
    """A vehicle of this investor's alone, with a consent, a form, a corrected one, a day by which to expect it, and a
    draft."""
    vehicle = make_vehicle(investor.firm_id, write(own))
    name = write(own)
    account = make_account(investor.firm_id, name, investor)
    post_history(investor.firm_id, account, vehicle, HELD, reference=write(own))
    with bound_contextvars(address=write(own), agent=write(own)):
        give_consent(investor, account)
    for amount, reason in (("5", ""), ("6", write(own))):
        given = replace(new_run(vehicle, reason=reason), payer_address=write(own))
        issue_forms(maker, approver, given, f"Account,1\n{name},{amount}\nTotal,{amount}\n")
        drain()
    draft = replace(new_run(vehicle, reason=write(inside)), payer_address=write(inside))
    prepare_forms(maker, draft, f"Account,1\n{name},7\nTotal,7\n")
    with acting_as(maker.tenancy):
        expect_tax_forms(maker, vehicle, 2025, on=date(2026, 3, 15))
