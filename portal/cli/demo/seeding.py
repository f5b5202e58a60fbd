"""`portal demo-seed`: two invented firms with ten years of history, to look at the portal with."""

from __future__ import annotations

import time
from datetime import date, timedelta
from uuid import UUID

import click

from portal.cli.application import application
from portal.cli.demo.cast import Cast, load_casts
from portal.cli.demo.details import give_details
from portal.cli.demo.envelopes import send_envelopes
from portal.cli.demo.filing import send_tax_forms
from portal.cli.demo.history import list_entries
from portal.cli.demo.imports import begin_import
from portal.cli.demo.library import fill_library
from portal.cli.demo.money import move_money
from portal.cli.demo.rooms import open_data_room
from portal.cli.demo.season import open_season
from portal.cli.demo.sign_ins import PASSWORD, totp_secret, write_sign_ins
from portal.cli.demo.statements import make_statements
from portal.cli.demo.under_way import set_work_going
from portal.domain.analytics.looks.services import note_look
from portal.domain.analytics.looks.values import Glance
from portal.domain.identity.access.values import Actor, Role
from portal.domain.identity.accounts.queries import find_user_by_email
from portal.domain.identity.accounts.services import create_user
from portal.domain.identity.factors.queries import get_standing
from portal.domain.identity.factors.services import enrol_totp
from portal.domain.identity.firms.queries import find_firm_by_slug, get_firm_by_slug
from portal.domain.identity.firms.services import create_firm
from portal.domain.investments.ledger.services import post_entries
from portal.domain.investments.vehicles.services import create_vehicle
from portal.domain.people.delegations.queries import list_given_delegations, list_own_accounts
from portal.domain.people.delegations.services import give_access
from portal.domain.people.investor_accounts.services import open_account
from portal.domain.people.privacy.services.consents import create_purpose
from portal.platform import clock
from portal.platform.db import transactional
from portal.platform.ids import new_id
from portal.platform.passwords import hash_password
from portal.platform.resources import resources
from portal.platform.tenancy import acting_as

SHOWN_FOR = timedelta(days=182)
NEWS = (
    "We write to you up to four times a year about the firm, its people and new vehicles. For this we use your name and"
    " your e-mail address, and give them to nobody else.\n\n"
    "You can withdraw your consent here at any time. What you receive as an investor does not depend on it."
)


@click.command("demo-seed")
def demo_seed() -> None:
    """Found the demo's firms where they are not there yet, and write their sign-ins to DATA_DIR/demo.json."""
    with application():
        settings = resources().settings
        if settings.mode == "production":
            raise click.ClickException(
                "The demo's people share a password that everybody knows, so it is not put into a production portal."
                " Start one with `portal up --demo`."
            )
        casts = load_casts()
        for cast in casts:
            began = time.monotonic()
            founded = seed_firm(cast, today=clock.today())
            equip_people(cast)
            let_delegates_in(cast)
            set_work_going(cast)
            fill_library(cast, today=clock.today())
            send_envelopes(cast, today=clock.today())
            open_data_room(cast)
            move_money(cast, today=clock.today())
            open_season(cast, today=clock.today())
            click.echo(f"{cast.name} {f'founded in {time.monotonic() - began:.1f} s' if founded else 'is there'}.")
        click.echo(f"The sign-ins are in {write_sign_ins(settings, casts)}.")


def seed_firm(cast: Cast, *, today: date) -> bool:
    """Found a firm with all that is in it, or nothing of it; False when it is there already."""
    if find_firm_by_slug(cast.slug) is not None:
        return False
    firm_id = new_id()
    with acting_as(Actor.system(firm_id).tenancy):
        _found(firm_id, cast, today)
    return True


def equip_people(cast: Cast) -> None:
    """Give an authenticator app to who is to have one and has none: staff could not go on without."""
    firm = get_firm_by_slug(cast.slug)
    system, settings, vault = Actor.system(firm.id), resources().settings, resources().vault
    with acting_as(system.tenancy):
        for person in (*cast.staff, *cast.investors):
            user, secret = find_user_by_email(system, person.email), totp_secret(settings, person)
            if user is not None and secret is not None and not get_standing(user.id).enrolled:
                enrol_totp(system, user.id, vault, secret=secret)


def let_delegates_in(cast: Cast) -> None:
    """Have each investor who shows accounts to somebody do so, unless they did before."""
    firm = get_firm_by_slug(cast.slug)
    emails = {person.name: person.email for person in cast.investors}
    for delegate in cast.delegates:
        system = Actor.system(firm.id)
        with acting_as(system.tenancy):
            user = find_user_by_email(system, emails[delegate.grantor])
        if user is None:
            continue
        grantor = Actor(firm.id, user.id, user.roles, user.name)
        with acting_as(grantor.tenancy):
            if list_given_delegations(grantor):
                continue
            own = {name: account_id for account_id, name in list_own_accounts(grantor).items()}
            give_access(
                grantor,
                resources().sealer,
                email=delegate.person.email,
                called=delegate.person.name,
                relation=delegate.relation,
                accounts=[own[name] for name in delegate.accounts],
                scopes=delegate.scopes,
                until=clock.today() + SHOWN_FOR,
            )
        with acting_as(system.tenancy):
            let_in = find_user_by_email(system, delegate.person.email)
        if let_in is not None:
            note_look(
                Actor(firm.id, let_in.id, let_in.roles, let_in.name), Glance("portfolio", "route:portfolio.index")
            )


@transactional
def _found(firm_id: UUID, cast: Cast, today: date) -> None:
    create_firm(firm_id, slug=cast.slug, name=cast.name, accent=cast.accent, time_zone=cast.time_zone)
    system = Actor.system(firm_id)
    people = _people(system, cast)
    create_purpose(system, name="News of the firm by e-mail", needed=False, body=NEWS)
    accounts = _accounts(system, cast, people)
    vehicles = {fund.key: create_vehicle(system, fund.description) for fund in cast.funds}
    for fund in cast.funds:
        commitments = {accounts[name]: amount for name, amount in cast.commitments_to(fund).items()}
        post_entries(system, list_entries(fund, vehicles[fund.key], commitments, today=today))
    associate, manager = (
        Actor(firm_id, people[person.name], frozenset({person.role}), person.name)
        for person in (cast.first(Role.ASSOCIATE), cast.first(Role.MANAGER))
    )
    make_statements(associate, manager, cast, vehicles, today=today)
    give_details(system, cast, people, accounts)
    if cast.to_import is not None:
        begin_import(associate, cast.to_import)
        send_tax_forms(system, associate, cast, accounts, vehicles, today)


def _people(system: Actor, cast: Cast) -> dict[str, UUID]:
    """Everybody who signs in, by name."""
    hashed = hash_password(PASSWORD)
    return {
        person.name: create_user(
            system, email=person.email, name=person.name, password=None, password_hash=hashed, roles=[person.role]
        )
        for person in (*cast.staff, *cast.investors, *(each.person for each in cast.delegates))
    }


def _accounts(system: Actor, cast: Cast, people: dict[str, UUID]) -> dict[str, UUID]:
    """The investor accounts, by name."""
    return {
        holder.name: open_account(
            system,
            name=holder.name,
            kind=holder.kind,
            tax_residence=holder.residence,
            members=[people[name] for name in holder.members],
        )
        for holder in cast.holders
    }
