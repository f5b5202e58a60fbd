"""Verification: whether a PDF in somebody's hands is a statement that the firm published, or a document that was signed
through its portal. Open to everybody, and it says nothing of whom or how much."""

from __future__ import annotations

import hashlib
import re

from flask import Blueprint, Response, redirect, request, url_for
from flask_wtf.file import FileField
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response as Redirect
from wtforms import StringField, ValidationError
from wtforms.validators import Length

from portal.domain.documents.signing.queries.finishing import find_signed_file
from portal.domain.identity.firms.queries import find_firm_for_host, get_firm_by_slug
from portal.domain.investments.statements.queries.statements import find_verification
from portal.platform.ratelimit import Call
from portal.platform.resources import resources
from portal.web.toolkit.access import public
from portal.web.toolkit.forms import Form
from portal.web.toolkit.page import page

blueprint = Blueprint("verification", __name__)
LARGEST = 25 * 1024 * 1024
BLOCK = 64 * 1024
DIGEST = re.compile(r"[0-9a-f]{64}")


class VerificationForm(Form):
    """The file itself, or its digest."""

    document = FileField("The file")
    digest = StringField("Its SHA-256 digest", [Length(max=200)])

    def validate_digest(self, field: StringField) -> None:
        """One of the two, and a digest that can be one."""
        given = _compact(field.data)
        if not given and not self.document.data:
            raise ValidationError("Choose the file, or paste its digest.")
        if given and not DIGEST.fullmatch(given):
            raise ValidationError("A SHA-256 digest has 64 characters, digits and the letters a to f.")

    def validate_document(self, field: FileField) -> None:
        """A file of a size that is read here."""
        if field.data and _digest_of(field.data) is None:
            raise ValidationError("This file is too large to be sent here. Paste its digest instead.")


@blueprint.get("/verify")
@public
def index() -> Response | Redirect:
    """Off to the firm of this address, or the question which firm it is."""
    firm = find_firm_for_host(request.host.partition(":")[0])
    named = request.args.get("firm", "").strip().lower()
    if firm is None and not named:
        return page("investments/verification/index.html")
    return redirect(url_for("verification.show", slug=firm.slug if firm else named))


@blueprint.get("/verify/<slug>")
@public
def show(slug: str) -> Response:
    """The form."""
    firm = get_firm_by_slug(slug)
    return page("investments/verification/show.html", firm=firm, form=VerificationForm(formdata=None))


@blueprint.post("/verify/<slug>")
@public
def check(slug: str) -> Response:
    """What the firm knows of the document. It is read for its digest and not kept."""
    resources().limiter.count_call(Call.CHECK, request.remote_addr or "")
    firm, form = get_firm_by_slug(slug), VerificationForm()
    if not form.validate():
        return page("investments/verification/show.html", 422, firm=firm, form=form)
    digest = _digest_of(form.document.data) if form.document.data else _compact(form.digest.data)
    found, signed = find_verification(firm.id, digest or ""), find_signed_file(firm.id, digest or "")
    return page("investments/verification/result.html", firm=firm, found=found, signed=signed, digest=digest)


def _compact(text: str | None) -> str:
    return re.sub(r"\s+", "", text or "").lower()


def _digest_of(file: FileStorage) -> str | None:
    """SHA-256 of an upload, in hex; None when it is too large to be read here."""
    digest, size = hashlib.sha256(), 0
    file.stream.seek(0)
    while block := file.stream.read(BLOCK):
        size += len(block)
        if size > LARGEST:
            return None
        digest.update(block)
    return digest.hexdigest()
