"""Reading a bank's file in."""

from __future__ import annotations

import hashlib
import tempfile
from pathlib import Path
from uuid import UUID

import orjson

from portal.domain.identity.access.policies import require
from portal.domain.identity.access.values import Actor, Permission
from portal.domain.identity.audit.services import record_act
from portal.domain.investments.capital_calls.queries.receiving import get_receiving_details
from portal.domain.investments.imports.values.tables import DateFormat
from portal.domain.investments.payments.errors import LineTaken, StatementReadBefore, UnreadableStatement
from portal.domain.investments.payments.models import BankFileRecord
from portal.domain.investments.payments.queries.bank_files import exists_bank_file, get_line
from portal.domain.investments.payments.queries.bank_layouts import find_bank_layout
from portal.domain.investments.payments.rules.bank_files import line_identities, unpack_statement
from portal.domain.investments.payments.values.bank_lines import BankStatement, Layout
from portal.domain.investments.payments.values.receipts import LineState, ReadOutcome
from portal.platform.confined import Exhausted, run_confined
from portal.platform.db import copy_rows, execute, session, take_turns, transactional
from portal.platform.ids import new_id

LARGEST = 16 * 1024 * 1024
LONGEST_NAME = 200
READER = "portal.domain.investments.payments.rules.bank_files:read_confined"
STAGE = """
CREATE TEMPORARY TABLE staged_lines (number integer, booked_on date, value_on date, amount numeric, currency char(3),
  payer text, reference text, bank_id text, account text, identity text) ON COMMIT DROP
"""
COLUMNS = (
    "number", "booked_on", "value_on", "amount", "currency", "payer", "reference", "bank_id", "account", "identity",
)  # fmt: skip
KEEP = """
INSERT INTO investments.bank_lines (id, firm_id, file_id, number, booked_on, value_on, amount, currency, payer,
  reference, bank_id, account, identity, state)
SELECT gen_random_uuid(), %(firm)s, %(file)s, number, booked_on, value_on, amount, currency, payer, reference, bank_id,
  account, identity, CASE WHEN amount > 0 THEN 'open' ELSE 'aside' END
FROM staged_lines ORDER BY number
ON CONFLICT ON CONSTRAINT bank_lines_once DO NOTHING
"""
KEEP_LAYOUT = """
INSERT INTO investments.bank_layouts (id, firm_id, receiving_details_id, columns, set_by)
VALUES (%(id)s, %(firm)s, %(account)s, %(columns)s::jsonb, %(actor)s)
ON CONFLICT ON CONSTRAINT bank_layouts_of_account DO UPDATE SET columns = EXCLUDED.columns, set_by = EXCLUDED.set_by,
  set_at = clock_timestamp()
"""
MOVE = """
UPDATE investments.bank_lines SET state = %(after)s, note = %(note)s
WHERE firm_id = %(firm)s AND id = %(id)s AND state = %(before)s
"""


@transactional
def read_statement(
    actor: Actor,
    *,
    name: str,
    content: bytes,
    currency: str,
    dates: DateFormat = DateFormat.AUTO,
    account_id: UUID | None = None,
    layout: Layout | None = None,
) -> ReadOutcome:
    """Read a bank's file (CSV, camt.053, BAI2) in, each movement once however many files tell it; what it came to.
    `currency` is that of movements whose file says none; `account_id` is the account for calls that the file is of;
    `layout` says which columns hold what, and is kept for the next file of the account. UnreadableStatement,
    UnknownColumns, StatementReadBefore."""
    require(actor, Permission.PREPARE_MONEY)
    if len(content) > LARGEST:
        raise UnreadableStatement(f"The file is larger than {LARGEST >> 20} MiB. Download shorter periods.")
    digest = hashlib.sha256(content).hexdigest()
    if exists_bank_file(actor, digest):
        raise StatementReadBefore
    kept = find_bank_layout(actor, account_id) if layout is None else None
    statement = _read(content, currency, dates, layout or kept)
    if layout is not None:
        _keep_layout(actor, account_id, layout)
    return _keep(actor, name=name[:LONGEST_NAME], digest=digest, statement=statement)


