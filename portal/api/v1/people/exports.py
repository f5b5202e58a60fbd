"""All that is held about a person, to take away."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from flask import Response, url_for

from portal.api.answers import answer, led_to_file
from portal.api.auth import actor, bearer, signed_in_only
from portal.api.openapi import described
from portal.api.v1.people.privacy_schemas import DataExport, DataExports
from portal.api.v1.routes import v1
from portal.domain.identity.audit.services import record_act
from portal.domain.identity.sessions.policies import require_freshness
from portal.domain.people.privacy.queries.exports import get_downloadable_export, get_export, list_exports
from portal.domain.people.privacy.services.exports import request_export
from portal.domain.people.privacy.values.exports import Export, ExportState
from portal.platform import clock
from portal.platform.file_links import Thing


@v1.get("/privacy/exports")
@signed_in_only
@described(DataExports, refusals=(401,))
def show_data_exports() -> Response:
    """What was asked for, newest first."""
    return answer(DataExports([_item(each) for each in list_exports(actor())]))


@v1.post("/privacy/exports")
@signed_in_only
@described(DataExport, status=201, refusals=(401, 403, 409))
def request_data_export() -> Response:
    """Have everything that is held about the person collected; a mail tells when it is ready.

    403 `proof_needed` where the person proved who they are more than five minutes ago, 409 while one is under way.
    """
    require_freshness(bearer(), clock.now())
    export_id = request_export(actor())
    return answer(_item(get_export(actor(), export_id)), 201)


@v1.get("/privacy/exports/<uuid:export_id>/download")
@signed_in_only
@described(None, status=303, refusals=(401, 403, 404, 409))
def download_data_export(export_id: UUID) -> Response:
    """Off to the archive (ZIP).

    The link is good for a minute and needs no token. It asks for a proof as the making does.
    """
    require_freshness(bearer(), clock.now())
    get_downloadable_export(actor(), export_id)
    record_act(actor().user_id, "privacy.download", f"user:{actor().user_id}")
    return led_to_file(Thing.EXPORT, export_id, actor())


def _item(export: Export) -> DataExport:
    ready = export.state is ExportState.READY
    return DataExport(
        id=export.id,
        state=export.state.value,
        requested_at=export.requested_at.astimezone(UTC).isoformat(),
        ready_at=_moment(export.ready_at),
        expires_at=_moment(export.expires_at),
        size=export.size if ready else None,
        sha256=export.digest if ready else None,
        download=url_for("api.download_data_export", export_id=export.id) if ready else None,
    )


def _moment(value: datetime | None) -> str | None:
    return None if value is None else value.astimezone(UTC).isoformat()
