"""Which documents exist for whom."""

from __future__ import annotations

from typing import Any

from portal.domain.documents.library.policies import can_see_library
from portal.domain.identity.access.values import Actor

WHOLE_FIRM = "d.firm_id = %(firm)s"
FOR_ROLES = WHOLE_FIRM + " AND (d.roles IS NULL OR d.roles && %(roles)s)"
IN_FORCE = WHOLE_FIRM + " AND d.state = 'published' AND COALESCE(d.expires_at, 'infinity') > now()"
REACHED = (
    "a.reach = ANY ((SELECT documents.my_reaches())::text[]) AND a.published_at IS NOT NULL"
    " AND COALESCE(a.until, 'infinity') > now()"
)
# Folders of rooms are opened to groups to look, or to take; what reaches somebody in any other way may be taken.
READERS_VIEW_ONLY = (
    "(d.view_only OR (d.audience = 'room' AND NOT EXISTS (SELECT FROM documents.audiences a"
    f" WHERE a.document_id = d.id AND {REACHED} AND a.reach <> ALL ((SELECT documents.my_viewing_reaches())::text[]))))"
)


def visible_documents(actor: Actor) -> str:
    """The condition that leaves the documents (alias `d`) that the actor may see; its parameters are
    `visible_parameters(actor)`."""
    if actor.user_id is None:
        return WHOLE_FIRM
    if can_see_library(actor):
        return FOR_ROLES
    return f"{IN_FORCE} AND EXISTS (SELECT FROM documents.audiences a WHERE a.document_id = d.id AND {REACHED})"


def visible_parameters(actor: Actor) -> dict[str, Any]:
    """What the condition of `visible_documents` is asked with."""
    return {"firm": actor.firm_id, "roles": [role.value for role in actor.roles]}


def visible_as_view_only(actor: Actor) -> str:
    """The expression that says whether the actor may read a document (alias `d`) but not take it away: because nobody
    may, or because every way by which it reaches them is one of looking. Staff may say so of documents alone."""
    return "d.view_only" if can_see_library(actor) else READERS_VIEW_ONLY
