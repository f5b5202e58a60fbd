"""Which texts are telephone numbers."""

from __future__ import annotations

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberFormat


def normal_phone(text: str) -> str | None:
    """The number in E.164 (`+14155550123`), or None where it is none that exists; written with the country's code."""
    try:
        number = phonenumbers.parse(text, None)
    except NumberParseException:
        return None
    if number.extension or not phonenumbers.is_valid_number(number):
        return None
    return phonenumbers.format_number(number, PhoneNumberFormat.E164)
