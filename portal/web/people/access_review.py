"""Who can see what: people, accounts, roles; as a file; and the yearly attestation that somebody looked."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlencode
from uuid import UUID

from flask import Blueprint, Response, flash, redirect, request, url_for
from werkzeug.wrappers import Response as Redirect
from wtforms import HiddenField, TextAreaField
from wtforms.validators import InputRequired, Length

from portal.domain.identity.access.policies import can
from portal.domain.identity.access.values import PERMISSIONS, Permission, Role
from portal.domain.identity.accounts.queries import FIRST
from portal.domain.people.access_review.queries import (
    exists_attestation_in_force,
    find_last_attestation,
    get_reviewed,
    list_account_access,
    list_attestations,
    list_people_access,
)
from portal.domain.people.access_review.services import attest_access
from portal.domain.people.access_review.values import PersonAccess
from portal.platform import clock
from portal.platform.errors import DomainError
from portal.platform.pagination import Page, decode_cursor
from portal.web.toolkit.access import requires, requires_any
from portal.web.toolkit.exports import Cell
from portal.web.toolkit.exports import export as export_rows
from portal.web.toolkit.forms import Form
from portal.web.toolkit.freshness import fresh, fresh_file
from portal.web.toolkit.navigation import PERMISSION_NAMES, ROLE_NAMES
from portal.web.toolkit.page import page
from portal.web.toolkit.session import actor

blueprint = Blueprint("access_review", __name__, url_prefix="/people/access-review")
P = Permission
MOST, PER_READ = 50, 500
STATEMENT = "I looked through who can see and do what, and it is as it should be."
COLUMNS = (
    "name", "email", "active", "roles", "permissions", "second_factor", "last_sign_in", "accounts", "shown_to_them",
)  # fmt: skip


class AttestationForm(Form):
    """What is attested, and in which words."""

    digest = HiddenField()
    statement = TextAreaField("Statement", [InputRequired("Say what you attest."), Length(10, 2000)])


@blueprint.get("")
@requires(P.REVIEW_ACCESS)
def index() -> Response:
    """Each person: roles, accounts, what is shown to them, last sign-in, second factor."""
    search, role = _narrowed()
    name, last_id = decode_cursor(request.args["cursor"], str, UUID) if "cursor" in request.args else FIRST
    rows = list_people_access(actor(), search=search, role=role, after=(name, last_id), most=MOST + 1)
    found = Page(rows, MOST, lambda each: (each.user.name, each.user.id))
    narrowed = {name: value for name, value in (("search", search), ("role", role)) if value}
    last = find_last_attestation(actor())
    return page(
        "people/access_review/index.html",
        people=found.items,
        roles=ROLE_NAMES,
        narrowed=narrowed,
        next_url=_address("access_review.index", {**narrowed, "cursor": found.next}) if found.next else None,
        exports=[(kind.upper(), _address("access_review.export", narrowed, kind=kind)) for kind in ("csv", "xlsx")],
        last=last,
        due=not exists_attestation_in_force(actor()),
        may_attest=can(actor(), P.ATTEST_ACCESS),
    )


@blueprint.get("/accounts")
@requires(P.REVIEW_ACCESS)
def accounts() -> Response:
    """Each account: who acts for it, and whom it is shown to."""
    search = request.args.get("search", "").strip()
    (after,) = decode_cursor(request.args["cursor"], str) if "cursor" in request.args else ("",)
    rows = list_account_access(actor(), search=search, after=after, most=MOST + 1)
    found = Page(rows, MOST, lambda each: (each.name,))
    narrowed = {"search": search} if search else {}
    next_url = _address("access_review.accounts", {**narrowed, "cursor": found.next}) if found.next else None
    return page("people/access_review/accounts.html", accounts=found.items, search=search, next_url=next_url)


@blueprint.get("/roles")
@requires_any(P.REVIEW_ACCESS, P.EDIT_PEOPLE)
def roles() -> Response:
    """Which role may do what, as the code has it."""
    return page(
        "people/access_review/roles.html",
        roles=ROLE_NAMES,
        permissions=PERMISSION_NAMES.items(),
        given=PERMISSIONS,
        may_review=can(actor(), P.REVIEW_ACCESS),
    )


@blueprint.get("/export.<kind>")
@requires(P.REVIEW_ACCESS)
@fresh_file
def export(kind: str) -> Response:
    """Everybody who fits, as a file."""
    return export_rows(kind, f"access-{clock.today()}", COLUMNS, _rows(*_narrowed()))


@blueprint.get("/attest")
@requires(P.ATTEST_ACCESS)
def attest() -> Response:
    """What is attested, and the earlier attestations."""
    return _attest(AttestationForm(formdata=None, statement=STATEMENT, digest=get_reviewed(actor()).digest.hex()))


@blueprint.post("/attest")
@requires(P.ATTEST_ACCESS)
@fresh
def create_attestation() -> Response | Redirect:
    """Attest what was looked at."""
    form = AttestationForm()
    if form.validate():
        try:
            attest_access(actor(), digest=form.digest.data, statement=form.statement.data)
        except DomainError as error:
            form.refuse(error)
        else:
            flash("Attested. The next review is due in a year.", "good")
            return redirect(url_for("access_review.index"), 303)
    form.digest.data = get_reviewed(actor()).digest.hex()
    return _attest(form, 422)


def _attest(form: AttestationForm, status: int = 200) -> Response:
    return page(
        "people/access_review/attest.html",
        status,
        form=form,
        reviewed=get_reviewed(actor()),
        attestations=list_attestations(actor()),
    )


def _narrowed() -> tuple[str, Role | None]:
    wanted = request.args.get("role", "")
    return request.args.get("search", "").strip(), Role(wanted) if wanted in set(Role) else None


def _address(endpoint: str, narrowed: dict[str, str], *, kind: str | None = None) -> str:
    query = urlencode(narrowed)
    return url_for(endpoint, kind=kind) + (f"?{query}" if query else "")


def _rows(search: str, role: Role | None) -> Iterator[list[Cell]]:
    after = FIRST
    while found := list_people_access(actor(), search=search, role=role, after=after, most=PER_READ):
        yield from map(_row, found)
        after = (found[-1].user.name, found[-1].user.id)


def _row(each: PersonAccess) -> list[Cell]:
    return [
        each.user.name,
        each.user.email,
        "yes" if each.user.active else "no",
        ", ".join(sorted(each.user.roles)),
        ", ".join(each.permissions),
        "yes" if each.has_factor else "no",
        each.last_sign_in.isoformat() if each.last_sign_in else None,
        "; ".join(each.accounts),
        "; ".join(f"{s.account} by {s.grantor} until {s.until} ({', '.join(s.scopes)})" for s in each.shares),
    ]
