from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword

from portal.platform import mail
from portal.platform.embedded.mailbox import Mailbox, free_port, list_messages


@dataclass
class Receiver:
    """A real SMTP server whose answers a test decides."""

    answer: str = "250 OK"
    refuse: dict[str, str] = field(default_factory=dict)
    delay: float = 0.0
    signed_in: list[tuple[bytes, bytes]] = field(default_factory=list)
    subjects: list[bytes] = field(default_factory=list)

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802 - aiosmtpd's name
        if address in self.refuse:
            return self.refuse[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        await asyncio.sleep(self.delay)
        self.subjects.append(envelope.content)
        return self.answer

    def authenticate(self, server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
        assert isinstance(data, LoginPassword)
        self.signed_in.append((data.login, data.password))
        return AuthResult(success=data.password == b"p@ss/word", handled=False)


@pytest.fixture
def receiver() -> Receiver:
    return Receiver()


@pytest.fixture
def server(receiver: Receiver) -> Iterator[str]:
    controller = Controller(
        receiver,
        hostname="127.0.0.1",
        port=free_port(),
        authenticator=receiver.authenticate,
        auth_require_tls=False,
    )
    controller.start()
    yield f"127.0.0.1:{controller.port}"
    controller.stop()


def letter(to: str = "ana@example.com") -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "portal@localhost", to, "Statement ready"
    message.set_content("Sign in to read it.")
    return message


def test_credentials_are_decoded_from_the_address(server: str, receiver: Receiver) -> None:
    mail.send(f"smtp://portal%40firm:p%40ss%2Fword@{server}", letter())
    assert receiver.signed_in == [(b"portal@firm", b"p@ss/word")]
    assert b"Subject: Statement ready" in receiver.subjects[0]


def test_wrong_credentials_can_be_mended_and_tried_again(server: str) -> None:
    with pytest.raises(mail.MailNotSent, match="535") as caught:
        mail.send(f"smtp://portal:wrong@{server}", letter())
    assert caught.value.permanent is False
    assert "wrong" not in str(caught.value)


@pytest.mark.parametrize(("answer", "permanent"), [("451 Try later", False), ("554 Never", True)])
def test_the_answer_decides_whether_to_try_again(server: str, receiver: Receiver, answer: str, permanent: bool) -> None:
    receiver.answer = answer
    with pytest.raises(mail.MailNotSent, match=answer) as caught:
        mail.send(f"smtp://{server}", letter())
    assert caught.value.permanent is permanent


@pytest.mark.parametrize("to", ["gone@example.com", "ana@example.com, gone@example.com"])
def test_a_refused_recipient_is_named(server: str, receiver: Receiver, to: str) -> None:
    receiver.refuse = {"gone@example.com": "550 No such person"}
    with pytest.raises(mail.MailNotSent, match=r"gone@example.com: 550 No such person") as caught:
        mail.send(f"smtp://{server}", letter(to))
    assert caught.value.permanent is True


def test_a_silent_server_costs_the_time_limit_and_no_more(server: str, receiver: Receiver) -> None:
    receiver.delay = 5
    began = time.monotonic()
    with pytest.raises(mail.MailNotSent, match="timed out") as caught:
        mail.send(f"smtp://{server}", letter(), seconds=0.5)
    assert time.monotonic() - began < 3
    assert caught.value.permanent is False


def test_nobody_listening_is_said_with_the_address() -> None:
    port = free_port()
    with pytest.raises(mail.MailNotSent, match=f"127.0.0.1:{port} failed") as caught:
        mail.send(f"smtp://127.0.0.1:{port}", letter())
    assert caught.value.permanent is False


@pytest.mark.parametrize("scheme", ["smtps", "smtp+starttls"])
def test_a_server_without_trusted_encryption_gets_nothing(server: str, receiver: Receiver, scheme: str) -> None:
    with pytest.raises(mail.MailNotSent):
        mail.send(f"{scheme}://portal:secret@{server}", letter(), seconds=2)
    assert receiver.signed_in == []
    assert receiver.subjects == []


def test_many_threads_send_at_once(tmp_path: Path) -> None:
    with Mailbox(tmp_path / "mail") as mailbox:
        threads = [threading.Thread(target=mail.send, args=(mailbox.url(), letter())) for _ in range(20)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(list_messages(mailbox.directory)) == 20


@pytest.mark.parametrize("url", ["http://host", "smtp://", ""])
def test_another_kind_of_address_is_a_mistake(url: str) -> None:
    with pytest.raises(ValueError, match="SMTP_URL must look like"):
        mail.send(url, letter())
