"""Text messages through each service: moto's SNS, a server with Twilio's shape, the mailbox of this machine."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import parse_qs

import pytest
from moto.core import DEFAULT_ACCOUNT_ID
from moto.server import ThreadedMotoServer
from moto.sns.models import sns_backends

from portal.app import create_app
from portal.platform.ids import new_id
from portal.platform.sms import twilio
from portal.platform.sms.interface import SmsNotSent, SmsSender
from portal.platform.sms.mailbox import list_texts
from portal.platform.sms.opening import open_sms
from portal.settings import Settings, SettingsError, load

NUMBER, TEXT = "+14155550123", "Harbour Capital: 123456 is your code – good for five minutes."


@dataclass
class Twilio:
    """A server that answers as Twilio does, and keeps what it was asked."""

    url: str = ""
    status: int = 201
    body: object = field(default_factory=lambda: {"sid": "SM1", "status": "queued"})
    delay: float = 0.0
    asked: list[tuple[str, str, dict[str, list[str]]]] = field(default_factory=list)


@pytest.fixture
def server() -> Iterator[Twilio]:
    state = Twilio()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            content = self.rfile.read(int(self.headers["Content-Length"])).decode()
            state.asked.append((self.path, self.headers["Authorization"], parse_qs(content)))
            time.sleep(state.delay)
            self.send_response(state.status)
            self.end_headers()
            self.wfile.write(json.dumps(state.body).encode())

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as http:
        state.url = f"http://127.0.0.1:{http.server_port}"
        thread = Thread(target=http.serve_forever)
        thread.start()
        yield state
        http.shutdown()
        thread.join()


def opened(url: str) -> SmsSender:
    sender = open_sms(url)
    assert sender is not None
    return sender


def by_twilio(server: Twilio, sender: str = "%2B14155550100") -> SmsSender:
    return opened(f"twilio://AC1:s%2Fecret@?from={sender}&endpoint_url={server.url}")


@pytest.mark.parametrize(
    ("sender", "told"), [("%2B14155550100", {"From": ["+14155550100"]}), ("MG12", {"MessagingServiceSid": ["MG12"]})]
)
def test_twilio_is_asked_as_its_documentation_says(server: Twilio, sender: str, told: dict[str, list[str]]) -> None:
    by_twilio(server, sender).send(NUMBER, TEXT, key=new_id())

    credentials = "Basic " + base64.b64encode(b"AC1:s/ecret").decode()
    form = {"To": [NUMBER], "Body": [TEXT], **told}
    assert server.asked == [("/2010-04-01/Accounts/AC1/Messages.json", credentials, form)]


@pytest.mark.parametrize(
    ("status", "code", "permanent"),
    [(400, 21211, True), (403, 20003, False), (429, 20429, False), (500, 20500, False), (503, 0, False)],
)
def test_what_twilio_refuses_says_whether_another_try_helps(
    server: Twilio, status: int, code: int, permanent: bool
) -> None:
    server.status, server.body = status, {"code": code, "message": f"The 'To' number {NUMBER} is not valid."}

    with pytest.raises(SmsNotSent) as refused:
        by_twilio(server).send(NUMBER, TEXT, key=new_id())

    assert refused.value.permanent is permanent
    assert str(refused.value) == f"Twilio answered {status} (code {code})"
    assert len(server.asked) == 1


def test_an_answer_that_is_no_json_is_a_refusal_all_the_same(server: Twilio) -> None:
    server.status, server.body = 502, ["not", "an", "object"]

    with pytest.raises(SmsNotSent, match=r"502 \(code unknown\)"):
        by_twilio(server).send(NUMBER, TEXT, key=new_id())


def test_a_service_that_stalls_or_is_gone_is_not_waited_for(server: Twilio, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(twilio, "ANSWER_SECONDS", 0.3)
    server.delay = 1.0
    begun = time.monotonic()
    with pytest.raises(SmsNotSent, match="Twilio failed: ReadTimeout") as stalled:
        by_twilio(server).send(NUMBER, TEXT, key=new_id())
    assert time.monotonic() - begun < 0.9
    assert len(server.asked) == 1, "what may have been sent is not sent again at once"
    with pytest.raises(SmsNotSent, match="Twilio failed: ConnectError") as gone:
        opened("twilio://AC1:x@?from=%2B1&endpoint_url=http://127.0.0.1:1").send(NUMBER, TEXT, key=new_id())
    assert [stalled.value.permanent, gone.value.permanent] == [False, False]


@pytest.fixture
def sns(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    server = ThreadedMotoServer(port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host.replace('0.0.0.0', '127.0.0.1')}:{port}"
    server.stop()


def test_sns_publishes_to_the_number(sns: str) -> None:
    opened(f"sns://eu-central-1?sender=Harbour&endpoint_url={sns}").send(NUMBER, TEXT, key=new_id())

    (message,) = sns_backends[DEFAULT_ACCOUNT_ID]["eu-central-1"].sms_message_objects.values()
    assert (message.phone_number, message.message) == (NUMBER, TEXT)


def test_sns_refuses_what_is_no_number_for_good(sns: str) -> None:
    with pytest.raises(SmsNotSent) as refused:
        opened(f"sns://eu-central-1?endpoint_url={sns}").send("+1", TEXT, key=new_id())

    assert refused.value.permanent
    assert str(refused.value) == "SNS refused (InvalidParameter)"


def test_sns_that_is_gone_may_be_back_later(sns: str) -> None:
    with pytest.raises(SmsNotSent, match="SNS failed: EndpointConnectionError") as gone:
        opened("sns://eu-central-1?endpoint_url=http://127.0.0.1:1").send(NUMBER, TEXT, key=new_id())

    assert not gone.value.permanent


def test_the_mailbox_keeps_messages_once_newest_first(tmp_path: Path) -> None:
    sender, first, second = opened(f"mailbox://{tmp_path}/sms"), new_id(), new_id()
    assert list_texts(tmp_path / "sms") == []
    sender.send(NUMBER, "first", key=first)
    sender.send(NUMBER, "second", key=second)
    sender.send(NUMBER, "first again", key=first)

    kept = list_texts(tmp_path / "sms")
    assert [(each.to, each.text) for each in kept] == [(NUMBER, "first again"), (NUMBER, "second")]
    assert [each.text for each in list_texts(tmp_path / "sms", limit=1)] == ["first again"]


def test_no_address_sends_nothing() -> None:
    assert open_sms("") is None


@pytest.mark.parametrize(
    "url",
    [
        "twilio://AC1@?from=%2B1",
        "twilio://AC1:secret@",
        "twilio://AC1:secret@?from=%2B1&colour=blue",
        "sns://",
        "sns://eu-central-1?from=x",
        "mailbox://",
        "mailbox://sms",
        "smtp://localhost",
        "twilio://AC1:secret@?from=%2B1&endpoint_url=http://api.example.com",
        "sns://eu-central-1?endpoint_url=http://10.0.0.1",
    ],
)
def test_a_wrong_address_is_refused_at_the_start(url: str) -> None:
    with pytest.raises(ValueError, match="SMS_URL"):
        open_sms(url)


def test_production_does_not_keep_messages_to_itself() -> None:
    with pytest.raises(SettingsError) as refused:
        load({"SMS_URL": "mailbox:///tmp/sms"})
    assert any(problem.startswith("SMS_URL keeps text messages") for problem in refused.value.problems)
    with pytest.raises(SettingsError) as refused:
        load({"SMS_URL": "pigeon://somewhere"})
    assert "SMS_URL must start with one of twilio://, sns://, mailbox://." in refused.value.problems


def test_an_address_that_names_no_service_stops_the_start(settings: Settings) -> None:
    with pytest.raises(SettingsError, match="SMS_URL must be twilio://"):
        create_app(replace(settings, sms_url="twilio://AC1@"))
