"""The same write once, however often it is sent: the first answer is kept, and given again.

Whoever asks takes the turn of a key in the transaction of what is asked; another with the same key finds the turn
taken, or the answer. Turn, act and answer are one transaction, so that a crash leaves none of them. Answers are sealed
with what was asked, and kept for seven days.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any, BinaryIO
from uuid import UUID

import orjson
from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from portal.platform import clock, db, tenancy
from portal.platform.crypto import Unopenable, Vault
from portal.platform.errors import Conflict, DomainError, Invalid

KEPT = timedelta(days=7)
LOOK_AGAIN_SECONDS = 0.05
PIECE = 1 << 16


class StillRunning(Conflict):
    """What was sent before with the same key is not done yet."""

    code = "still_running"
    message = "The same is being done already. Wait a moment before you look or send it again."


class KeyUsed(Invalid):
    """The key came before with something else."""

    code = "key_used"
    message = "This key came with another request before. Give each request a key of its own."


class AnswerLost(Conflict):
    """It was done, and what was answered can no longer be read."""

    code = "answer_lost"
    message = "This was done when it was sent before; what was answered then can no longer be read."


class KeptAnswer(db.Base):
    """What was answered to a request that was done; the key is a digest, the answer is sealed."""

    __tablename__ = "idempotency"
    __table_args__ = (Index("idempotency_by_age", "firm_id", "created_at"), {"schema": "platform"})

    key: Mapped[bytes] = mapped_column(primary_key=True)
    firm_id: Mapped[UUID]
    user_id: Mapped[UUID]
    answer: Mapped[bytes]
    created_at: Mapped[datetime]


def digest_form(
    place: str, fields: Iterable[tuple[str, str]], files: Iterable[tuple[str, str | None, BinaryIO]]
) -> str:
    """A digest of a form: where it goes, its fields in whatever order, and its files (field, name, content), which
    stand at their beginning again."""
    digest = hashlib.sha256(place.encode())
    for field in sorted(fields):
        digest.update(repr(field).encode())
    for name, filename, content in files:
        digest.update(repr((name, filename)).encode())
        while piece := content.read(PIECE):
            digest.update(piece)
        content.seek(0)
    return digest.hexdigest()


@dataclass(frozen=True, slots=True)
class Asked:
    """A write that may come again: the `key` that tells it from others of the same person, a digest of its `content`,
    and for how many seconds to wait for the same that is being done."""

    key: str
    content: str
    patience: float = 0.0


@dataclass(frozen=True, slots=True)
class Answer:
    """What is answered; `notes` (kind, text) are told on the page that comes next."""

    status: int
    headers: list[tuple[str, str]]
    body: str
    notes: list[tuple[str, str]]


@dataclass(slots=True)
class Turn:
    """The turn of a key: the answer that was given `before`, or None, and the one to be `kept`, if what was asked is
    done."""

    before: Answer | None = None
    kept: Answer | None = None


@contextmanager
def taking_turn(vault: Vault, asked: Asked) -> Iterator[Turn]:
    """Take the turn of `asked` for the person in whose tenancy this is. What is done inside is one transaction; a
    refusal (DomainError) takes back the operation that refused and keeps no answer, so that the same may be sent again,
    mended or not. StillRunning, KeyUsed and AnswerLost where the key says so."""
    refusal, key = None, _digest_of(asked.key)
    with db.together():
        turn = Turn(_find_answer(vault, key, asked))
        try:
            yield turn
        except DomainError as error:
            refusal = error
        if refusal is None and turn.kept is not None:
            _keep_answer(vault, key, asked, turn.kept)
    if refusal is not None:
        raise refusal


TAKE = "SELECT pg_try_advisory_xact_lock(%(turn)s)"
FIND = "SELECT answer FROM platform.idempotency WHERE key = %(key)s"
KEEP = """
INSERT INTO platform.idempotency (key, firm_id, user_id, answer, created_at)
VALUES (%(key)s, %(firm)s, %(user)s, %(answer)s, %(now)s)
"""


def _digest_of(key: str) -> bytes:
    """The key as it is kept: of this person alone, and telling nobody what was sent."""
    return hashlib.sha256(f"{tenancy.current_firm_id()}:{_user()}:{key}".encode()).digest()


def _user() -> UUID:
    current = tenancy.current()
    if current is None or current.actor_id is None:
        raise RuntimeError("Only somebody who is known takes turns.")
    return current.actor_id


def _find_answer(vault: Vault, key: bytes, asked: Asked) -> Answer | None:
    """The answer that was given before. It is looked for when the turn is taken: who had it has committed by then."""
    turn, end = int.from_bytes(key[:8], signed=True), time.monotonic() + asked.patience
    while not db.fetch_value(TAKE, turn=turn):
        if time.monotonic() >= end:
            raise StillRunning
        time.sleep(LOOK_AGAIN_SECONDS)
    sealed = db.fetch_value(FIND, key=key)
    if sealed is None:
        return None
    try:
        told: dict[str, Any] = orjson.loads(vault.unseal(bytes(sealed), place=_place(key)))
    except Unopenable as error:
        raise AnswerLost from error
    if told["content"] != asked.content:
        raise KeyUsed
    headers, notes = ([(name, text) for name, text in told[part]] for part in ("headers", "notes"))
    return Answer(told["status"], headers, told["body"], notes)


def _keep_answer(vault: Vault, key: bytes, asked: Asked, answer: Answer) -> None:
    told = orjson.dumps({"content": asked.content, **asdict(answer)})
    db.execute(
        KEEP,
        key=key,
        firm=tenancy.current_firm_id(),
        user=_user(),
        answer=vault.seal(told, place=_place(key)),
        now=clock.now(),
    )


def _place(key: bytes) -> str:
    return f"platform.idempotency.answer:{key.hex()}"


# The key's id stands in what was sealed, after two bytes of which the second is its length.
COUNT = """
SELECT convert_from(substring(answer FROM 3 FOR get_byte(answer, 1)), 'UTF8') AS key, count(*) AS held
FROM platform.idempotency WHERE firm_id = %(firm)s GROUP BY 1
"""
OTHERWISE_SEALED = """
SELECT key, answer FROM platform.idempotency
WHERE firm_id = %(firm)s AND substring(answer FROM 3 FOR get_byte(answer, 1)) <> convert_to(%(key)s, 'UTF8')
LIMIT %(most)s FOR UPDATE
"""
RESEAL = "UPDATE platform.idempotency SET answer = %(answer)s WHERE key = %(key)s"


def count_answers_by_key() -> dict[str, int]:
    """How many answers of the firm in force each key of the vault seals, in its system tenancy."""
    return {row.key: row.held for row in db.fetch_all(COUNT, firm=tenancy.current_firm_id())}


@db.transactional
def reseal_answers(vault: Vault, *, most: int) -> int:
    """Seal up to `most` answers of the firm in force with the vault's key in force, in its system tenancy; how many."""
    found = db.fetch_all(OTHERWISE_SEALED, firm=tenancy.current_firm_id(), key=vault.key_in_force(), most=most)
    for row in found:
        place = _place(bytes(row.key))
        db.execute(RESEAL, key=row.key, answer=vault.seal(vault.unseal(bytes(row.answer), place=place), place=place))
    return len(found)


FORGET = "DELETE FROM platform.idempotency WHERE firm_id = %(firm)s AND created_at < %(before)s"
FORGET_OF = "DELETE FROM platform.idempotency WHERE firm_id = %(firm)s AND user_id = %(user)s"


@db.transactional
def forget_answers() -> int:
    """Delete the answers of the firm in force that are older than seven days, in its system tenancy; how many."""
    return db.execute(FORGET, firm=tenancy.current_firm_id(), before=clock.now() - KEPT)


@db.transactional
def forget_answers_of(user_id: UUID) -> int:
    """Delete every answer to a person, in the firm's system tenancy; how many."""
    return db.execute(FORGET_OF, firm=tenancy.current_firm_id(), user=user_id)
