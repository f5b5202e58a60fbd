"""Posting what was checked, and taking it back."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from itertools import compress
from uuid import UUID

from portal.domain.identity.access.values import Actor
from portal.domain.identity.accounts.queries import find_user_by_email, get_user
from portal.domain.identity.audit.services import record_act
from portal.domain.investments.imports.errors import ImportBusy, ImportStopped, PositionBuiltUpon
from portal.domain.investments.imports.policies import can_post, can_undo, require_importer
from portal.domain.investments.imports.queries.ground import find_later_position, get_ground
from portal.domain.investments.imports.queries.imports import get_import, list_rows_to_post
from portal.domain.investments.imports.rules.comparing import compare_rows
from portal.domain.investments.imports.rules.entries import in_parts, ledger_entries
from portal.domain.investments.imports.rules.keys import Identity
from portal.domain.investments.imports.rules.summing import new_accounts, new_vehicles
from portal.domain.investments.imports.services.checks import check_again, enter_stage
from portal.domain.investments.imports.values.records import Ground, Import, ImportState, RowState
from portal.domain.investments.imports.values.tables import Entry
from portal.domain.investments.ledger.errors import NothingToReverse
from portal.domain.investments.ledger.services import post_entries, reverse_batch
from portal.domain.investments.vehicles.queries import find_vehicles
from portal.domain.investments.vehicles.services import create_vehicles
from portal.domain.investments.vehicles.values import VehicleDescription
from portal.domain.people.investor_accounts.queries import find_account_ids
from portal.domain.people.investor_accounts.services import open_accounts
from portal.platform.db import execute, fetch_value, session, transactional
from portal.platform.errors import DomainError, Invalid
from portal.platform.outbox import enqueue
from portal.platform.progress import report_progress

# Positions are posted as differences to what stands, so that imports of one firm follow one another.
ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(hashtextextended('imports:' || %(firm)s::text, 0))"
POSTED_BY = "UPDATE investments.imports SET posted_by = %(actor)s WHERE id = %(id)s"
POSTED = """
UPDATE investments.imports SET state = 'posted', posted = %(posted)s, skipped = %(skipped)s,
  posted_at = clock_timestamp(), changed_at = clock_timestamp()
WHERE id = %(id)s AND state = 'posting' AND attempt = %(attempt)s
"""
FORGET_ROWS = "DELETE FROM investments.import_rows WHERE import_id = %(id)s"  # the ledger has them now
UNDONE_BY = "UPDATE investments.imports SET undone_by = %(actor)s WHERE id = %(id)s"
UNDONE = """
UPDATE investments.imports SET state = %(state)s, problem = %(problem)s, changed_at = clock_timestamp(),
  undone_at = CASE %(state)s WHEN 'undone' THEN clock_timestamp() ELSE undone_at END
WHERE id = %(id)s
"""
PART = 10_000  # entries between two reports of progress
CHANGED = "The ledger has changed since this file was checked. Nothing was posted; look at the preview again."


@transactional
def queue_posting(actor: Actor, import_id: UUID, *, attempt: int) -> None:
    """Have a checked import posted by a job. `attempt` is that of the preview that was looked at: ImportBusy where
    it was checked anew since. Asking twice is the same as once."""
    require_importer(actor)
    found = get_import(actor, import_id)
    if found.state in {ImportState.POSTING, ImportState.POSTED} and found.attempt == attempt + 1:
        return
    if not can_post(actor, found) or found.attempt != attempt:
        raise ImportBusy
    begun = enter_stage(found, ImportState.POSTING)
    execute(POSTED_BY, id=import_id, actor=actor.user_id)
    record_act(actor.user_id, "import.request_posting", f"import:{import_id}")
    enqueue("imports.post", import_id=str(import_id), attempt=str(begun))


@transactional
def post_import(actor: Actor, import_id: UUID, *, attempt: int) -> None:
    """Post every row of an import that a job was asked to post, or none: where the books no longer agree with the
    preview, the import goes back to it, checked anew."""
    found = get_import(actor, import_id)
    if (found.state, found.attempt) != (ImportState.POSTING, attempt):
        return
    report_progress(import_id, "comparing", 0, 0)
    fetch_value(ONE_AT_A_TIME, firm=actor.firm_id)
    rows, identities, states = list_rows_to_post(actor, import_id)
    ground = get_ground(actor, rows, identities)
    if compare_rows(rows, identities, ground) != (states, []):
        check_again(actor, found, problem=CHANGED)
        return
    try:
        with session.begin_nested():
            post_rows(_on_behalf(actor, found.poster_id), found, rows, identities, states, ground)
    except DomainError as refusal:
        check_again(actor, found, problem=f"Nothing was posted. {refusal.message}")
        return
    posted = sum(state is RowState.NEW for state in states)
    if not execute(POSTED, id=import_id, attempt=attempt, posted=posted, skipped=len(rows) - posted):
        raise ImportStopped
    execute(FORGET_ROWS, id=import_id)
    report_progress(import_id, "balancing", 0, 0)


def _on_behalf(system: Actor, user_id: UUID | None) -> Actor:
    """The person who asked for it, with the roles they have now; the firm's machinery where nobody did."""
    if user_id is None:
        return system
    user = get_user(system, user_id)
    return Actor(system.firm_id, user.id, user.roles, user.name)


