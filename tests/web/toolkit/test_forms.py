"""What a page refuses before any form reads it."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from tests.conftest import World
from tests.factories.web import sign_in


@pytest.mark.parametrize(
    ("path", "typed"),
    [
        ("/sign-in", {"email": "a\0da@example.com", "password": "x"}),
        ("/password/forgot", {"email": "ada\0@example.com"}),
        ("/invitations", {"name": "A\0", "email": "a@example.com", "accounts": ""}),
        ("/sign-in", {"email": "ada@example.com", "password": "x", "ne\0xt": "/"}),
    ],
)
def test_a_character_that_cannot_be_kept_is_refused(
    client: FlaskClient, world: World, path: str, typed: dict[str, str]
) -> None:
    answer = sign_in(client, world.administrator).post(path, data=typed)

    assert answer.status_code == 422
    assert "There is a character in it that cannot be kept (NUL)." in answer.text


@pytest.mark.parametrize("address", ["/users?search=%00", "/accounts?search=a%00b", "/record?act=%00", "/users?%00=1"])
def test_nor_is_one_searched_for(client: FlaskClient, world: World, address: str) -> None:
    assert sign_in(client, world.administrator).get(address).status_code == 422
