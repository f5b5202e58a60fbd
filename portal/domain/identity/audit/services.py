"""Writing the record of acts, in the transaction of the act."""

from __future__ import annotations

from uuid import UUID

import orjson
from structlog.contextvars import get_contextvars

from portal.platform import db, tenancy

INSERT = """
INSERT INTO identity.audit_events (firm_id, actor_id, act, resource, result, address, request_id, detail)
VALUES (%(firm)s, %(actor)s, %(act)s, %(resource)s, %(result)s, %(address)s, %(request)s, %(detail)s::jsonb)
"""


@db.transactional
def record_act(actor_id: UUID | None, act: str, resource: str, *, result: str = "done", **detail: str | int) -> None:
    """Record that `actor_id` did `act` (`import.post`) to `resource` (`import:<id>`); `detail` holds ids and
    counts, never personal data. Address and request id come from the logging context."""
    context = get_contextvars()
    db.execute(
        INSERT,
        firm=tenancy.current_firm_id(),
        actor=actor_id,
        act=act,
        resource=resource,
        result=result,
        address=context.get("address"),
        request=context.get("request_id"),
        detail=orjson.dumps(detail).decode(),
    )
