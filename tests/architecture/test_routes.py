"""Every address says who may come to it, and carries the name of the module, view and template behind it."""

import inspect
from collections.abc import Iterator

import pytest
from flask import Flask
from werkzeug.routing import Rule

from portal.app import create_app
from portal.domain.identity.access.values import Permission
from portal.domain.identity.sessions.values import Stage
from portal.platform.signing import create_key
from portal.settings import Settings
from portal.web.toolkit.access import at_stage, public, requires, signed_in_only

# Addresses that people type, read aloud or find in a mail: the short name is the point of them.
SHORT = ("/", "/sign-in", "/sign-out", "/verify", "/verify/<slug>", "/files/<token>")
# Whose pages are about the reader: /preferences, not /identity/preferences.
UNSAID = ("identity", "development")


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """The whole application; nothing outside it is asked."""
    data = tmp_path_factory.mktemp("routes")
    key = data / "key.pem"
    create_key(key)
    return create_app(
        Settings(
            mode="development",
            data_dir=data,
            port=8000,
            public_url="http://localhost",
            secret_key="only for tests, and long enough for them",
            database_url="postgresql+psycopg://nobody@127.0.0.1:1/nothing",
            redis_url="redis://127.0.0.1:1/0",
            storage_url=(data / "files").as_uri(),
            smtp_url="smtp://127.0.0.1:1",
            mail_from="portal@example.com",
            signing_key_file=key,
            encryption_key_file=data / "encryption.keys",
            web_processes=1,
        )
    )


def unguarded(app: Flask) -> Iterator[str]:
    """Routes that do not say who may come; the static files are everybody's."""
    for rule in app.url_map.iter_rules():
        if rule.endpoint == "static":
            continue
        access = getattr(app.view_functions[rule.endpoint], "access", None)
        permissions = isinstance(access, tuple) and access and all(isinstance(one, Permission) for one in access)
        if access not in {"public", "signed_in", "at_stage"} and not permissions:
            yield f"{rule.rule} ({rule.endpoint})"


def misnamed(app: Flask) -> Iterator[str]:
    """Pages whose address, endpoint, module and function do not carry one name."""
    for rule in app.url_map.iter_rules():
        view = inspect.unwrap(app.view_functions[rule.endpoint])
        if view.__module__.startswith("portal.web.") and not view.__module__.startswith("portal.web.toolkit"):
            _, _, area, *resource = view.__module__.split(".")
            home = resource[0] if resource and resource[0] != "index" else area
            if rule.endpoint != f"{home}.{view.__name__}":
                yield f"{rule.endpoint} is not {home}.{view.__name__}"
            if rule.rule not in SHORT and not _leads_home(rule, area, home):
                place = home if area in UNSAID else f"{area}/{home}"
                yield f"{rule.rule} does not begin with /{place.replace('_', '-')}"


def _leads_home(rule: Rule, area: str, home: str) -> bool:
    address = [part.lstrip("_").replace("-", "_") for part in rule.rule.strip("/").split("/")]
    return address[:1] == [home] if home == area or area in UNSAID else address[:2] == [area, home]


def test_every_route_says_who_may_come(app: Flask) -> None:
    found = list(unguarded(app))

    assert len(list(app.url_map.iter_rules())) > 5
    assert not found, "Add @requires(Permission.…), @signed_in_only or @public (web/toolkit/access.py) to " + str(found)


def test_every_export_asks_who_it_is_again(app: Flask) -> None:
    exports = [rule.endpoint for rule in app.url_map.iter_rules() if rule.endpoint.split(".")[-1].startswith("export")]
    found = [name for name in exports if not getattr(app.view_functions[name], "fresh", False)]

    assert len(exports) > 3
    assert not found, "Put @fresh_file (web/toolkit/freshness.py) under the decorator of access of " + str(found)


def test_one_name_all_the_way(app: Flask) -> None:
    found = list(misnamed(app))

    assert not found, (
        "/investments/capital-calls/<id> is capital_calls.show in web/investments/capital_calls.py::show:\n"
        + "\n".join(found)
    )


def test_a_route_that_says_nothing_is_found() -> None:
    app = Flask("probe", static_folder=None)
    app.add_url_rule("/open", "open", public(lambda: ""))
    app.add_url_rule("/mine", "mine", signed_in_only(lambda: ""))
    app.add_url_rule("/code", "code", at_stage(Stage.FACTOR)(lambda: ""))
    app.add_url_rule("/staff", "staff", requires(next(iter(Permission)))(lambda: ""))
    assert not list(unguarded(app))

    app.add_url_rule("/none", "none", requires()(lambda: ""))
    app.add_url_rule("/forgotten", "forgotten", lambda: "")
    assert list(unguarded(app)) == ["/none (none)", "/forgotten (forgotten)"]


def test_a_name_that_changes_on_the_way_is_found() -> None:
    def show() -> str:
        return ""

    show.__module__ = "portal.web.investments.capital_calls"
    app = Flask("probe", static_folder=None)
    app.add_url_rule("/investments/capital-calls/<id>", "capital_calls.show", show)
    assert not list(misnamed(app))

    app.add_url_rule("/investments/calls/<id>", "capital_calls.show", show)
    app.add_url_rule("/investments/capital-calls/<id>/more", "calls.show", show)
    assert list(misnamed(app)) == [
        "/investments/calls/<id> does not begin with /investments/capital-calls",
        "calls.show is not capital_calls.show",
    ]
