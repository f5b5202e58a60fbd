"""Reading forms that were issued: staff the firm's, others those of accounts whose tax forms they see."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from portal.domain.documents.library.queries.visibility import visible_documents, visible_parameters
from portal.domain.identity.access.policies import can
from portal.domain.identity.access.values import Actor, Permission
from portal.domain.identity.emails.values import email_of
from portal.domain.investments.tax_forms.values.forms import (
    Delivery,
    FormAnnouncement,
    IssuedForm,
    ListedForm,
    Recipient,
    Stage,
    TaxForm,
)
from portal.domain.investments.tax_forms.values.incomes import name_line
from portal.domain.people.profiles.queries import list_recipients
from portal.platform import db
from portal.platform.errors import NotFound

REPLACED = "EXISTS (SELECT FROM investments.tax_forms later WHERE later.replaces = t.id)"
SELECT = f"""
SELECT t.id, t.run_id, t.account_id, t.vehicle_id, t.content, t.figures_digest, t.issued_at, t.mailed_on,
  {REPLACED} AS replaced, t.replaces
FROM investments.tax_forms t WHERE {{visible}}
"""  # noqa: S608 - our own text
# One line for each paper: made here, which its source says, or made elsewhere, which comes in the portal alone where
# the account had consented when it was published, which who is only shown an account does not see. What investors sent
# is not among them.
LISTED = """
SELECT d.id AS document_id, t.id AS form_id, d.title, COALESCE(t.tax_year::text, left(d.period, 4)) AS tax_year,
  i.id AS account_id, COALESCE(i.name, t.content ->> 'recipient', '') AS account, f.id AS vehicle_id,
  COALESCE(f.name, t.content ->> 'payer', '') AS vehicle, t.stage, COALESCE(t.version, d.published_version) AS version,
  COALESCE((t.content ->> 'corrected')::boolean, false) AS corrected, COALESCE(t.delivery, c.delivery) AS delivery,
  t.mailed_on, d.published_at
FROM documents.documents d
LEFT JOIN investments.tax_forms t
  ON t.id = CASE WHEN d.source LIKE 'tax_form:%%' THEN substring(d.source FROM 10)::uuid END
LEFT JOIN people.investor_accounts i ON i.id = d.account_id
LEFT JOIN investments.vehicles f ON f.id = d.vehicle_id
LEFT JOIN LATERAL (
  SELECT CASE WHEN COALESCE((SELECT c.given FROM investments.tax_consents c
    WHERE c.account_id = d.account_id AND c.at <= d.published_at ORDER BY c.at DESC, c.id DESC LIMIT 1), false)
    THEN 'electronic' ELSE 'paper' END AS delivery) c ON t.id IS NULL AND d.account_id IS NOT NULL
  AND (%(all)s OR d.account_id = ANY ((SELECT people.my_own_account_ids())::uuid[]))
WHERE {visible} AND d.type = 'tax_form' AND d.state = 'published'
  AND NOT EXISTS (SELECT FROM documents.papers p WHERE p.document_id = d.id) {narrowed}
ORDER BY d.published_at DESC, d.id DESC LIMIT %(most)s
"""
NARROWED = {
    "year": "AND COALESCE(t.tax_year::text, left(d.period, 4)) = %(year)s",
    "account": "AND d.account_id = %(account)s",
    "before_at": "AND (d.published_at, d.id) < (%(before_at)s, %(before_id)s)",
}
RECIPIENTS = """
SELECT DISTINCT m.user_id FROM investments.tax_forms t
JOIN people.account_members m ON m.account_id = t.account_id
JOIN identity.users u ON u.id = m.user_id AND u.active
WHERE t.firm_id = %(firm)s AND t.run_id = %(run)s
"""
ANNOUNCEMENT = """
SELECT t.id, t.income, t.content, t.delivery, u.id AS user_id, u.name, u.email_sealed, k.wrapped, f.name AS firm,
  a.name AS account
