"""Data rooms for tests: with a group, a member, a document, and what is signed at the door."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from portal.domain.documents.library.services.publishing import publish_document
from portal.domain.documents.library.services.receiving import file_release
from portal.domain.documents.library.values.documents import Audience, DocumentDetails, DocumentType
from portal.domain.documents.rooms.queries.members import get_matrix, list_groups
from portal.domain.documents.rooms.queries.rooms import get_asked_text, get_room
from portal.domain.documents.rooms.services.agreements import sign_agreement, write_room_text
from portal.domain.documents.rooms.services.contents import create_room_folder, set_permissions
from portal.domain.documents.rooms.services.members import change_member, create_group, invite_member
from portal.domain.documents.rooms.services.rooms import create_room, open_room
from portal.domain.documents.rooms.values.members import FolderPermission, Invitation
from portal.domain.documents.rooms.values.rooms import RoomDetails
from portal.domain.identity.access.values import Actor
from portal.domain.identity.accounts.queries import get_user
from portal.platform.ids import new_id
from portal.platform.resources import resources
from portal.platform.tenancy import acting_as
from tests.factories.documents import PAPER, make_release

NDA = "What is said here stays here."


@dataclass(frozen=True)
class MadeRoom:
    """A room with its root folder, run by somebody of the staff."""

    id: UUID
    folder: UUID
    staff: Actor

    def group(self, name: str, permission: FolderPermission | None = FolderPermission.DOWNLOAD) -> UUID:
        """A new group that may do this in every folder there is; with None in none."""
        with acting_as(self.staff.tenancy):
            group = create_group(self.staff, self.id, name)
            if permission is not None:
                matrix = get_matrix(self.staff, self.id)
                cells = {**matrix.cells, **{(group, each.id): permission for each in matrix.folders}}
                set_permissions(self.staff, self.id, cells, seen=matrix.fingerprint)
        return group

    def permit(self, group: UUID, folder: UUID, permission: FolderPermission) -> None:
        """Let a group do this in one folder."""
        with acting_as(self.staff.tenancy):
            matrix = get_matrix(self.staff, self.id)
            cells = {**matrix.cells, (group, folder): permission}
            set_permissions(self.staff, self.id, cells, seen=matrix.fingerprint)

    def let_in(self, person: Actor, *groups: UUID, until: datetime | None = None) -> None:
        """Make somebody of the portal a member of these groups."""
        assert person.user_id
        with acting_as(self.staff.tenancy):
            email = get_user(self.staff, person.user_id).email
            invite_member(self.staff, resources().sealer, self.id, Invitation(email, "", groups, until))

    def place(self, person: Actor, *groups: UUID) -> None:
        """Put a member into these groups alone."""
        assert person.user_id
        with acting_as(self.staff.tenancy):
            change_member(self.staff, self.id, person.user_id, groups=groups, until=None)

    def make_folder(self, name: str, parent: UUID | None = None, groups: Collection[UUID] | None = None) -> UUID:
        """A folder in the room, or in one of it; seen by these groups, or by all that see the one it lies in."""
        with acting_as(self.staff.tenancy):
            if groups is None:
                groups = [each.id for each in list_groups(self.staff, self.id)]
            return create_room_folder(self.staff, self.id, parent or self.folder, name, groups=groups)

    def file(
        self, title: str, folder: UUID | None = None, *, published: bool = True, content: bytes = PAPER, **more: object
    ) -> UUID:
        """A document in the room, or in a folder of it."""
        details = DocumentDetails(title, DocumentType.OTHER, Audience.ROOM, **more)  # type: ignore[arg-type]  # what DocumentDetails takes
        with acting_as(self.staff.tenancy):
            document_id = file_release(self.staff, folder or self.folder, details, make_release(content))
            if published:
                publish_document(self.staff, document_id)
        return document_id

    def ask_to_sign(self, body: str = NDA, *, replaces: int | None = None) -> int:
        """Ask everybody who enters to sign this."""
        with acting_as(self.staff.tenancy):
            return write_room_text(self.staff, self.id, body, replaces=replaces)

    def sign(self, person: Actor, name: str = "Ada Lane") -> None:
        """Sign what is asked."""
        with acting_as(person.tenancy):
            text = get_asked_text(person, self.id)
            someone = replace(person, session_id=person.session_id or new_id())
            sign_agreement(someone, self.id, digest=text.digest, typed_name=name, proven_by="pwd")


def make_room(staff: Actor, name: str = "Saltmarsh Fund II", *, opened: bool = True, **more: object) -> MadeRoom:
    """A room with a group "Everybody" that may take everything; open, unless it is said otherwise."""
    with acting_as(staff.tenancy):
        room_id = create_room(staff, RoomDetails(name, **more))  # type: ignore[arg-type]  # what RoomDetails takes
        room = MadeRoom(room_id, get_room(staff, room_id).folder_id, staff)
        if opened:
            room.group("Everybody")
            open_room(staff, room_id)
    return room
