"""Files by their links. Whoever was given one is asked about anew: what is closed to them meanwhile opens no more."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from flask import Blueprint, Response

from portal.domain.documents.reading.queries.archives import get_archive_file
from portal.domain.documents.reading.queries.files import get_takeable_file
from portal.domain.documents.signing.queries.envelopes import get_envelope_file
from portal.domain.documents.signing.queries.requests import get_request_file
from portal.domain.identity.access.policies import can
from portal.domain.identity.access.values import Actor, Permission
from portal.domain.identity.sessions.queries import find_session
from portal.domain.investments.statements.queries.statements import get_statement_file
from portal.domain.people.privacy.queries.exports import get_downloadable_export
from portal.platform.errors import Conflict, Forbidden, NotFound
from portal.platform.file_links import FileLink, LinkRefused, Thing
from portal.platform.resources import resources
from portal.platform.storage.interface import GivenFile
from portal.platform.tenancy import acting_as
from portal.web.toolkit.access import public
from portal.web.toolkit.sending import sent_file
from portal.web.toolkit.session import as_viewed

blueprint = Blueprint("files", __name__)
READ = (Permission.SEE_DOCUMENTS, Permission.SEE_ALL_DOCUMENTS)
SEE = (Permission.SEE_OWN_PORTFOLIO, Permission.SEE_ALL_PORTFOLIOS)
# One of these permissions, if any is named, and the question whether the thing is theirs to take.
THINGS: dict[Thing, tuple[tuple[Permission, ...], Callable[[Actor, UUID], GivenFile]]] = {
    Thing.ARCHIVE: (READ, get_archive_file),
    Thing.STATEMENT: (SEE, get_statement_file),
    Thing.SIGNATURE: ((), get_request_file),
    Thing.ENVELOPE: ((Permission.SEE_ALL_DOCUMENTS,), get_envelope_file),
    Thing.EXPORT: ((), get_downloadable_export),
}


@blueprint.get("/files/<token>")
@public
def show(token: str) -> Response:
    """The file of a link, or the range of it that is asked for, as a download; the link says who asks."""
    link = resources().links.read(token)
    person = _person(link)
    try:
        with acting_as(person.tenancy):
            file = _file(person, link)
    except (NotFound, Forbidden, Conflict) as error:
        raise LinkRefused from error
    return sent_file(file)


def _person(link: FileLink) -> Actor:
    """Who was given the link, as they are now; LinkRefused where their session is over, or is not theirs any more."""
    found = find_session(link.session_id)
    person = None if found is None else as_viewed(found).actor
    if person is None or person.user_id != link.user_id:
        raise LinkRefused
    return person


def _file(person: Actor, link: FileLink) -> GivenFile:
    permissions, get_file = THINGS.get(link.thing, (READ, None))
    if permissions and not any(can(person, permission) for permission in permissions):
        raise Forbidden
    if get_file is None:
        return get_takeable_file(person, link.thing_id, number=link.version)
    return get_file(person, link.thing_id)
