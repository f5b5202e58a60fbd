"""The demo's data room: two groups, an agreement, a few papers, a question that waits."""

from __future__ import annotations

import hashlib
import io
from uuid import UUID

from reportlab.pdfgen.canvas import Canvas

from portal.cli.demo.cast import Cast
from portal.domain.documents.library.services.publishing import publish_document
from portal.domain.documents.library.services.receiving import file_release
from portal.domain.documents.library.values.documents import Audience, DocumentDetails, DocumentType
from portal.domain.documents.library.values.files import CONTENT_TYPES, Release
from portal.domain.documents.rooms.queries.members import get_matrix
from portal.domain.documents.rooms.queries.rooms import get_room, list_rooms
from portal.domain.documents.rooms.services.agreements import write_room_text
from portal.domain.documents.rooms.services.contents import create_room_folder, set_permissions
from portal.domain.documents.rooms.services.members import create_group, invite_member
from portal.domain.documents.rooms.services.questions import ask_question
from portal.domain.documents.rooms.services.rooms import create_room, open_room
from portal.domain.documents.rooms.values.members import FolderPermission, Invitation
from portal.domain.documents.rooms.values.rooms import RoomDetails
from portal.domain.identity.access.values import Actor, Role
from portal.domain.identity.accounts.queries import find_user_by_email
from portal.domain.identity.firms.queries import get_firm_by_slug
from portal.platform.db import transactional
from portal.platform.ids import new_id
from portal.platform.resources import resources
from portal.platform.tenancy import acting_as

NAME = "Saltmarsh Credit II: second close"
INTRODUCTION = (
    "Everything for the second close on one page. Ask here what you would ask us on the telephone: the answer reaches"
    " everybody whom it helps, and nobody learns who asked."
)
AGREEMENT = (
    "Confidentiality\n\n"
    "What you read in this room is confidential. You use it to decide about an investment, show it only to those who"
    " advise you on that, and destroy your copies when we ask you to.\n\n"
    "This holds for three years, whether you invest or not."
)
# Folder, title, pages.
PAPERS = (
    ("Overview", "Term sheet", 1),
    ("Overview", "Presentation to investors", 4),
    ("Legal", "Limited partnership agreement (draft)", 3),
    ("Legal", "Subscription booklet", 2),
    ("Financials", "Portfolio model, summary", 2),
)
CLOSED_TO_NEWCOMERS = "Financials"
QUESTION = "Does the management fee step down after the investment period, and to what?"


def open_data_room(cast: Cast) -> None:
    """Make and open the room where it is not there yet; for the firm whose business is under way."""
    if cast.under_way is None:
        return
    system = Actor.system(get_firm_by_slug(cast.slug).id)
    with acting_as(system.tenancy):
        if list_rooms(system):
            return
        manager = _person(system, cast.first(Role.MANAGER).email)
        investors = [_person(system, person.email) for person in cast.investors[:2]]
        room_id = _furnish(manager, cast)
    with acting_as(investors[1].tenancy):
        ask_question(investors[1], room_id, QUESTION)
    with acting_as(system.tenancy):
        write_room_text(manager, room_id, AGREEMENT, replaces=None)


def _person(system: Actor, email: str) -> Actor:
    user = find_user_by_email(system, email)
    if user is None:
        raise RuntimeError(f"{email} is not in the demo.")
    return Actor(system.firm_id, user.id, user.roles, user.name)


@transactional
def _furnish(manager: Actor, cast: Cast) -> UUID:
    room_id = create_room(manager, RoomDetails(NAME, INTRODUCTION))
    root = get_room(manager, room_id).folder_id
    names = dict.fromkeys(name for name, _, _ in PAPERS)
    folders = {name: create_room_folder(manager, room_id, root, name) for name in names}
    groups = [create_group(manager, room_id, name) for name in ("Lead investors", "Newcomers")]
    matrix = get_matrix(manager, room_id)
    leads = {(groups[0], each.id): FolderPermission.DOWNLOAD for each in matrix.folders}
    newcomers = {
        (groups[1], each.id): FolderPermission.VIEW for each in matrix.folders if each.name != CLOSED_TO_NEWCOMERS
    }
    set_permissions(manager, room_id, leads | newcomers, seen=matrix.fingerprint)
    for name, title, pages in PAPERS:
        details = DocumentDetails(title, DocumentType.OTHER, Audience.ROOM)
        publish_document(manager, file_release(manager, folders[name], details, _paper(title, pages)))
    for group, person in zip(groups, cast.investors, strict=False):
        invite_member(manager, resources().sealer, room_id, Invitation(person.email, person.name, (group,)))
    open_room(manager, room_id)
    return room_id


def _paper(title: str, pages: int) -> Release:
    file = io.BytesIO()
    canvas = Canvas(file, invariant=True)
    for number in range(1, pages + 1):
        canvas.setFont("Helvetica-Bold", 18)
        canvas.drawString(72, 740, title)
        canvas.setFont("Helvetica", 11)
        canvas.drawString(72, 712, "An invented paper of an invented firm.")
        canvas.drawString(72, 60, f"Page {number} of {pages}")
        canvas.showPage()
    canvas.save()
    content = file.getvalue()
    stored = resources().store.put(f"documents/{new_id()}", content, CONTENT_TYPES["pdf"])
    digest = hashlib.sha256(content).hexdigest()
    return Release(stored.key, f"{title}.pdf", "pdf", len(content), digest, pages)
