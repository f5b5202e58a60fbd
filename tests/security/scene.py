"""Two firms whose every text names, by its canary, whom it belongs to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID, uuid4

import psycopg
from flask import Flask
from structlog.contextvars import bound_contextvars

from portal.domain.identity.access.values import Actor, Role
from portal.domain.identity.accounts.queries import get_user
from portal.domain.identity.accounts.services import propose_roles
from portal.domain.identity.approvals.queries import get_approval
from portal.domain.identity.approvals.services import decide_approval
from portal.domain.identity.audit.services import record_act
from portal.domain.identity.links.values import Purpose
from portal.domain.investments.forecasts.services import set_pacing
from portal.domain.investments.forecasts.values import Pacing
from portal.domain.investments.imports.queries.imports import get_import
from portal.domain.investments.imports.services.checks import choose_import_options
from portal.domain.investments.imports.services.postings import queue_posting
from portal.domain.investments.imports.services.uploads import start_import
from portal.domain.investments.statements.queries.statements import list_run_statements
from portal.domain.investments.statements.services.running import start_statement_run
from portal.domain.investments.statements.services.sheets import give_statement_sheet
from portal.domain.people.delegations.services import give_access
from portal.domain.people.delegations.values import Relation, Scope
from portal.domain.people.investor_accounts.services import add_member, open_account
from portal.domain.people.investor_accounts.values import AccountKind
from portal.domain.people.invitations.services import invite_person
from portal.domain.people.payment_instructions.services import (
    enter_payment_instruction,
    withdraw_payment_instruction,
)
from portal.domain.people.payment_instructions.values import BankDetails, Method
from portal.domain.people.privacy.services.consents import answer_consent, create_purpose
from portal.domain.people.privacy.services.exports import request_export
from portal.domain.people.privacy.services.retention import place_hold, set_retention_term
from portal.domain.people.privacy.values.inventory import Category
from portal.domain.people.profiles.services import change_profile
from portal.domain.people.profiles.values import Details, TaxNumberKind
from portal.jobs.drain import drain
from portal.platform import clock
from portal.platform.db import transactional
from portal.platform.idempotency import Answer, Asked, taking_turn
from portal.platform.outbox import enqueue
from portal.platform.resources import resources
from portal.platform.tenancy import acting_as
from tests.domain.identity.audit.records import seal
from tests.factories.api import bearer
from tests.factories.delegations import let_in
from tests.factories.identity import found_firm, give_totp, make_user
from tests.factories.imports import TRANSACTIONS, history, options_for
from tests.factories.investments import make_vehicle, post_history
from tests.factories.links import make_link
from tests.factories.statements import HISTORY, Q1, Q2, Q3, publish_run
from tests.factories.web import sign_in
from tests.security.batches import file_batches
from tests.security.calls import call_capital
from tests.security.canaries import Write, canaries_of
from tests.security.happenings import attest, permit_texts, refuse_to_erase, set_up, view_as
from tests.security.offerings import make_offerings
from tests.security.outsiders import Outsider, end_shares, lend
from tests.security.papers import file_papers
from tests.security.payments import receive_and_pay
from tests.security.payouts import pay_everybody
from tests.security.readings import read_papers
from tests.security.rooms import furnish_rooms
from tests.security.signings import have_signed
from tests.security.taxes import set_taxes
from tests.security.worths import add_index, set_worth

COLUMNS = (*TRANSACTIONS, "strategy")


LOST = """
INSERT INTO platform.file_losses (id, firm_id, key, place, row_id, problem, found_at)
SELECT gen_random_uuid(), f.id, %(key)s, 'investments.imports', i.id, 'missing', now()
FROM identity.firms f JOIN investments.imports i ON i.firm_id = f.id WHERE f.slug = %(firm)s LIMIT 1
"""
CHECKED = """
INSERT INTO platform.file_checks (firm_id, started_at, finished_at, files, losses)
SELECT id, now(), now(), 1, 1 FROM identity.firms WHERE slug = %(firm)s
"""


@dataclass(frozen=True)
class Staff(Iterable[Actor]):
    """The people who work for a firm."""

    associate: Actor
    manager: Actor
    compliance: Actor
    auditor: Actor
    administrator: Actor

    def __iter__(self) -> Iterator[Actor]:
        yield from (self.associate, self.manager, self.compliance, self.auditor, self.administrator)


@dataclass(frozen=True)
class Keys:
    """What somebody's browser and app send along: each is signed in, all steps of it done."""

    cookie: str
    bearer: str


