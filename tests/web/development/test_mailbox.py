from __future__ import annotations

from email.message import EmailMessage
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.platform.embedded.mailbox import store_message
from portal.platform.ids import new_id
from portal.platform.sms.mailbox import MailboxSender
from portal.settings import Settings


@pytest.fixture
def visitor(committed_app: Flask) -> FlaskClient:
    return committed_app.test_client()


@pytest.fixture
def message(settings: Settings) -> Path:
    mail = EmailMessage()
    mail["Subject"] = "Your statement <b>is ready</b>"
    mail["From"] = "portal@example.com"
    mail["To"] = "ada.lane@example.com"
    mail.set_content("Read it here: http://localhost/statements/1?a=b&c=d\nor write to us.")
    mail.add_alternative("<h1>Ready</h1><script>alert(1)</script>", subtype="html")
    directory = settings.data_dir / "mail"
    directory.mkdir(exist_ok=True)
    return store_message(directory, mail.as_bytes())


def test_the_newest_messages_are_listed_escaped(visitor: FlaskClient, message: Path) -> None:
    text = visitor.get("/_mailbox").text
    assert "Your statement &lt;b&gt;is ready&lt;/b&gt;" in text
    assert "ada.lane@example.com" in text
    assert f"/_mailbox/{message.name}" in text


def test_text_messages_stand_beside_the_mail(visitor: FlaskClient, settings: Settings, message: Path) -> None:
    sender = MailboxSender(settings.data_dir / "sms")
    sender.send("+14155550123", "123456 is your <b>code</b>", key=new_id())

    text = visitor.get("/_mailbox").text

    assert "123456 is your &lt;b&gt;code&lt;/b&gt;" in text
    assert "+14155550123" in text
    assert "Your statement &lt;b&gt;is ready&lt;/b&gt;" in text


def test_a_message_shows_its_text_and_its_links(visitor: FlaskClient, message: Path) -> None:
    text = visitor.get(f"/_mailbox/{message.name}").text
    assert '<a href="http://localhost/statements/1?a=b&amp;c=d">' in text
    assert "or write to us." in text
    assert "<script>" not in text


def test_the_html_part_is_a_document_in_which_nothing_runs(visitor: FlaskClient, message: Path) -> None:
    answer = visitor.get(f"/_mailbox/{message.name}/html")
    policy = answer.headers["Content-Security-Policy"]
    assert "sandbox" in policy
    assert "default-src 'none'" in policy
    assert "script-src" not in policy


def test_an_unknown_message_is_not_there(visitor: FlaskClient) -> None:
    assert visitor.get("/_mailbox/20260101T000000.000000Z-00000000.eml").status_code == 404
    assert visitor.get("/_mailbox/..%2Fdemo.json").status_code == 404


def test_production_has_neither_the_mailbox_nor_the_gallery() -> None:
    from portal.web import blueprints

    assert not {module.__name__ for module in blueprints.MODULES} & {
        module.__name__ for module in blueprints.DEVELOPMENT
    }
