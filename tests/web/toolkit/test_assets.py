from __future__ import annotations

import gzip
import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from portal.web.toolkit.assets import Assets, read_assets


def test_an_address_carries_the_content_and_is_kept_for_a_year(visitor: FlaskClient) -> None:
    answer = visitor.get(Assets().url("portal.js"))
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer.headers["Content-Type"] == "text/javascript; charset=utf-8"


def test_text_travels_compressed_where_the_browser_takes_it(visitor: FlaskClient) -> None:
    url = Assets().url("portal.css")
    plain = visitor.get(url)
    packed = visitor.get(url, headers={"Accept-Encoding": "gzip, br"})
    assert "Content-Encoding" not in plain.headers
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data) == plain.data
    assert packed.headers["Vary"] == "Accept-Encoding"


@pytest.mark.parametrize(
    "path",
    ["portal.css", "portal.000000000000.css", "vendor/vendor.toml", "vendor/refresh.py", "../pyproject.toml"],
)
def test_nothing_else_is_served(visitor: FlaskClient, path: str) -> None:
    assert visitor.get(f"/static/{path}").status_code == 404


def test_the_style_sheet_names_only_addresses_that_are_served(visitor: FlaskClient) -> None:
    sheet = read_assets()["portal.css"].content.decode()
    urls = re.findall(r'url\("([^"]+)"\)', sheet)
    assert len(urls) == 2
    for url in urls:
        assert visitor.get(f"/static/{url}").status_code == 200


def test_another_content_has_another_address(tmp_path: Path) -> None:
    (tmp_path / "styles").mkdir()
    (tmp_path / "styles" / "1.css").write_text("a { color: red }")
    assets = Assets(tmp_path, watch=True)
    before = assets.url("portal.css")
    (tmp_path / "styles" / "2.css").write_text("b { color: blue }")
    assert assets.url("portal.css") != before
    assert assets.by_name["portal.css"].content == b"a { color: red }\nb { color: blue }"


def test_the_pages_stay_light() -> None:
    assets = read_assets()
    first_visit = sum(len(asset.compressed or asset.content) for asset in assets.values())
    assert len(assets["portal.css"].compressed or b"") < 10_000
    assert first_visit < 180_000, "fonts, scripts and styles of a first visit, in bytes"