def _keep_layout(actor: Actor, account_id: UUID | None, layout: Layout) -> None:
    if account_id is not None:
        get_receiving_details(actor, account_id)
    columns = orjson.dumps(dict(layout)).decode()
    execute(
        KEEP_LAYOUT, id=new_id(), firm=actor.firm_id, account=account_id, columns=columns, actor=actor.user_id
    )  # fmt: skip
    record_act(actor.user_id, "payments.lay_out", f"firm:{actor.firm_id}")


def _read(content: bytes, currency: str, dates: DateFormat, layout: Layout | None) -> BankStatement:
    """The file as a process with nothing of ours read it."""
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "statement"
        source.write_bytes(content)
        try:
            answer = run_confined(
                READER,
                source=str(source),
                currency=currency,
                dates=dates.value,
                layout=dict(layout) if layout else None,
            )
        except Exhausted as error:
            raise UnreadableStatement("The file takes too long to read. Download shorter periods.") from error
    return unpack_statement(answer)


def _keep(actor: Actor, *, name: str, digest: str, statement: BankStatement) -> ReadOutcome:
    """Keep the movements of a file that no file told before. StatementReadBefore where another reading of it ended
    meanwhile."""
    take_turns("bank file", str(actor.firm_id))
    if exists_bank_file(actor, digest):
        raise StatementReadBefore
    file_id = new_id()
    record = BankFileRecord(
        id=file_id, firm_id=actor.firm_id, name=name, digest=digest, format=statement.format.value,
        lines=len(statement.lines), taken=_count_new(actor, statement), read_by=actor.user_id,
    )  # fmt: skip
    session.add(record)
    session.flush()
    taken = execute(KEEP, firm=actor.firm_id, file=file_id)
    assert taken == record.taken
    record_act(actor.user_id, "payments.read", f"bank_file:{file_id}", lines=len(statement.lines), taken=taken)
    return ReadOutcome(file_id, len(statement.lines), taken, statement.notes)


def _count_new(actor: Actor, statement: BankStatement) -> int:
    """Stage the movements; how many of them are new."""
    execute("DROP TABLE IF EXISTS staged_lines")
    execute(STAGE)
    rows = (
        (line.number, line.booked_on, line.value_on, line.amount, line.currency, line.payer, line.reference,
         line.bank_id, line.account, identity)
        for line, identity in zip(statement.lines, line_identities(statement.lines), strict=True)
    )  # fmt: skip
    copy_rows("staged_lines", COLUMNS, rows)
    forget = """
DELETE FROM staged_lines s USING investments.bank_lines l WHERE l.firm_id = %(firm)s AND l.identity = s.identity
"""
    return len(statement.lines) - execute(forget, firm=actor.firm_id)


@transactional
def set_aside(actor: Actor, line_id: UUID, *, note: str) -> None:
    """Set a payment aside that is no business of investors, for a reason; LineTaken where it is matched."""
    _move(actor, line_id, LineState.OPEN, LineState.ASIDE, note)
    record_act(actor.user_id, "payments.set_aside", f"bank_line:{line_id}")


@transactional
def take_up(actor: Actor, line_id: UUID) -> None:
    """Put a payment that was set aside back among those to match."""
    _move(actor, line_id, LineState.ASIDE, LineState.OPEN, "")
    record_act(actor.user_id, "payments.take_up", f"bank_line:{line_id}")


def _move(actor: Actor, line_id: UUID, before: LineState, after: LineState, note: str) -> None:
    require(actor, Permission.PREPARE_MONEY)
    if get_line(actor, line_id).amount < 0 or not execute(
        MOVE, firm=actor.firm_id, id=line_id, before=before.value, after=after.value, note=note
    ):
        raise LineTaken
