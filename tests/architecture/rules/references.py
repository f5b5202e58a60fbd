"""Names in strings that must lead somewhere: templates and jobs."""

import ast
import re
from collections.abc import Iterator, Sequence

from tests.architecture.source import Source, rule

NO_RESOURCES = ("portal/web/toolkit", "portal/web/development")
SHOWING = {"page", "fragment", "render_template", "error_page", "render_mail"}
REFERENCE = re.compile(r"{%-?\s*(?:extends|include|import|from)\s+(.*?)(?:%}|\simport\s|\signore\s)", re.DOTALL)
QUOTED = re.compile(r"[\"']([\w./-]+\.(?:html|txt|xml|svg))[\"']")


@rule(
    "Write the template, or mend its name: templates/<area>/<resource>/<view>.html.",
    bad=[
        {"portal/web/people/accounts.py": "def f():\n    return page('people/accounts/none.html')\n"},
        {"templates/people/index.html": '{% include "people/_row.html" %}'},
    ],
    good=[
        {
            "portal/web/people/accounts.py": "def f():\n    return page('people/accounts/show.html')\n",
            "templates/people/accounts/show.html": '{% extends "layout/page.html" %}',
            "templates/layout/page.html": "",
        }
    ],
)
def every_template_exists(sources: Sequence[Source]) -> Iterator[str]:
    there = {source.path.removeprefix("templates/") for source in sources if source.under("templates")}
    for where, template in _references(sources):
        if template not in there:
            yield f"{where}: templates/{template} does not exist"


@rule(
    "Remove the template that nothing shows, includes or extends.",
    bad=[
        {"templates/people/old.html": ""},
        {"templates/people/_old.html": "", "tests/test_x.py": "'people/_old.html'"},
    ],
    good=[
        {
            "templates/errors/404.html": "",
            "portal/web/a.py": "PAGE = 'people/new.html'",
            "templates/people/new.html": "",
        }
    ],
)
def every_template_is_used(sources: Sequence[Source]) -> Iterator[str]:
    named = {template for _, template in _references(sources)}
    for source in sources:
        if source.under("portal") and source.is_python:
            named |= {match for _, text in source.strings() for match in QUOTED.findall(f"'{text}'")}
    named |= {name.replace(".txt", ".html") for name in named if name.startswith("mail/")}  # the page beside a text
    for source in sources:
        name = source.path.removeprefix("templates/")
        if source.under("templates") and name not in named and not name.startswith("errors/"):
            yield f"{source.path} is used nowhere"


@rule(
    "A page of portal/web/<area>/<resource>.py is shown by templates/<area>/<resource>/….html.",
    bad=[{"portal/web/people/accounts.py": "def f():\n    return page('people/members/show.html')\n"}],
    good=[
        {"portal/web/people/accounts.py": "def f():\n    return page('people/accounts/show.html')\n"},
        {"portal/web/dashboard/index.py": "def f():\n    return page('dashboard/index.html')\n"},
        {"portal/web/people/accounts.py": "def f():\n    return fragment('layout/_toasts.html')\n"},
    ],
)
def pages_show_their_own_templates(sources: Sequence[Source]) -> Iterator[str]:
    for source in sources:
        if not source.under("portal/web") or source.under(*NO_RESOURCES) or len(source.parts) < 4:
            continue
        home = "/".join(source.parts[2:]).removesuffix(".py")
        for call, template in _shown(source):
            if template != f"{home}.html" and not template.startswith((f"{home}/", "layout/", "errors/")):
                yield source.at(call, f"{template} does not lie in templates/{home}/")


def _references(sources: Sequence[Source]) -> Iterator[tuple[str, str]]:
    """Where a template is named, and which."""
    for source in sources:
        if source.under("portal") and source.is_python:
            yield from ((source.at(call, "").rstrip(": "), template) for call, template in _shown(source))
        elif source.under("templates"):
            for match in REFERENCE.finditer(source.text):
                line = source.text.count("\n", 0, match.start()) + 1
                yield from ((f"{source.path}:{line}", template) for template in QUOTED.findall(match.group(1)))


def _shown(source: Source) -> Iterator[tuple[ast.Call, str]]:
    """The templates a module names where it shows them."""
    for call, name in source.calls():
        first = call.args[0] if call.args else None
        if name.rsplit(".", 1)[-1] in SHOWING and isinstance(first, ast.Constant) and isinstance(first.value, str):
            yield call, first.value
