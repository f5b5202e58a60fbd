"""`portal verify`: prove that the books stand up to a rebuild, and that the record of acts is what was sealed."""

from __future__ import annotations

from collections.abc import Iterator

import click

from portal.cli.application import application
from portal.domain.identity.access.values import Actor
from portal.domain.identity.audit.queries import list_record_findings
from portal.domain.identity.firms.queries import get_firm_by_slug, list_firms
from portal.domain.investments.ledger.queries.checks import list_ledger_findings
from portal.platform.anchors import Anchor, open_anchor
from portal.platform.resources import resources
from portal.platform.tenancy import acting_as


@click.command()
@click.option("--firm", "slug", metavar="SLUG", help="Only this firm; all of them otherwise.")
def verify(slug: str | None) -> None:
    """Check every firm's books (trial balance, journals, kept balances, valuations, reversals) and its record of acts
    (edits, deletions, insertions, reordering, the anchor). Exit 1 on a finding."""
    found = 0
    with application():
        anchor = open_anchor(resources())
        for firm in [get_firm_by_slug(slug)] if slug else list_firms():
            findings = list(_findings(Actor.system(firm.id), anchor))
            for finding in findings:
                click.echo(f"{firm.slug}: {finding}")
            click.echo(f"{firm.slug}: {f'{len(findings)} findings' if findings else 'the books and the record stand'}")
            found += len(findings)
    if found:
        raise SystemExit(1)


def _findings(system: Actor, anchor: Anchor) -> Iterator[str]:
    anchored = anchor.read(system.firm_id)
    with acting_as(system.tenancy):
        for books in list_ledger_findings(system):
            yield f"{books.check}: {books.record}: {books.message}"
        for record in list_record_findings(anchored):
            yield f"record of acts: {record.place} {record.message}"
