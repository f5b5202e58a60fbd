"""What can go wrong in the library."""

from __future__ import annotations

from portal.platform.errors import Conflict, Invalid


class NotChecked(Conflict):
    """The version that is to be published was not checked yet, or was refused."""

    code = "not_checked"
    message = "The file has not passed its check yet. Wait for it, or upload another version."


class WrongState(Conflict):
    """The document is not in a state that allows this."""

    code = "wrong_state"
    message = "The document has changed since you last saw it. Open it again."


class OtherVersion(Conflict):
    """The latest version is not the one that was looked at."""

    code = "other_version"
    message = "Another file was uploaded since you opened this page. Look at it before you publish it."


class ForStaffOnly(Conflict):
    """A document that is for nobody outside the staff cannot be published."""

    code = "for_staff_only"
    message = "This document is for staff only. Choose whom it is for before you publish it."


class Held(Conflict):
    """A legal hold forbids deleting the document."""

    code = "held"
    message = "A legal hold keeps this document. It can be deleted once the hold is lifted."


class KeptUntil(Conflict):
    """The firm keeps documents of this type longer."""

    code = "kept_until"


class QuotaExceeded(Conflict):
    """The firm's room for documents is used up."""

    code = "quota_exceeded"
    message = (
        "There is no room for this file. Ask an administrator to raise DOCUMENTS_QUOTA_GIB or to delete documents."
    )


class NameTaken(Invalid):
    """Another folder beside this one has the name."""

    code = "name_taken"
    message = "There is a folder of this name here already."


class FolderNotEmpty(Conflict):
    """A folder with something in it cannot be deleted."""

    code = "folder_not_empty"
    message = (
        "The folder is not empty. Move or delete what is in it first; what was deleted lies in it for 30 days more."
    )


class WrongOffset(Conflict):
    """A part that does not follow what has arrived."""

    code = "wrong_offset"
    message = "This part does not follow what has arrived. Ask how much has, and go on from there."


class TooManyUploads(Conflict):
    """More files under way than one person may have."""

    code = "too_many_uploads"
    message = "Too many files are on their way. Finish or cancel some of them first."
