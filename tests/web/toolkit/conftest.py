from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.web.toolkit.site import make_site


@pytest.fixture
def site() -> Flask:
    """The small site."""
    return make_site()


@pytest.fixture
def visitor(site: Flask) -> FlaskClient:
    """A client of the small site."""
    return site.test_client()
