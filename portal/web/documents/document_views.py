"""What the staff's part of a document's page is made of."""

from __future__ import annotations

from typing import Any

from portal.domain.documents.library.policies import can_edit, can_publish
from portal.domain.documents.library.queries.folders import get_folder
from portal.domain.documents.library.queries.keeping import list_holds_on
from portal.domain.documents.library.queries.recipients import list_grants
from portal.domain.documents.library.values.documents import Document, DocumentState
from portal.domain.identity.access.policies import can
from portal.domain.identity.access.values import Permission
from portal.domain.identity.record.queries import list_history
from portal.web.documents.document_forms import GrantForm, HoldForm, VersionForm
from portal.web.toolkit.forms import Form
from portal.web.toolkit.session import actor


def for_staff(document: Document, refused: Form | None = None) -> dict[str, Any]:
    """What _staff.html shows; `refused` is the form on it that has something to mend."""
    state, publisher = document.summary.state, can_publish(actor())
    return {
        "opened": get_folder(actor(), document.summary.folder_id),
        "version_form": refused if isinstance(refused, VersionForm) else VersionForm(formdata=None),
        "grant_form": refused if isinstance(refused, GrantForm) else GrantForm(formdata=None),
        "hold_form": refused if isinstance(refused, HoldForm) else HoldForm(formdata=None),
        "grants": list_grants(actor(), document.id),
        "holds": list_holds_on(actor(), document),
        "history": list_history(actor(), f"document:{document.id}"),
        "may_edit": can_edit(actor(), state),
        "may_publish": publisher and state is not DocumentState.DELETED,
        "may_delete": can(actor(), Permission.EDIT_DOCUMENTS) and (publisher or document.published_at is None),
        "may_hold": can(actor(), Permission.MANAGE_RETENTION),
    }
