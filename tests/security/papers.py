"""The documents of a firm in the scene: one for every audience and state, each file with a word of its own in it."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from reportlab.pdfgen.canvas import Canvas

from portal.domain.documents.library.services.audiences import grant_document
from portal.domain.documents.library.services.folders import create_folder, open_root_folder
from portal.domain.documents.library.services.keeping import delete_document, place_document_hold, set_retention
from portal.domain.documents.library.services.publishing import archive_document, publish_document
from portal.domain.documents.library.services.receiving import receive_document, receive_version
from portal.domain.documents.library.services.uploads import start_upload
from portal.domain.documents.library.values.documents import Audience, DocumentDetails, DocumentType
from portal.domain.documents.library.values.files import Arrival
from portal.domain.documents.library.values.folders import FolderKind
from portal.domain.documents.library.values.keeping import HoldSubject
from portal.domain.documents.papers.services import accept_paper, return_paper, send_paper
from portal.domain.identity.access.values import Actor
from portal.jobs.drain import drain
from portal.platform import clock
from portal.platform.ids import new_id
from portal.platform.resources import resources
from portal.platform.tenancy import acting_as
from tests.security.canaries import Write

if TYPE_CHECKING:
    from tests.security.scene import Staff

QUOTA = 2**40
# What delegates may be let see; all else of an account is for who acts for it.
SHOWN = (DocumentType.STATEMENT, DocumentType.NOTICE, DocumentType.TAX_FORM)
KEPT = (DocumentType.AGREEMENT, DocumentType.REPORT, DocumentType.SUBSCRIPTION, DocumentType.IDENTIFICATION)


def paper(*lines: str) -> bytes:
    """A PDF that says these lines."""
    file = io.BytesIO()
    canvas = Canvas(file)
    for place, line in enumerate(lines):
        canvas.drawString(72, 760 - 20 * place, line)
    canvas.save()
    return file.getvalue()


class Desk:
    """Files documents as the firm's people do: received, checked by the real job, published."""

    def __init__(self, staff: Staff, write: Write, folder_id: UUID) -> None:
        self.staff, self.write, self.folder_id = staff, write, folder_id

    def file(self, scope: str, type_: DocumentType, audience: Audience, **about: object) -> UUID:
        """A document that waits for its check, all of whose words are in `scope`."""
        associate, write = self.staff.associate, self.write
        details = DocumentDetails(write(scope), type_, audience, tags=(write(scope),), **about)  # type: ignore[arg-type]  # what DocumentDetails takes
        with acting_as(associate.tenancy):
            return receive_document(associate, self.folder_id, details, self.arrive(scope), quota=QUOTA)

    def arrive(self, scope: str) -> Arrival:
        """A file in quarantine."""
        content = paper(self.write(scope))
        stored = resources().store.put(f"documents/{new_id()}", content, "application/pdf")
        return Arrival(stored.key, f"{self.write(scope)}.pdf", stored.size)

    def publish(self, *documents: UUID) -> None:
        """Let those they are for see them."""
        manager = self.staff.manager
        drain()
        with acting_as(manager.tenancy):
            for document_id in documents:
                publish_document(manager, document_id)


def file_papers(
    staff: Staff,
    write: Write,
    investors: dict[Actor, str],
    accounts: dict[str, UUID],
    together: UUID,
    *,
    shared: str,
    inside: str,
) -> tuple[Desk, dict[str, UUID]]:
    """Documents for the firm, a vehicle, each account and each person, and those that are for nobody outside; by scope
    one that is for an account alone, and the desk that filed them."""
    associate = staff.associate
    with acting_as(associate.tenancy):
        start_upload(associate, name=f"{write(inside)}.pdf", size=10)
        root = open_root_folder(associate, FolderKind.FIRM, None, write(inside))
        desk = Desk(staff, write, create_folder(associate, root, write(inside)))
    desk.publish(
        desk.file(shared, DocumentType.REPORT, Audience.FIRM, period="2025-Q3"),
        desk.file(shared, DocumentType.NOTICE, Audience.VEHICLE, vehicle_id=together),
        desk.file(shared, DocumentType.AGREEMENT, Audience.VEHICLE, vehicle_id=together, view_only=True),
    )
    kept = {}
    for investor, scope in investors.items():
        _send_papers(desk, investor, scope if scope == "foreign" else f"{scope}own", accounts[scope])
        kept[scope] = _of_account(desk, investor, scope, accounts[scope])
    _for_nobody(desk, inside, next(iter(accounts.values())))
    return desk, kept


def _of_account(desk: Desk, investor: Actor, scope: str, account: UUID) -> UUID:
    """Papers of one account; those that delegates are not let see are in the scope of its people alone. The last."""
    own = scope if scope == "foreign" else f"{scope}own"
    papers = [desk.file(scope, each, Audience.ACCOUNT, account_id=account) for each in SHOWN]
    papers += [desk.file(own, each, Audience.ACCOUNT, account_id=account, must_acknowledge=True) for each in KEPT]
    papers.append(
        desk.file(own, DocumentType.OTHER, Audience.ACCOUNT, account_id=account, view_only=True, marked_copies=True)
    )
    named = desk.file(own, DocumentType.OTHER, Audience.NAMED)
    desk.publish(*papers, named)
    with acting_as(desk.staff.associate.tenancy):
        receive_version(desk.staff.associate, papers[-1], desk.arrive(own), note=desk.write(own), quota=QUOTA)
    desk.publish(papers[-1])
    assert investor.user_id
    with acting_as(desk.staff.manager.tenancy):
        grant_document(desk.staff.manager, named, investor.user_id)
    return papers[-1]


def _send_papers(desk: Desk, investor: Actor, own: str, account: UUID) -> None:
    """Papers that the investor sent: one that waits, one that was accepted, one that was sent back."""
    manager, write = desk.staff.manager, desk.write
    papers = []
    for _ in range(3):
        with acting_as(investor.tenancy):
            sent = desk.arrive(own)
            papers.append(
                send_paper(investor, account, DocumentType.IDENTIFICATION, sent, note=write(own), quota=QUOTA)
            )
    drain()
    with acting_as(manager.tenancy):
        accept_paper(manager, papers[1], title=write(own), type_=DocumentType.IDENTIFICATION)
        return_paper(manager, papers[2], comment=write(own))


def _for_nobody(desk: Desk, inside: str, account: UUID) -> None:
    """A draft, one for some of the staff, and those that were taken back: by archiving, deleting, a date."""
    to_account = {"audience": Audience.ACCOUNT, "account_id": account}
    drafted, archived, deleted = (desk.file(inside, DocumentType.TAX_FORM, **to_account) for _ in range(3))  # type: ignore[arg-type]  # what DocumentDetails takes
    desk.file(inside, DocumentType.OTHER, Audience.STAFF, roles=("manager", "associate", "compliance"))
    late = desk.file(inside, DocumentType.NOTICE, Audience.FIRM, expires_at=clock.now() - timedelta(minutes=1))
    desk.publish(archived, deleted, late)
    manager, officer = desk.staff.manager, desk.staff.compliance
    with acting_as(manager.tenancy):
        archive_document(manager, archived)
        delete_document(manager, deleted)
        publish_document(manager, drafted, at=clock.now() + timedelta(days=30))
    with acting_as(officer.tenancy):
        set_retention(officer, DocumentType.AGREEMENT, 7)
        place_document_hold(officer, HoldSubject.DOCUMENT, archived, reason=desk.write(inside))
