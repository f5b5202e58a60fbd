"""The check of all files: `portal check-files`, and once a day by the scheduler."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import click
import structlog

from portal.cli.application import application
from portal.domain.identity.access.values import Actor
from portal.domain.identity.firms.queries import list_firms
from portal.platform import clock
from portal.platform.resources import resources
from portal.platform.storage.errors import StorageUnavailable
from portal.platform.storage.losses import begin_check, finish_check, list_lost_keys
from portal.platform.storage.sweeping import Sweep, is_days_turn, sweep
from portal.platform.tenancy import Tenancy, acting_as

log = structlog.get_logger(__name__)


@click.command()
@click.option("--read", "read_all", is_flag=True, help="Read every file whole; otherwise those whose turn it is today.")
@click.option("--remove", is_flag=True, help="Remove old files that no row names even where they are many.")
def check_files(read_all: bool, remove: bool) -> None:
    """Compare the files in the store with the rows that name them. Exit 1 where a file is missing or damaged."""
    with application():
        try:
            found = check_all_files(read_all=read_all, remove_all=remove)
        except StorageUnavailable as error:
            raise click.ClickException(str(error)) from error
        slugs = {firm.id: firm.slug for firm in list_firms()}
    for loss in found.losses:
        claim = loss.claim
        click.echo(f"{slugs[claim.firm_id]}: {claim.table} {claim.row_id}: {claim.key} is {loss.problem}")
    for orphan in found.orphans:
        click.echo(f"in no row: {orphan.key}, {orphan.size} bytes, since {orphan.written_at:%Y-%m-%d %H:%M}")
    if found.kept_back:
        click.echo(
            f"{found.kept_back} of these are old enough to be removed, and too many to be right: see that the database"
            " is the one of this store, then run this again with --remove."
        )
    click.echo(
        f"{found.objects} files, {found.claimed.total()} in rows, {found.read} read: {len(found.losses)} lost,"
        f" {len(found.orphans)} in no row of which {found.removed} removed, {found.unfinished} unfinished removed"
    )
    if found.losses:
        raise SystemExit(1)


def check_due_files() -> bool:
    """Check all files where a day has passed since they last were and nobody else is at it; whether they were."""
    begun = [_begin(firm.id) for firm in list_firms()]
    if any(begun):
        check_all_files()
    return any(begun)


def check_all_files(*, read_all: bool = False, remove_all: bool = False) -> Sweep:
    """Check the files of all firms, keep for each what is lost, and tell the log; what the sweep found."""
    tenancies = {firm.id: Actor.system(firm.id).tenancy for firm in list_firms()}
    found = sweep(resources().store, tenancies, read=_turn(read_all, tenancies), remove_all=remove_all)
    for firm_id, tenancy in tenancies.items():
        losses = [each for each in found.losses if each.claim.firm_id == firm_id]
        with acting_as(tenancy):
            finish_check(files=found.claimed[firm_id], losses=losses)
    tell = log.error if found.losses else log.warning if found.kept_back or found.strange else log.info
    tell(
        "files_checked",
        files=found.objects,
        claimed=found.claimed.total(),
        read=found.read,
        lost=len(found.losses),
        orphans=len(found.orphans),
        removed=found.removed,
        kept_back=found.kept_back,
        strange=found.strange,
        unfinished=found.unfinished,
    )
    return found


def _begin(firm_id: UUID) -> bool:
    with acting_as(Actor.system(firm_id).tenancy):
        return begin_check()


def _turn(read_all: bool, tenancies: dict[UUID, Tenancy]) -> Callable[[str], bool]:
    """Which files are read: all, or those of the day and those that were found lost before."""
    if read_all:
        return bool  # every key is true
    lost: set[str] = set()
    for tenancy in tenancies.values():
        with acting_as(tenancy):
            lost |= list_lost_keys()
    day = clock.today().toordinal()
    return lambda key: key in lost or is_days_turn(key, day)
