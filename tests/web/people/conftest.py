"""The mailbox that pages about signing in have too."""

from tests.web.identity.conftest import mailbox, post

__all__ = ["mailbox", "post"]
