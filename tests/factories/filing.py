"""Papers that name people, for tests."""

from __future__ import annotations

import io
from uuid import UUID

from PIL import Image
from reportlab.lib.pagesizes import A4
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from portal.domain.identity.access.values import Actor
from portal.domain.people.investor_accounts.services import number_account
from portal.domain.people.profiles.services import change_profile
from portal.domain.people.profiles.values import Details, TaxNumberKind
from portal.platform.tenancy import acting_as


def paper(*pages: str) -> bytes:
    """A PDF with these pages, line by line."""
    kept = io.BytesIO()
    canvas = Canvas(kept, pagesize=A4, invariant=True)
    for page in pages:
        for place, line in enumerate(page.split("\n")):
            canvas.drawString(72, 760 - 16 * place, line)
        canvas.showPage()
    canvas.save()
    return kept.getvalue()


def scan(*pages: str | None) -> bytes:
    """A PDF with these pages, where None is one that was scanned and "" an empty one."""
    kept = io.BytesIO()
    canvas = Canvas(kept, pagesize=A4, invariant=True)
    for page in pages:
        if page is None:
            canvas.drawImage(ImageReader(Image.new("L", (60, 80), 200)), 0, 0, *A4)
        elif page:
            canvas.drawString(72, 760, page)
        canvas.showPage()
    canvas.save()
    return kept.getvalue()


def give_tax_number(firm_id: UUID, account_id: UUID, number: str, kind: TaxNumberKind = TaxNumberKind.EIN) -> None:
    """The tax number of an account."""
    system = Actor.system(firm_id)
    with acting_as(system.tenancy):
        change_profile(system, account_id, given=Details(tax_number_kind=kind, tax_number=number))


def give_number(firm_id: UUID, account_id: UUID, number: str) -> None:
    """The number of an account."""
    system = Actor.system(firm_id)
    with acting_as(system.tenancy):
        number_account(system, account_id, number)
