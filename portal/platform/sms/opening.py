"""The service that SMS_URL names."""

from __future__ import annotations

from ipaddress import ip_address
from pathlib import Path
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from portal.platform.sms.interface import SmsSender
from portal.platform.sms.mailbox import MailboxSender

FORMS = (
    "SMS_URL must be twilio://ACCOUNT:SECRET@?from=%2B14155550100, sns://REGION?sender=NAME or mailbox:///directory."
)


def open_sms(url: str) -> SmsSender | None:
    """The sender behind SMS_URL; None for no address: no text messages are sent then. ValueError says what is wrong.
    `endpoint_url` names another server than the service's own; it has to speak https unless it is this machine."""
    if not url:
        return None
    parts = urlsplit(url)
    options = dict(parse_qsl(parts.query, keep_blank_values=True))
    endpoint_url = options.pop("endpoint_url", None)
    if endpoint_url is not None and not _is_safe(endpoint_url):
        raise ValueError("The endpoint_url of SMS_URL must start with https://: messages carry codes.")
    sender = _open(parts, options, endpoint_url)
    if options:
        raise ValueError(f"SMS_URL has unknown options {sorted(options)}. {FORMS}")
    return sender


def _open(parts: SplitResult, options: dict[str, str], endpoint_url: str | None) -> SmsSender:
    """Only who sends this way pays for the library of the service."""
    if parts.scheme == "twilio" and parts.username and parts.password and options.get("from"):
        from portal.platform.sms.twilio import ENDPOINT, TwilioSender

        account, secret = unquote(parts.username), unquote(parts.password)
        return TwilioSender(account, secret, options.pop("from"), endpoint_url=endpoint_url or ENDPOINT)
    if parts.scheme == "sns" and parts.hostname:
        from portal.platform.sms.sns import SnsSender

        return SnsSender(parts.hostname, sender=options.pop("sender", None), endpoint_url=endpoint_url)
    if parts.scheme == "mailbox" and not parts.netloc and parts.path not in {"", "/"}:
        return MailboxSender(Path(unquote(parts.path)))
    raise ValueError(FORMS)


def _is_safe(endpoint_url: str) -> bool:
    parts = urlsplit(endpoint_url)
    try:
        return parts.scheme == "https" or (parts.scheme == "http" and ip_address(parts.hostname or "").is_loopback)
    except ValueError:
        return False
