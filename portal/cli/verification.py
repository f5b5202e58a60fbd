"""`portal verify`: prove that the books stand up to a rebuild."""

from __future__ import annotations

import click

from portal.cli.application import application
from portal.domain.identity.access.values import Actor
from portal.domain.identity.firms.queries import get_firm_by_slug, list_firms
from portal.domain.investments.ledger.queries.checks import list_ledger_findings
from portal.platform.tenancy import acting_as


@click.command()
@click.option("--firm", "slug", help="Only this firm; all of them otherwise.")
def verify(slug: str | None) -> None:
    """Check every firm's books: trial balance, journals, kept balances, valuations, reversals. Exit 1 on a finding."""
    found = 0
    with application():
        for firm in [get_firm_by_slug(slug)] if slug else list_firms():
            system = Actor.system(firm.id)
            with acting_as(system.tenancy):
                findings = list_ledger_findings(system)
            for finding in findings:
                click.echo(f"{firm.slug}: {finding.check}: {finding.record}: {finding.message}")
            click.echo(f"{firm.slug}: {'the books stand' if not findings else f'{len(findings)} findings'}")
            found += len(findings)
    if found:
        raise SystemExit(1)
