"""What a reader outside sees: the proof of their address, then the document.

Nothing of a document is shown before the proof, and everything is asked anew at each request: what is taken back is
closed from then on. The file itself goes through here too, so that no link to it stays open anywhere.
"""

from __future__ import annotations

from flask import Blueprint, Response, make_response, redirect, request, url_for
from werkzeug.wrappers import Response as Redirect
from wtforms import StringField
from wtforms.validators import InputRequired, Length

from portal.domain.documents.sharing.errors import ShareClosed, ViewOnlyShare
from portal.domain.documents.sharing.queries import exists_device, get_shared_document
from portal.domain.documents.sharing.services import note_reading, prove_reader, send_share_code
from portal.domain.documents.sharing.values import SharedDocument
from portal.platform import clock
from portal.platform.errors import Conflict, Forbidden, Limited
from portal.platform.page_images.drawing import DRAWABLE
from portal.platform.page_images.values import MEDIA_TYPE
from portal.platform.resources import resources
from portal.platform.screening.values import MediaKind
from portal.platform.storage.interface import GivenFile
from portal.web.documents.outside_pages import shared_page
from portal.web.toolkit.access import public
from portal.web.toolkit.forms import Form
from portal.web.toolkit.page import page, unkept
from portal.web.toolkit.sending import sent_file
from portal.web.toolkit.session import browser

blueprint = Blueprint("outside_reading", __name__, url_prefix="/documents/outside-reading/<token>")
blueprint.after_request(unkept)


class CodeForm(Form):
    """The code that was sent."""

    code = StringField("Code", [InputRequired("Type the code from the message."), Length(max=20)])


@blueprint.get("")
@public
def show(token: str) -> Response:
    """A page of the document (`page`) for who has proven their address, the way there for everybody else."""
    try:
        document = get_shared_document(resources().vault, token)
    except ShareClosed as error:
        return _closed(error)
    device = _device(document)
    if device is None:
        return _ask(token, document, CodeForm(formdata=None), sent="sent" in request.args)
    count = (document.pages or 0) if MediaKind(document.kind) in DRAWABLE else 0
    number = min(max(request.args.get("page", 1, type=int), 1), max(count, 1))
    if not count:
        note_reading(document, device, page=number)
    return page(
        "documents/outside_reading/show.html",
        document=document,
        token=token,
        count=count,
        wide=True,
        number=number,
        before=url_for("outside_reading.show", token=token, page=number - 1) if number > 1 else None,
        after=url_for("outside_reading.show", token=token, page=number + 1) if number < count else None,
    )


@blueprint.post("/code")
@public
def send(token: str) -> Response | Redirect:
    """Send a code to the reader."""
    try:
        send_share_code(resources().sealer, token)
    except ShareClosed as error:
        return _closed(error)
    except (Conflict, Limited) as error:
        return _refused(token, error)
    return redirect(url_for("outside_reading.show", token=token, sent=""), 303)


@blueprint.post("/proof")
@public
def prove(token: str) -> Response | Redirect:
    """Take the code, and know this browser from now on."""
    form = CodeForm()
    if not form.validate():
        return _refused(token, None, form)
    try:
        device = prove_reader(resources().vault, token, form.code.data, browser())
    except ShareClosed as error:
        return _closed(error)
    except (Forbidden, Conflict, Limited) as error:
        return _refused(token, error, form)
    document = get_shared_document(resources().vault, token)
    response = redirect(url_for("outside_reading.show", token=token), 303)
    secure, length = resources().settings.secure, document.until - clock.now()
    response.set_cookie(
        _cookie_name(document), device, max_age=length, secure=secure, httponly=True, samesite="Lax", path="/"
    )
    return response


@blueprint.get("/pages/<int:number>")
@public
def show_page(token: str, number: int) -> Response:
    """A page as a picture, which is what is read of a document: it is noted here, whoever asks for it in which way."""
    document, device = _proven(token)
    response = make_response(shared_page(document, number))
    note_reading(document, device, page=number)
    response.content_type = MEDIA_TYPE
    return response


@blueprint.get("/file")
@public
def download(token: str) -> Response:
    """The file, where it may be taken away."""
    document, device = _proven(token)
    if document.view_only:
        raise ViewOnlyShare
    note_reading(document, device, page=None)
    return sent_file(GivenFile(document.file_key, document.file_name, document.digest))


def _proven(token: str) -> tuple[SharedDocument, str]:
    """What the link opens in this browser, and the token it is known by; ShareClosed for who has proven nothing."""
    document = get_shared_document(resources().vault, token)
    device = _device(document)
    if device is None:
        raise ShareClosed
    return document, device


def _device(document: SharedDocument) -> str | None:
    device = request.cookies.get(_cookie_name(document))
    return device if exists_device(document, device) else None


def _cookie_name(document: SharedDocument) -> str:
    """One for each share, so that a browser may know several."""
    name = f"share-{document.share_id.hex}"
    return f"__Host-{name}" if resources().settings.secure else name


def _refused(token: str, error: Forbidden | Conflict | Limited | None, form: CodeForm | None = None) -> Response:
    form = form or CodeForm(formdata=None)
    if error is not None:
        form.form_errors.append(error.message)
    try:
        document = get_shared_document(resources().vault, token)
    except ShareClosed as closed:
        return _closed(closed)
    response = _ask(token, document, form, 429 if isinstance(error, Limited) else 422, sent=True)
    if isinstance(error, Limited):
        response.headers["Retry-After"] = str(error.retry_after)
    return response


def _ask(token: str, document: SharedDocument, form: CodeForm, status: int = 200, *, sent: bool) -> Response:
    return page("documents/outside_reading/prove.html", status, firm=document.firm, token=token, form=form, sent=sent)


def _closed(error: ShareClosed) -> Response:
    return page("documents/outside_reading/closed.html", 404, reason=error.message)
