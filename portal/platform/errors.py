"""What can go wrong in the domain, in six kinds that every edge knows how to show."""

from __future__ import annotations

from collections.abc import Mapping


class DomainError(Exception):
    """A refusal with a stable `code`, a sentence for people and, where it helps, messages per field."""

    code = "error"
    message = "The request was refused."

    def __init__(self, message: str | None = None, *, fields: Mapping[str, str] | None = None) -> None:
        self.message = message or self.message
        self.fields = dict(fields or {})
        super().__init__(self.message)


class NotFound(DomainError):
    """The thing does not exist, or the actor may not know that it does."""

    code = "not_found"
    message = "There is nothing here, or you may not see it."


class Forbidden(DomainError):
    """The actor is known and may not do this."""

    code = "forbidden"
    message = "Your role does not allow this. Ask an administrator of the firm if it should."


class Unauthenticated(DomainError):
    """Nobody is signed in, or the proof of it is no longer good."""

    code = "unauthenticated"
    message = "Sign in to go on."


class Conflict(DomainError):
    """The state of the thing does not allow this now."""

    code = "conflict"
    message = "This has changed since you last saw it."


class Invalid(DomainError):
    """The values do not make sense together; `fields` says which and how to mend them."""

    code = "invalid"
    message = "Some values need another look."


class Limited(DomainError):
    """This was done too often of late; `retry_after` seconds from now it may be tried again."""

    code = "limited"
    message = "That was too often."

    def __init__(self, message: str | None = None, *, retry_after: int) -> None:
        self.retry_after = max(1, retry_after)
        minutes = -(-self.retry_after // 60)
        when = f"{self.retry_after} seconds" if minutes == 1 else f"{minutes} minutes"
        super().__init__(f"{message or self.message} Try again in {when}.")
