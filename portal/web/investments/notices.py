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
OWN = "the one in force in the portal on that day"
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

    return [
        *(row(section, line, text=text) for section, line, text in (*_stated(notice), *_bank(notice)) if text),
        *(row("called", each.label, each.fund, each.account, each.unfunded_effect) for each in notice.called),
        *(row("paid out", each.label, each.fund, each.account, each.unfunded_effect) for each in notice.paid_out),
        *(row(section, "", None, amount) for section, amount in _sums(notice)),
        row("commitment", "", notice.fund_commitment, notice.commitment),
        row("contributed before", "", None, notice.contributed),
        row("distributed before", "", None, notice.distributed),
        row("unfunded before", "", None, notice.unfunded_before),
        row("unfunded after", "", None, notice.unfunded_after),
    ]


def _stated(notice: Notice) -> list[tuple[str, str, str]]:
    share = notice.part_of_fund
    return [
        ("notice", notice.title, notice.number), ("vehicle", "", notice.vehicle),
        ("account", "", notice.account), ("account", "number", notice.account_number),
        ("share of the fund", "", "" if share is None else f"{share:.10f}"),
        ("issued on", "", notice.issued_on.isoformat()), ("due on", "", notice.due_on.isoformat()),
        ("reference", "", notice.reference), ("purpose", "", notice.purpose), ("reason", "", notice.reason),
        ("replaces", "", notice.replaces), ("nets call", "", notice.netted_call),
    ]  # fmt: skip


def _bank(notice: Notice) -> list[tuple[str, str, str]]:
    to = notice.paid_to
    if notice.pays_out:
        return [("paid to", "holder", notice.account), ("paid to", "bank account", OWN)]
    if to is None or notice.cancels:
        return []
    lines = (("holder", to.holder), ("bank", to.bank), ("routing", to.routing), ("number", to.number))
    return [("paid to", line, text) for line, text in lines]


def _sums(notice: Notice) -> list[tuple[str, Decimal]]:
    """What lies between the lines and the net amount, and that."""
    sums = [
        ("paid before", notice.settled, notice.settled), ("open on call", notice.open_due, notice.netted_call),
        ("in kind", notice.in_kind, notice.in_kind), ("withheld", notice.withheld, notice.paid_out),
        ("paid out after tax", notice.net_paid_out, notice.paid_out), ("netted", notice.netted, notice.netted_call),
        ("net due", notice.net_due, True),
    ]  # fmt: skip
    return [(section, amount) for section, amount, shown in sums if shown]
