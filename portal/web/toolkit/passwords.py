"""Fields in which a new password is chosen, and what the page itself can say of it while it is typed."""

from __future__ import annotations

from functools import lru_cache

from flask import Flask
from wtforms import PasswordField
from wtforms.validators import InputRequired

from portal.domain.identity.accounts.values import SHORTEST, SHORTEST_WITH_FACTOR
from portal.platform.common_passwords import list_common_passwords

WORDS_ON_THE_PAGE = 150


def new_password_field(label: str = "New password") -> PasswordField:
    """A field for a new password; whether it is good enough, the service says."""
    return PasswordField(label, [InputRequired("Choose a password.")])


def shortest_password(*, has_factor: bool = False) -> int:
    """How many characters a new password of somebody needs."""
    return SHORTEST_WITH_FACTOR if has_factor else SHORTEST


@lru_cache(maxsize=1)
def common_words() -> str:
    """The commonest words among passwords, for the script that warns of them; the service knows many more."""
    words = [each for each in list_common_passwords() if each.isalpha() and len(each) > 5]
    return " ".join(words[:WORDS_ON_THE_PAGE])


def init_app(app: Flask) -> None:
    """Give the templates what the component for new passwords needs."""
    app.jinja_env.globals.update(common_words=common_words)
