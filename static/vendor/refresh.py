"""Fetches what vendor.toml names from npm and records its hashes; `--check` compares them offline.

    python static/vendor/refresh.py          fetch again, write the files and their hashes
    python static/vendor/refresh.py --check  exit 1 when a file differs from its recorded hash

Fetching needs `npm`; checking needs only Python.
"""

from __future__ import annotations

import hashlib
import re
import subprocess
import sys
import tarfile
import tempfile
import tomllib
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
MANIFEST = HERE / "vendor.toml"
NOT_VENDORED = {"vendor.toml", "refresh.py"}
# Every Tabler icon begins with this invisible square.
BLANK = '<path stroke="none" d="M0 0h24v24H0z" fill="none" />'


def digest(content: bytes) -> str:
    """The sha256 of `content`, in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def recorded() -> dict[str, str]:
    """The expected sha256 of each vendored file, by its path in this folder."""
    hashes: dict[str, str] = {}
    for package in tomllib.loads(MANIFEST.read_text())["package"]:
        hashes.update({file["to"]: file["sha256"] for file in package["files"]})
        if "sprite" in package:
            hashes[package["sprite"]["to"]] = package["sprite"]["sha256"]
    return hashes


def differences() -> list[str]:
    """A sentence for each file that is missing, changed or not in the manifest."""
    expected = recorded()
    problems = []
    for name, sha256 in expected.items():
        path = HERE / name
        if not path.is_file():
            problems.append(f"{name} is missing; run refresh.py.")
        elif digest(path.read_bytes()) != sha256:
            problems.append(f"{name} differs from vendor.toml; run refresh.py, and look at what changed.")
    for path in HERE.rglob("*"):
        name = path.relative_to(HERE).as_posix()
        if path.is_file() and "__pycache__" not in name and name not in expected and name not in NOT_VENDORED:
            problems.append(f"{name} is not in vendor.toml; add it there or remove it.")
    return problems


def unpacked(package: dict[str, Any], directory: Path) -> Path:
    """The folder with the files of `package`, fetched by `npm pack` into `directory`."""
    spec = f"{package['name']}@{package['version']}"
    command = ["npm", "pack", spec, "--silent", "--pack-destination", str(directory)]
    tarball = subprocess.run(command, check=True, capture_output=True, text=True, cwd=directory).stdout.split()[-1]
    with tarfile.open(directory / tarball) as archive:
        archive.extractall(directory / "unpacked", filter="data")
    return directory / "unpacked" / "package"


def sprite(source: Path, icons: list[str]) -> bytes:
    """One SVG with a <symbol> for each of `icons` (outline icons of Tabler, drawn with currentColor)."""
    symbols = []
    for icon in icons:
        svg = (source / "icons" / "outline" / f"{icon}.svg").read_text()
        body = svg[svg.index(">", svg.index("<svg")) + 1 : svg.rindex("</svg>")]
        shapes = re.sub(r"\s*\n\s*", "", body).replace(BLANK, "")
        symbols.append(f'<symbol id="{icon}" viewBox="0 0 24 24">{shapes}</symbol>')
    head = '<svg xmlns="http://www.w3.org/2000/svg">'
    return "\n".join([head, "<!-- Tabler Icons, MIT, see LICENSE beside -->", *symbols, "</svg>", ""]).encode()


def refresh() -> None:
    """Fetches every package, writes its files here and their hashes into vendor.toml."""
    manifest = MANIFEST.read_text()
    for package in tomllib.loads(manifest)["package"]:
        with tempfile.TemporaryDirectory() as temporary:
            source = unpacked(package, Path(temporary))
            contents = {file["to"]: (source / file["from"]).read_bytes() for file in package["files"]}
            if "sprite" in package:
                contents[package["sprite"]["to"]] = sprite(source, package["sprite"]["icons"])
        for name, content in contents.items():
            (HERE / name).parent.mkdir(parents=True, exist_ok=True)
            (HERE / name).write_bytes(content)
            pattern = rf'(to = "{re.escape(name)}"[,\n] *sha256 = ")[0-9a-f]*"'
            manifest = re.sub(pattern, rf'\g<1>{digest(content)}"', manifest)
    MANIFEST.write_text(manifest)


def main(arguments: list[str]) -> int:
    """Runs the command; 0 when every file is as recorded."""
    if arguments != ["--check"]:
        refresh()
    problems = differences()
    sys.stdout.writelines(f"{problem}\n" for problem in problems)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