@dataclass(frozen=True)
class Scene:
    """Who is there."""

    ada: Actor
    ben: Actor
    delegate: Actor  # is let see one of Ada's accounts
    staff: Staff
    foreign_investor: Actor
    foreign_staff: Staff
    keys: dict[Actor, Keys]
    viewing: Keys  # of somebody of the staff who sees the portal as Ada does
    outsiders: list[Outsider]  # who reads a paper of Ada's, one of Ben's, one of the other firm

    @property
    def links(self) -> list[str]:
        """The links of all outsiders."""
        return [link for each in self.outsiders for link in each.links]


def set_the_scene(app: Flask, admin_url: str) -> Scene:
    """Both firms with all that a firm can have, committed."""
    write = canaries_of()
    with app.app_context():
        first, second = found_firm("harbour", "Harbour Capital"), found_firm("northwind", "Northwind Partners")
        ada, ben = (make_user(first, f"{write(scope)}@example.com", Role.INVESTOR) for scope in ("ada", "ben"))
        foreign = make_user(second, f"{write('foreign')}@example.com", Role.INVESTOR)
        delegate = make_user(first, f"{write('delegate')}@example.com", Role.DELEGATE)
        staff, foreign_staff = _staff(first, write, "staff"), _staff(second, write, "foreign")
        scopes = {ada: "ada", ben: "ben"}
        outsiders = _furnish(staff, write, scopes, shared="shared", inside="staff", delegate=delegate)
        outsiders += _furnish(foreign_staff, write, {foreign: "foreign"}, shared="foreign", inside="foreign")
        keys = {person: _sign_in(app, person, write("staff")) for person in staff}
        keys |= {person: _sign_in(app, person, write("foreign")) for person in (foreign, *foreign_staff)}
        keys |= {ada: _sign_in(app, ada, write("adaown")), ben: _sign_in(app, ben, write("benown"))}
        keys |= {delegate: _sign_in(app, delegate, write("delegate"))}
        viewer = make_user(first, f"{write('viewer')}@example.com", Role.MANAGER)
        viewing = view_as(app, viewer, ada, agent=write("viewer"), reason=write("adaown"))
        view_as(app, foreign_staff.manager, foreign, agent=write("foreign"), reason=write("foreign"))
        names = {ada: "adaown", ben: "benown", delegate: "delegate", foreign: "foreign"}
        for person in names:
            read_papers(app, person, keys[person].cookie, write(names[person]))
        drain()
        for firm_id in (first, second):
            seal(firm_id)
    _write_what_only_faults_write(admin_url, write, outsiders)
    return Scene(ada, ben, delegate, staff, foreign, foreign_staff, keys, Keys(viewing, ""), outsiders)


def _sign_in(app: Flask, person: Actor, agent: str) -> Keys:
    """A browser and an app in which this person is signed in, and an older browser beside them."""
    with bound_contextvars(agent=agent, address="192.0.2.7"):
        sign_in(app.test_client(), person, agent="an older one", address="192.0.2.1")
        cookie = sign_in(app.test_client(), person, agent=agent, address="192.0.2.7").get_cookie("sid")
        assert cookie is not None
        with acting_as(person.tenancy), taking_turn(resources().vault, Asked("form:sent once", agent)) as turn:
            turn.kept = Answer(303, [("Location", "/")], agent, [])
        return Keys(cookie.value, bearer(person, length=timedelta(hours=2))["Authorization"])


def _staff(firm_id: UUID, write: Write, inside: str) -> Staff:
    roles = (Role.ASSOCIATE, Role.MANAGER, Role.COMPLIANCE, Role.AUDITOR, Role.ADMINISTRATOR)
    return Staff(*(make_user(firm_id, f"{write(inside)}@example.com", role) for role in roles))


