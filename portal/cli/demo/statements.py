"""The demo's statements: published to everybody, but one vehicle's latest left for staff to publish."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from uuid import UUID

from portal.cli.demo.cast import Cast
from portal.cli.demo.history import last_valued_quarter
from portal.cli.demo.worth import value_with_carry
from portal.domain.identity.access.values import Actor
from portal.domain.identity.firms.queries import get_firm
from portal.domain.identity.firms.values import Firm
from portal.domain.investments.statements.queries.statements import list_run_statements
from portal.domain.investments.statements.services.preparing import (
    PreparedStatement,
    complete_statements,
    prepare_statements,
)
from portal.domain.investments.statements.services.publishing import publish_statement_run
from portal.domain.investments.statements.services.running import start_statement_run
from portal.domain.investments.statements.values.periods import Frequency, Period
from portal.platform.resources import resources
from portal.platform.storage.interface import StoredObject
from portal.printing.sheets import count_pages
from portal.printing.statements import Edition, print_statement

ALL = 1000  # more than any vehicle here has holders


def make_statements(associate: Actor, manager: Actor, cast: Cast, vehicles: Mapping[str, UUID], *, today: date) -> None:
    """Prepare and publish the statements of the last quarter that is valued, and of the one before for some vehicles;
    one vehicle's latest wait for the manager. Only those of the vehicle that is announced are: the others are history,
    of which nobody is told. The PDFs are made here, so that the worker finds its work done."""
    latest = Period.containing(last_valued_quarter(today), Frequency.QUARTER)
    for key in cast.stated_twice:
        for day in _days_told(latest):
            value_with_carry(associate, manager, vehicles[key], day)
        publish_statement_run(manager, _prepare(associate, vehicles[key], latest.preceding()), tell=False)
    for key, vehicle_id in vehicles.items():
        run_id = _prepare(associate, vehicle_id, latest)
        if key != cast.waiting:
            publish_statement_run(manager, run_id, tell=key == cast.announced)


def _days_told(latest: Period) -> list[date]:
    """The days on which the columns of both periods begin and end."""
    periods = (latest.preceding(), latest)
    eves = {day - timedelta(days=1) for each in periods for day in (each.starts_on, each.year_starts_on)}
    return sorted(eves | {each.ends_on for each in periods})


def _prepare(actor: Actor, vehicle_id: UUID, period: Period) -> UUID:
    run_id = start_statement_run(actor, vehicle_id, period)
    firm = get_firm(actor.firm_id)
    attempts = [(statement.id, 1) for statement in list_run_statements(actor, run_id, most=ALL)]
    prepared = prepare_statements(actor, attempts)
    if len(prepared) < len(attempts):
        raise RuntimeError("Statements of the demo do not tie out.")
    complete_statements(actor, [(each, *_print(firm, each)) for each in prepared])
    return run_id


def _print(firm: Firm, prepared: PreparedStatement) -> tuple[StoredObject, int]:
    """The kept PDF, and its pages."""
    verify_at = f"{resources().settings.public_url}/verify/{firm.slug}"
    content = print_statement(prepared.snapshot, Edition(prepared.figures_digest, verify_at, firm.accent, firm.locale))
    return resources().store.put(f"statements/{prepared.id}.pdf", content, "application/pdf"), count_pages(content)
