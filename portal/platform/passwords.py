"""Password hashing: argon2id, never more at once than there are cores."""

from __future__ import annotations

import os
from threading import BoundedSemaphore
from unicodedata import normalize

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

_hasher = PasswordHasher(time_cost=2, memory_cost=47104, parallelism=1)
_gate = BoundedSemaphore(os.cpu_count() or 1)
_nobody = "$argon2id$v=19$m=47104,t=2,p=1$fZw3DZSofXIYZx/rVHyRiA$wh+5wVtDlQ1Qr6QmFvxjZLY1Xc0j0xhrLvTtgyXJ5Vo"


def hash_password(password: str) -> str:
    """The argon2id hash of `password` with the parameters in force; the same however its accents are composed."""
    with _gate:
        return _hasher.hash(normalize("NFC", password))


def verify_password(stored: str | None, password: str) -> bool:
    """Whether `password` is the one behind `stored`; without a stored hash the same work is done, in vain."""
    with _gate:
        try:
            return _hasher.verify(stored or _nobody, normalize("NFC", password)) and stored is not None
        except (VerifyMismatchError, InvalidHashError):
            return False


def needs_rehash(stored: str) -> bool:
    """Whether `stored` was made with other parameters than those in force."""
    return _hasher.check_needs_rehash(stored)