def _furnish(
    staff: Staff, write: Write, investors: dict[Actor, str], *, shared: str, inside: str, delegate: Actor | None = None
) -> list[Outsider]:
    """Everything that a firm with these investors can have. What is of the first account of each is in their scope,
    what is nobody's but theirs in their own. Who outside reads something of each."""
    firm_id = staff.manager.firm_id
    together = _vehicle(firm_id, write, shared)
    _vehicle(firm_id, write, inside)
    permit_texts(staff.administrator)
    accounts = {}
    for investor, scope in investors.items():
        account = accounts[scope] = _account(staff, write(scope), investor)
        post_history(firm_id, account, together, HISTORY, reference=write(scope))
        own = scope if scope == "foreign" else f"{scope}own"
        post_history(firm_id, _account(staff, write(own), investor), _vehicle(firm_id, write, own), HISTORY[:3])
        _import(staff, write, own, account=write(own))
        _private(investor, write, own, account)
        make_link(investor, Purpose.RESET)
        give_totp(investor)
        set_up(investor, write, own)
        set_worth(staff.associate, staff.manager, write, investor, own, inside)
        set_taxes(staff.associate, staff.manager, write, investor, own, inside)
    add_index(staff.associate, write, shared)
    _statements(staff, write, together, accounts, shared=shared)
    _move_money(staff, write, together, accounts, shared=shared, inside=inside)
    furnish_rooms(firm_id, write, investors, shared=shared, inside=inside)
    _privacy(staff, write, investors, shared=shared, inside=inside)
    desk, kept = file_papers(staff, write, investors, accounts, together, shared=shared, inside=inside)
    outsiders = [lend(desk, accounts[scope], scope, inside, kept[scope]) for scope in investors.values()]
    have_signed(staff, write, investors, shared=shared, inside=inside)
    make_offerings(staff, write, investors, accounts, together, shared=shared, inside=inside)
    file_batches(staff, write, next(iter(accounts.values())), inside=inside)
    if delegate is not None:
        _show(next(iter(investors)), accounts["ada"], to=delegate, called=write("delegate"))
    for person in staff:
        give_totp(person)
    _approvals(staff, write, inside)
    _inside(staff, write, inside)
    drain()
    return outsiders


def _move_money(
    staff: Staff, write: Write, vehicle: UUID, accounts: dict[str, UUID], *, shared: str, inside: str
) -> None:
    """A call, a distribution, and what came in and went out at the bank."""
    call_capital(staff.associate, staff.manager, write, vehicle, accounts, shared=shared, inside=inside)
    pay_everybody(staff.associate, staff.manager, vehicle, write, shared=shared, inside=inside)
    receive_and_pay(staff.associate, staff.manager, vehicle, write, inside=inside)


def _private(investor: Actor, write: Write, scope: str, account: UUID) -> None:
    """Somebody who is let see the account, bank details, and what is personal of its holder."""
    with acting_as(investor.tenancy):
        delegation = give_access(
            investor, resources().sealer, email=f"{write(scope)}@example.com", called=write(scope),
            relation=Relation.ACCOUNTANT, accounts=[account], scopes=tuple(Scope),
            until=clock.today() + timedelta(days=30),
        )  # fmt: skip
        assert delegation
        bank = BankDetails(Method.ACH, write(scope), write(scope), "4407716639", "111000025")
        withdrawn = enter_payment_instruction(investor, account, given=bank)
        withdraw_payment_instruction(investor, account, withdrawn, reason=write(scope))
        enter_payment_instruction(investor, account, given=bank)
        for subject in (account, investor.user_id):
            assert subject
            details = Details(TaxNumberKind.SSN, "536-90-4399", postal_address=write(scope))
            change_profile(investor, subject, given=details)


def _privacy(staff: Staff, write: Write, investors: dict[Actor, str], *, shared: str, inside: str) -> None:
    """A text that people are asked to consent to, their answers, archives of their data, and wishes to be erased."""
    officer = staff.compliance
    with acting_as(officer.tenancy):
        purpose = create_purpose(officer, name=write(shared), needed=False, body=write(shared))
        set_retention_term(officer, Category.BOOKS, years=50)
    for investor, scope in investors.items():
        own = scope if scope == "foreign" else f"{scope}own"
        assert investor.user_id
        with acting_as(investor.tenancy), bound_contextvars(agent=write(own)):
            answer_consent(investor, purpose, version=1, given=True)
            request_export(investor)
        refuse_to_erase(investor, officer, write, own)
        with acting_as(officer.tenancy):
            place_hold(officer, investor.user_id, reason=write(inside))


def _show(investor: Actor, account: UUID, *, to: Actor, called: str) -> None:
    """Let somebody who signs in see all of one account."""
    assert to.user_id
    with acting_as(Actor.system(to.firm_id).tenancy):
        address = get_user(Actor.system(to.firm_id), to.user_id).email
    let_in(investor, address, [account], called=called)


def _vehicle(firm_id: UUID, write: Write, scope: str) -> UUID:
    vehicle_id = make_vehicle(firm_id, write(scope), strategy=write(scope), sector=write(scope), vintage=2024)
    with acting_as(Actor.system(firm_id).tenancy):
        set_pacing(Actor.system(firm_id), vehicle_id, Pacing())
    return vehicle_id


