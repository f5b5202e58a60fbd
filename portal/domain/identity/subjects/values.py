"""Whom personal data is about."""

from __future__ import annotations

from enum import StrEnum


class SubjectKind(StrEnum):
    """What a subject is; its key has the subject's own id."""

    USER = "user"
    ACCOUNT = "account"
