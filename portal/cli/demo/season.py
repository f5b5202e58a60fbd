"""The demo's tax season, and an index to compare with: forms of two vehicles that were issued, in the portal and on
paper, an estimate that waits for approval, and vehicles of which nothing has come."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from portal.cli.demo.actors import approve, find_actor
from portal.cli.demo.cast import Cast
from portal.domain.identity.access.values import Actor, Role
from portal.domain.identity.approvals.values import TAX_FORMS
from portal.domain.identity.firms.queries import get_firm_by_slug
from portal.domain.investments.index_series.queries import list_index_series
from portal.domain.investments.index_series.services import add_index_series
from portal.domain.investments.tax_forms.services.consents import answer_tax_consent
from portal.domain.investments.tax_forms.services.preparing import propose_tax_run, share_tax_run
from portal.domain.investments.tax_forms.services.seasons import expect_tax_forms
from portal.domain.investments.tax_forms.values.boxes import TAX_YEARS, FormKind
from portal.domain.investments.tax_forms.values.consents import VERSION
from portal.domain.investments.tax_forms.values.forms import Stage
from portal.domain.investments.tax_forms.values.runs import NewTaxRun, SharedBy
from portal.domain.investments.vehicles.queries import find_vehicles
from portal.domain.people.delegations.queries import list_own_accounts
from portal.platform.ids import name_key
from portal.platform.tenancy import acting_as

INDEX = "Northern Hemisphere Equities, total return"  # invented, as everything here
BEGINS = date(2014, 12, 31)
ADDRESS = "1 Meridian Wharf\nBoston, MA 02110"
CONSENTING, DECLINING = ("Amara Okafor", "Priya Raghavan", "Isabelle Laurent"), ("Kenji Watanabe",)
PARTNERSHIP, TRUST = ("venture", "98-7654321"), ("estate", "98-7654322")
K1 = """5; 184250.00
6a; 96400.00
6b; 61375.00
8; -42180.00
9a; 1284600.00
13W; 318450.00
19A; 2150000.00
20A; 280650.00
21; 7312.00
L-beginning; 30412000.00
L-contributed; 1250000.00
L-income; 1197308.00
L-withdrawn; 2150000.00
L-ending; 30709308.00"""
DIVIDENDS = """1a; 214300.00
1b; 18250.00
2a; 96480.00
2b; 22410.00
3; 61200.00
5; 196050.00"""
FOREIGN = """1; 06
2; 412600.00
3; 3
3a; 00
3b; 30.00
4a; 15
4b; 0.00
7a; 123780.00
10; 123780.00
1; 37
2; 88200.00
3; 3
3a; 15
3b; 0.00
4a; 15
4b; 0.00"""
ESTIMATE = "5; 12000.00\n9a; 640000.00\n13W; 204000.00"


def open_season(cast: Cast, *, today: date) -> None:
    """Set it all up where that was not done; for the firm that has work under way."""
    system = Actor.system(get_firm_by_slug(cast.slug).id)
    with acting_as(system.tenancy):
        if cast.under_way is None:
            return
        associate, manager = (
            find_actor(system, cast, cast.first(role).name) for role in (Role.ASSOCIATE, Role.MANAGER)
        )
        answers = [(find_actor(system, cast, name), name in CONSENTING) for name in (*CONSENTING, *DECLINING)]
        found = find_vehicles(system, [fund.description.name for fund in cast.funds])
    vehicles = {fund.key: found[name_key(fund.description.name)].id for fund in cast.funds}
    with acting_as(associate.tenancy):
        if list_index_series(associate):
            return
        add_index_series(associate, name=INDEX, currency="USD", content=_levels(today).encode())
    for person, given in answers:
        _answer(person, given=given)
    year = min(today.year - 1, TAX_YEARS[0])
    _expect(associate, vehicles, year, today)
    _issue(associate, manager, vehicles, year)


def _levels(today: date) -> str:
    """A value for each month's end, with good years and bad ones."""
    return "\n".join(f"{day},{1000 * math.exp(_growth(place)):.2f}" for place, day in enumerate(_month_ends(today)))


def _growth(month: int) -> float:
    return 0.0058 * month + 0.11 * math.sin(month / 9.5) + 0.035 * math.sin(month * 1.7)


def _month_ends(today: date) -> Iterator[date]:
    day = BEGINS
    while day < today:
        yield day
        day = (day + timedelta(days=32)).replace(day=1) - timedelta(days=1)


def _answer(person: Actor, *, given: bool) -> None:
    """The same answer for the first two of a person's accounts; the others have none."""
    with acting_as(person.tenancy):
        for account in list(list_own_accounts(person))[:2]:
            answer_tax_consent(person, account, version=VERSION, given=given)


def _expect(associate: Actor, vehicles: Mapping[str, UUID], year: int, today: date) -> None:
    """What holders are told: some forms were due, the others come within weeks, as long as the year allows."""
    latest = date(year + 2, 12, 31)
    with acting_as(associate.tenancy):
        for key, days in (("venture", -20), ("buyout", 12), ("growth", 30), ("infrastructure", 45)):
            expect_tax_forms(associate, vehicles[key], year, on=min(today + timedelta(days=days), latest))


def _issue(associate: Actor, manager: Actor, vehicles: Mapping[str, UUID], year: int) -> None:
    """The forms of two vehicles, and an estimate of a third that another has to approve."""
    for (key, ein), kind, totals in (
        (PARTNERSHIP, FormKind.K1, K1), (TRUST, FormKind.DIV, DIVIDENDS), (TRUST, FormKind.FOREIGN, FOREIGN),
    ):  # fmt: skip
        run = _propose(associate, NewTaxRun(vehicles[key], year, kind, Stage.FINAL, ein, ADDRESS), totals)
        approve(manager, TAX_FORMS, f"tax_run:{run}")
    _propose(
        associate, NewTaxRun(vehicles["growth"], year, FormKind.K1, Stage.ESTIMATE, "98-7654323", ADDRESS), ESTIMATE
    )


def _propose(associate: Actor, given: NewTaxRun, totals: str) -> UUID:
    with acting_as(associate.tenancy):
        run = share_tax_run(associate, given, totals, shared_by=SharedBy.COMMITMENT, units=dict[UUID, Decimal]())
        propose_tax_run(associate, run)
        return run
