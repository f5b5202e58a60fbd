"""How one likes to see the product."""

from __future__ import annotations

from flask.testing import FlaskClient


def test_the_theme_is_kept_in_the_browser(client: FlaskClient) -> None:
    client.post("/preferences/theme", data={"theme": "dark"})
    assert 'data-theme="dark"' in client.get("/sign-in").text
    client.post("/preferences/theme", data={"theme": '"><script>'})
    assert 'data-theme="dark"' in client.get("/sign-in").text


def test_one_comes_back_to_the_page_on_this_host_only(client: FlaskClient) -> None:
    for referrer, place in (("http://localhost/verify?x=1", "/verify?x=1"), ("https://evil.example/a", "/")):
        answer = client.post("/preferences/theme", data={"theme": "light"}, headers={"Referer": referrer})
        assert answer.location == place
