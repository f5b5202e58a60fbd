"""Batches of a firm in the scene: one under review, one filed; and somebody who may be named in a document."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING
from uuid import UUID

from portal.domain.documents.filing.queries.batches import list_pieces
from portal.domain.documents.filing.services.batches import finish_receiving, keep_part, start_batch
from portal.domain.documents.filing.services.recipients import clear_stranger
from portal.domain.documents.filing.services.reviewing import choose_account, confirm_batch
from portal.domain.documents.filing.values.batches import BatchDetails
from portal.domain.documents.filing.values.evidence import EvidenceKind
from portal.domain.documents.library.queries.documents import get_document
from portal.domain.documents.library.services.folders import open_root_folder
from portal.domain.documents.library.services.receiving import receive_document
from portal.domain.documents.library.values.documents import Audience, DocumentDetails, DocumentType
from portal.domain.documents.library.values.files import Arrival
from portal.domain.documents.library.values.folders import FolderKind
from portal.domain.people.investor_accounts.queries import get_account
from portal.domain.people.investor_accounts.services import open_account
from portal.domain.people.investor_accounts.values import AccountKind
from portal.jobs.drain import drain
from portal.platform.ids import new_id
from portal.platform.resources import resources
from portal.platform.tenancy import acting_as
from tests.security.canaries import Write
from tests.security.papers import QUOTA, paper

if TYPE_CHECKING:
    from tests.security.scene import Staff


def file_batches(staff: Staff, write: Write, account: UUID, *, inside: str) -> None:
    """An archive under review and one that was filed as drafts, and a draft for one account that names another."""
    _send(staff, write, account, inside)
    filed = _send(staff, write, account, inside)
    with acting_as(staff.associate.tenancy):
        for piece in list_pieces(staff.associate, filed):  # names of one word are no reason to file anything
            if piece.problem is None:
                choose_account(staff.associate, filed, piece.id, account)
        confirm_batch(staff.associate, filed, publish=False)
    drain()
    with acting_as(staff.associate.tenancy):
        other = open_account(staff.associate, name=write(inside), kind=AccountKind.TRUST)
        folder_id = open_root_folder(staff.associate, FolderKind.FIRM, None, write(inside))
    _clear(staff, write, folder_id, account, other, inside)


def _send(staff: Staff, write: Write, account: UUID, inside: str) -> UUID:
    associate = staff.associate
    with acting_as(associate.tenancy):
        content = io.BytesIO()
        with zipfile.ZipFile(content, "w") as archive:
            archive.writestr(f"{write(inside)}.pdf", paper(get_account(associate, account).name))
            archive.writestr(f"{write(inside)}.exe", b"MZ")
        details = BatchDetails(DocumentType.TAX_FORM, write(inside), "2025")
        batch_id = start_batch(associate, details, name=f"{write(inside)}.zip", size=len(content.getvalue()))
        keep_part(associate, batch_id, 0, content.getvalue())
        finish_receiving(associate, batch_id)
    drain()
    return batch_id


def _clear(staff: Staff, write: Write, folder_id: UUID, account: UUID, other: UUID, inside: str) -> None:
    associate, manager = staff.associate, staff.manager
    with acting_as(associate.tenancy):
        content = paper(get_account(associate, other).name)
        stored = resources().store.put(f"documents/{new_id()}", content, "application/pdf")
        details = DocumentDetails(write(inside), DocumentType.TAX_FORM, Audience.ACCOUNT, account_id=account)
        arrival = Arrival(stored.key, f"{write(inside)}.pdf", stored.size)
        document_id = receive_document(associate, folder_id, details, arrival, quota=QUOTA)
    drain()
    with acting_as(manager.tenancy):
        clear_stranger(
            manager,
            document_id,
            get_document(manager, document_id).versions[0].id,
            subject_id=other,
            kind=EvidenceKind.NAME,
            reason=write(inside),
        )