def _account(staff: Staff, name: str, member: Actor) -> UUID:
    assert member.user_id
    with acting_as(staff.manager.tenancy):
        account = open_account(staff.manager, name=name, kind=AccountKind.TRUST, tax_residence="US")
        add_member(staff.manager, account, user_id=member.user_id)
    return account


def _import(staff: Staff, write: Write, scope: str, *, account: str) -> None:
    """A file that was posted, with a vehicle and an account of its own, and one that waits with problems in it."""
    actor, strategy = staff.associate, write(scope)
    row = (account, write(scope), "2020-02-01", "contribution", "60000", write(scope), strategy)
    wrong = (account, write(scope), "2020-02-31", "fee", write(scope), write(scope), strategy)
    for rows, kept in (([row], True), ([row, wrong], False)):
        with acting_as(actor.tenancy):
            found = start_import(actor, name=f"{write(scope)}.csv", content=history(rows, COLUMNS))
            choose_import_options(actor, found, options_for(COLUMNS))
        drain()
        if kept:
            with acting_as(actor.tenancy):
                queue_posting(actor, found, attempt=get_import(actor, found).attempt)
            drain()


def _statements(staff: Staff, write: Write, vehicle: UUID, accounts: dict[str, UUID], *, shared: str) -> None:
    """Published ones, corrected ones, and a run that waits to be published."""
    with acting_as(staff.manager.tenancy):
        first, *_ = list_run_statements(staff.manager, publish_run(staff.manager, vehicle, Q1))
        give_statement_sheet(staff.manager, first.id, digest="0" * 64)
    publish_run(staff.manager, vehicle, Q3)
    for scope, account in accounts.items():
        late = [("fee", "2025-09-15", "100")]
        post_history(staff.manager.firm_id, account, vehicle, late, reference=write(scope))
    publish_run(staff.manager, vehicle, Q3, reason=write(shared))
    with acting_as(staff.manager.tenancy):
        start_statement_run(staff.manager, vehicle, Q2)
    drain()


def _approvals(staff: Staff, write: Write, inside: str) -> None:
    """A request that was rejected, and one that is open."""
    maker, officer, subject = staff.administrator, staff.compliance, staff.associate.user_id
    assert subject
    for open_still in (False, True):
        with acting_as(maker.tenancy):
            request = propose_roles(maker, subject, roles=[Role.MANAGER], reason=write(inside))
        if not open_still:
            with acting_as(officer.tenancy):
                digest = get_approval(officer, request).digest
                decide_approval(officer, request, digest=digest, approves=False, comment=write(inside))


def _inside(staff: Staff, write: Write, inside: str) -> None:
    """A look through access, somebody who is invited, an act with particulars, and a job that fails."""
    manager = staff.manager
    attest(manager, write(inside))
    with acting_as(manager.tenancy):
        invite_person(
            manager, resources().sealer, email=f"{write(inside)}@example.com", name=write(inside),
            roles=[Role.INVESTOR],
        )  # fmt: skip
        _act(manager, write(inside))


@transactional
def _act(manager: Actor, word: str) -> None:
    record_act(manager.user_id, "data.export", f"list:{word}", file=word)
    enqueue("imports.check", import_id=str(uuid4()), attempt="1")


def _write_what_only_faults_write(admin_url: str, write: Write, outsiders: list[Outsider]) -> None:
    """Texts that a firm gets when something goes wrong, and what is set where a firm is installed."""
    with psycopg.connect(admin_url) as connection:
        end_shares(connection, outsiders)
        connection.execute("UPDATE identity.firms SET open_registration = true, host = slug || '.example'")
        # Later, so that whoever takes long to try everything is still fresh, signed in, and viewing.
        connection.execute("UPDATE identity.sessions SET proven_at = now() + '1 hour', seen_at = now() + '1 hour'")
        connection.execute("UPDATE identity.viewings SET begun_at = begun_at + '1 hour', ends_at = ends_at + '1 hour'")
        for firm, scope in (("harbour", "staff"), ("northwind", "foreign")):
            connection.execute(
                "UPDATE platform.outbox o SET state = 'dead', failures = 8, finished_at = now(), last_error = %s"
                " FROM identity.firms f WHERE f.id = o.firm_id AND f.slug = %s AND o.last_error IS NOT NULL",
                (write(scope), firm),
            )
            connection.execute(LOST, {"key": f"imports/{write(scope)}", "firm": firm})
            connection.execute(CHECKED, {"firm": firm})