FROM investments.tax_forms t
JOIN people.account_members m ON m.account_id = t.account_id AND m.user_id = %(user)s
JOIN identity.users u ON u.id = m.user_id AND u.active JOIN identity.subject_keys k ON k.subject_id = u.id
JOIN identity.firms f ON f.id = t.firm_id JOIN people.investor_accounts a ON a.id = t.account_id
WHERE t.firm_id = %(firm)s AND t.run_id = %(run)s ORDER BY a.name_key, t.income, t.id
"""
Place = tuple[datetime, UUID]


def visible_tax_forms(actor: Actor) -> str:
    """A condition on `investments.tax_forms t`: row security keeps other firms out, and other investors; of the
    staff only who may see all portfolios sees those of accounts that are not theirs."""
    if not actor.is_staff or can(actor, Permission.SEE_ALL_PORTFOLIOS):
        return "t.firm_id = %(firm)s"
    return "t.firm_id = %(firm)s AND t.account_id = ANY ((SELECT people.my_accounts_for('tax_forms'))::uuid[])"


def get_tax_form(actor: Actor, form_id: UUID) -> IssuedForm:
    """One form that the actor may see; NotFound."""
    found = list_tax_forms_by_id(actor, [form_id])
    if not found:
        raise NotFound
    return found[0]


def list_tax_forms_by_id(actor: Actor, form_ids: Sequence[UUID]) -> list[IssuedForm]:
    """Those of the forms that the actor may see."""
    statement = SELECT.format(visible=visible_tax_forms(actor)) + " AND t.id = ANY(%(ids)s)"
    return [_issued(row) for row in db.fetch_all(statement, firm=actor.firm_id, ids=list(form_ids))]


def find_replaced_forms(actor: Actor, form_ids: Sequence[UUID]) -> dict[UUID, UUID]:
    """The form that each of these takes the place of, where it takes one's."""
    rows = db.fetch_all(
        "SELECT id, replaces FROM investments.tax_forms WHERE firm_id = %(firm)s AND id = ANY(%(ids)s)"
        " AND replaces IS NOT NULL",
        firm=actor.firm_id,
        ids=list(form_ids),
    )
    return {row.id: row.replaces for row in rows}


def find_successor(actor: Actor, form_id: UUID) -> UUID | None:
    """The form that took the place of one that the actor may see, or None."""
    statement = SELECT.format(visible=visible_tax_forms(actor)) + " AND t.replaces = %(id)s"
    row = db.fetch_one(statement, firm=actor.firm_id, id=form_id)
    return None if row is None else row.id


def list_tax_forms(
    actor: Actor,
    *,
    tax_year: int | None = None,
    account_id: UUID | None = None,
    before: Place | None = None,
    most: int = 50,
) -> list[ListedForm]:
    """Tax forms that the actor may see, those made elsewhere too, newest first, those after the (moment, id) pair
    `before`."""
    given: dict[str, Any] = {"most": most, "all": can(actor, Permission.SEE_ALL_PORTFOLIOS)}
    if tax_year is not None:
        given["year"] = str(tax_year)
    if account_id is not None:
        given["account"] = account_id
    if before is not None:
        given |= {"before_at": before[0], "before_id": before[1]}
    narrowed = " ".join(criterion for name, criterion in NARROWED.items() if name in given)
    statement = LISTED.format(visible=visible_documents(actor), narrowed=narrowed)
    return [_listed(row) for row in db.fetch_all(statement, **visible_parameters(actor), **given)]


def find_recipients(actor: Actor, account_ids: Sequence[UUID]) -> dict[UUID, Recipient]:
    """What stands on the paper alone, of accounts whose details are known, for the machinery that prints it."""
    found = list_recipients(actor, account_ids)
    return {account_id: Recipient(*told) for account_id, told in found.items()}


def list_form_recipients(actor: Actor, run_id: UUID) -> list[UUID]:
    """The people who act for an account that got a form of this run, each once."""
    return [row.user_id for row in db.fetch_all(RECIPIENTS, firm=actor.firm_id, run=run_id)]


def find_form_announcement(actor: Actor, run_id: UUID, user_id: UUID) -> FormAnnouncement | None:
    """What to tell a person of the forms of a run; None where they have left meanwhile."""
    rows = db.fetch_all(ANNOUNCEMENT, firm=actor.firm_id, run=run_id, user=user_id)
    if not rows:
        return None
    first, form = rows[0], TaxForm.read(rows[0].content)
    return FormAnnouncement(
        first.name,
        email_of(first),
        first.firm,
        form.payer,
        form.name,
        any(row.delivery == Delivery.PAPER.value for row in rows),
        tuple((row.id, name_line(row.account, row.income)) for row in rows),
    )


def _issued(row: db.AnyRow) -> IssuedForm:
    return IssuedForm(
        row.id, row.run_id, row.account_id, row.vehicle_id, TaxForm.read(row.content), row.figures_digest,
        row.issued_at, row.mailed_on, row.replaced,
    )  # fmt: skip


def _listed(row: db.AnyRow) -> ListedForm:
    return ListedForm(
        row.document_id, row.form_id, row.title, int(row.tax_year) if row.tax_year.isdigit() else None, row.account_id,
        row.account, row.vehicle_id, row.vehicle, Stage(row.stage) if row.stage else None, row.version, row.corrected,
        Delivery(row.delivery) if row.delivery else None, row.mailed_on, row.published_at,
    )  # fmt: skip