@transactional
def post_rows(
    actor: Actor,
    found: Import,
    rows: Sequence[Entry],
    identities: Sequence[Identity],
    states: Sequence[RowState],
    ground: Ground,
) -> None:
    """Post the new ones among `rows` as the batch of their import, and make the accounts and vehicles they lack."""
    fresh = [state is RowState.NEW for state in states]
    own, keys = list(compress(rows, fresh)), list(compress(identities, fresh))
    report_progress(found.id, "posting", 0, 0)
    accounts = _with_new_accounts(actor, found, own, ground)
    vehicles = _with_new_vehicles(actor, found, own, ground)
    entries = ledger_entries(own, keys, accounts, vehicles, ground.holdings)
    done = 0
    for part in in_parts(entries, PART) if len(entries) > PART else [entries]:
        post_entries(actor, part, batch_id=found.id, known=ground.known)
        done += len(part)
        report_progress(found.id, "posting", done * len(own) // len(entries), len(own))
    record_act(actor.user_id, "import.post", f"import:{found.id}", rows=len(own))


def _with_new_accounts(actor: Actor, found: Import, rows: Sequence[Entry], ground: Ground) -> dict[str, UUID]:
    """The accounts by name key, those that were missing opened with their owner."""
    missing = new_accounts(rows, ground)
    if not missing:
        return ground.accounts
    email = found.options.owner if found.options else None
    owner = find_user_by_email(actor, email) if email else None
    if email and owner is None:
        raise Invalid("Who was to act for the new accounts is nobody here any more. Choose somebody else.")
    open_accounts(actor, missing, members=[owner.id] if owner else [], cause=f"import:{found.id}")
    return ground.accounts | find_account_ids(actor, [name for name, _ in missing])


def _with_new_vehicles(actor: Actor, found: Import, rows: Sequence[Entry], ground: Ground) -> dict[str, UUID]:
    """The vehicles by name key, those that were missing set up."""
    ids = {key: vehicle.id for key, vehicle in ground.vehicles.items()}
    missing = new_vehicles(rows, ground)
    if not missing:
        return ids
    descriptions = [
        VehicleDescription(each.name, each.currency, strategy=each.strategy, vintage=each.vintage) for each in missing
    ]
    create_vehicles(actor, descriptions, cause=f"import:{found.id}")
    return ids | {key: made.id for key, made in find_vehicles(actor, [each.name for each in missing]).items()}


@transactional
def queue_undo(actor: Actor, import_id: UUID) -> None:
    """Have a posted import taken back by a job; PositionBuiltUpon where a later position was posted on top of it."""
    require_importer(actor)
    found = get_import(actor, import_id)
    if not can_undo(actor, found):
        raise ImportBusy
    if (reason := find_later_position(actor, import_id)) is not None:
        raise PositionBuiltUpon(reason)
    attempt = enter_stage(found, ImportState.UNDOING)
    execute(UNDONE_BY, id=import_id, actor=actor.user_id)
    record_act(actor.user_id, "import.request_undo", f"import:{import_id}")
    enqueue("imports.undo", import_id=str(import_id), attempt=str(attempt), actor_id=str(actor.user_id or ""))


@transactional
def undo_import(actor: Actor, import_id: UUID, *, attempt: int, asked_by: UUID | None = None) -> None:
    """Reverse everything that an import posted, as a job was asked to; it stays posted where a later position was
    built on it meanwhile."""
    found = get_import(actor, import_id)
    if (found.state, found.attempt) != (ImportState.UNDOING, attempt):
        return
    report_progress(import_id, "undoing", 0, 0)
    fetch_value(ONE_AT_A_TIME, firm=actor.firm_id)
    reason = find_later_position(actor, import_id)
    if reason is None:
        with suppress(NothingToReverse):  # whatever it posted was taken back already
            reverse_batch(_on_behalf(actor, asked_by), import_id)
        record_act(asked_by, "import.undo", f"import:{import_id}")
    state = ImportState.UNDONE if reason is None else ImportState.POSTED
    execute(UNDONE, id=import_id, state=state.value, problem=reason)
