"""What goes wrong when something is handed to a service that carries messages."""

from __future__ import annotations


class NotSent(Exception):
    """The service did not take the message; `permanent` says that sending it again cannot help."""

    def __init__(self, message: str, *, permanent: bool) -> None:
        super().__init__(message)
        self.permanent = permanent
