"""Whether a form came from a page of ours."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

PUBLIC_URL = "http://localhost"


def send(client: FlaskClient, **headers: str) -> int:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return client.post("/preferences/theme", data={"theme": "dark"}, headers=named).status_code


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": PUBLIC_URL},
        {"Sec_Fetch_Site": "same-origin", "Origin": PUBLIC_URL},
        {"Sec_Fetch_Site": "none"},
        {"Origin": "https://capital.example", "Host": "capital.example"},
    ],
)
def test_a_form_of_ours_is_taken(client: FlaskClient, headers: dict[str, str]) -> None:
    assert send(client, **headers) == 303


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://elsewhere.example"},
        {"Origin": "null"},
        {"Origin": "http://localhost.elsewhere.example"},
        {"Sec_Fetch_Site": "cross-site"},
        {"Sec_Fetch_Site": "same-site"},
        {"Sec_Fetch_Site": "cross-site", "Origin": PUBLIC_URL},
        {"Sec_Fetch_Site": "same-origin", "Origin": "https://elsewhere.example"},
    ],
)
def test_a_form_of_another_site_is_refused(client: FlaskClient, headers: dict[str, str]) -> None:
    assert send(client, **headers) == 403


def test_an_address_may_be_followed_from_anywhere(client: FlaskClient) -> None:
    assert client.get("/sign-in", headers={"Sec-Fetch-Site": "cross-site"}).status_code == 200
