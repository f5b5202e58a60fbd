"""Statements as they were published, and their PDFs."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from flask import Response, url_for

from portal.api.answers import led_to_file, versioned
from portal.api.auth import actor, requires_any
from portal.api.openapi import described
from portal.api.parsing import read_cursor
from portal.api.v1.investments.stated_figures import statement_detail, statement_item
from portal.api.v1.investments.statement_schemas import (
    StatementDetail,
    StatementList,
    StatementQuery,
    StatementsQuery,
)
from portal.api.v1.routes import v1
from portal.domain.identity.access.values import Permission
from portal.domain.identity.audit.services import record_act
from portal.domain.investments.statements.queries.statements import (
    get_statement,
    get_statement_file,
    list_published_statements,
)
from portal.domain.investments.statements.values.statements import Statement, StatementFilter
from portal.platform.file_links import Thing
from portal.platform.pagination import Page

SEEN_BY = (Permission.SEE_OWN_PORTFOLIO, Permission.SEE_ALL_PORTFOLIOS)


@v1.get("/investments/statements")
@requires_any(*SEEN_BY)
@described(StatementList, refusals=(401, 403, 404))
def show_statements(query: StatementsQuery) -> Response:
    """The statements in force that you may see, latest period first, then by account and vehicle."""
    criteria = StatementFilter(query.account, query.vehicle, query.year)
    after = read_cursor(query.cursor, date, str, str, UUID)
    found = list_published_statements(actor(), criteria, after=after, most=query.limit + 1)
    page = Page(found, query.limit, lambda each: each.place)
    return versioned(
        f"{[(each.id.hex, each.version, each.account, each.vehicle) for each in page.items]}|{page.next}",
        lambda: StatementList([statement_item(each) for each in page.items], page.next),
    )


@v1.get("/investments/statements/<uuid:statement_id>")
@requires_any(*SEEN_BY)
@described(StatementDetail, refusals=(401, 403, 404))
def show_statement(query: StatementQuery, statement_id: UUID) -> Response:
    """One statement with the figures that were frozen when it was prepared."""
    del query
    found = get_statement(actor(), statement_id)
    download = url_for("api.download_statement", statement_id=statement_id) if found.file else None
    return versioned(_version(found), lambda: statement_detail(found, download))


@v1.get("/investments/statements/<uuid:statement_id>/download")
@requires_any(*SEEN_BY)
@described(None, status=303, refusals=(401, 403, 404))
def download_statement(query: StatementQuery, statement_id: UUID) -> Response:
    """Off to the PDF.

    The link is good for a minute and needs no token: whoever follows redirects must not send theirs along.
    """
    del query
    get_statement_file(actor(), statement_id)
    record_act(actor().user_id, "statement.download", f"statement:{statement_id}")
    return led_to_file(Thing.STATEMENT, statement_id, actor())


def _version(statement: Statement) -> str:
    """That of the frozen figures, and of what may become of a statement later."""
    summary = statement.summary
    return f"{summary.id}|{statement.figures_digest}|{summary.state}|{summary.published_at}|{statement.successor_id}"
