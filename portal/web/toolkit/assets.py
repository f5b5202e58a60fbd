"""Static files, read once and served from memory under addresses that carry their content's hash.

`asset('portal.css')` gives `/static/portal.3f9c2b7a41de.css`, which browsers may keep for a year. The style
sheet is the files of static/styles/ in the order of their names, as one.
"""

from __future__ import annotations

import gzip
import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

from flask import Flask, Response, abort, request
from markupsafe import Markup

STATIC = Path(__file__).resolve().parents[3] / "static"
TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
}
YEAR = 365 * 24 * 3600
STYLE_SHEET = "portal.css"
SPRITE = "vendor/icons/icons.svg"


@dataclass(frozen=True, slots=True)
class Asset:
    """One static file: its bytes, the same compressed (where that helps), and its address below /static/."""

    content: bytes
    compressed: bytes | None
    mimetype: str
    address: str


def _asset(name: str, content: bytes) -> Asset:
    suffix = Path(name).suffix
    hashed = f"{name.removesuffix(suffix)}.{hashlib.sha256(content).hexdigest()[:12]}{suffix}"
    compressed = None if suffix == ".woff2" else gzip.compress(content, 9, mtime=0)
    return Asset(content, compressed, TYPES[suffix], hashed)


def _style_sheet(directory: Path, assets: dict[str, Asset]) -> bytes:
    """The joined style sheet, with url("…") pointing at hashed addresses."""
    joined = "\n".join(path.read_text() for path in sorted((directory / "styles").glob("*.css")))
    return re.sub(r'url\("([^":]+)"\)', lambda m: f'url("{assets[m[1]].address}")', joined).encode()


def read_assets(directory: Path = STATIC) -> dict[str, Asset]:
    """Every served file below `directory`, by its plain name (`vendor/htmx/htmx.min.js`)."""
    assets = {}
    for path in sorted(directory.rglob("*")):
        name = path.relative_to(directory).as_posix()
        if path.is_file() and path.suffix in TYPES and not name.startswith("styles/"):
            assets[name] = _asset(name, path.read_bytes())
    assets[STYLE_SHEET] = _asset(STYLE_SHEET, _style_sheet(directory, assets))
    return assets


def _state(directory: Path) -> dict[Path, tuple[int, int]]:
    """By which one sees that a file came, went or was written."""
    stats = {path: path.stat() for path in directory.rglob("*") if path.suffix in TYPES}
    return {path: (stat.st_mtime_ns, stat.st_size) for path, stat in stats.items()}


class Assets:
    """What the product serves below /static/; `watch` reads the files again where a page finds them changed
    (development)."""

    def __init__(self, directory: Path = STATIC, *, watch: bool = False) -> None:
        self.directory = directory
        self.watch = watch
        self._load()

    def _load(self) -> None:
        self.state = _state(self.directory)
        self.by_name = read_assets(self.directory)
        self.icons: dict[tuple[str, str | None], Markup] = {}
        self.by_address = {asset.address: asset for asset in self.by_name.values()}

    def url(self, name: str) -> str:
        """The address of the file called `name`; KeyError when there is none."""
        if self.watch and name == STYLE_SHEET and _state(self.directory) != self.state:
            self._load()
        return f"/static/{self.by_name[name].address}"

    def icon(self, name: str, label: str | None = None) -> Markup:
        """An SVG that draws the icon `name` of the sprite; hidden from screen readers unless it has a label."""
        found = self.icons.get((name, label))
        if found is None:
            said = Markup('role="img" aria-label="{}"').format(label) if label else Markup('aria-hidden="true"')
            found = Markup('<svg class="icon" {}><use href="{}#{}"></use></svg>').format(said, self.url(SPRITE), name)
            self.icons[name, label] = found
        return found

    def serve(self, filename: str) -> Response:
        """The file at a hashed address, to be kept for a year; 404 for any other name."""
        asset = self.by_address.get(filename)
        if asset is None:
            abort(404)
        compress = asset.compressed is not None and request.accept_encodings.quality("gzip") > 0
        response = Response(asset.compressed if compress else asset.content, content_type=asset.mimetype)
        response.headers["Cache-Control"] = f"public, max-age={YEAR}, immutable"
        response.headers["Vary"] = "Accept-Encoding"
        if compress:
            response.headers["Content-Encoding"] = "gzip"
        return response


def init_app(app: Flask, *, watch: bool = False) -> Assets:
    """Adds the route `static` (the app has no static_folder) and the template functions asset and draw_icon."""
    assets = Assets(watch=watch)
    app.add_url_rule("/static/<path:filename>", "static", assets.serve)
    app.jinja_env.globals.update(asset=assets.url, draw_icon=assets.icon)
    return assets
