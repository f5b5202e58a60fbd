"""`portal create-firm` and `portal create-user`: the first firm and the first people of an installation."""

from __future__ import annotations

import re

import click

from portal.cli.application import application
from portal.domain.identity.access.values import Actor, Role
from portal.domain.identity.accounts.services import create_user
from portal.domain.identity.firms.queries import find_firm_by_slug, get_firm_by_slug
from portal.domain.identity.firms.services import create_firm as found_firm
from portal.platform.ids import new_id
from portal.platform.tenancy import acting_as

SLUG = re.compile(r"[a-z0-9][a-z0-9-]{1,62}")
ADDRESS = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


def _read_slug(_ctx: click.Context, _param: click.Parameter, value: str) -> str:
    if not SLUG.fullmatch(value):
        raise click.BadParameter(f"{value!r} is not two to 63 small letters, digits and hyphens.")
    return value


def _read_address(_ctx: click.Context, _param: click.Parameter, value: str) -> str:
    if not ADDRESS.fullmatch(value):
        raise click.BadParameter(f"{value!r} is not an e-mail address.")
    return value


@click.command("create-firm")
@click.argument("slug", callback=_read_slug)
@click.argument("name")
def create_firm(slug: str, name: str) -> None:
    """Found the firm NAME, called SLUG (small letters, digits, hyphens) in addresses and commands."""
    firm_id = new_id()
    with application():
        if find_firm_by_slug(slug) is not None:
            raise click.ClickException(f"There is a firm called {slug!r} already. Nothing was changed.")
        with acting_as(Actor.system(firm_id).tenancy):
            found_firm(firm_id, slug=slug, name=name)
    click.echo(f"{name} is founded.")


@click.command("create-user")
@click.argument("email", callback=_read_address)
@click.argument("name")
@click.option("--firm", "slug", required=True, metavar="SLUG", help="Whose person it is.")
@click.option(
    "--role",
    "roles",
    multiple=True,
    required=True,
    type=click.Choice([role.value for role in Role]),
    help="What they are to the firm; may be said several times.",
)
@click.password_option(help="Left out, it is asked for, and nobody else of the machine sees it.")
def create_person(email: str, name: str, slug: str, roles: tuple[str, ...], password: str) -> None:
    """Add a person with this e-mail address to a firm, who may sign in at once; the password is asked for."""
    with application():
        firm = get_firm_by_slug(slug)
        system = Actor.system(firm.id)
        with acting_as(system.tenancy):
            create_user(system, email=email, name=name, password=password, roles=[Role(role) for role in roles])
    click.echo(f"{email} may sign in.")
