"""The mail and the text messages that the product sent on a developer's machine or in the demo."""

from __future__ import annotations

import re
from pathlib import Path

from flask import Blueprint, Response, make_response

from portal.platform.embedded.mailbox import list_messages, read_message
from portal.platform.resources import resources
from portal.platform.sms.mailbox import list_texts
from portal.web.toolkit.access import public
from portal.web.toolkit.headers import INERT_DOCUMENT_POLICY
from portal.web.toolkit.page import page

blueprint = Blueprint("mailbox", __name__)
LINK = re.compile(r"https?://[^\s<>\"')\]]+")


def _directory() -> Path:
    return resources().settings.data_dir / "mail"


@blueprint.get("/_mailbox")
@public
def index() -> Response:
    """The newest messages, mail and text messages."""
    texts = list_texts(resources().settings.data_dir / "sms")
    return page("development/mailbox.html", messages=list_messages(_directory()), texts=texts)


@blueprint.get("/_mailbox/<name>")
@public
def show(name: str) -> Response:
    """One message: its text and the links in it."""
    mail = read_message(_directory(), name)
    links = list(dict.fromkeys(LINK.findall(mail.text)))
    return page("development/mail.html", mail=mail, links=links)


@blueprint.get("/_mailbox/<name>/html")
@public
def html(name: str) -> Response:
    """The HTML part as a document of its own, in which nothing runs and nothing is fetched."""
    response = make_response(read_message(_directory(), name).html)
    response.headers["Content-Security-Policy"] = INERT_DOCUMENT_POLICY
    return response
