"""Text messages through Amazon SNS; credentials come from the usual AWS environment."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from portal.platform.sms.interface import ANSWER_SECONDS, CONNECT_SECONDS, SmsNotSent

KIND, SENDER = "AWS.SNS.SMS.SMSType", "AWS.SNS.SMS.SenderID"
STAYS = {"InvalidParameter", "InvalidParameterValue", "OptedOut"}  # refused again, however often it is sent
_CONFIG = Config(
    connect_timeout=CONNECT_SECONDS,
    read_timeout=ANSWER_SECONDS,
    retries={"mode": "standard", "total_max_attempts": 2},
)


class SnsSender:
    """Sends in one region, under the name `sender` where the country of the number allows one."""

    def __init__(self, region: str, *, sender: str | None = None, endpoint_url: str | None = None) -> None:
        self._client: Any = boto3.client("sns", region_name=region, endpoint_url=endpoint_url, config=_CONFIG)
        names = {KIND: "Transactional"} | ({SENDER: sender} if sender else {})
        self._attributes = {name: {"DataType": "String", "StringValue": value} for name, value in names.items()}

    def send(self, to: str, text: str, *, key: UUID) -> None:
        """Hand the text over; the service knows no keys, so that one whose answer was lost may come twice."""
        del key
        try:
            self._client.publish(PhoneNumber=to, Message=text, MessageAttributes=self._attributes)
        except ClientError as error:  # its sentence would quote the number
            code = error.response.get("Error", {}).get("Code", "unknown")
            raise SmsNotSent(f"SNS refused ({code})", permanent=code in STAYS) from None
        except BotoCoreError as error:
            raise SmsNotSent(f"SNS failed: {type(error).__name__}", permanent=False) from None
