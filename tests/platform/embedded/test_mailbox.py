from __future__ import annotations

from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest

from portal.platform import mail
from portal.platform.embedded.mailbox import Mailbox, list_messages, read_message, store_message
from portal.platform.errors import NotFound


@pytest.fixture
def mailbox(tmp_path: Path) -> Iterator[Mailbox]:
    with Mailbox(tmp_path / "mail") as server:
        yield server


def letter(subject: str) -> EmailMessage:
    message = EmailMessage()
    message["From"] = "Élan Capital <portal@localhost>"
    message["To"] = "ana@example.com"
    message["Subject"] = subject
    message.set_content("Your statement is ready: http://localhost:8000/s/1?a=1&b=2\n.\nLeading dot kept.")
    message.add_alternative("<p>Your statement is <b>ready</b></p>", subtype="html")
    message.add_attachment(b"%PDF-1.7", maintype="application", subtype="pdf", filename="statement.pdf")
    return message


def test_a_sent_message_is_listed_and_read_whole(mailbox: Mailbox) -> None:
    mail.send(mailbox.url(), letter("Votre relevé — 2026"))
    [summary] = list_messages(mailbox.directory)
    assert (summary.sender, summary.recipients) == ("Élan Capital <portal@localhost>", "ana@example.com")
    assert summary.subject == "Votre relevé — 2026"
    message = read_message(mailbox.directory, summary.name)
    assert "http://localhost:8000/s/1?a=1&b=2\n.\nLeading dot kept." in message.text
    assert "<b>ready</b>" in message.html
    assert message.attachments == ("statement.pdf",)


def test_the_newest_comes_first_and_the_list_ends_at_its_limit(mailbox: Mailbox) -> None:
    for number in range(4):
        mail.send(mailbox.url(), letter(f"Notice {number}"))
    listed = list_messages(mailbox.directory, limit=3)
    assert [each.subject for each in listed] == ["Notice 3", "Notice 2", "Notice 1"]
    assert [each.name for each in listed] == sorted((each.name for each in listed), reverse=True)


def test_messages_survive_a_restart(tmp_path: Path) -> None:
    with Mailbox(tmp_path / "mail") as server:
        mail.send(server.url(), letter("Kept"))
    with Mailbox(tmp_path / "mail") as server:
        mail.send(server.url(), letter("Later"))
    assert [each.subject for each in list_messages(tmp_path / "mail")] == ["Later", "Kept"]


@pytest.mark.parametrize("name", ["../secret.eml", "/etc/passwd", "", "20261123T000000.000000Z-00000000.eml"])
def test_only_its_own_messages_are_read(tmp_path: Path, name: str) -> None:
    (tmp_path / "secret.eml").write_text("Subject: no")
    (tmp_path / "mail").mkdir()
    with pytest.raises(NotFound):
        read_message(tmp_path / "mail", name)


def test_a_broken_message_is_still_shown(tmp_path: Path) -> None:
    kept = store_message(tmp_path, b"\xff\xfe not a message\r\n\r\n\xff")
    [summary] = list_messages(tmp_path)
    assert (summary.name, summary.subject) == (kept.name, "")
    assert read_message(tmp_path, kept.name).attachments == ()


def test_no_mailbox_means_no_messages(tmp_path: Path) -> None:
    assert list_messages(tmp_path / "none") == []
