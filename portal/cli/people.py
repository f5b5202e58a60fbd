"""`portal create-firm` and `portal create-user`: the first firm and the first people of an installation."""

from __future__ import annotations

import click

from portal.cli.application import application
from portal.domain.identity.access.values import Actor, Role
from portal.domain.identity.accounts.services import create_user
from portal.domain.identity.firms.queries import get_firm_by_slug
from portal.domain.identity.firms.services import create_firm as found_firm
from portal.platform.errors import DomainError
from portal.platform.ids import new_id
from portal.platform.tenancy import acting_as


@click.command("create-firm")
@click.argument("slug")
@click.argument("name")
def create_firm(slug: str, name: str) -> None:
    """Found the firm NAME, called SLUG in addresses and commands."""
    firm_id = new_id()
    with application(), acting_as(Actor.system(firm_id).tenancy):
        found_firm(firm_id, slug=slug, name=name)
    click.echo(f"{name} is founded.")


@click.command("create-user")
@click.argument("email")
@click.argument("name")
@click.option("--firm", "slug", required=True)
@click.option("--role", "roles", multiple=True, required=True, type=click.Choice([role.value for role in Role]))
@click.password_option()
def create_person(email: str, name: str, slug: str, roles: tuple[str, ...], password: str) -> None:
    """Add a person with this e-mail address to a firm; the password is asked for."""
    with application():
        firm = get_firm_by_slug(slug)
        system = Actor.system(firm.id)
        try:
            with acting_as(system.tenancy):
                create_user(system, email=email, name=name, password=password, roles=[Role(role) for role in roles])
        except DomainError as error:
            raise click.ClickException(error.message) from error
    click.echo(f"{email} may sign in.")
