"""Text messages through Twilio's Messages resource (2010-04-01)."""

from __future__ import annotations

from uuid import UUID

import httpx

from portal.platform.sms.interface import ANSWER_SECONDS, CONNECT_SECONDS, SmsNotSent

ENDPOINT = "https://api.twilio.com"
CONNECTING = 2  # more tries, where no connection comes about: nothing was sent then


class TwilioSender:
    """Sends from `sender`, a number or the id of a messaging service (MG…)."""

    def __init__(self, account: str, secret: str, sender: str, *, endpoint_url: str = ENDPOINT) -> None:
        self._address = f"{endpoint_url.rstrip('/')}/2010-04-01/Accounts/{account}/Messages.json"
        self._sender = {"MessagingServiceSid" if sender.startswith("MG") else "From": sender}
        self._credentials = (account, secret)

    def send(self, to: str, text: str, *, key: UUID) -> None:
        """Hand the text over; the service knows no keys, so that one whose answer was lost may come twice."""
        del key
        transport = httpx.HTTPTransport(retries=CONNECTING)
        patience = httpx.Timeout(ANSWER_SECONDS, connect=CONNECT_SECONDS)
        try:
            with httpx.Client(transport=transport, timeout=patience, auth=self._credentials) as client:
                answer = client.post(self._address, data={"To": to, "Body": text, **self._sender})
        except httpx.HTTPError as error:
            raise SmsNotSent(f"Twilio failed: {type(error).__name__}", permanent=False) from None
        if not answer.is_success:
            raise _refused(answer)


def _refused(answer: httpx.Response) -> SmsNotSent:
    """Twilio's own code says why; its sentence would quote the number. Too many requests, a wrong secret and its own
    faults pass; a number that is none stays none."""
    try:
        code = answer.json()["code"]
    except (ValueError, KeyError, TypeError):
        code = "unknown"
    permanent = 400 <= answer.status_code < 500 and answer.status_code not in {401, 403, 408, 429}
    return SmsNotSent(f"Twilio answered {answer.status_code} (code {code})", permanent=permanent)
