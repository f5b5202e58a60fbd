"""The demo's batch: everybody's tax forms in one PDF, as an administrator sends them, for staff to look through."""

from __future__ import annotations

import io
from collections.abc import Mapping
from datetime import date
from uuid import UUID

from reportlab.pdfgen.canvas import Canvas

from portal.cli.demo.cast import Cast
from portal.domain.documents.filing.services.batches import finish_receiving, keep_part, start_batch
from portal.domain.documents.filing.values.batches import BatchDetails
from portal.domain.documents.library.values.documents import DocumentType
from portal.domain.identity.access.values import Actor
from portal.domain.people.investor_accounts.services import number_account

FIRST_NUMBER = 10_001
STRANGER = "Wexford Orchard Partners LP"  # of whom the firm knows nothing: nobody is to get these pages
MOST = 8


def send_tax_forms(
    system: Actor, associate: Actor, cast: Cast, accounts: Mapping[str, UUID], vehicles: Mapping[str, UUID], today: date
) -> None:
    """Number the accounts and send the batch; the worker reads it. Inside the operation that founds the firm."""
    for number, name in enumerate(accounts, start=FIRST_NUMBER):
        number_account(system, accounts[name], str(number))
    fund, year = cast.funds[0], str(today.year - 1)
    names = list(cast.commitments_to(fund))[:MOST]
    content = _print(fund.description.name, year, [*names[:-1], STRANGER, names[-1]], list(accounts))
    details = BatchDetails(
        DocumentType.TAX_FORM, f"Schedule K-1 {year}, {fund.description.name}", year, vehicles[fund.key]
    )
    batch_id = start_batch(associate, details, name=f"K-1 {year}.pdf", size=len(content))
    keep_part(associate, batch_id, 0, content)
    finish_receiving(associate, batch_id)


def _print(fund: str, year: str, names: list[str], accounts: list[str]) -> bytes:
    """Two pages for each name; every other one has the account's number too."""
    kept = io.BytesIO()
    canvas = Canvas(kept, invariant=True)
    for place, name in enumerate(names):
        known = name in accounts and place % 2 == 0
        number = f"Account {FIRST_NUMBER + accounts.index(name)}" if known else ""
        for page in (1, 2):
            lines = (f"Schedule K-1 (Form 1065) {year}", fund, *((name, number) if page == 1 else ("Supplement",)))
            for line, text in enumerate(lines):
                canvas.drawString(72, 760 - 20 * line, text)
            canvas.drawString(260, 40, f"Page {page} of 2")
            canvas.showPage()
    canvas.save()
    return kept.getvalue()
