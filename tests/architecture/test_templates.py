"""What every template keeps to, read from its source."""

from __future__ import annotations

import re
import runpy
import subprocess
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from jinja2 import Environment

from portal.web.toolkit.htmx import HtmxNonce

ROOT = Path(__file__).parents[2]
TEMPLATES = ROOT / "templates"
VENDOR = ROOT / "static" / "vendor"
PAGES = sorted(path for path in TEMPLATES.rglob("*.html"))
# Mail is read by mail programs, which know no style sheets; it has rules of its own.
WEB = [path for path in PAGES if "mail" not in path.parts and not path.name.startswith("mail_")]
# Abbreviations of the trade (NAV, DPI) are the same in every language.
WORD = re.compile(r"\b(?=\w*[a-z])[A-Za-z]{2,}[^§]*")
JINJA = re.compile(r"{#.*?#}|{%.*?%}|{{.*?}}", re.DOTALL)

FORBIDDEN = {
    r"\sstyle=": "The policy forbids inline styles: give it a class in static/styles/.",
    r"<style\b": "The policy forbids inline styles: put them into static/styles/.",
    r"<script\b(?![^>]*nonce)": "The policy forbids scripts without the nonce: put it into static/portal.js.",
    r"\son[a-z]+=": "The policy forbids inline handlers: listen in static/portal.js.",
    r"hx-on\b": "hx-on evaluates text, which the policy forbids: listen in static/portal.js.",
    r"[\"']js:": "js: evaluates text, which the policy forbids: put the value into the page.",
    r"hx-trigger=\"[^\"]*\[": "A filter in hx-trigger evaluates text, which the policy forbids: use target: or from:.",
    r"\|\s*safe\b": "Nothing is safe because a template says so: build Markup where it is escaped.",
    r"{%-?\s*autoescape\s+false": "Escaping stays on.",
}


def name(path: Path) -> str:
    return path.relative_to(TEMPLATES).as_posix()


def visible(source: str) -> str:
    """The source without Jinja; expressions leave a placeholder, so that attributes keep a value."""
    return JINJA.sub(lambda match: "" if match[0].startswith(("{#", "{%")) else "§", source)


class Words(HTMLParser):
    """Collects what a reader would see or hear, as far as the template itself says it."""

    SPOKEN = frozenset({"title", "aria-label", "placeholder", "alt"})

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []

    def handle_data(self, data: str) -> None:
        self.words += WORD.findall(data)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for key, value in attrs:
            if key in self.SPOKEN and value:
                self.words += WORD.findall(value)


@pytest.mark.parametrize("path", WEB, ids=name)
def test_nothing_that_the_policy_forbids(path: Path) -> None:
    source = path.read_text()
    found = [f"{name(path)}: {mend}" for pattern, mend in FORBIDDEN.items() if re.search(pattern, source)]
    assert not found, "\n".join(found)


@pytest.mark.parametrize("path", [path for path in WEB if "development" not in path.parts], ids=name)
def test_every_sentence_is_translatable(path: Path) -> None:
    words = Words()
    words.feed(visible(path.read_text()))
    assert not words.words, f"{name(path)}: wrap in _('…'): {words.words}"


@pytest.mark.parametrize("path", WEB, ids=name)
def test_every_htmx_element_can_be_given_its_nonce(path: Path) -> None:
    stamped = HtmxNonce(Environment()).preprocess(path.read_text(), None)
    tags = re.findall(r"<[A-Za-z][^<>]*\shx-[a-z][^<>]*>", JINJA.sub("", stamped))
    bare = [tag for tag in tags if "hx-nonce" not in tag]
    assert not bare, f"{name(path)}: put the htmx attribute before any {{% … > … %}} of its tag: {bare}"


def icons_named() -> Iterator[tuple[str, str]]:
    for path in PAGES:
        for icon in re.findall(r"icon\(['\"]([a-z0-9-]+)['\"]", path.read_text()):
            yield name(path), icon
    for path in (ROOT / "portal" / "web").rglob("*.py"):
        for icon in re.findall(r"icon=['\"]([a-z0-9-]+)['\"]", path.read_text()):
            yield path.name, icon


def test_every_icon_is_in_the_sprite() -> None:
    there = set(re.findall(r'id="([a-z0-9-]+)"', (VENDOR / "icons" / "icons.svg").read_text()))
    missing = {(where, icon) for where, icon in icons_named() if icon not in there}
    assert not missing, f"add to static/vendor/vendor.toml and run refresh.py: {missing}"


def test_htmx_finds_no_habit_of_its_version_2() -> None:
    command = [sys.executable, VENDOR / "htmx" / "upgrade-check.py", TEMPLATES, ROOT / "static" / "portal.js"]
    report = subprocess.run(command, capture_output=True, text=True, check=False).stdout
    # hx-disable is also an attribute of version 4: it disables the named elements during a request.
    habits = [line for line in report.splitlines() if "hx-disable → rename" not in line]
    assert not habits, "\n".join(habits)


def test_vendored_files_are_as_recorded() -> None:
    refresh = runpy.run_path(str(VENDOR / "refresh.py"))
    assert refresh["differences"]() == []


def test_a_changed_vendored_file_is_found(tmp_path: Path) -> None:
    source = (VENDOR / "refresh.py").read_text()
    (tmp_path / "refresh.py").write_text(source)
    (tmp_path / "vendor.toml").write_text((VENDOR / "vendor.toml").read_text())
    for path in VENDOR.rglob("*"):
        if path.is_file() and path.name not in {"refresh.py", "vendor.toml"} and "__pycache__" not in path.parts:
            copy = tmp_path / path.relative_to(VENDOR)
            copy.parent.mkdir(exist_ok=True)
            copy.write_bytes(path.read_bytes())
    (tmp_path / "htmx" / "htmx.min.js").write_bytes(b"alert(1)")
    (tmp_path / "stray.js").write_bytes(b"")
    check = [sys.executable, tmp_path / "refresh.py", "--check"]
    report = subprocess.run(check, capture_output=True, text=True, check=False)
    assert report.returncode == 1
    assert "htmx/htmx.min.js differs" in report.stdout
    assert "stray.js is not in vendor.toml" in report.stdout


def classes_named(source: str) -> set[str]:
    """The class names in a template, those in strings of expressions too; names made of parts are left out."""
    texts = re.findall(r'class="((?:[^"{]|{{.*?}}|{%.*?%})*)"', source, re.DOTALL)
    chosen = re.compile(r"'([ \w-]*)'(?=\s+if\b)|(?<=else )'([ \w-]*)'")
    plain = [JINJA.sub(lambda match: " ".join(sum(chosen.findall(match[0]), ())), text) for text in texts]
    return {name for text in plain for name in text.split() if re.fullmatch(r"[a-z]+(-[a-z0-9]+)*", name)}


@pytest.mark.parametrize("path", WEB, ids=name)
def test_every_class_has_a_style(path: Path) -> None:
    sheets = "\n".join(sheet.read_text() for sheet in (ROOT / "static" / "styles").glob("*.css"))
    unknown = classes_named(path.read_text()) - set(re.findall(r"\.([a-z][\w-]*)", sheets))
    assert not unknown, f"{name(path)}: no rule in static/styles/ for {sorted(unknown)}: use one there is, or add it"
