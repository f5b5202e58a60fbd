"""Notices of calls and distributions: as pages, PDF, spreadsheets and JSON of the same figures."""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID

from flask import Blueprint, Response, redirect, url_for
from werkzeug.wrappers import Response as Redirect

from portal.domain.documents.library.queries.documents import find_document_by_source
from portal.domain.identity.access.values import Permission
from portal.domain.investments.notices.queries import get_notice
from portal.domain.investments.notices.values import Notice, source_of
from portal.platform.errors import NotFound
from portal.platform.money import Money
from portal.web.toolkit.access import requires_any
from portal.web.toolkit.exports import Cell
from portal.web.toolkit.exports import export as export_rows
from portal.web.toolkit.freshness import fresh_file
from portal.web.toolkit.page import page
from portal.web.toolkit.session import actor

blueprint = Blueprint("notices", __name__, url_prefix="/investments/notices")
READERS = (Permission.SEE_OWN_PORTFOLIO, Permission.SEE_ALL_PORTFOLIOS)
COLUMNS = ("section", "line", "currency", "whole_fund", "your_part", "effect_on_unfunded", "text")


@blueprint.get("/<uuid:notice_id>")
@requires_any(*READERS)
def show(notice_id: UUID) -> Response:
    """A notice with the figures of its PDF."""
    issued = get_notice(actor(), notice_id)
    return page("investments/notices/show.html", issued=issued, notice=issued.notice)


@blueprint.get("/<uuid:notice_id>/document")
@requires_any(*READERS)
def document(notice_id: UUID) -> Redirect:
    """Off to the PDF where the account's papers are filed."""
    get_notice(actor(), notice_id)
    document_id = find_document_by_source(actor(), source_of(notice_id))
    if document_id is None:
        raise NotFound("The PDF of this notice is still being made. Try again in a minute.")
    return redirect(url_for("downloads.download", document_id=document_id), 303)


@blueprint.get("/<uuid:notice_id>/export.<kind>")
@requires_any(*READERS)
@fresh_file
def export(notice_id: UUID, kind: str) -> Response:
    """The figures of a notice as a file."""
    issued = get_notice(actor(), notice_id)
    return export_rows(kind, f"notice-{issued.notice.number}", COLUMNS, _rows(issued.notice))


def _rows(notice: Notice) -> list[list[Cell]]:
    def row(section: str, line: str, *figures: Decimal | None, text: str = "") -> list[Cell]:
        amounts = [None if each is None else Money(each, notice.currency).amount for each in figures]
        return [section, line, notice.currency, *(amounts + [None] * (3 - len(amounts))), text]

    stated = [
        ("notice", notice.title, notice.number), ("vehicle", "", notice.vehicle),
        ("account", "", notice.account),
        ("issued on", "", notice.issued_on.isoformat()), ("due on", "", notice.due_on.isoformat()),
        ("reference", "", notice.reference), ("purpose", "", notice.purpose), ("reason", "", notice.reason),
        ("replaces", "", notice.replaces), ("nets call", "", notice.netted_call),
    ]  # fmt: skip
    bank = [] if notice.paid_to is None else [
        ("paid to", "holder", notice.paid_to.holder), ("paid to", "bank", notice.paid_to.bank),
        ("paid to", "routing", notice.paid_to.routing), ("paid to", "number", notice.paid_to.number),
    ]  # fmt: skip
    return [
        *(row(section, line, text=text) for section, line, text in (*stated, *bank) if text),
        *(row("called", each.label, each.fund, each.account, each.unfunded_effect) for each in notice.called),
        *(row("paid out", each.label, each.fund, each.account, each.unfunded_effect) for each in notice.paid_out),
        *([row("paid before", "", None, notice.settled)] if notice.settled else []),
        row("withheld", "", None, notice.withheld),
        *([row("in kind", "", None, notice.in_kind)] if notice.in_kind else []),
        *([row("netted", "", None, notice.netted)] if notice.netted_call else []),
        row("net due", "", None, notice.net_due),
        row("commitment", "", notice.fund_commitment, notice.commitment),
        row("contributed before", "", None, notice.contributed),
        row("distributed before", "", None, notice.distributed),
        row("unfunded before", "", None, notice.unfunded_before),
        row("unfunded after", "", None, notice.unfunded_after),
    ]
